"""Where programs keep the authorities that they trust; each store plans its changes as commands, to be read first."""
