"""An organisation's policy holds over the person's file, in whatever way that file tries to say otherwise."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import ConfigError
from maskwire.policy import Action, Mode
from maskwire_daemon.config import managed
from maskwire_daemon.config.edit import add_allowance, add_term, edit_mode, edit_settings
from maskwire_daemon.config.file import load
from maskwire_daemon.config.managed import Managed, policy_file
from maskwire_daemon.config.settings import Config, KeyProvider, policy_of
from maskwire_daemon.config.watch import ConfigWatch
from maskwire_daemon.storage import chosen_provider
from tests.unit.config.test_configwatch import write

KNOWN = ("api.openai.com", "eu.api.openai.com", "*.openai.azure.com")


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "etc" / "policy.toml"
    file.parent.mkdir(mode=0o755)
    monkeypatch.setattr(managed, "POLICY_FILE", file)
    return file


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_policy_needs_no_file_of_the_person(policy: Path, own: Path) -> None:
    policy.write_text("[detection]\nthreshold = 0.3\n")

    assert load(own, KNOWN).detection.threshold == 0.3


def test_a_policy_wins_and_the_rest_stays_the_persons(policy: Path, own: Path) -> None:
    policy.write_text('key_provider = "passphrase"\n[journal]\nmax_mb = 5.0\n')
    own.write_text('key_provider = "ephemeral"\n[journal]\nmax_mb = 9.0\nretention_days = 2.0\n')

    config = load(own, KNOWN)

    assert config.key_provider is KeyProvider.PASSPHRASE
    assert (config.journal.max_mb, config.journal.retention_days) == (5.0, 2.0)
    assert config.managed == ("key_provider", "journal.max_mb")


def test_without_a_policy_nothing_is_managed(policy: Path, own: Path) -> None:
    own.write_text("[journal]\nmax_mb = 9.0\n")

    assert load(own, KNOWN).managed == ()


PROTECTED = '[hosts."api.openai.com"]\nmode = "protect"\n'
MASKED = '[entities.PERSON]\naction = "mask"\n'


@pytest.mark.parametrize(
    ("fixed", "tried"),
    [
        (PROTECTED, '[hosts."api.openai.com"]\nmode = "bypass"\n'),
        (PROTECTED, '[hosts."API.OpenAI.com"]\nmode = "bypass"\n'),
        (PROTECTED, '[hosts."*.openai.com"]\nmode = "bypass"\n'),
        (PROTECTED, '[programs.codex."api.openai.com"]\nmode = "observe"\n'),
        (PROTECTED, '[programs.codex."*"]\nmode = "observe"\n'),
        (PROTECTED, '[programs.Codex."*.openai.com"]\nmode = "observe"\n'),
        ('[hosts."*.openai.com"]\nmode = "protect"\n', '[hosts."api.openai.com"]\nmode = "bypass"\n'),
        ('[hosts."*.openai.com"]\nmode = "protect"\n', '[programs.codex."api.openai.com"]\nmode = "observe"\n'),
        (MASKED, '[entities.PERSON]\naction = "allow"\n'),
        (MASKED, '[hosts."api.openai.com"]\nactions = {PERSON = "allow"}\n'),
        (MASKED, '[programs.codex."*"]\nactions = {PERSON = "allow"}\n'),
        ("[detection]\nthreshold = 0.5\n", "[entities.PERSON]\nthreshold = 1.0\n"),
    ],
)
def test_no_setting_of_the_person_undoes_the_policy(policy: Path, own: Path, fixed: str, tried: str) -> None:
    own.write_text(tried)
    before = policy_of(load(own, KNOWN)).by("codex")
    policy.write_text(fixed)
    after = policy_of(load(own, KNOWN)).by("codex")

    assert before.action("PERSON", 0.6, "api.openai.com") is Action.ALLOW
    assert after.action("PERSON", 0.6, "api.openai.com") is Action.MASK


def test_a_persons_narrower_entry_takes_on_the_policys_wider_one(policy: Path, own: Path) -> None:
    policy.write_text('[hosts."*.openai.com"]\nmode = "block"\n[programs.codex."*"]\nmode = "observe"\n')
    own.write_text(
        '[hosts."api.openai.com"]\nmedia = true\n[programs.codex."api.openai.com"]\nactions = {PERSON = "block"}\n'
    )

    found = policy_of(load(own, KNOWN))

    assert found.host("api.openai.com").mode is Mode.BLOCK
    assert found.host("api.openai.com").media
    assert found.by("codex").host("api.openai.com").mode is Mode.OBSERVE


def test_an_empty_entry_of_the_person_still_means_the_defaults(policy: Path, own: Path) -> None:
    policy.write_text("[journal]\nmax_mb = 5.0\n")
    own.write_text('[hosts."*.openai.com"]\nmode = "bypass"\n[hosts."api.openai.com"]\n')

    assert policy_of(load(own, KNOWN)).host("api.openai.com").mode is Mode.PROTECT


def test_words_of_the_organisation_are_added_to_the_persons(policy: Path, own: Path) -> None:
    policy.write_text('[words]\nterms = ["Heron"]\n')
    own.write_text('[words]\nterms = ["Lodz", "Heron"]\n')
    add_term(own, "Osprey", KNOWN)

    assert load(own, KNOWN).words.terms == ["Heron", "Lodz", "Osprey"]


def test_paths_of_a_policy_are_meant_from_its_own_folder(policy: Path, own: Path) -> None:
    policy.write_text('key_provider = "file"\nkey_file = "master.key"\n[upstream]\ntrusted_ca = "corp.pem"\n')
    config = load(own, KNOWN)

    assert config.key_file == policy.parent / "master.key"
    assert config.upstream.trusted_ca == policy.parent / "corp.pem"


def test_settings_that_do_not_go_together_name_the_policy(policy: Path, own: Path) -> None:
    policy.write_text('[local]\nurl = "http://127.0.0.1:1/v1"\n[allow]\nvalues = []\n')
    own.write_text('[detection]\nengine = "remote"\nremote_url = "http://127.0.0.1:2"\n')
    assert load(own, KNOWN).local.url

    policy.write_text('[detection]\nremote_url = ""\n')
    with pytest.raises(ConfigError, match="policy") as caught:
        load(own, KNOWN)

    assert caught.value.file == own


def test_a_wrong_policy_is_an_error_that_names_it(policy: Path, own: Path) -> None:
    policy.write_text("[proxy]\nprot = 1\n")
    with pytest.raises(ConfigError, match="no such setting") as caught:
        load(own, KNOWN)

    assert (caught.value.file, caught.value.line) == (policy, 2)


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_policy_that_others_can_write_is_refused(policy: Path, own: Path, mode: int) -> None:
    policy.write_text(PROTECTED)
    policy.chmod(mode)

    with pytest.raises(ConfigError, match="chmod go-w"):
        load(own, KNOWN)


def test_a_policy_in_a_folder_that_others_can_write_is_refused(policy: Path, own: Path) -> None:
    policy.write_text(PROTECTED)
    policy.parent.chmod(0o777)

    with pytest.raises(ConfigError, match="chmod go-w"):
        load(own, KNOWN)


def test_a_policy_behind_a_link_is_judged_where_it_is(policy: Path, own: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "open"
    elsewhere.mkdir()
    (elsewhere / "policy.toml").write_text(PROTECTED)
    elsewhere.chmod(0o777)
    policy.symlink_to(elsewhere / "policy.toml")

    with pytest.raises(ConfigError, match="chmod go-w"):
        load(own, KNOWN)


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_policy_that_cannot_be_read_is_an_error(policy: Path, own: Path, content: bytes | None) -> None:
    policy.mkdir() if content is None else policy.write_bytes(content)

    with pytest.raises(ConfigError, match=r"cannot be read|UTF-8"):
        load(own, KNOWN)


HASH = "0123456789abcdef0123456789abcdef"


def test_managed_settings_cannot_be_edited_and_others_can(policy: Path, own: Path) -> None:
    policy.write_text('[hosts."*.openai.com"]\nmode = "protect"\n[allow]\nvalues = []\n[capture]\npac = true\n')
    edit_mode(own, "x.openai.azure.com", Mode.BLOCK, KNOWN)
    written = own.read_text()

    with pytest.raises(ConfigError, match="managed by your organisation"):
        edit_mode(own, "API.openai.com", Mode.BYPASS, KNOWN)
    with pytest.raises(ConfigError, match="managed by your organisation"):
        edit_settings(own, {("programs", "codex", "*", "mode"): "observe"}, KNOWN)
    with pytest.raises(ConfigError, match="managed by your organisation"):
        add_allowance(own, {"hash": HASH, "host": "", "until": ""}, KNOWN)
    assert own.read_text() == written


def test_another_key_provider_of_the_environment_is_refused_when_it_is_managed(policy: Path, own: Path) -> None:
    policy.write_text('key_provider = "keyring"\n')
    config = load(own, KNOWN)

    assert chosen_provider(config, {"MASKWIRE_KEY_PROVIDER": "keyring"}) is KeyProvider.KEYRING
    with pytest.raises(ConfigError, match="managed"):
        chosen_provider(config, {"MASKWIRE_KEY_PROVIDER": "ephemeral"})


def test_a_watch_follows_the_policy_too(policy: Path, own: Path) -> None:
    watch = ConfigWatch(own, KNOWN)
    assert watch.poll() is None

    write(policy, "[proxy]\nport = 1\n")
    made = watch.poll()
    policy.chmod(0o666)
    opened = watch.poll()
    policy.chmod(0o644)
    closed = watch.poll()
    policy.unlink()
    removed = watch.poll()

    assert isinstance(made, Config)
    assert isinstance(opened, ConfigError)
    assert isinstance(closed, Config)
    assert (made.proxy.port, closed.proxy.port) == (1, 1)
    assert Config() == removed


def test_the_place_of_the_policy_is_none_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MASKWIRE_HOME", "ProgramData", "XDG_CONFIG_DIRS", "HOME"):
        monkeypatch.setenv(name, "/nowhere")

    assert policy_file("linux") == Path("/etc/maskwire/policy.toml")
    assert policy_file("darwin") == Path("/Library/Application Support/maskwire/policy.toml")
    assert policy_file("win32").parts[-2:] == ("maskwire", "policy.toml")


HOSTS = st.sampled_from(
    ["api.openai.com", "API.openai.com", "*.openai.com", "eu.api.openai.com", "*.api.openai.com", "*"]
)
MODES = st.fixed_dictionaries({"mode": st.sampled_from(["protect", "observe", "block"])})
TABLES = st.fixed_dictionaries(
    {
        "hosts": st.dictionaries(HOSTS, MODES, max_size=3),
        "programs": st.dictionaries(
            st.sampled_from(["codex", "Codex", "curl"]),
            st.dictionaries(HOSTS, MODES, min_size=1, max_size=3),
        ),
    }
)


@settings(max_examples=200, deadline=None)
@given(TABLES, TABLES)
def test_hosts_that_a_policy_names_are_as_if_it_stood_alone(fixed: dict[str, object], own: dict[str, object]) -> None:
    alone = policy_of(Config.model_validate(Managed.of(fixed).settings))
    both = policy_of(Config.model_validate(Managed.of(fixed).over(own)))

    for name in ("api.openai.com", "eu.api.openai.com"):
        for program in ("codex", "curl"):
            if any(covered(pattern, name) for pattern in alone.hosts):
                assert both.by(program).host(name) == alone.by(program).host(name)


def covered(pattern: str, host: str) -> bool:
    return pattern in (host, "*") or (pattern.startswith("*.") and host.endswith(pattern[1:]))


@given(TABLES)
def test_a_policy_that_says_what_the_person_says_changes_nothing(own: dict[str, object]) -> None:
    lowered = Managed.of(own)
    wanted = policy_of(Config.model_validate(lowered.settings))

    assert policy_of(Config.model_validate(lowered.over(own))) == wanted
    assert tomllib.loads("") == Managed.of({}).over({})
