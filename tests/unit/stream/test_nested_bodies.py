"""What is masked in a body of any nesting is restored in it: the same values, in the same places."""

import json

from hypothesis import given
from hypothesis import strategies as st

from maskwire.masker import edits, plan
from maskwire.policy import Action
from maskwire.spans import Span
from maskwire.stream.restorer import Restoration, Tally
from maskwire.wire.document import Field
from maskwire.wire.documents import JsonDocument, read
from maskwire.wire.jsonspan import parse_container
from maskwire.wire.restoring import restore_body
from maskwire.wire.rules import rules
from maskwire.wire.walk import Walk
from tests.fakes.resolving import VALUES
from tests.fakes.vault import FakeVault
from tests.strategies.wire import Json, keys, nested_bodies, scalars, text, written

RULES = rules(free="free", call="call", result="result", schema="schema")
CARD = "4111111111111111"
ENTITIES = {
    VALUES["EMAIL"]: "EMAIL_ADDRESS",
    VALUES["PERSON"]: "PERSON",
    VALUES["PHONE"]: "PHONE_NUMBER",
    VALUES["SECRET"]: "API_KEY",
    CARD: "CREDIT_CARD",
}

said = st.builds("".join, st.tuples(text, st.sampled_from(sorted(ENTITIES)), st.sampled_from(["", ".", "'s", " said"])))
leaves = scalars | text | said | st.just(int(CARD))


def nested(names: st.SearchStrategy[str]) -> st.SearchStrategy[Json]:
    """Return values of any nesting, JSON in strings among them, whose objects have such keys."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(names, inner, max_size=3),
            st.dictionaries(st.just("source"), st.lists(inner, max_size=2).map(json.dumps), max_size=1),
        ),
        max_leaves=10,
    )


free = nested(keys | st.sampled_from(sorted(ENTITIES)))
known = nested(keys)
arguments = st.dictionaries(keys, free, max_size=3)
call = arguments | arguments.map(json.dumps)
bodies = st.fixed_dictionaries({"free": free, "call": call, "result": known, "other": known})
"""Only free objects have keys that are values: elsewhere a key that is a token reads as the protocol's own."""


def document(body: bytes) -> JsonDocument:
    source, root = read(body, "application/json")
    found = list(Walk(RULES).leaves(source, root))
    return JsonDocument(body, root, found, [True] * len(found))


def found(field: Field) -> list[Span]:
    return [
        Span(at, at + len(value), entity, 1.0, "test")
        for value, entity in ENTITIES.items()
        for at in range(len(field.text))
        if field.text.startswith(value, at)
    ]


def masked(body: bytes, vault: FakeVault) -> bytes:
    whole = document(body)
    planned = plan(
        whole.fields,
        [found(field) for field in whole.fields],
        lambda _entity, _score: Action.MASK,
        lambda token: token in vault.values,
    )
    return whole.splice(edits(planned, vault.tokenize(planned.findings)))


def meant(value: Json) -> Json:
    """Return what a body says, with the JSON in its strings."""
    if isinstance(value, dict):
        return {key: meant(item) for key, item in value.items()}
    if isinstance(value, list):
        return [meant(item) for item in value]
    if isinstance(value, str) and parse_container(value) is not None:
        return meant(json.loads(value))
    return value


@nested_bodies
@given(written(bodies))
def test_masking_and_restoring_gives_the_body_back(case: tuple[Json, str]) -> None:
    body, vault = case[1].encode(), FakeVault()
    left = masked(body, vault)
    how = Restoration(vault.resolve, Tally(), ours=vault.minter.may_be_ours)
    back = restore_body(left, RULES, how)

    assert not [value for field in document(left).fields for value in ENTITIES if value in field.text]
    assert meant(json.loads(back)) == meant(case[0])
    assert masked(left, vault) == left
