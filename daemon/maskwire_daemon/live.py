"""What runs now: the parts of a daemon, as they come up and change. Built by ``service`` alone."""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from maskwire.errors import ControlError, VaultError
from maskwire.exchange import Exchange
from maskwire.mitm.services import Notice, NoticeKind
from maskwire.policy import Policy
from maskwire_client.models import CaptureMode, Status
from maskwire_daemon.config import managed
from maskwire_daemon.config.changes import changed
from maskwire_daemon.config.settings import Config, policy_of
from maskwire_daemon.detection.detector import Detector
from maskwire_daemon.detection.own import passing_of, today
from maskwire_daemon.health import Health
from maskwire_daemon.media import MediaLeave
from maskwire_daemon.paths import Paths
from maskwire_daemon.pause import Pause
from maskwire_daemon.store.act import Act
from maskwire_daemon.uncovered import Uncovered
from maskwire_daemon.version import VERSION

if TYPE_CHECKING:
    from maskwire_daemon.proxy import Proxy
    from maskwire_daemon.storage import Storage

_log = logging.getLogger(__name__)

MAX_NOTICES = 10
"""Reports of single programs that the status shows; older ones make room."""


COUNT_S = 2.0
"""Seconds for which a count of the vault's values is good enough for display: a large vault takes a while."""


@dataclass(slots=True)
class Live:
    """One daemon's parts. ``storage`` and ``proxy`` are missing until they could be opened.

    ``ports`` are those that no change of the settings moves, by their table.
    """

    paths: Paths
    config: Config
    detector: Detector
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    health: Health = field(default_factory=Health)
    started: float = field(default_factory=time.time)
    api_url: str = ""
    ca_file: str = ""
    storage: "Storage | None" = None
    proxy: "Proxy | None" = None
    proxy_open: bool = False
    ports: Mapping[str, int] = field(default_factory=dict)
    policy_changed: Callable[[], None] = lambda: None
    secrets_changed: Callable[[], None] = lambda: None
    search_changed: Callable[[Config], None] = lambda _: None
    capture: Callable[[], Sequence[CaptureMode]] = tuple
    pause: Pause = field(init=False)
    media: MediaLeave = field(init=False)
    policy: Policy = field(init=False)
    exchanges: int = 0
    again: bool = False
    proven_at: float | None = None
    uncovered: Uncovered = field(default_factory=Uncovered)
    _values: int = 0
    _count_again: float = 0.0
    _notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start unpaused, with the policy of the configuration."""
        self.pause = Pause(self.refresh_policy)
        self.media = MediaLeave(self.refresh_policy)
        self.policy = policy_of(self.config)
        self._show_managed()

    def follow(self, config: Config) -> None:
        """Take new settings; those about findings hold from the next request on."""
        _log.info("settings changed")
        config = with_ports(config, self.ports)
        if names := changed(self.config, config):
            self.note_act(Act(time.time(), "settings", "changed", ", ".join(names)))
        self.config = config
        self._show_managed()
        self.search_changed(config)
        self.refresh_policy()

    def _show_managed(self) -> None:
        """Say which settings an organisation holds."""
        self.health.clear("managed")
        if names := self.config.managed:
            self.health.note("managed", f"managed by your organisation ({managed.POLICY_FILE}): {', '.join(names)}")

    def refresh_policy(self) -> None:
        """Work out the policy again, from the settings and whether protection is paused."""
        policy = policy_of(self.config, paused=self.pause.active)
        if not self.pause.floor:
            policy = replace(policy, pause_secrets=True)
        if self.storage is not None:
            policy = replace(policy, passes=passing_of(self.config, self.storage.keys.words, today()))
        self.policy = self.media.over(policy)
        self.policy_changed()

    def opened(self) -> "Storage":
        """Return the vault and journal.

        Raises:
            ControlError: they are not open yet.
        """
        if self.storage is None:
            reasons = "; ".join(self.health.reasons)
            raise ControlError(f"the vault is not open yet{f': {reasons}' if reasons else ''}")
        return self.storage

    def record(self, exchange: Exchange) -> None:
        """Log and journal one exchange; returns at once."""
        _log.info(
            "exchange",
            extra={
                "host": exchange.host,
                "surface": exchange.surface,
                "outcome": str(exchange.outcome),
                "reason": exchange.reason or None,
                "status": exchange.status,
                "entities": exchange.entities,
                "ms": round(exchange.added_ms, 1),
            },
        )
        _log.debug(
            "exchange in full",
            extra={
                "program": exchange.program or None,
                "actions": exchange.actions,
                "count": exchange.restored,
                "bytes": exchange.request_bytes,
            },
        )
        self.exchanges += 1
        self.opened().journal.record(exchange)

    def note_act(self, act: Act) -> None:
        """Keep what somebody did in the audit log; returns at once. Before the vault is open there is none."""
        if self.storage is not None:
            self.storage.audit.record(act)

    def begin_anew(self) -> None:
        """Stop, and start again at once with what is on the disk then."""
        self.again = True
        self.stop.set()

    def notice(self, notice: Notice) -> None:
        """Report what one program met; names only."""
        _log.warning("notice", extra={"reason": str(notice.kind), "host": notice.host, "program": notice.program})
        self.uncovered.note(notice)
        sentence = NOTICES[notice.kind].format(host=notice.host, program=notice.program or "a program")
        if sentence in self._notices:
            return
        self._notices.append(sentence)
        self.health.note(sentence, sentence)
        if len(self._notices) > MAX_NOTICES:
            self.health.clear(self._notices.pop(0))

    async def status(self) -> Status:
        """Return how protection stands now; reads the database in a thread."""
        storage = self.storage
        if storage is not None and time.monotonic() > self._count_again:
            with contextlib.suppress(VaultError):  # a vault elsewhere may not answer: what was counted last stands
                self._values = sum((await asyncio.to_thread(storage.vault.count)).values())
            self._count_again = time.monotonic() + COUNT_S
        self._look_around()
        left_s = self.pause.left_s
        return Status(
            state=str(self.health.state(paused=self.pause.active)),
            reasons=self.health.reasons,
            notes=self.health.notes,
            proxy=self.proxy.url if self.proxy is not None and self.proxy_open else "",
            api=self.api_url,
            ca_file=self.ca_file,
            bundle_file=str(self.paths.bundle) if self.proxy_open else "",
            home=str(self.paths.home),
            pid=os.getpid(),
            version=VERSION,
            started=self.started,
            paused_until=None if left_s is None else time.time() + left_s,
            secrets_pass=self.policy.paused and self.policy.pause_secrets,
            detector=self.detector.state,
            key_provider=storage.provider if storage is not None else "",
            vault="" if storage is None else storage.store,
            persistent=storage is not None and storage.persistent,
            values=self._values,
            exchanges=self.exchanges,
            capture=tuple(self.capture()),
            uncovered=self.uncovered.clients(),
            proven_at=self.proven_at,
            remembered=round(self.detector.hit_rate, 3),
        )

    def _look_around(self) -> None:
        """Bring the conditions up to date that parts keep to themselves."""
        self.health.clear("detector")
        if self.detector.state in ("failed", "restarting"):
            because = f" ({self.detector.reason})" if self.detector.reason else ""
            self.health.attention(
                "detector",
                f"names cannot be searched now{because}; requests that may hold some are refused: `maskwire doctor`",
            )
        self.health.clear("proxy")
        if self.proxy_open and self.proxy is not None and not self.proxy.port:
            self.health.attention("proxy", "the proxy does not listen any more: restart it, `maskwire down`, then `up`")
        if self.storage is not None and (team := self.storage.team) is not None:
            self.health.clear("team")
            if sentences := [team.problem] if team.problem else team.warnings:
                self.health.attention("team", "; ".join(sentences))
            self.health.note("team vault", team.description)
        if self.storage is not None:
            for name, records in (("journal", self.storage.journal), ("audit log", self.storage.audit)):
                self.health.clear(name)
                if records.problem:
                    self.health.attention(name, f"the {name} cannot be written: {records.problem}")
                if records.dropped:
                    lost = f"{records.dropped:,} records of the {name} were lost: the disk refused them for too long"
                    self.health.note(f"{name} lost", lost)


def with_ports(config: Config, ports: Mapping[str, int]) -> Config:
    """Return the settings with these ports, by their table, in place of their own."""
    changed = {name: getattr(config, name).model_copy(update={"port": port}) for name, port in ports.items()}
    return config.model_copy(update=changed)


NOTICES = {
    NoticeKind.CLIENT_REJECTED_CERTIFICATE: (
        "{program} does not trust maskwire's authority for {host}, so its requests fail: run it with `maskwire exec`"
    ),
    NoticeKind.CLIENT_SENT_NOTHING: (
        "{program} opens connections to {host} and sends nothing: it may pin another certificate, and is not covered"
    ),
    NoticeKind.ANSWER_NOT_RESTORED: "an answer of {host} to {program} kept its tokens, since it could not be read",
    NoticeKind.CONTROL_API_REFUSED: "{program} tried to reach the control API through the proxy and was refused",
}
"""What a person is told about each kind of report."""
