"""Where vault and journal live on disk, and the keys that protect them."""
