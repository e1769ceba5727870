"""The audit log in words: every call that changes something has some."""

import pytest
from starlette.routing import Route

from maskwire_daemon.api.app import routed
from maskwire_daemon.store.act import Act
from maskwire_daemon.web import login, protection
from maskwire_daemon.web.deeds import about, told
from maskwire_daemon.web.site import SECTIONS
from tests.fakes.control import FakeControl

ROUTES = sorted(
    (method, route.path)
    for route in (
        *routed(FakeControl()).routes,
        *(r for section in SECTIONS for r in section.routes),
        *protection.ROUTES,
        *login.ROUTES,
    )
    if isinstance(route, Route)
    for method in (route.methods or set()) - {"HEAD", "GET"}
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_call_that_changes_something_is_told(method: str, path: str) -> None:
    words = told(Act(0.0, "browser", method, path.replace("{host:path}", "api.openai.com")))

    assert words[:1].isupper()
    assert "/" not in words


def test_what_it_was_about_is_told_where_that_is_a_name() -> None:
    acts = [
        Act(0.0, "browser", "PUT", "/v1/hosts/api.openai.com"),
        Act(0.0, "browser", "POST", "/hosts/api.openai.com/media"),
        Act(0.0, "settings", "changed", "words.terms"),
        Act(0.0, "browser", "POST", "/pause"),
        Act(0.0, "ci", "POST", "/made/up"),
    ]

    assert [(told(act), about(act)) for act in acts] == [
        ("Changed a host", "api.openai.com"),
        ("Changed a host", "api.openai.com"),
        ("Changed settings", "words.terms"),
        ("Paused protection", ""),
        ("POST /made/up", ""),
    ]
