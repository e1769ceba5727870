"""What the worker searches for arrives as it was set."""

import json

import pytest

from maskwire.detect.fingerprints import learn
from maskwire.detect.names import NameSettings
from maskwire.detect.rule import Rule
from maskwire.detect.terms import Terms, value_hash
from maskwire_daemon.detection.search import Search, from_json, to_json

KEY = bytes(range(32))
SECRET = "correct horse battery staple"

SEARCHES = [
    Search(),
    Search(None),
    Search(NameSettings(engine="remote", remote_url="http://127.0.0.1:1/analyze", recognizers=("a.yaml", "b:C"))),
    Search(
        None,
        Terms(
            words=(("Heron", "CUSTOM"),),
            patterns=((r"H-\d+", "CUSTOM"),),
            allowed=frozenset({value_hash("Anna", KEY)}),
            secrets=tuple(learn(SECRET, KEY)),
            key=KEY,
        ),
        (Rule("own.badge", "CUSTOM", r"B-\d{4}", context=("badge",), match=("badge «B-1234»",)),),
    ),
]


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_survives_the_pipe(search: Search) -> None:
    assert from_json(json.loads(json.dumps(to_json(search)))) == search


def test_no_secret_travels() -> None:
    assert SECRET not in json.dumps(to_json(SEARCHES[-1]))


@pytest.mark.parametrize("value", [None, 7, [], {}, {"names": {"engine": "own", "magic": 1}, "terms": None}])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        from_json(value)
