"""Our own recognizer of names: a small convolutional network in numpy, with nothing else to load."""
