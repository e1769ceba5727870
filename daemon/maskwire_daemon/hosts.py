"""Every host that can be protected, with what happens to its traffic. Sans-IO."""

from collections.abc import Iterable

from maskwire.policy import Policy
from maskwire_client.models import HostEntry


def entries(policy: Policy, known: Iterable[str]) -> list[HostEntry]:
    """Return known hosts and those that the person named, in the order of their names.

    A known pattern shows the mode of its own; single hosts below it may have others.
    """
    names = sorted({*known, *policy.hosts}, key=lambda name: (name.removeprefix("*."), name))
    return [HostEntry(name, str(_mode(policy, name)), name in policy.hosts) for name in names]


def _mode(policy: Policy, name: str) -> str:
    return policy.hosts[name].mode if name in policy.hosts else policy.host(name.removeprefix("*.")).mode
