"""HTTP/3 is closed where connections are redirected, and its advice names what to do."""

from maskwire.mitm.tls import OwnTlsConfig
from maskwire_daemon.capture.quic import quic_advice


class Start:
    """What mitmproxy hands in; without settings it closes the connection."""

    settings = None


def test_a_redirected_quic_connection_gets_no_settings() -> None:
    for hook in (OwnTlsConfig.quic_start_client, OwnTlsConfig.quic_start_server):
        start = Start()
        hook(OwnTlsConfig.__new__(OwnTlsConfig), start)

        assert start.settings is None


def test_the_advice_says_what_to_block_and_switch_off() -> None:
    advice = quic_advice()

    assert "UDP 443" in advice
    assert "QuicAllowed" in advice
    assert "network.http.http3.enable" in advice
