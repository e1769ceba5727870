"""The dashboard: pages for the person, made on this machine and shown to its browsers alone."""
