"""The person's settings: their model, their file, its edits and what follows them."""
