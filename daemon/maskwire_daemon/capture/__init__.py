"""How programs reach the proxy: every way that can be on or off, and what becomes of it when the daemon is killed."""
