import copy
import pickle

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from maskwire_daemon.store.keys import Keys, ValueKeys, derive, fresh

ROOT = bytes(range(32))
SECRETS = ("token", "index", "journal", "ca", "cache")


def keys() -> Keys:
    return Keys.of(ROOT, ValueKeys(lambda: {1: bytes(32)}))


def test_subkeys_are_hkdf_sha256_of_the_root() -> None:
    expected = HKDF(SHA256(), 32, salt=None, info=b"maskwire/v1/token").derive(ROOT)

    assert expected == keys().token


def test_no_two_subkeys_are_alike() -> None:
    made = [getattr(keys(), name) for name in SECRETS]

    assert {len(key) for key in made} == {32}
    assert len({*made, ROOT, derive(ROOT, "wrap"), derive(ROOT, "check")}) == len(SECRETS) + 3


def test_ephemeral_keys_differ_each_time() -> None:
    assert Keys.ephemeral().token != Keys.ephemeral().token


def test_repr_shows_no_key() -> None:
    shown = repr(keys()) + str(keys()) + repr(keys().values)

    assert shown == "<Keys><Keys><ValueKeys current=1>"


@pytest.mark.parametrize("secret", [keys(), keys().values])
def test_keys_do_not_leave_their_process(secret: object) -> None:
    with pytest.raises(TypeError, match="do not leave"):
        pickle.dumps(secret)
    with pytest.raises(TypeError, match="do not leave"):
        copy.deepcopy(secret)


def test_the_newest_data_key_encrypts_and_older_ones_still_read() -> None:
    held = {1: fresh()}
    ring = ValueKeys(lambda: held)
    first = ring.sealer(1)
    assert first is not None
    sealed = first.seal(b"value", b"")
    held[2] = fresh()
    ring.reload()
    old = ring.sealer(1)

    assert ring.current == 2
    assert old is not None
    assert old.open(sealed, b"") == b"value"


def test_a_data_key_that_appeared_meanwhile_is_found() -> None:
    held = {1: fresh()}
    ring = ValueKeys(lambda: held)
    held[2] = fresh()

    assert ring.sealer(2) is not None
    assert ring.sealer(3) is None


def test_an_epoch_is_followed_once() -> None:
    loads = 0

    def load() -> dict[int, bytes]:
        nonlocal loads
        loads += 1
        return {1: bytes(32)}

    ring = ValueKeys(load)
    for epoch in (7, 7, 8, 8):
        ring.follow(epoch)

    assert loads == 3
