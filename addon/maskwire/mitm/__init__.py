"""The mitmproxy addon: the only part of the core that touches a proxy."""
