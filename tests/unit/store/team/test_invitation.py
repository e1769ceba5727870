"""An invitation carries all that a machine needs, to whoever has its passphrase and to nobody else."""

import base64

import pytest

from maskwire.errors import ConfigError, VaultLocked
from maskwire_daemon.store.passphrase import SealedKey
from maskwire_daemon.store.team.invitation import Invitation, new_passphrase, read, write
from maskwire_daemon.store.team.membership import Membership

MEMBERSHIP = Membership(b"v" * 16, bytes(range(32)), "hunter22")
INVITATION = Invitation("rediss://redis.example.com", MEMBERSHIP, "-----BEGIN CERTIFICATE-----\n")
PASSPHRASE = "abcd-efgh-jkmn-pqrs-tuvw"


@pytest.fixture(scope="module")
def text() -> str:
    return write(INVITATION, PASSPHRASE)


def test_it_comes_back_out_of_a_mail(text: str) -> None:
    mail = "Hello,\r\n" + text.replace("\n", "\r\n") + "\r\n-- \r\nAnn"

    assert read(mail, f" {PASSPHRASE.upper()}\n") == INVITATION


def test_nothing_of_it_can_be_read_without_the_passphrase(text: str) -> None:
    inner = base64.b64decode("".join(text.splitlines()[1:-1]))

    assert [word for word in (b"redis.example", b"hunter22", base64.b64encode(MEMBERSHIP.key)) if word in inner] == []
    with pytest.raises(VaultLocked, match="passphrase does not open"):
        read(text, "abcd-efgh-jkmn-pqrs-tuvx")


@pytest.mark.parametrize("broken", ["", "-----BEGIN MASKWIRE TEAM INVITATION-----", "no invitation at all"])
def test_what_is_none_is_refused(broken: str) -> None:
    with pytest.raises(ConfigError, match="is not an invitation"):
        read(broken, PASSPHRASE)


def test_one_that_was_cut_is_refused(text: str) -> None:
    lines = text.splitlines()

    with pytest.raises(ConfigError, match="is not an invitation"):
        read("\n".join((*lines[:3], lines[-1])), PASSPHRASE)


def test_another_sealed_text_is_no_invitation() -> None:
    sealed = base64.b64encode(SealedKey.seal(b'{"version": 1}', PASSPHRASE).to_json()).decode()
    text = f"-----BEGIN MASKWIRE TEAM INVITATION-----\n{sealed}\n-----END MASKWIRE TEAM INVITATION-----"

    with pytest.raises(ConfigError, match="another version"):
        read(text, PASSPHRASE)


def test_passphrases_are_long_and_never_the_same() -> None:
    made = {new_passphrase() for _ in range(50)}

    assert len(made) == 50
    assert {len(passphrase.replace("-", "")) for passphrase in made} == {20}


def test_nothing_shows_the_key_or_the_password() -> None:
    shown = repr(INVITATION) + repr(MEMBERSHIP)

    assert "hunter22" not in shown
    assert repr(MEMBERSHIP.key) not in shown
