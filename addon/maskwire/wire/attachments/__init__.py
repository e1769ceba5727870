"""Files inside uploads and bodies: each type read as a document whose texts can be edited in place. Sans-IO."""
