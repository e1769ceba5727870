"""Every kind of report that the proxy can make has its sentence."""

from maskwire.mitm.services import NoticeKind
from maskwire_daemon.live import NOTICES


def test_every_kind_of_notice_has_a_sentence() -> None:
    assert set(NOTICES) == set(NoticeKind)
    assert all("{program}" in sentence for sentence in NOTICES.values())
