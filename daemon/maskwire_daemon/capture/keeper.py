"""Sets the system's proxy settings, and puts back exactly what stood there. IO: the places, one file.

Each setting is looked at by itself. Whatever somebody else changed since we set it is theirs, and stays.
"""

from collections.abc import Mapping
from dataclasses import replace

from maskwire.errors import ControlError
from maskwire_daemon.capture import kept
from maskwire_daemon.capture.kept import AfterDeath, Kept, Place
from maskwire_daemon.paths import Paths
from maskwire_daemon.platform.system_proxy import SystemProxy, Values, Way, shown


class Keeper:
    """Leads this machine's places to a way and back. Blocks: call it in a thread."""

    def __init__(self, paths: Paths, places: Mapping[str, SystemProxy]) -> None:
        self._paths = paths
        self._places = dict(places)

    def add(self, places: Mapping[str, SystemProxy]) -> None:
        """Know of places that were not there before, as those of a desktop that started later."""
        self._places.update(places)

    def lead(self, name: str, way: Way, *, past: bool = False, again: bool = False) -> None:
        """Set the place ``name`` to ``way``; doing it twice changes nothing.

        ``past`` tells that another proxy in the settings is known and will be used. ``again`` overwrites what
        somebody else changed meanwhile, and keeps that as what stood before.

        Raises:
            ControlError: another proxy is set, somebody changed the settings, or they cannot be written.
        """
        place = self._place(name)
        with kept.locked(self._paths):
            found = kept.load(self._paths)
            now, wanted = place.read(), place.wanted(way)
            ours = found.places.get(name)
            theirs = _foreign(ours, now) if ours is not None else []
            if ours is not None and theirs:
                if not again:
                    raise ControlError(changed(name))
                ours = Place({**ours.before, **{key: now.get(key) for key in theirs}}, ours.ours)
            if (ours is None or theirs) and not past and (other := place.other(now)):
                raise ControlError(
                    f"the {name} settings lead to {shown(other)} already, which maskwire would cut off: put that "
                    "proxy into upstream.proxy, or switch it off first"
                )
            place_now = _placed(ours, now, wanted)
            kept.store(self._paths, replace(found, places={**found.places, name: place_now}))
            dropped = {k: v for k, v in (ours.before if ours else {}).items() if k not in wanted}
            place.write(_differing({**dropped, **wanted}, now))
            if _lacking(place_now, place.read()):
                raise ControlError(
                    f"the {name} settings did not take over what was set: is this session's desktop running?"
                )

    def let_go(self, name: str) -> list[str]:
        """Put back what stood in the place ``name``; return a sentence for each setting that is somebody else's now.

        Raises:
            ControlError: it could not be done; it stays to be done.
        """
        with kept.locked(self._paths):
            found = kept.load(self._paths)
            ours = found.places.get(name)
            if ours is None:
                return []
            place = self._place(name)
            now = place.read()
            foreign = _foreign(ours, now)
            place.write(_differing({k: v for k, v in ours.before.items() if k not in foreign}, now))
            kept.store(self._paths, replace(found, places={k: v for k, v in found.places.items() if k != name}))
        return [f"{name}: {key} was changed by somebody else meanwhile and stays as it is" for key in foreign]

    def let_all_go(self) -> list[str]:
        """Put everything back; what fails does not keep the rest from being done.

        Raises:
            ControlError: at least one place could not be put back.
        """
        told: list[str] = []
        failed: list[str] = []
        for name in list(self.kept().places):
            try:
                told += self.let_go(name)
            except ControlError as e:
                failed.append(str(e))
        if failed:
            raise ControlError("; ".join(failed))
        return told

    def kept(self) -> Kept:
        """Return what is kept now."""
        return kept.load(self._paths)

    def after(self, after: AfterDeath) -> None:
        """Keep what is to happen when the daemon is gone."""
        with kept.locked(self._paths):
            found = kept.load(self._paths)
            if found.after != after:
                kept.store(self._paths, replace(found, after=after))

    def check(self, name: str) -> None:
        """Look whether the place ``name`` still leads to us.

        Raises:
            ControlError: it does not, with why and what to do.
        """
        ours = self.kept().places.get(name)
        if ours is None:
            raise ControlError(f"the {name} settings are not set: `maskwire capture on` sets them")
        if _lacking(ours, self._place(name).read()):
            raise ControlError(changed(name))

    def _place(self, name: str) -> SystemProxy:
        place = self._places.get(name)
        if place is None:
            raise ControlError(f"the {name} settings cannot be reached from this session: log in to the desktop first")
        return place


def changed(name: str) -> str:
    """Return the sentence about settings that somebody else has changed."""
    mode = "environment" if name == "environment" else "system"
    return (
        f"somebody else changed the {name} proxy settings, so they do not lead to maskwire: "
        f"`maskwire capture on {mode}` sets them again, `maskwire capture off {mode}` leaves them as they are"
    )


def _foreign(ours: Place, now: Values) -> list[str]:
    """Return the names that no longer have our value, nor the one before, which a crash may have left."""
    return [key for key, value in ours.ours.items() if now.get(key) not in (value, ours.before.get(key))]


def _lacking(ours: Place, now: Values) -> list[str]:
    """Return the names that do not have our value."""
    return [key for key, value in ours.ours.items() if now.get(key) != value]


def _placed(ours: Place | None, now: Values, wanted: Values) -> Place:
    """Return what stood before and what is wanted, for the wanted names."""
    known = ours.before if ours is not None else {}
    return Place({key: known[key] if key in known else now.get(key) for key in wanted}, wanted)


def _differing(values: Values, now: Values) -> Values:
    return {key: value for key, value in values.items() if now.get(key) != value}
