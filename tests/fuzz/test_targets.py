"""The checks of the fuzzer hold for the inputs it starts from, cut and damaged in simple ways."""

import pytest

from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_check_holds_for_its_seeds_and_all_their_beginnings(name: str) -> None:
    target = TARGETS[name]
    for seed in target.seeds:
        for end in range(0, len(seed) + 1, max(1, len(seed) // 60)):
            target.check(seed[:end])
        target.check(seed)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_check_holds_for_damaged_seeds(name: str) -> None:
    target = TARGETS[name]
    for seed in target.seeds:
        for at in range(0, len(seed), max(1, len(seed) // 40)):
            target.check(seed[:at] + bytes([seed[at] ^ 0x55]) + seed[at + 1 :])
            target.check(seed[:at] + b'\r\n"' + seed[at:])
