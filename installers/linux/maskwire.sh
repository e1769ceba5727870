#!/bin/sh
exec /usr/lib/maskwire/bin/maskwire-python -m maskwire_daemon "$@"
