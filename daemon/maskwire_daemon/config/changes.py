"""Which settings differ between two states of the file, by name alone: what they say may be private. Sans-IO."""

from collections.abc import Mapping

from pydantic import BaseModel

from maskwire_daemon.config.settings import Config


def changed(before: Config, after: Config) -> list[str]:
    """Return the dotted names of the settings that differ, as ``hosts.api.openai.com.mode``; lists count as one."""
    return [".".join(key) for key in _differing(before, after)]


def _differing(before: object, after: object) -> list[tuple[str, ...]]:
    if before == after:
        return []
    held, new = _parts(before), _parts(after)
    if held is None or new is None:
        return [()]
    names = [*held, *(name for name in new if name not in held)]
    return [(name, *rest) for name in names for rest in _differing(held.get(name), new.get(name))]


def _parts(held: object) -> Mapping[str, object] | None:
    """Return the named parts of a table, ``None`` for anything else."""
    if isinstance(held, BaseModel):
        return {name: getattr(held, name) for name in type(held).model_fields}
    return held if isinstance(held, Mapping) else None
