"""Wire formats of LLM providers: which text a body holds and how edits are put back. Sans-IO."""
