"""The vault that several machines of a team share: in their Redis, encrypted before it leaves each machine."""
