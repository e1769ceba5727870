"""The way to the team's Redis: one round trip for each call, short limits, back by itself. IO: the network, blocking.

The only module that imports ``redis``. Nothing is tried again in vain: after a failure every call fails at once for a
second, so that a Redis that does not answer costs one request its time and not each.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from maskwire.errors import ConfigError, VaultUnreachable
from maskwire_daemon.store.team import faults
from maskwire_daemon.store.team.address import Address
from maskwire_daemon.store.team.scripts import ALL, Script
from maskwire_daemon.store.team.standing import Said, Standing, info_of, standing_of, too_old

if TYPE_CHECKING:
    from redis.connection import ConnectionPool

CONNECT_S: Final = 1.0
"""Seconds that a connection may take, TLS included in each of its steps."""

ANSWER_S: Final = 1.5
"""Seconds without a byte of an answer: a request waits no longer than that for its tokens."""

PAUSE_S: Final = 1.0
"""Seconds after a failure in which nothing is tried."""

type Argument = bytes | str | int
type Command = tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Where to go in, and the password there. ``clock`` gives Unix time, ``ticks`` seconds that only grow."""

    address: Address
    password: str = field(default="", repr=False)
    clock: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic


def call(script: Script, *arguments: Argument) -> Command:
    """Return the command that runs ``script``."""
    return ("EVALSHA", script.sha, 0, *arguments)


class Link:
    """Connections to one Redis. Safe between threads.

    ``standing`` is what it said of itself when it was looked at last, ``None`` before; ``problem`` why the last call
    failed, empty when it did not.
    """

    def __init__(self, entry: Entry) -> None:
        """Prepare; nothing is connected yet.

        Raises:
            ConfigError: the extra ``team`` is not installed, or the file of authorities is missing.
        """
        self.address = entry.address
        self._entry = entry
        self._fresh: set[int] = set()
        self._pool = _pool(entry, self._welcome)
        self._again_at = 0.0
        self.standing: Standing | None = None
        self.problem = ""

    def ask(self, commands: Sequence[Command]) -> list[object]:
        """Send ``commands`` together and return their answers.

        Raises:
            VaultUnreachable: Redis does not answer, or not with what was asked for; what of it happened is unknown.
        """
        return self._asked(commands, look=False)

    def look(self) -> Standing:
        """Ask Redis how it stands.

        Raises:
            VaultUnreachable: as ``ask``.
        """
        self._asked((), look=True)
        assert self.standing is not None  # it was looked at
        return self.standing

    def close(self) -> None:
        """Close all connections."""
        self._pool.disconnect()

    def _asked(self, commands: Sequence[Command], *, look: bool) -> list[object]:
        from redis import exceptions

        if (problem := self.problem) and self._entry.ticks() < self._again_at:
            raise VaultUnreachable(problem)
        try:
            try:
                answers = self._conversed(commands, look=look)
            except exceptions.BusyLoadingError:
                raise
            except exceptions.ConnectionError:  # Redis may have been started anew: the other connections are gone too
                self._pool.disconnect(inuse_connections=False)
                answers = self._conversed(commands, look=look)
        except exceptions.TimeoutError:
            raise self._failed(faults.unreachable(self.address, late=True, tls=False)) from None
        except (exceptions.AuthenticationError, exceptions.BusyLoadingError, exceptions.ResponseError) as error:
            raise self._refused(error) from None
        except exceptions.RedisError as error:
            tls = "CERTIFICATE_VERIFY_FAILED" in str(error)
            raise self._failed(faults.unreachable(self.address, late=False, tls=tls)) from None
        self.problem = ""
        return answers

    def _conversed(self, commands: Sequence[Command], *, look: bool) -> list[object]:
        """Have one connection send and receive; a new one is first asked to which Redis it leads.

        Raises:
            RedisError: of any kind; the first error among the answers is one.
        """
        from redis import exceptions

        connection: Any = self._pool.get_connection()  # its methods have no types
        try:
            if look or id(connection) in self._fresh:
                self._examine(connection)
                self._fresh.discard(id(connection))
            answers = _exchanged(connection, commands)
            if any(isinstance(answer, exceptions.NoScriptError) for answer in answers):
                self._examine(connection)
                answers = _exchanged(connection, commands)
        except BaseException:
            connection.disconnect()
            raise
        finally:
            self._pool.release(connection)
        return _sound(answers)

    def _examine(self, connection: Any) -> None:
        """See how the Redis behind ``connection`` stands, and hand it the scripts."""
        loads: list[Command] = [("SCRIPT", "LOAD", script.text) for script in ALL]
        questions: list[Command] = [("INFO",), ("CONFIG", "GET", "appendfsync"), ("TIME",), *loads]
        info, flush, clock, *loaded = _exchanged(connection, questions)
        said = Said(
            info_of(info.decode("utf-8", "replace")) if isinstance(info, bytes) else {},
            flush[1].decode() if isinstance(flush, list) and len(flush) == 2 else "",
            float(clock[0]) if isinstance(clock, list) else self._entry.clock(),
            self._entry.clock(),
        )
        if too_old(said.info):
            raise self._failed(f"the team's Redis at {self.address.name} is too old: a vault needs 6.2 or newer")
        _sound(loaded)
        self.standing = standing_of(said, self.address)

    def _welcome(self, connection: Any) -> None:
        """Log in over a new connection, and remember that it is new."""
        connection.on_connect()
        self._fresh.add(id(connection))

    def _refused(self, error: Exception) -> VaultUnreachable:
        word = str(getattr(error, "status_code", None) or str(error).partition(" ")[0])
        return self._failed(faults.refused(self.address, word))

    def _failed(self, sentence: str) -> VaultUnreachable:
        self._again_at = self._entry.ticks() + PAUSE_S
        self.problem = sentence
        return VaultUnreachable(sentence)

    def __repr__(self) -> str:
        return f"<Link to {self.address.name}>"


def _exchanged(connection: Any, commands: Sequence[Command]) -> list[object]:
    """Send ``commands`` at once and return their answers; an error that Redis answers with is one of them."""
    if not commands:
        return []
    connection.send_packed_command(connection.pack_commands(commands), check_health=False)
    return [_read(connection) for _ in commands]


def _read(connection: Any) -> object:
    from redis import exceptions

    try:
        answer: object = connection.read_response(disable_decoding=True)
    except exceptions.ResponseError as error:
        return error
    return answer


def _sound(answers: list[object]) -> list[object]:
    """Return ``answers``, or raise the first error among them."""
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers


def _pool(entry: Entry, welcome: Callable[[Any], None]) -> "ConnectionPool":
    try:
        from redis.backoff import NoBackoff
        from redis.connection import Connection, ConnectionPool, SSLConnection, UnixDomainSocketConnection
        from redis.retry import Retry
    except ModuleNotFoundError as error:
        raise ConfigError(
            "a team's vault needs the extra `team`: `pip install 'maskwire[team]'`, or `uv sync --extra team`",
            key="vault.store",
        ) from error
    address = entry.address
    if address.ca is not None and not address.ca.is_file():
        raise ConfigError(f"there is no file {address.ca}", key="vault.redis_ca")
    common: dict[str, Any] = {
        "db": address.number,
        "username": address.user or None,
        "password": entry.password or None,
        "socket_timeout": ANSWER_S,
        "socket_connect_timeout": CONNECT_S,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        "driver_info": None,
        "redis_connect_func": welcome,
    }
    if address.socket:
        return ConnectionPool(UnixDomainSocketConnection, path=address.socket, **common)
    where: dict[str, Any] = {"host": address.host, "port": address.port}
    if not address.tls:
        return ConnectionPool(Connection, **where, **common)
    ca = None if address.ca is None else str(address.ca)
    return ConnectionPool(SSLConnection, ssl_ca_certs=ca, ssl_cert_reqs="required", **where, **common)
