import itertools
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.tokens import Minter, canonical, find, telling
from maskwire.tokens.keyed import divide
from maskwire.tokens.surrogate import ALONE, GIVEN, LENGTH, WHOLE, Surrogate, Turned, worn
from maskwire.vault import Token, surrogate
from tests.fakes.vault import KEY, FakeVault
from tests.strategies.tokens import MANGLED, SURROGATE_MANGLED, SURROGATES, VAULT

MINTER = Minter(KEY)
OURS = MINTER.may_be_ours
NAMES = surrogate("")
WHOLES = [token for token in SURROGATES if " " in token]
ALONES = [token for token in SURROGATES if " " not in token]
MILLER = next(token for token, value in SURROGATES.items() if value == "Jane Miller")


def read(text: str) -> list[tuple[str, Token]]:
    return [(text[match.start : match.end], match.token) for match in find(text, OURS)]


def restored(text: str) -> str:
    """Return ``text`` with values for names, as whoever restores does it."""
    done, out = 0, ""
    for match in find(text, OURS):
        spelling = text[match.start : match.end]
        out += text[done : match.start] + worn(match.token, spelling, SURROGATES[match.token])
        done = match.end
    return out + text[done:]


def test_a_name_is_a_given_name_and_an_invented_one() -> None:
    for token in WHOLES:
        given, _, surname = token.partition(" ")

        assert given in GIVEN
        assert re.fullmatch(f"[A-Z][a-z]{{{LENGTH - 1}}}", surname)
        assert re.fullmatch("(?:[^aeiou][aeiou])+", surname.lower())


def test_no_given_name_is_the_beginning_of_another() -> None:
    assert len(set(GIVEN)) == len(GIVEN)
    assert not [pair for pair in itertools.permutations(GIVEN, 2) if pair[1].startswith(pair[0])]


@pytest.mark.parametrize("token", SURROGATES)
def test_a_name_has_a_keyed_check(token: Token) -> None:
    assert OURS(token)
    assert telling(token)
    assert not Minter(bytes(32)).may_be_ours(token)
    assert not Minter(KEY, b"other").may_be_ours(token)


@pytest.mark.parametrize("given", GIVEN)
def test_nobody_keeps_a_given_name_by_chance(given: str) -> None:
    names = [
        MINTER.mint("PERSON", write(f"{given} Smith {index}"), scope=NAMES)
        for index in range(20)
        for write in (str, str.upper)
    ]

    assert given not in {name.split()[0] for name in names}


def test_the_same_value_has_the_same_name_in_every_process() -> None:
    assert MINTER.mint("PERSON", "Ann Lee", scope=NAMES) == "Jess Gupapabemoro"
    assert MINTER.mint("LOCATION", "Ulm", scope=NAMES) == "Fovinupukizi"
    assert MINTER.mint("PERSON", "Ann Lee", scope=surrogate("api.openai.com")) != MINTER.mint(
        "PERSON", "Ann Lee", scope=NAMES
    )


def test_ten_thousand_values_have_distinct_names_that_lead_back() -> None:
    vault = FakeVault()
    values = [f"Ann Lee {index}" for index in range(10_000)]
    tokens = [vault.token("PERSON", value, NAMES) for value in values]

    assert len(set(tokens)) == 10_000
    assert len({token.rpartition(" ")[2] for token in tokens}) == 10_000
    assert values == [vault.resolve(token) for token in tokens]


def test_one_surname_in_thousands_passes_the_check() -> None:
    shape = Surrogate()
    room = divide(shape.size(WHOLE))
    tried = [Token(shape.write(ALONE, index * 6_551_003)) for index in range(20_000)]

    assert room.ids == 1 << 24
    assert room.checks == 7812
    assert sum(map(OURS, tried)) < 12


@pytest.mark.parametrize("name", MANGLED)
def test_what_models_do_to_any_token_is_read(name: str) -> None:
    for token in SURROGATES:
        assert [found for _, found in read(MANGLED[name](token))] == [token]


@pytest.mark.parametrize("name", SURROGATE_MANGLED)
def test_what_models_do_to_names_is_read(name: str) -> None:
    for token in WHOLES:
        assert [found for _, found in read(SURROGATE_MANGLED[name](token))] == [token]


@settings(deadline=None)
@given(st.text(max_size=6), st.sampled_from(sorted(SURROGATES)), st.text(max_size=6))
def test_a_name_is_read_wherever_it_is_put(before: str, token: Token, after: str) -> None:
    text = f"{before}{token}{after}"
    whole = [(match.start, match.end) for match in find(text, OURS) if match.token == token]

    assert (len(before), len(before) + len(token)) in whole


@pytest.mark.parametrize(
    "before", ["ta", "Ta", "tadaleno", "Robin ", "Robin_", "Tavelumirona, ", "O'", "Mc", "x@", "\\n"]
)
@pytest.mark.parametrize(
    "after", ["s", "na", "@", "@corp.de", ", Robin", ", Robin Tavelumirona", "'s", "7", "_x", "\\n"]
)
def test_a_name_is_read_beside_what_looks_like_one(before: str, after: str) -> None:
    for token in SURROGATES:
        assert (token, token) in read(f"{before}{token}{after}")


@pytest.mark.parametrize("token", WHOLES)
def test_a_given_name_says_nothing(token: Token) -> None:
    given, surname = token.split()
    other = next(name for name in GIVEN if name != given)

    assert read(given) == []
    assert read(f"{given} said") == []
    assert read(f"{other} {surname}") == [(surname, token)]
    assert read(f"{surname}, {other}") == [(surname, token)]
    assert read(f"{surname}, {given}y") == [(surname, token)]


@pytest.mark.parametrize("token", ALONES)
def test_an_invented_word_takes_no_given_name(token: Token) -> None:
    given = next(name for name in GIVEN if Surrogate().read(f"{name} {token}") is None)

    assert {Surrogate().read(f"{name} {token}") for name in GIVEN} == {None}
    assert read(f"{given} {token}") == [(token, token)]
    assert read(f"{token}, {given}") == [(token, token)]


def test_two_people_beside_each_other_stay_apart() -> None:
    for first, second in itertools.permutations(WHOLES, 2):
        surname = first.split()[1]

        assert read(f"{first}, {second}") == [(first, first), (second, second)]
        assert read(f"{first}{second}") == [(first, first), (second, second)]
        assert read(f"{surname}, {second}") == [(surname, first), (second, second)]
        assert read(f"{surname} {second}") == [(surname, first), (second, second)]


def test_a_given_name_of_both_belongs_to_the_surname_behind_it() -> None:
    vault = FakeVault()
    tokens = [vault.token("PERSON", f"Ann Lee {index}", NAMES) for index in range(200)]
    first, second = next(pair for pair in itertools.combinations(tokens, 2) if pair[0].split()[0] == pair[1].split()[0])
    surname = first.split()[1]

    assert read(f"{surname}, {second}") == [(surname, first), (second, second)]


@pytest.mark.parametrize("token", WHOLES)
def test_an_address_that_a_model_made_of_a_name_stays(token: Token) -> None:
    given, surname = token.lower().split()

    for address in (f"{given}.{surname}@corp.de", f"{given}{surname}@corp.de", f"{surname}@corp.de"):
        assert read(address) == []
        assert read(address.replace("@", "%40")) == []
        assert read(f"{address}, {token}") == [(token, token)]


@pytest.mark.parametrize(
    ("write", "said"),
    [
        ("{token}", "Jane Miller"),
        ("{token}'s", "Jane Miller's"),
        ("{token.upper}", "Jane Miller"),
        ("{given}\u00a0{surname}", "Jane Miller"),
        ("{given}%20{surname}", "Jane Miller"),
        ("{given}\\n{surname}", "Jane Miller"),
        ("{given}\n> {surname}", "Jane\n> Miller"),
        ("**{given}** **{surname}**", "**Jane** **Miller**"),
        ("<b>{given}</b> {surname}", "<b>Jane</b> Miller"),
        ("Ms. {surname}", "Ms. Miller"),
        ("the {surname}s", "the Millers"),
        ("{surname}, {given}", "Miller, Jane"),
        ("{surname},{given}", "Miller,Jane"),
        ("{surname},\n> {given}", "Miller,\n> Jane"),
        ("{surname},\\n{given}", "Miller, Jane"),
        ("{surname}, {given}@corp.de", "Miller, {given}@corp.de"),
        ("Tavelumirona, {given}", "Tavelumirona, {given}"),
        ("{given}_{surname}", "Jane_Miller"),
        ("{given}{surname}", "JaneMiller"),
    ],
)
def test_how_a_value_is_said(write: str, said: str) -> None:
    given, surname = MILLER.split()
    names = {"given": given, "surname": surname, "token": MILLER}
    text = MILLER.upper() if write == "{token.upper}" else write.format(**names)

    assert restored(text) == said.format(**names)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (str.lower, "jane_miller"),
        (str.upper, "JANE_MILLER"),
        (str, "Jane_Miller"),
    ],
)
def test_an_identifier_stays_one(write: Callable[[str], str], said: str) -> None:
    assert restored(f"x.{write(MILLER.replace(' ', '_'))}(1)") == f"x.{said}(1)"


@pytest.mark.parametrize(
    ("value", "alone", "turned"),
    [
        ("Jane Miller", "Miller", "Miller, Jane"),
        ("Ludwig van Beethoven", "Beethoven", "Beethoven, Ludwig van"),
        ("Zoë O’Brien", "O’Brien", "O’Brien, Zoë"),
        ("Karl-Heinz Böhm-Bawerk", "Böhm-Bawerk", "Böhm-Bawerk, Karl-Heinz"),
        ("J. Miller", "Miller", "Miller, J."),
        ("Jane\nMiller", "Miller", "Miller, Jane"),
        ("王 伟", "伟", "伟, 王"),
        ("Ann Lee Jr.", "Ann Lee Jr.", "Ann Lee Jr."),
        ("Ann Lee III", "Ann Lee III", "Ann Lee III"),
        ("Miller, Jane", "Miller, Jane", "Miller, Jane"),
        ("Anna (Ops) Kim", "Anna (Ops) Kim", "Anna (Ops) Kim"),
        ("Agent 47", "Agent 47", "Agent 47"),
    ],
)
def test_what_a_surname_alone_and_a_turned_name_say(value: str, alone: str, turned: str) -> None:
    given, surname = MILLER.split()

    assert worn(MILLER, surname, value) == alone
    assert worn(MILLER, f"{surname}, {given}", value) == turned
    assert worn(MILLER, MILLER, value) == value


def test_other_tokens_say_all_of_their_values() -> None:
    for token in ("PERSON_K7Q2MXA4", "mail.k7q2mxa4n5@example.com", "106-163-4390", "Tavelumirona"):
        assert worn(Token(token), token.lower(), "Jane Miller") == "Jane Miller"


@pytest.mark.parametrize(
    "text",
    [
        "Robin Hood, Kim Possible and Max Mustermann met Jordan Peterson",
        "deliberately, unimaginative, telecommunication, kinematography, Yamamotokawa",
        "tomato_potato_banana, parameterized, namedtuple, getTokenFileNames",
        "Robin Tavelumiron, Robin Tavelumironax, Robin Tavelumirena",
        "bananabanana lalalalalala",
    ],
)
def test_ordinary_words_are_no_names(text: str) -> None:
    assert read(text) == []


def test_each_way_of_writing_says_the_same_token() -> None:
    for token in WHOLES:
        given, surname = token.split()

        assert Surrogate().read(token) == Surrogate().read(token.lower()) == Turned().read(f"{surname}, {given}")
        assert canonical(token.upper()) == canonical(f"{surname},{given}") == canonical(surname) == token


def test_the_vault_of_the_tests_knows_every_name() -> None:
    assert {VAULT.resolve(token) for token in SURROGATES} == set(SURROGATES.values())
