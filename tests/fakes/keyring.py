"""Keyring backends that behave in one way each."""

import threading
from collections.abc import Callable

from keyring.errors import KeyringLocked, PasswordDeleteError


class Remembering:
    """A keyring that works; ``entries`` maps (service, username) to the password."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("none")


class Forgetful(Remembering):
    """Takes every key and keeps none, as the null backend does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Refusing(Remembering):
    """Locked, with nobody to unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")


class Breaking(Remembering):
    """Fails with an error of the system's own family, which names what was asked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ConnectionResetError(f"{service} {username}")


class Waiting(Remembering):
    """Shows a dialog: answers only after ``answer`` was called. ``asked`` counts the dialogs."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self._answered = threading.Event()

    def answer(self) -> None:
        self._answered.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self._answered.wait(30)
        return super().get_password(service, username)


class Late(Remembering):
    """Lets ``meanwhile`` happen just before the second look, as a second daemon would."""

    def __init__(self, meanwhile: Callable[["Late"], None]) -> None:
        super().__init__()
        self._meanwhile = meanwhile
        self._looks = 0

    def get_password(self, service: str, username: str) -> str | None:
        self._looks += 1
        if self._looks == 2:
            self._meanwhile(self)
        return super().get_password(service, username)
