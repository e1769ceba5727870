"""Readers of bytes that strangers write, under coverage-guided fuzzing."""
