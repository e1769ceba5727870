"""Every mistake in the file is named with its place and remedy; a good file becomes a policy."""

from pathlib import Path

import pytest

from maskwire.errors import ConfigError
from maskwire.policy import Action, Mode
from maskwire_daemon.config.file import Origin, covers_known, load, parse
from maskwire_daemon.config.settings import Config, policy_of

KNOWN = ("api.openai.com", "api.anthropic.com", "*.openai.azure.com", "*.api.openai.com")
ORIGIN = Origin(Path("/home/jo/config.toml"), KNOWN)


def problem(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(text, ORIGIN)
    return str(caught.value)


def test_an_empty_file_is_a_complete_configuration() -> None:
    assert parse("", ORIGIN) == Config()


def test_a_missing_file_is_the_default(tmp_path: Path) -> None:
    assert load(tmp_path / "config.toml", KNOWN) == Config()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[proxy]\nprot = 1", ":2: proxy.prot: no such setting; did you mean port?"),
        ("\n\nrequire_keyrings = true", ":3: require_keyrings: no such setting; did you mean require_keyring?"),
        (
            '[hosts."api.openai.com"]\nmodes = "block"',
            ':2: hosts."api.openai.com".modes: no such setting; did you mean',
        ),
        ("[entities.PERSON]\nactoin = 1", ":2: entities.PERSON.actoin: no such setting; did you mean action?"),
        (
            '[hosts."api.opnai.com"]',
            ':1: hosts."api.opnai.com": matches no host that maskwire knows; did you mean api.',
        ),
        ('[hosts."bank.example"]', ':1: hosts."bank.example": matches no host that maskwire knows'),
        (
            '[programs.codex."bank.example"]\nmode = "block"',
            ':1: programs.codex."bank.example": matches no host that maskwire knows',
        ),
        (
            '[programs.codex."*"]\nmode = "bypass"',
            ':2: programs.codex."*".mode: must be protect, observe or block',
        ),
        (
            '[programs.codex."*"]\nactions = {PERSN = "allow"}',
            "no such kind of value; did you mean PERSON?",
        ),
        ('[programs.codex."*"]\nmodes = "block"', ':2: programs.codex."*".modes: no such setting; did you mean mode?'),
        (
            '[entities.US_SSN]\ntoken = "name"',
            ":2: entities.US_SSN.token: must be code: only LOCATION, ORGANIZATION, PE",
        ),
        ('[entities.PERSON]\ntoken = "nom"', ":2: entities.PERSON.token: input should be 'code' or 'name'"),
        ("# a\n[entities.PERSN]", ":2: entities.PERSN: no such kind of value; did you mean PERSON?"),
        (
            '[hosts."api.openai.com"]\nmode = "protectt"',
            "mode: input should be 'protect', 'observe', 'bypass' or 'block'",
        ),
        ('[entities.PERSON]\naction = "pass"', "input should be 'allow', 'mask', 'block' or 'route_local'"),
        ('[local]\nurl = "http://models.example.com/v1"', ":2: local.url: must be a server on this machine"),
        ('[local]\nurl = "http://127.0.0.1:x/v1"', ":2: local.url: is no URL"),
        ('[local]\nurl = "http://127.0.0.1:1234/v1?key=1"', ":2: local.url: must be an address alone"),
        (
            '[local]\nurl = "http://localhost:9/mistral/v1"\n[capture]\nbase_url_port = 9',
            ":2: local.url: leads back to",
        ),
        ('[local]\nurl = "http://127.0.0.1:9"\n[proxy]\nport = 9', ":2: local.url: leads back to maskwire itself"),
        ('[local]\nurl = "http://127.0.0.1:9"\n[api]\nport = 9', ":2: local.url: leads back to maskwire itself"),
        ('[proxy]\nport = "8"', ":2: proxy.port: input should be a valid integer"),
        ("[proxy]\nport = 70000", ":2: proxy.port: input should be less than or equal to 65535"),
        ("proxy = 3", ":1: proxy: must be a table"),
        (
            '[upstream]\nconnect_to = {"api.openai.com" = "x:1"}',
            ':2: upstream.connect_to."api.openai.com": needs host:port',
        ),
        ('[upstream.connect_to]\n"a:1" = "b:0"', ':2: upstream.connect_to."a:1": needs host:port'),
        ('key_provider = "file"', ":1: key_provider: "),
        ("[proxy]\nport =", ":2: is not valid TOML"),
        ('[words]\npatterns = [{pattern = "(?=x)"}]', ":2: words.patterns.0.pattern: look-around is not supported"),
        (
            '[[words.patterns]]\npattern = "a"\n\n[[words.patterns]]\nname = "b"\npattern = "(a)\\\\1"',
            ":6: words.patterns.1.pattern: back-references are not supported",
        ),
        ('[[words.patterns]]\npattern = "a*"', ":2: words.patterns.0.pattern: the pattern matches the empty text"),
        ('[[words.patterns]]\nname = "a"', ":1: words.patterns.0.pattern: field required"),
        (
            '[[words.patterns]]\npattern = "a"\nentity = "PERSN"',
            ":3: words.patterns.0.entity: no such kind of value; did",
        ),
        ('[words]\nentity = "PERSN"', ":2: words.entity: no such kind of value; did you mean PERSON?"),
        ('[words]\nterms = ["ok", " * "]', ":2: words.terms: a term has no character to look for"),
        ('[[allow.values]]\nhash = "Anna"', ":2: allow.values.0.hash: string should match pattern"),
        (f'[[allow.values]]\nhash = "{"0" * 32}"\nhost = "x.y"', ":3: allow.values.0.host: matches no host"),
        ('[detection]\nengine = "magic"', ":2: detection.engine: input should be 'own', 'spacy' or 'remote'"),
        ('[detection]\nengine = "remote"', ':2: detection.engine: engine = "remote" needs remote_url'),
        ("[proxy\nport = 1", ":1: is not valid TOML"),
    ],
)
def test_a_mistake_names_line_key_and_remedy(text: str, said: str) -> None:
    assert said in problem(text)
    assert problem(text).startswith("/home/jo/config.toml:")


def test_a_mistake_never_shows_what_was_written() -> None:
    assert "hunter2" not in problem('key_provider = "hunter2"')


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match=r"config\.toml: is not UTF-8 text"):
        load(file, KNOWN)


def test_relative_paths_are_meant_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[upstream]\ntrusted_ca = "corp.pem"\n')

    assert tmp_path / "corp.pem" == load(file, KNOWN).upstream.trusted_ca


def test_the_file_becomes_a_policy() -> None:
    config = parse(
        """
        [detection]
        threshold = 0.4
        [entities.PERSON]
        action = "block"
        threshold = 0.9
        [entities.LOCATION]
        token = "name"
        [hosts."API.openai.com"]
        mode = "observe"
        actions = {EMAIL_ADDRESS = "allow"}
        masked_tools = ["send_mail"]
        """,
        ORIGIN,
    )
    policy = policy_of(config)
    host = policy.host("api.openai.com")

    assert (Mode.OBSERVE, frozenset({"send_mail"})) == (host.mode, host.masked_tools)
    assert Action.ALLOW is host.actions["EMAIL_ADDRESS"]
    assert Action.BLOCK is policy.action("PERSON", 0.9, "api.anthropic.com")
    assert Action.ALLOW is policy.action("PERSON", 0.8, "api.anthropic.com")
    assert Action.MASK is policy.action("US_SSN", 0.4, "api.anthropic.com")
    assert frozenset({"LOCATION"}) == policy.surrogates


def test_secrets_stay_masked_while_paused() -> None:
    policy = policy_of(Config(), paused=True)

    assert Action.MASK is policy.action("API_KEY", 1.0, "api.openai.com")
    assert Action.ALLOW is policy.action("PERSON", 1.0, "api.openai.com")


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        ("api.openai.com", True),
        ("eu.api.openai.com", True),
        ("corp.openai.azure.com", True),
        ("*.openai.azure.com", True),
        ("*.azure.com", True),
        ("*.corp.openai.azure.com", True),
        ("evil-openai.azure.com", False),
        ("openai.com", False),
        ("xapi.openai.com", False),
    ],
)
def test_a_pattern_must_cover_or_be_covered_by_a_known_one(pattern: str, covered: bool) -> None:
    assert covered == covers_known(pattern, KNOWN)
