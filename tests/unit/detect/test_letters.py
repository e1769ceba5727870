"""Passwords of letters alone are told from words, names in code and sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.detect.credentials import key_block, password_said, prefixed_short
from maskwire.detect.letters import letter_groups, letter_soup, phrase_words


@pytest.mark.parametrize("value", ["pheqsjkhxotxiovp", "qreumomiqkc", "zMslFCMXvV", "mgrmftrjqzz"])
def test_letters_that_no_tongue_speaks_are_soup(value: str) -> None:
    assert letter_soup(value)
    assert password_said(value)


@pytest.mark.parametrize(
    "value",
    [
        "authentication",
        "passphrase",
        "Postgres",
        "getUserPassword",
        "XMLHttpRequest",
        "instructions",
        "required",
        "sunshine",
        "Zugangsdaten",
        "contraseña",
        "strengths",
        "workspace",
        "mypassword",
        "PRODUCTION",
        "encrypted",
        "newpasswdhash",
        "dbconnstr",
        "xmlhttpreq",
    ],
)
def test_words_and_names_in_code_are_no_soup(value: str) -> None:
    assert not letter_soup(value)


@given(st.text(st.sampled_from("aeiouylnrst"), min_size=1, max_size=7))
def test_short_words_are_no_soup(value: str) -> None:
    assert not letter_soup(value)


def test_four_groups_are_a_password_unless_they_are_a_sentence() -> None:
    assert letter_groups("sgtl qtdh lrkt iiuo")
    assert not letter_groups("this will make sure")


def test_words_in_a_row_are_a_phrase_unless_they_tell_something() -> None:
    assert phrase_words("correct horse battery staple")
    assert not phrase_words("enter the passphrase for key")
    assert not phrase_words("too few words")


def test_dots_stand_for_a_private_key() -> None:
    assert not key_block("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----")
    assert key_block("-----BEGIN PRIVATE KEY-----\nMIIEvQ...\n-----END PRIVATE KEY-----")
    assert key_block("-----BEGIN PRIVATE KEY-----")


def test_a_short_key_behind_a_word_of_keys_is_drawn_by_chance() -> None:
    assert prefixed_short("tr_prod_dJooKCyDwH9zJNj75nPuPa2L")
    assert not prefixed_short("app_prod_serverconfiguration1")
    assert not prefixed_short("my_test_a8Kd93jfLs02mNvQ")
