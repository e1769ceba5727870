"""The maskwire daemon: everything with IO, built in one place by ``service``."""
