"""Checks of what leads traffic elsewhere: other proxies, what a crash left, ways past us. IO: looks."""

from collections.abc import Iterator

from maskwire.wire.hosts import known_hosts
from maskwire_daemon.coverage.finding import Finding, Patient, Verdict
from maskwire_daemon.platform.clientenv import PROXY_VARIABLES, exempted
from maskwire_daemon.singleton import is_held

INTERCEPTORS = frozenset(
    {"burpsuite", "charles", "clash", "fiddler", "httptoolkit", "mitmdump", "mitmproxy", "mitmweb", "proxyman", "surge"}
)
"""Programs that take HTTPS traffic over as we do; a process counts by the first word of its name."""


def other_proxies(patient: Patient) -> Finding:
    """Would the person's own variables lead elsewhere?"""
    ours = patient.status.proxy if patient.status is not None else ""
    elsewhere = sorted({n for n in PROXY_VARIABLES if patient.environ.get(n) not in (None, "", ours)})
    passing = exempted(patient.environ, known_hosts())
    if passing:
        said = f"NO_PROXY lets {', '.join(passing)} go past every proxy"
        return Finding("other proxies", Verdict.WARNING, said, "take it out, or use `maskwire exec`, which does")
    if elsewhere:
        said = f"{', '.join(elsewhere)} name another proxy, which maskwire does not use: it connects directly"
        remedy = "where the network needs that proxy, see upstream.connect_to in the configuration"
        return Finding("other proxies", Verdict.WARNING, said, remedy)
    return Finding("other proxies", Verdict.OK, "none in the way")


def interceptors(patient: Patient) -> Finding:
    """Does another program take the same traffic over?"""
    del patient
    if found := sorted(set(_interceptors())):
        said = f"{', '.join(found)} runs, and may take traffic over before maskwire, or after it in the clear"
        return Finding("interceptors", Verdict.WARNING, said, "stop it, or be sure that it is meant")
    return Finding("interceptors", Verdict.OK, "none runs")


def _interceptors() -> Iterator[str]:
    import psutil

    for process in psutil.process_iter(["name"]):
        name = (process.info["name"] or "").lower()
        if name.replace("-", " ").replace(".", " ").split(" ")[0] in INTERCEPTORS:
            yield name


def capture(patient: Patient) -> Finding:
    """Do the ways to the proxy that are on work?"""
    modes = patient.status.capture if patient.status is not None else ()
    broken = [mode for mode in modes if mode.on and mode.problem]
    if broken:
        said = "; ".join(f"{mode.mode}: {mode.problem}" for mode in broken)
        return Finding("capture", Verdict.FAILED, said, "prove them again: maskwire capture status --verify")
    on = ", ".join(mode.mode for mode in modes if mode.on)
    return Finding("capture", Verdict.OK, f"on and proven: {on}" if on else "no way is on but `maskwire exec`")


def leftovers(patient: Patient) -> Finding:
    """Did a killed daemon leave the machine's proxy settings behind?"""
    from maskwire_daemon.capture import kept

    if patient.status is not None or not kept.load(patient.paths).matters or is_held(patient.paths.lock):
        return Finding("leftovers", Verdict.OK, "no settings of a daemon that is gone")
    remedy = "start maskwire, `maskwire up`, or take them back: maskwire doctor --fix"
    said = "this machine's proxy settings lead to a daemon that does not run, so programs may be offline"
    return Finding("leftovers", Verdict.FAILED, said, remedy, mend=lambda: _put_back(patient))


def _put_back(patient: Patient) -> str:
    from maskwire_daemon.capture.keeper import Keeper
    from maskwire_daemon.capture.places import places

    foreign = Keeper(patient.paths, places()).let_all_go()
    left = f"; {'; '.join(foreign)}" if foreign else ""
    return f"the proxy settings from before are back{left}"


def quic(patient: Patient) -> Finding:
    """What is there to know about QUIC?"""
    del patient
    from maskwire_daemon.capture.quic import quic_advice

    return Finding("quic", Verdict.OK, quic_advice())
