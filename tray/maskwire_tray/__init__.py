"""The tray icon: renders the daemon's status, holds no truth of its own."""
