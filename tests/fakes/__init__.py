"""Small stand-ins for what tests cannot bring along."""
