"""What a pattern cannot say: the table of checks that a rule may name. Sans-IO.

A check gets the value as it was found and tells whether it can be real.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from maskwire.detect import checksums, credentials, dates, letters, phones, plausible
from maskwire.detect.wordlists import STDNUM

Check = Callable[[str], bool]


_OWN: Mapping[str, Check] = MappingProxyType(
    {
        "nric": checksums.nric,
        "tw_id": checksums.tw_id,
        "hkid": checksums.hkid,
        "cn_ric": checksums.cn_ric,
        "dea": checksums.dea,
        "kvnr": checksums.kvnr,
        "month_word": dates.month_word,
        "street": plausible.street,
        "trimmed": plausible.trimmed,
        "password_plain": credentials.password_plain,
        "password_env": credentials.password_env,
        "url_password": credentials.url_password,
        "header_value": credentials.header_value,
        "random_key": credentials.random_key,
        "key_block": credentials.key_block,
        "letter_groups": letters.letter_groups,
        "phrase_words": letters.phrase_words,
        "prefixed": credentials.prefixed,
        "prefixed_short": credentials.prefixed_short,
        "prefixed_parts": credentials.prefixed_parts,
        "password_pair": credentials.password_pair,
        "base64_credential": credentials.base64_credential,
        "seed_text": credentials.seed_text,
        "seed_words": credentials.seed_words,
        "mixed_case": credentials.mixed_case,
        "card_any": checksums.card_any,
        "aba": checksums.aba,
        "base58check": checksums.base58check,
        "bech32": checksums.bech32,
        "bic": plausible.bic,
        "birth_date": dates.birth_date,
        "card": checksums.card,
        "card_grouping": checksums.card_grouping,
        "email": plausible.email,
        "email_spoken": plausible.email_spoken,
        "iban": checksums.iban,
        "identifier": plausible.identifier,
        "imei": checksums.imei,
        "ip_public": plausible.ip_public,
        "itin": plausible.itin,
        "latitude_longitude": plausible.latitude_longitude,
        "letters_and_digits": plausible.letters_and_digits,
        "luhn": checksums.luhn,
        "mac": plausible.mac,
        "nhs": checksums.nhs,
        "not_fiction": phones.not_fiction,
        "npi": checksums.npi,
        "passport": plausible.passport,
        "password_assigned": credentials.password_assigned,
        "password_said": credentials.password_said,
        "phone_international": phones.phone_international,
        "phone_said": phones.phone_said,
        "phone_trunk": phones.phone_trunk,
        "phone_us": phones.phone_us,
        "plate": plausible.plate,
        "postal": plausible.postal,
        "postal_said": plausible.postal_said,
        "postcode_line": plausible.postcode_line,
        "random": credentials.random,
        "real": credentials.real,
        "secret_assigned": credentials.secret_assigned,
        "session_assigned": credentials.session_assigned,
        "ssn": plausible.ssn,
        "ssn_any": plausible.ssn_any,
        "ja_name": plausible.ja_name,
        "ko_name": plausible.ko_name,
        "person_label": plausible.person_label,
        "titled": plausible.titled,
        "zh_name": plausible.zh_name,
        "username": plausible.username,
        "username_plain": plausible.username_plain,
        "vin": checksums.vin,
    }
)


@cache
def check_named(name: str) -> Check:
    """Return the check that a rule calls ``name``; python-stdnum is imported when it is first asked.

    Raises:
        ValueError: there is no such check.
    """
    if (own := _OWN.get(name)) is not None:
        return own
    family, _, number = name.partition(".")
    if family != "stdnum" or number not in STDNUM:
        raise ValueError(f"unknown check {name!r}")

    def check(value: str) -> bool:
        try:
            return bool(import_module(f"stdnum.{number}").is_valid(value))
        except (LookupError, ValueError, TypeError):
            return True  # python-stdnum trips over some numbers; what it cannot judge counts as real

    return check
