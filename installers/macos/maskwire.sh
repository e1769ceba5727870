#!/bin/sh
exec /usr/local/lib/maskwire/bin/maskwire-python -m maskwire_daemon "$@"
