"""Texts that no rule was written for: generated from a seed, scored per entity and language."""
