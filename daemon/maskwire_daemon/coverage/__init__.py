"""Proof that protection works: canary, check-up and demonstration."""
