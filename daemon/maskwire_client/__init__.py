"""Talks to a running maskwire daemon: models, client and discovery, standard library only."""
