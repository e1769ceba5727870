"""What a vault tells of its values without any of them: how many, how old, used when."""

from maskwire.vault import Finding
from maskwire_daemon.store.contract import Holding, VaultOptions
from maskwire_daemon.store.vault import SqliteVault
from tests.fakes.store import Clock
from tests.unit.store.conftest import MakeVault

DAY_S = 86_400


def test_counts_and_ages_are_by_kind(make_vault: MakeVault, clock: Clock) -> None:
    vault = make_vault(VaultOptions(clock=clock))
    began = int(clock.now)
    first, _ = vault.tokenize([Finding("PERSON", "Jane"), Finding("CITY", "Paris")])
    clock.pass_s(DAY_S)
    vault.tokenize([Finding("PERSON", "John")])
    clock.pass_s(DAY_S)
    vault.resolve(first)
    knows_days = isinstance(vault, SqliteVault)
    first_day, second_day = (began, began + DAY_S) if knows_days else (None, None)

    assert vault.holdings() == [
        Holding("CITY", 1, first_day, first_day, began),
        Holding("PERSON", 2, first_day, second_day, began + 2 * DAY_S),
    ]


def test_an_empty_vault_holds_nothing(make_vault: MakeVault) -> None:
    assert make_vault(VaultOptions()).holdings() == []
