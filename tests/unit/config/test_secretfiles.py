"""Secrets are found in the credential files of everyday tools, and ordinary words never count as one."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon.detection.secretfiles import SHORTEST, read_secrets

LINE = "".join(chr(65 + n % 26) for n in range(64))
PEM = (
    "-----BEGIN OPENSSH PRIVATE KEY-----\nHEAD"
    + LINE
    + f"\n{LINE}\n{LINE.lower()}\n-----END OPENSSH PRIVATE KEY-----\n"
)


def read(text: str) -> dict[str, str]:
    return {secret.name: secret.value for secret in read_secrets(text).secrets}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("DB_PASSWORD=hunter2hunter", {"DB_PASSWORD": "hunter2hunter"}),
        ("export API_KEY='k-9f8e7d6c' # mine", {"API_KEY": "k-9f8e7d6c"}),
        ('SECRET="with # and = in it 9"', {"SECRET": "with # and = in it 9"}),
        ("DATABASE_URL=postgres://app:s3cr%40t-pw@db/x", {"DATABASE_URL.password": "s3cr@t-pw"}),
        ("OTHER=Zx81kQ0pLm4vTr7nYb2c", {"OTHER": "Zx81kQ0pLm4vTr7nYb2c"}),
        (
            "[default]\naws_access_key_id = AKIAQ3EGUZ7WXTPLM5ND\naws_secret_access_key = wJa/K7MD+bPxRfiCYzzzKEYp",
            {
                "default.aws_access_key_id": "AKIAQ3EGUZ7WXTPLM5ND",
                "default.aws_secret_access_key": "wJa/K7MD+bPxRfiCYzzzKEYp",
            },
        ),
        ("machine api.x.com login jo password netrc-pw-1", {"api.x.com.password": "netrc-pw-1"}),
        ("machine a.com\n  login jo\n  password netrc-pw-1\n", {"a.com.password": "netrc-pw-1"}),
        (
            "//registry.npmjs.org/:_authToken=npm_0123456789abcdefABCDEF",
            {"//registry.npmjs.org/:_authToken": "npm_0123456789abcdefABCDEF"},
        ),
        ("users:\n- name: a\n  user:\n    token: kube-0a1b2c3d\n", {"token": "kube-0a1b2c3d"}),
        (json.dumps({"a": {"client_secret": "GOC-1a2b3c4d"}, "n": 1}), {"a.client_secret": "GOC-1a2b3c4d"}),
        (
            json.dumps({"auths": {"ghcr.io": {"auth": base64.b64encode(b"jo:docker-pw-1").decode()}}}),
            {
                "auths.ghcr.io.auth": base64.b64encode(b"jo:docker-pw-1").decode(),
                "auths.ghcr.io.auth.password": "docker-pw-1",
            },
        ),
    ],
)
def test_each_kind_of_file_gives_its_secrets(text: str, found: dict[str, str]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "line",
    [
        "DEBUG_TOKEN=true",
        "DB_HOST=localhost",
        "DB_PASSWORD=localhost:5432",
        "SECRET=production",
        "API_KEY=<your key here>",
        "API_KEY=${OTHER_KEY}",
        "API_KEY=changeme",
        "API_KEY=xxxxxxxxxxxxxxxx",
        "TOKEN_URL=https://login.example.com/oauth2/token",
        "AUTH_FILE=/etc/app/tokens.json",
        "REGION=eu-central-1",
        "CREATED=2026-11-22T10:00:00Z",
        "REQUEST=0b7f1c1e-9d0c-4f2e-8a54-0f3b6f1f3a11",
        "PUBLIC_KEY=AAAAC3NzaC1lZDI",
        "IMAGE=registry.corp.io/team/app-server:1.2.3",
        "# API_KEY=k-9f8e7d6c",
        "just a line of text",
    ],
)
def test_ordinary_words_are_not_learned(line: str) -> None:
    assert read(line) == {}


def test_values_that_are_too_weak_are_counted() -> None:
    assert read_secrets("DB_PASSWORD=secret\nAPI_KEY=hunter2-9x\nPORT=80").weak == 1


def test_the_lines_of_a_private_key_are_learned_but_its_common_head() -> None:
    assert [s.value for s in read_secrets(PEM).secrets] == [LINE, LINE.lower()]
    assert [s.value for s in read_secrets(json.dumps({"private_key": PEM})).secrets] == [LINE, LINE.lower()]


def test_no_repr_shows_a_value() -> None:
    assert "hunter2" not in repr(read_secrets("DB_PASSWORD=hunter2hunter"))


@given(st.text(st.sampled_from("aA1 =:.-_/\"'[]{}#\n\\@"), max_size=80))
def test_no_text_breaks_it_and_nothing_short_is_learned(text: str) -> None:
    assert all(len(secret.value) >= SHORTEST for secret in read_secrets(text).secrets)
