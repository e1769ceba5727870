"""Restoring streamed answers piece by piece. Sans-IO."""
