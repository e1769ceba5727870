from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maskwire_daemon.store.keys import Keys, ValueKeys, fresh
from maskwire_daemon.trust.authority import Authority

HOSTS = ("api.openai.com", "api.anthropic.com", "*.openai.azure.com")


def lasting_keys() -> Keys:
    """Return random keys that say of themselves that they come back."""
    return Keys.of(fresh(), ValueKeys(lambda: {1: fresh()}))


class Calendar:
    """A clock of dates that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def keys() -> Keys:
    return lasting_keys()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ca"


type Load = Callable[..., Authority]


@pytest.fixture
def load(folder: Path, keys: Keys, calendar: Calendar) -> Load:
    """Return how this home's authority is loaded, for the usual hosts unless others are given."""

    def again(*hosts: str) -> Authority:
        return Authority.load_or_create(folder, keys, hosts or HOSTS, calendar)

    return again
