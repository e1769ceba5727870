"""The certificate authority and its certificates."""
