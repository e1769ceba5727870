"""What texts of other wording than the labelled set taught: each found or left alone for a general reason."""

import pytest

from maskwire.detect.credentials import prefixed
from maskwire.detect.fragment import Fragment
from maskwire.detect.phones import phone_said, phone_trunk
from maskwire.detect.plausible import latitude_longitude
from maskwire.detect.rules import default_rules


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("GRANT ALL TO a IDENTIFIED BY 'Oorafv507!';", "Oorafv507!"),
        ("log in with admin and Wombat$River04 as password", "Wombat$River04"),
        ("creds: jdoe / lwvJHiWD26Gc", "lwvJHiWD26Gc"),
        ("la password è bFbS7qx4!", "bFbS7qx4!"),
        ("echo 'acio#ZRB3734' | sudo -S ls", "acio#ZRB3734"),
        ("12 Elm Rd\nSuite 694\nEugene, OR 97401", "12 Elm Rd\nSuite 694\nEugene, OR 97401"),
        ("Patient MRN 38333565 admitted", "38333565"),
    ],
)
def test_a_value_is_found_in_wording_of_its_own(text: str, value: str) -> None:
    spans = default_rules().find(Fragment(text))

    assert value in [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    "text",
    [
        "how-to-reset-your-password-in-10-steps",
        "the file descriptor 0 is closed",
        "Copyright (C) 1996-1999 Guy Maor",
        "51 of 02110-1301 rows",
        "forgot password? click here",
    ],
)
def test_look_alikes_of_manuals_and_licences_are_no_findings(text: str) -> None:
    assert default_rules().find(Fragment(text)) == []


def test_a_key_of_an_unknown_provider_is_known_by_its_random_tail() -> None:
    assert prefixed("acme_sk_gnKo7RSvt7ZVWx1UKLyEzUk2WXILbcX24xym0SHz")


@pytest.mark.parametrize(
    "value", ["sha512-gnKo7RSvt7ZVWx1UKLyEzUk2WXILbcX24xym", "handler_getUserNameFromTheDatabaseByIdentifier"]
)
def test_checksums_and_names_of_code_are_no_keys(value: str) -> None:
    assert not prefixed(value)


def test_spans_of_years_and_postal_codes_are_no_phones() -> None:
    assert not phone_said("2001-2019")
    assert not phone_trunk("02110-1301")


def test_constants_are_no_places() -> None:
    assert not latitude_longitude("3.14159, 2.71828")
    assert latitude_longitude("48.85661, 2.35222")
