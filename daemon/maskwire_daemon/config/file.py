"""Reads ``config.toml`` and says exactly what is wrong with it. IO: that file, and the machine's policy over it."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from maskwire.detect.names import Engine
from maskwire.entities import KINDS
from maskwire.errors import ConfigError
from maskwire.policy import Mode, TokenForm
from maskwire.tokens import NATURAL
from maskwire_daemon.capture.company import company_problem
from maskwire_daemon.config import managed
from maskwire_daemon.config.local import local_problem
from maskwire_daemon.config.managed import Managed
from maskwire_daemon.config.settings import (
    Config,
    Entity,
    Host,
    KeyProvider,
    ProgramHost,
    Section,
    Store,
    section_in,
)
from maskwire_daemon.config.toml_lines import error_line, line_of
from maskwire_daemon.detection.own import pattern_problem
from maskwire_daemon.store.team.address import url_problem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_BARE = re.compile(r"[\w-]+", re.ASCII)
"""A part of a key that TOML reads without quotes."""

_ENUM = re.compile(r"<\w+\.\w+: ('\w+')>")
"""How pydantic shows a member of an enumeration; only its value concerns the person."""


def load(file: Path, known_hosts: Sequence[str]) -> Config:
    """Return the settings of ``file``; a missing file is the default configuration.

    Relative paths in it are meant from its own folder. ``known_hosts`` are the exact hosts and ``*.suffix``
    patterns that can be protected.

    What the machine's policy says holds over the file.

    Raises:
        ConfigError: names the file, the line and the key, and what would be right.
    """
    text, policy = _text(file), load_policy(known_hosts)
    own = parse(text, Origin(file, tuple(known_hosts)))
    return own if policy is None else _over(policy, text, Origin(file, tuple(known_hosts)))


def load_policy(known_hosts: Sequence[str]) -> Managed | None:
    """Return what the machine's policy fixes, ``None`` where it has none.

    Raises:
        ConfigError: as ``load``, about the policy.
    """
    text = managed.policy_text()
    if text is None:
        return None
    fixed = parse(text, Origin(managed.POLICY_FILE, tuple(known_hosts)))
    return Managed.of(_with_paths(tomllib.loads(text), fixed))


def _text(file: Path) -> str:
    """Return what ``file`` says: nothing where it is missing."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as e:
        raise ConfigError(f"cannot be read: {e.strerror}", file=file) from e
    except UnicodeDecodeError as e:
        raise ConfigError("is not UTF-8 text", file=file) from e


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text of settings comes from, and which hosts it may name."""

    file: Path
    known_hosts: tuple[str, ...]


def parse(text: str, origin: Origin) -> Config:
    """Return the settings that ``text`` holds.

    Raises:
        ConfigError: as ``load``.
    """
    try:
        found = Config.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(f"is not valid TOML: {e}", file=origin.file, line=error_line(e, text)) from e
    except ValidationError as e:
        first = e.errors(include_url=False, include_context=False, include_input=False)[0]
        raise _error(text, origin, [str(part) for part in first["loc"]], _sentence(first)) from None
    for key, problem in _problems(found, origin):
        raise _error(text, origin, key, problem)
    return _resolved(found, origin.file.parent)


def _over(policy: Managed, text: str, origin: Origin) -> Config:
    """Return the settings that ``text`` and the policy make together; either is valid by itself."""
    try:
        found = Config.model_validate(policy.over(tomllib.loads(text)))
    except ValidationError as e:
        first = e.errors(include_url=False, include_context=False, include_input=False)[0]
        raise _error(text, origin, [str(part) for part in first["loc"]], _sentence(first)) from None
    for key, problem in _problems(found, origin):
        raise _error(text, origin, key, f"{problem}, as {managed.POLICY_FILE} has it")
    return _resolved(found, origin.file.parent).managed_by(policy.names)


def _with_paths(settings: dict[str, Any], resolved: Config) -> dict[str, Any]:
    """Return a policy's settings with its paths made absolute: they are meant from its own folder."""
    if resolved.key_file is not None:
        settings["key_file"] = str(resolved.key_file)
    if resolved.upstream.trusted_ca is not None:
        settings["upstream"]["trusted_ca"] = str(resolved.upstream.trusted_ca)
    if resolved.vault.redis_ca is not None:
        settings["vault"]["redis_ca"] = str(resolved.vault.redis_ca)
    return settings


def _error(text: str, origin: Origin, key: Sequence[str], problem: str) -> ConfigError:
    written = ".".join(part if _BARE.fullmatch(part) else f'"{part}"' for part in key)
    return ConfigError(problem, file=origin.file, line=line_of(text, key), key=written)


def _sentence(error: "ErrorDetails") -> str:
    """Return pydantic's message in our words; it never holds what was written."""
    if error["type"] == "model_type":
        return "must be a table"
    if error["type"] != "extra_forbidden":
        message = _ENUM.sub(r"\1", error["msg"])
        return message[0].lower() + message[1:]
    *parents, name = (str(part) for part in error["loc"])
    return "no such setting" + _meant(name, _fields(parents))


def _fields(parents: Sequence[str]) -> Iterable[str]:
    """Return the names that may stand in the table at ``parents``."""
    model: type[Section] = Config
    for part in parents:
        field = model.model_fields.get(part)
        model = (section_in(field.annotation) if field else None) or model
    return model.model_fields


def _meant(written: str, possible: Iterable[str]) -> str:
    """Return a hint that names up to three close matches, or nothing."""
    close = difflib.get_close_matches(written, list(possible), n=3, cutoff=0.55)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _problems(config: Config, origin: Origin) -> Iterable[tuple[list[str], str]]:
    """Yield what the types alone can not tell: the key's path and a sentence."""
    for entity in config.entities:
        yield from _entity_problems(entity, config.entities[entity])
    yield from _host_problems(["hosts"], {name: host for name, host in config.hosts.items() if name != "*"}, origin)
    yield from _action_problems(["hosts", "*"], config.hosts.get("*"))
    for program, hosts in config.programs.items():
        named = {name: host for name, host in hosts.items() if name != "*"}
        yield from _host_problems(["programs", program], named, origin)
        yield from _action_problems(["programs", program, "*"], hosts.get("*"))
        for name, override in hosts.items():
            if override.mode is Mode.BYPASS:
                yield ["programs", program, name, "mode"], "must be protect, observe or block; a host can be bypassed"
    for address, instead in config.upstream.connect_to.items():
        for written in (address, instead):
            if not _is_address(written):
                yield ["upstream", "connect_to", address], "needs host:port on both sides, as in api.openai.com:443"
    yield from _store_problems(config)
    if problem := company_problem(config.upstream.proxy):
        yield ["upstream", "proxy"], problem
    if config.local.url and (problem := local_problem(config.local.url) or _loop(config)):
        yield ["local", "url"], problem
    yield from _own_problems(config, origin)
    if config.key_provider is KeyProvider.FILE and config.key_file is None:
        yield ["key_provider"], 'key_provider = "file" needs key_file'


def _entity_problems(entity: str, settings: Entity) -> Iterable[tuple[list[str], str]]:
    if entity not in KINDS:
        yield ["entities", entity], f"no such kind of value{_meant(entity, KINDS)}"
    elif settings.token is TokenForm.NAME and entity not in NATURAL:
        yield ["entities", entity, "token"], f"must be code: only {', '.join(sorted(NATURAL))} can be names"


def _store_problems(config: Config) -> Iterable[tuple[list[str], str]]:
    """Yield what is wrong with where the vault is."""
    if config.vault.redis_url and (problem := url_problem(config.vault.redis_url)):
        yield ["vault", "redis_url"], problem
    if config.vault.store is Store.REDIS and not config.vault.redis_url:
        yield ["vault", "store"], 'store = "redis" needs redis_url: `maskwire team join` writes both'


def _loop(config: Config) -> str:
    """Return what is wrong with a local model on a port of our own, from where a provider would be asked after all."""
    ours = config.proxy.port, config.api.port, config.capture.pac_port, config.capture.base_url_port
    if urlsplit(config.local.url).port not in ours:
        return ""
    return "leads back to maskwire itself: give the port of the model's server"


def _host_problems(
    place: list[str], hosts: Mapping[str, Host | ProgramHost], origin: Origin
) -> Iterable[tuple[list[str], str]]:
    for name, host in hosts.items():
        if not covers_known(name, origin.known_hosts):
            yield [*place, name], f"matches no host that maskwire knows{_meant(name, origin.known_hosts)}"
        yield from _action_problems([*place, name], host)


def _action_problems(place: list[str], host: Host | ProgramHost | None) -> Iterable[tuple[list[str], str]]:
    for entity in host.actions if host is not None else ():
        if entity not in KINDS:
            yield [*place, "actions", entity], f"no such kind of value{_meant(entity, KINDS)}"


def _own_problems(config: Config, origin: Origin) -> Iterable[tuple[list[str], str]]:
    """Yield what is wrong with the person's own words, patterns and allowed values."""
    if config.words.entity not in KINDS:
        yield ["words", "entity"], f"no such kind of value{_meant(config.words.entity, KINDS)}"
    if any(not term.strip("* \t\n") for term in config.words.terms):
        yield ["words", "terms"], "a term has no character to look for"
    for number, own in enumerate(config.words.patterns):
        place = ["words", "patterns", str(number)]
        if own.entity not in KINDS:
            yield [*place, "entity"], f"no such kind of value{_meant(own.entity, KINDS)}"
        if problem := pattern_problem(own):
            yield [*place, "pattern"], problem
    for number, allowance in enumerate(config.allow.values):
        if allowance.host and not covers_known(allowance.host, origin.known_hosts):
            problem = f"matches no host that maskwire knows{_meant(allowance.host, origin.known_hosts)}"
            yield ["allow", "values", str(number), "host"], problem
    if config.detection.engine is Engine.REMOTE and not config.detection.remote_url:
        yield ["detection", "engine"], 'engine = "remote" needs remote_url'


def covers_known(pattern: str, known: Iterable[str]) -> bool:
    """Tell whether an exact host or ``*.suffix`` pattern covers, or is covered by, a known host or pattern."""
    pattern = pattern.lower()
    for candidate in known:
        if pattern == candidate:
            return True
        if candidate.startswith("*.") and pattern.removeprefix("*.").endswith(candidate[1:]):
            return True
        if pattern.startswith("*.") and candidate.endswith(pattern[1:]):
            return True
    return False


def _is_address(written: str) -> bool:
    host, colon, port = written.rpartition(":")
    return bool(host and colon) and port.isdecimal() and 0 < int(port) < 65536


def _resolved(config: Config, folder: Path) -> Config:
    """Return the same settings with paths made absolute."""

    def absolute(path: Path | None) -> Path | None:
        return None if path is None else folder / path.expanduser()

    upstream = config.upstream.model_copy(update={"trusted_ca": absolute(config.upstream.trusted_ca)})
    vault = config.vault.model_copy(update={"redis_ca": absolute(config.vault.redis_ca)})
    return config.model_copy(update={"upstream": upstream, "vault": vault, "key_file": absolute(config.key_file)})
