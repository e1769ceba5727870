"""HTTP/3, which goes past every HTTP proxy: what maskwire does about it, and what is left to the person."""

QUIC_PORT = 443
"""The UDP port of HTTP/3."""


def quic_advice() -> str:
    """Return what to tell a person about QUIC, in plain sentences.

    Programs behind a proxy speak TCP, and maskwire takes `alt-svc` out of providers' answers, so none of them learns
    of HTTP/3 through it. What is left are programs that use no proxy and know of HTTP/3 by themselves or by DNS.
    """
    return (
        "Programs that use the proxy do not use QUIC (HTTP/3), and maskwire hides it from them. A program that ignores "
        f"the proxy may still send QUIC over UDP port {QUIC_PORT}, which nobody can read: block outgoing UDP "
        f"{QUIC_PORT} in the firewall, or switch QUIC off in that program (Chromium: QuicAllowed = false, Firefox: "
        "network.http.http3.enable = false). Browsers also learn of it from DNS (HTTPS records): they use the proxy's "
        "name lookup, and not those records, while the desktop's settings lead to maskwire."
    )
