from maskwire.mitm.services import Notice, NoticeKind
from maskwire_daemon.uncovered import MOST, Uncovered

PINNED = Notice(NoticeKind.CLIENT_REJECTED_CERTIFICATE, "api.openai.com", "app")


def test_they_are_counted_by_program_and_host() -> None:
    uncovered = Uncovered(lambda: 7.0)
    for notice in (PINNED, PINNED, Notice(NoticeKind.CLIENT_SENT_NOTHING, "api.openai.com", "")):
        uncovered.note(notice)

    silent, pinned = uncovered.clients()
    assert (pinned.program, pinned.host, pinned.count, pinned.last) == ("app", "api.openai.com", 2, 7.0)
    assert (silent.program, silent.count) == ("", 1)


def test_other_notices_are_none_of_them() -> None:
    uncovered = Uncovered()
    uncovered.note(Notice(NoticeKind.CONTROL_API_REFUSED, "127.0.0.1", "app"))

    assert uncovered.clients() == ()


def test_they_are_bounded() -> None:
    uncovered = Uncovered()
    for number in range(MOST + 5):
        uncovered.note(Notice(NoticeKind.CLIENT_REJECTED_CERTIFICATE, f"h{number}.example", "app"))

    assert len(uncovered.clients()) == MOST
    assert uncovered.clients()[0].host == f"h{MOST + 4}.example"
