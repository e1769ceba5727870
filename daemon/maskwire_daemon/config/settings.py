"""The person's settings, as ``config.toml`` holds them. Sans-IO: ``file`` reads it, ``edit`` edits it.

Each field's docstring is its documentation: ``maskwire config explain`` prints it and
``docs/configuration.md`` is made of it.
"""

from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from maskwire.detect.names import Engine
from maskwire.policy import Action, HostPolicy, Mode, Override, Policy, TokenForm

DEFAULT_PROXY_PORT = 8877
"""Fixed, so that programs may be set up once; no well-known service uses it."""

DEFAULT_API_PORT = 8878
"""Fixed too; programs find it in the runtime file."""

DEFAULT_PAC_PORT = 8879
"""Fixed, since it stands in the desktop's settings while no daemon runs."""

DEFAULT_BASE_URL_PORT = 8880
"""Fixed, since it stands in the settings of programs."""

CUSTOM = "CUSTOM"
"""The kind of a value that the person named, when they did not say which."""

Port = Annotated[int, Field(ge=0, le=65535)]
Fraction = Annotated[float, Field(ge=0, le=1)]
EntityAction = Literal[Action.ALLOW, Action.MASK, Action.BLOCK, Action.ROUTE_LOCAL]


class KeyProvider(StrEnum):
    """Where the master key comes from."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - a provider's name
    ENV = "env"
    FILE = "file"
    EPHEMERAL = "ephemeral"


class Section(BaseModel):
    """A table of the file: strict types, no unknown keys, fixed once read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def section_in(annotation: object) -> type[Section] | None:
    """Return the table that a field's type is, or holds however deep; ``None`` when there is none."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(section_in, get_args(annotation))), None)


class Proxy(Section):
    """Where programs reach the proxy."""

    port: Port = DEFAULT_PROXY_PORT
    """Port on 127.0.0.1 where programs reach the proxy; 0 takes any free one."""


class Api(Section):
    """Where the command line and the tray reach the daemon."""

    port: Port = DEFAULT_API_PORT
    """Port of the control API on 127.0.0.1 and ::1; 0 takes any free one. Needs a restart."""


class Upstream(Section):
    """How the daemon reaches the providers."""

    connect_to: dict[str, str] = Field(default_factory=dict)
    """Addresses to connect to instead, as `"api.openai.com:443" = "127.0.0.1:9443"`: the name in the
    certificate and in the request stays. Like curl's `--connect-to`, for corporate networks and tests."""
    trusted_ca: Annotated[Path | None, Field(strict=False)] = None
    """A PEM file of authorities to trust for providers, beside the system's. Like curl's `--cacert`."""
    proxy: str = ""
    """The proxy that your network demands, as `"http://proxy.example.com:3128"` or `"http://user@proxy:3128"`. Its
    password is never written here: `maskwire capture password` keeps it in the keyring. Programs whose connections
    are redirected (`capture.apps`) do not use it. Needs a restart."""
    proxy_password_env: str = ""
    """The name of a variable that holds the proxy's password, where there is no keyring. Needs a restart."""
    no_proxy: list[str] = Field(default_factory=list)
    """Hosts, suffixes and networks to connect to without that proxy, as `["intranet.example.com", "10.0.0.0/8"]`.
    This machine is always among them. Needs a restart."""


class SystemSetting(StrEnum):
    """What the desktop's proxy settings lead to."""

    OFF = "off"
    PAC = "pac"
    PROXY = "proxy"


class AfterCrash(StrEnum):
    """What happens to the desktop's settings when the daemon was killed and did not come back."""

    BLOCK = "block"
    RESTORE = "restore"


class Capture(Section):
    """Which programs reach the proxy by themselves. `maskwire capture` edits this table."""

    pac: bool = False
    """Serves a script at `http://127.0.0.1:8879/proxy.pac` that leads providers' hosts to the proxy and all others
    straight out, for browsers and settings that take one."""
    pac_port: Port = DEFAULT_PAC_PORT
    """Port of that script on 127.0.0.1; 0 takes any free one."""
    system: Annotated[SystemSetting, Field(strict=False)] = SystemSetting.OFF
    """Sets the desktop's proxy settings (GNOME, KDE, macOS, Windows): `pac` to the script, `proxy` to the proxy itself
    for all traffic. The settings before are kept, and come back with `off` and whenever the daemon stops."""
    environment: bool = False
    """Sets the variables of `maskwire env` for programs that start after the next login, through a file in
    `~/.config/environment.d` (systems with systemd)."""
    base_urls: bool = False
    """Listens for programs that take a base URL: `http://127.0.0.1:8880/openai/v1`, `…/anthropic`, `…/gemini`."""
    base_url_port: Port = DEFAULT_BASE_URL_PORT
    """Port of those addresses on 127.0.0.1; 0 takes any free one."""
    base_url_origins: list[str] = Field(default_factory=list)
    """Origins of pages that may use them, as `["http://localhost:3000"]`; other pages in a browser are refused."""
    apps: list[Annotated[str, Field(pattern=r"^[^,!@\s][^,@]*$")]] = Field(default_factory=list)
    """Programs whose connections are redirected whatever their settings: process ids or names of processes. Needs
    rights of an administrator; a way is called protected only after a probe came through."""
    after_crash: Annotated[AfterCrash, Field(strict=False)] = AfterCrash.BLOCK
    """What a killed daemon leaves behind: with `block` providers' hosts fail until it runs again while all others
    work; with `restore` the desktop's earlier settings come back, and programs reach providers unprotected. Either is
    told by a notification."""
    after_crash_s: Annotated[float, Field(ge=1, le=600)] = 10.0
    """Seconds that a killed daemon has to come back before that happens."""


class Local(Section):
    """A model on this machine, for what may not leave it: Ollama, LM Studio, or any OpenAI-compatible server."""

    url: str = ""
    """Its base URL, as `http://127.0.0.1:11434/v1` (Ollama) or `http://127.0.0.1:1234/v1` (LM Studio). It must be this
    machine. A request with a value whose action is `route_local` goes there when it is OpenAI-shaped; others are
    refused."""
    model: str = ""
    """The model to ask there, as `llama3.2`; empty asks for the one that the program named."""
    key_env: str = ""
    """The name of a variable that holds that server's key, if it wants one."""


class Store(StrEnum):
    """Where values are kept."""

    LOCAL = "local"
    REDIS = "redis"


class Vault(Section):
    """How values are kept behind their tokens."""

    store: Annotated[Store, Field(strict=False)] = Store.LOCAL
    """Where they are kept: `local` (encrypted on this machine, or in its memory where there is no key), or `redis` (a
    Redis that a team shares, encrypted before they leave this machine; `maskwire team` sets it up). Needs a restart."""
    redis_url: str = ""
    """The team's Redis, as `rediss://redis.example.com:6379`, `rediss://user@host:6379/0` or `unix:///run/redis.sock`.
    Its password is never written here: `maskwire team` keeps it sealed, `MASKWIRE_REDIS_PASSWORD` overrides it.
    Needs a restart."""
    redis_ca: Annotated[Path | None, Field(strict=False)] = None
    """A PEM file of authorities to trust for that Redis besides the system's. Needs a restart."""
    ttl_days: Annotated[float, Field(ge=0)] = 0.0
    """Days after which a value that was not seen again is forgotten and its token restores no more; 0 is never."""
    per_host_tokens: bool = False
    """Gives the same value a different token for each host, so that two providers can not join what they saw."""


class Journal(Section):
    """How long the journal of exchanges is kept. It never holds a value."""

    retention_days: Annotated[float, Field(gt=0)] = 30.0
    """Days after which an exchange is forgotten."""
    max_mb: Annotated[float, Field(gt=0)] = 100.0
    """Megabytes that the journal may take; the oldest exchanges go first."""


class Limits(Section):
    """What a request may cost before it is refused: what could not be searched does not leave."""

    body_mb: Annotated[float, Field(gt=0, le=1024)] = 32.0
    """Megabytes of one request's body. Needs a restart."""
    scan_timeout_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Seconds that the search of one request may take. Needs a restart."""


class Detection(Section):
    """How values are found."""

    threshold: Fraction = 0.5
    """The least score, from 0 to 1, of a finding that is acted on."""
    names: bool = True
    """Finds names of people, organizations and places with a language model (about 350 MB of memory). Without
    it only what has a form of its own is found: contacts, identifiers, secrets. Needs a restart."""
    engine: Annotated[Engine, Field(strict=False)] = Engine.OWN
    """What finds names: `own` (the model that ships with maskwire), `spacy` (an installed model of spaCy), or `remote`
    (a Presidio analyzer, which then sees every text). One that cannot be loaded blocks all requests that may hold
    names, and `maskwire status` says why. Needs a restart."""
    spacy_model: str = ""
    """The spaCy package for `engine = "spacy"`, as `en_core_web_md`; empty takes the best one that is installed.
    Needs a restart."""
    recognizers: list[str] = Field(default_factory=list)
    """Presidio recognizers of your own: paths of YAML files, or classes as `package.module:Class`. Needs a restart."""
    remote_url: str = ""
    """The address of the analyzer for `engine = "remote"`, as `http://127.0.0.1:5002`. Needs a restart."""
    remote_timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Seconds that each answer of the remote analyzer may take. Needs a restart."""


class OwnPattern(Section):
    """A pattern of your own."""

    pattern: Annotated[str, Field(min_length=1)]
    """What to find, in RE2's syntax: no look-around and no back-references, so that no text can make it slow. The
    value is the group named `v`, else the first group, else all that matches."""
    entity: str = CUSTOM
    """The kind of value that a match is, and what its token is called after."""
    name: str = ""
    """What the pattern is for; only you read it."""
    case: bool = True
    """Whether small and capital letters differ."""


class Words(Section):
    """Words and patterns of your own, which are always found."""

    terms: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)
    """Exact words and phrases, as `["Project Heron", "Łódź"]`; a `*` at an end also finds them inside longer words."""
    entity: str = CUSTOM
    """The kind of value that the words are."""
    case: bool = False
    """Whether small and capital letters differ in the words."""
    patterns: list[OwnPattern] = Field(default_factory=list)
    """Patterns, each a table of its own, as below."""


class Allowance(Section):
    """One value that passes."""

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """The value's keyed hash; the value itself is never written."""
    host: str = ""
    """The host, or `*.suffix` pattern, to which alone it passes; empty for all."""
    until: date | None = None
    """The last day on which it passes, as `2027-01-31`."""


class Allow(Section):
    """Values that pass unmasked; `maskwire allow VALUE` writes them here."""

    values: list[Allowance] = Field(default_factory=list)
    """The values, each a table of its own, as below. Hashes of another vault's key have no effect."""


class Pause(Section):
    """What a pause means."""

    secrets_pass: bool = False
    """Lets keys, passwords and tokens of access pass too while protection is paused. Otherwise they stay masked."""


class Entity(Section):
    """How one kind of value is treated everywhere, as `[entities.PERSON]`."""

    action: EntityAction = Action.MASK
    """`mask` puts a token in its place, `allow` lets it pass, `block` refuses a request that brings a new one, and
    `route_local` sends a request with such a value to the model in `[local]` instead, as it is."""
    threshold: Fraction | None = None
    """The least score for this kind of value, in place of `detection.threshold`."""
    token: Annotated[TokenForm, Field(strict=False)] = TokenForm.CODE
    """What stands in its place: `code` (as `PERSON_K7Q2MXA4`), or `name`, an invented name for prose that must read
    naturally (as `Robin Tavelumirona`), for `PERSON`, `ORGANIZATION` and `LOCATION`. The same value gets the same name,
    whatever sex or language it has. A given name alone is not restored."""


class Host(Section):
    """How one provider's traffic is treated, as `[hosts."api.openai.com"]`; `*.suffix` patterns are possible, and `"*"`
    is every host without settings of its own."""

    mode: Annotated[Mode, Field(strict=False)] = Mode.PROTECT
    """`protect` masks requests and restores answers, `observe` only counts (secrets are masked all the same),
    `bypass` tunnels without looking, `block` refuses every request."""
    actions: dict[str, EntityAction] = Field(default_factory=dict)
    """Actions per kind of value for this host, as `actions = {PERSON = "allow"}`."""
    restore_arguments: bool = True
    """Puts real values back into the arguments of tool calls, since local tools need them."""
    masked_tools: list[str] = Field(default_factory=list)
    """Names of tools whose arguments keep their tokens."""
    restore_urls: bool = False
    """Puts values back inside addresses that the model wrote. An injected prompt could then carry values out
    in a link, which is why it is off."""
    media: bool = False
    """Lets images and sound pass as they are. Nothing is found in them, so what they show leaves your machine."""


class ProgramHost(Section):
    """What is different when one program talks to one host, as `[programs.codex."api.openai.com"]`; `"*"` is all
    hosts. The program's name is the one that `maskwire events` shows."""

    mode: Annotated[Mode | None, Field(strict=False)] = None
    """`protect`, `observe` or `block` in place of the host's mode. There is no `bypass`: which program it is shows
    only when its connection is open."""
    actions: dict[str, EntityAction] = Field(default_factory=dict)
    """Actions per kind of value, in place of the host's, as `actions = {PERSON = "allow"}`."""


class Config(Section):
    """All settings. Every one has a default: an empty or missing file is a complete configuration."""

    key_provider: Annotated[KeyProvider, Field(strict=False)] = KeyProvider.KEYRING
    """Where the master key comes from: `keyring` (the operating system's), `passphrase` (asked at start, or
    `MASKWIRE_PASSPHRASE`), `env` (`MASKWIRE_MASTER_KEY`, base64 of 32 bytes), `file` (`key_file`), or `ephemeral`
    (a new key in memory at each start: tokens do not outlive it). `MASKWIRE_KEY_PROVIDER` overrides it.
    Needs a restart."""
    key_file: Annotated[Path | None, Field(strict=False)] = None
    """The file with the master key for `key_provider = "file"`, base64 of 32 bytes, readable by you alone.
    Needs a restart."""
    require_keyring: bool = False
    """Refuses to start without a usable keyring. Otherwise the daemon protects with a key and vault in memory, and
    says so. Needs a restart."""
    proxy: Proxy = Proxy()
    api: Api = Api()
    upstream: Upstream = Upstream()
    capture: Capture = Capture()
    local: Local = Local()
    vault: Vault = Vault()
    journal: Journal = Journal()
    limits: Limits = Limits()
    detection: Detection = Detection()
    words: Words = Words()
    allow: Allow = Allow()
    pause: Pause = Pause()
    entities: dict[str, Entity] = Field(default_factory=dict)
    hosts: dict[str, Host] = Field(default_factory=dict)
    programs: dict[str, dict[str, ProgramHost]] = Field(default_factory=dict)
    _managed: tuple[str, ...] = PrivateAttr(default=())

    @property
    def managed(self) -> tuple[str, ...]:
        """The dotted names of the settings that an organisation's policy holds."""
        return self._managed

    def managed_by(self, names: tuple[str, ...]) -> "Config":
        """Return the same settings, of which these are managed."""
        marked = self.model_copy()
        marked._managed = names  # noqa: SLF001 - a copy of ourselves
        return marked


def policy_of(config: Config, *, paused: bool = False) -> Policy:
    """Return what these settings mean for findings."""
    return Policy(
        hosts=MappingProxyType({name.lower(): _host_policy(host) for name, host in config.hosts.items()}),
        actions=MappingProxyType({name: Action(e.action) for name, e in config.entities.items()}),
        thresholds=MappingProxyType(
            {name: e.threshold for name, e in config.entities.items() if e.threshold is not None}
        ),
        threshold=config.detection.threshold,
        paused=paused,
        pause_secrets=config.pause.secrets_pass,
        per_host=config.vault.per_host_tokens,
        surrogates=frozenset(name for name, e in config.entities.items() if e.token is TokenForm.NAME),
        programs=MappingProxyType(
            {
                name.lower(): MappingProxyType({host.lower(): _override(of) for host, of in hosts.items()})
                for name, hosts in config.programs.items()
            }
        ),
    )


def _override(settings: ProgramHost) -> Override:
    actions = {name: Action(action) for name, action in settings.actions.items()}
    return Override(settings.mode, MappingProxyType(actions))


def _host_policy(host: Host) -> HostPolicy:
    return HostPolicy(
        mode=host.mode,
        actions=MappingProxyType({name: Action(a) for name, a in host.actions.items()}),
        restore_arguments=host.restore_arguments,
        masked_tools=frozenset(host.masked_tools),
        restore_urls=host.restore_urls,
        media=host.media,
    )
