"""Sets of settings that a person takes at once: balanced, strict, observe. Sans-IO.

Each profile says something about the same settings, ``GOVERNED``; what else stands in the file is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maskwire.entities import KINDS, Kind
from maskwire.policy import Action, Mode
from maskwire_daemon.config.settings import Config, Detection

type Key = tuple[str, ...]
"""The tables and the name of one setting."""

EVERY_HOST = "*"
"""The entry of ``[hosts]`` for those without settings of their own."""

_SECRETS = tuple(entity for entity, kind in KINDS.items() if kind is Kind.SECRET)

_FAINT = ("ORGANIZATION", "LOCATION", "USERNAME")
"""What scores below the usual threshold, as the model of names gives it."""

STRICT_THRESHOLD = 0.35
"""Lets through what a rule with context or a model half believes: more is masked that was none."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One set. ``settings`` hold what differs from the defaults; all else that is governed takes its default."""

    name: str
    title: str
    words: str
    settings: Mapping[Key, float | str]


PROFILES = (
    Profile(
        "balanced",
        "Balanced",
        "Masks what is surely a value: secrets, identifiers, people. The defaults.",
        MappingProxyType({}),
    ),
    Profile(
        "strict",
        "Strict",
        "Masks doubtful findings too, companies and places among them, and refuses requests that bring a new secret.",
        MappingProxyType(
            {
                ("detection", "threshold"): STRICT_THRESHOLD,
                **{("entities", entity, "threshold"): 0.3 for entity in _FAINT},
                **{("entities", entity, "action"): str(Action.BLOCK) for entity in _SECRETS},
            }
        ),
    ),
    Profile(
        "observe",
        "Observe",
        "Only counts what it would mask, on every host that has no mode of its own. Secrets are masked all the same.",
        MappingProxyType({("hosts", EVERY_HOST, "mode"): str(Mode.OBSERVE)}),
    ),
)
"""The profiles, in the order in which they are offered."""

BY_NAME: Mapping[str, Profile] = MappingProxyType({profile.name: profile for profile in PROFILES})

GOVERNED: tuple[Key, ...] = tuple(dict.fromkeys(key for profile in PROFILES for key in profile.settings))
"""The settings about which some profile says something."""

_DEFAULTS: Mapping[Key, float | str | None] = MappingProxyType(
    {
        key: {"threshold": None, "action": str(Action.MASK), "mode": str(Mode.PROTECT)}[key[-1]]
        for key in GOVERNED
        if key != ("detection", "threshold")
    }
    | {("detection", "threshold"): Detection().threshold}
)


def changes_to(profile: Profile, config: Config) -> dict[Key, float | str | None]:
    """Return what must be written so that ``profile`` holds: values, and ``None`` for what is taken out."""
    return {
        key: profile.settings.get(key)
        for key in GOVERNED
        if _at(config, key) != profile.settings.get(key, _DEFAULTS[key])
    }


def profile_of(config: Config) -> Profile | None:
    """Return the profile whose settings hold, ``None`` when it is none of them exactly."""
    return next((profile for profile in PROFILES if not changes_to(profile, config)), None)


def _at(config: Config, key: Key) -> float | str | None:
    """Return what holds now for a governed setting."""
    match key:
        case ("detection", _):
            return config.detection.threshold
        case ("entities", entity, name) if entity in config.entities:
            found = getattr(config.entities[entity], name)
            return found if found is None or isinstance(found, float) else str(found)
        case ("hosts", host, _) if host in config.hosts:
            return str(config.hosts[host].mode)
    return _DEFAULTS[key]
