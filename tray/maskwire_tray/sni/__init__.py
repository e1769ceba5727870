"""A backend for pystray that talks to the panel over D-Bus: StatusNotifierItem and dbusmenu, on dbus-fast alone."""
