"""Checks accept what issuers print and refuse what they do not."""

import pytest

from maskwire.detect.checks import check_named
from maskwire.detect.wordlists import STDNUM


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("luhn", "79927398713", "79927398710"),
        ("card", "5555 5555 5555 4444", "5555 5555 5555 4445"),
        ("card_any", "6759649826438453", "1234567890123456"),
        ("iban", "GB29 NWBK 6016 1331 9268 19", "GB28 NWBK 6016 1331 9268 19"),
        ("aba", "021000021", "021000022"),
        ("vin", "1HGBH41JXMN109186", "1HGBH41JXMN109185"),
        ("base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
        ("bech32", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp"),
        ("npi", "1234567893", "1234567890"),
        ("nhs", "9434765919", "9434765918"),
        ("imei", "490154203237518", "490154203237517"),
        ("ssn", "123-45-6789", "666-45-6789"),
        ("itin", "912-70-1234", "912-40-1234"),
        ("email", "jo@acme.org", "jo@example.com"),
        ("ip_public", "93.184.216.34", "192.168.1.1"),
        ("phone_international", "+44 20 7946 1234", "+44 12"),
        ("phone_us", "415-867-5309", "115-867-5309"),
        ("random", "a8Kd93jfLs02mNvQpZ71xY4b", "authentication"),
        ("password_assigned", "Summ3r740!", "changeme"),
        ("secret_assigned", "Zk38dhQpLw02mXv7", "your-api-key-here"),
        ("latitude_longitude", "48.85661, 2.35222", "98.85661, 2.35222"),
        ("birth_date", "1980-02-03", "1780-02-03"),
        ("street", "Steinbecker Weg 12a", "Weg 5"),
        ("mac", "3c:d0:e7:50:cd:25", "ff:ff:ff:ff:ff:ff"),
        ("cn_ric", "11010519491231002X", "110105194912310021"),
        ("nric", "S1234567D", "S1234567A"),
    ],
)
def test_a_check_tells_real_from_unreal(name: str, good: str, bad: str) -> None:
    check = check_named(name)

    assert check(good)
    assert not check(bad)


def test_an_unknown_check_is_refused() -> None:
    for name in ("nope", "stdnum.nope", "stdnum.xx.yy"):
        with pytest.raises(ValueError, match="unknown check"):
            check_named(name)


@pytest.mark.parametrize("name", sorted(STDNUM))
def test_every_format_of_stdnum_that_rules_may_name_exists(name: str) -> None:
    assert check_named(f"stdnum.{name}")("") is False
