"""A notification is for news: once, not for each try, and never for what the person just did."""

from maskwire_tray.notices import GONE_S, QUIET_S, Notices
from maskwire_tray.view import View
from tests.unit.tray.views import NOW, event, status, view


def test_the_first_look_is_no_news() -> None:
    shown = view(status=status(state="attention", reasons=("x",)), events=(event(1, outcome="blocked"),))

    assert Notices().feed(shown) == []


def test_a_refused_request_is_news_with_its_reason() -> None:
    notices = Notices()
    notices.feed(view(events=(event(1),)))
    told = notices.feed(view(events=(event(2, outcome="blocked", program="codex", reason="media"), event(1))))

    assert [(n.title, n.text) for n in told] == [
        ("Request refused", "A request of codex to api.openai.com was not sent: media."),
    ]


def test_many_refusals_are_one_piece_of_news_a_minute() -> None:
    notices = Notices()
    notices.feed(view())
    first = notices.feed(view(events=(event(1, outcome="blocked"),)))
    during = [
        notices.feed(view(events=(event(n, outcome="blocked"),), now=NOW + n)) for n in range(2, int(QUIET_S), 10)
    ]
    later = notices.feed(view(now=NOW + QUIET_S + 1))

    assert len(first) == 1
    assert not any(during)
    assert [n.text for n in later] == [f"{len(during)} requests were not sent. The menu and dashboard say why."]
    assert notices.feed(view(now=NOW + 3 * QUIET_S)) == []


def test_masked_requests_are_no_news() -> None:
    notices = Notices()
    notices.feed(view())

    assert notices.feed(view(events=(event(1), event(2, outcome="observed")))) == []


def test_a_new_reason_is_news_once() -> None:
    notices = Notices()
    notices.feed(view())
    troubled = view(status=status(state="attention", reasons=("the disk is full",)))

    assert [n.text for n in notices.feed(troubled)] == ["the disk is full"]
    assert notices.feed(troubled) == []
    notices.feed(view())
    assert len(notices.feed(troubled)) == 1


def test_a_pause_that_ran_out_is_news_and_one_that_was_ended_is_not() -> None:
    ran_out, ended = Notices(), Notices()
    for notices, until in ((ran_out, NOW + 1), (ended, NOW + 300)):
        notices.feed(view(status=status(state="paused", paused_until=until)))

    assert [n.title for n in ran_out.feed(view())] == ["Protecting again"]
    assert ended.feed(view()) == []


def test_a_daemon_that_vanished_is_news_after_a_while_once() -> None:
    notices = Notices()
    notices.feed(view())

    assert notices.feed(View(now=NOW)) == []
    assert notices.feed(View(now=NOW + GONE_S - 1)) == []
    assert [n.title for n in notices.feed(View(now=NOW + GONE_S))] == ["maskwire does not answer"]
    assert notices.feed(View(now=NOW + 2 * GONE_S)) == []


def test_a_daemon_that_was_stopped_or_came_back_is_no_news() -> None:
    stopped, restarted = Notices(), Notices()
    for notices in (stopped, restarted):
        notices.feed(view())
        notices.feed(View(now=NOW))
    stopped.feed(View(now=NOW + 1, stopped=True))
    restarted.feed(view(now=NOW + 3))

    assert stopped.feed(View(now=NOW + GONE_S + 1, stopped=True)) == []
    assert restarted.feed(view(now=NOW + GONE_S + 1)) == []
