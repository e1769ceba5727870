"""The policy answers what happens to a finding, and errs on the side of protecting."""

import pytest

from maskwire.policy import Action, HostPolicy, Mode, Override, Policy
from maskwire.vault import Finding, surrogate


def test_everything_found_is_masked_by_default() -> None:
    assert Policy().action("PERSON", 0.9, "api.openai.com") is Action.MASK


def test_findings_below_the_threshold_pass() -> None:
    policy = Policy(threshold=0.5, thresholds={"PERSON": 0.8})

    assert policy.action("PERSON", 0.7, "api.openai.com") is Action.ALLOW
    assert policy.action("EMAIL_ADDRESS", 0.7, "api.openai.com") is Action.MASK


def test_a_hosts_own_action_beats_the_general_one() -> None:
    policy = Policy(
        actions={"API_KEY": Action.BLOCK},
        hosts={"api.openai.com": HostPolicy(actions={"API_KEY": Action.MASK})},
    )

    assert policy.action("API_KEY", 1.0, "api.openai.com") is Action.MASK
    assert policy.action("API_KEY", 1.0, "api.anthropic.com") is Action.BLOCK


@pytest.mark.parametrize(
    ("host", "mode"),
    [
        ("api.openai.com", Mode.OBSERVE),
        ("API.OpenAI.com.", Mode.OBSERVE),
        ("eu.api.openai.com", Mode.BLOCK),
        ("openai.com", Mode.PROTECT),
        ("notopenai.com", Mode.PROTECT),
    ],
)
def test_the_most_specific_host_pattern_decides(host: str, mode: Mode) -> None:
    policy = Policy(
        hosts={"api.openai.com": HostPolicy(mode=Mode.OBSERVE), "*.openai.com": HostPolicy(mode=Mode.BLOCK)}
    )

    assert policy.host(host).mode is mode


def test_pausing_keeps_secrets_protected() -> None:
    policy = Policy(paused=True)

    assert policy.action("PERSON", 1.0, "api.openai.com") is Action.ALLOW
    assert policy.action("API_KEY", 1.0, "api.openai.com") is Action.MASK


def test_secrets_pass_while_paused_only_when_that_was_confirmed() -> None:
    assert Policy(paused=True, pause_secrets=True).action("API_KEY", 1.0, "api.openai.com") is Action.ALLOW


def test_observing_changes_secrets_only() -> None:
    policy = Policy(default=HostPolicy(mode=Mode.OBSERVE))

    assert policy.action("EMAIL_ADDRESS", 1.0, "api.openai.com") is Action.ALLOW
    assert policy.action("PASSWORD", 1.0, "api.openai.com") is Action.MASK


PER_PROGRAM = Policy(
    hosts={"api.openai.com": HostPolicy(mode=Mode.OBSERVE, actions={"PERSON": Action.BLOCK})},
    programs={
        "codex": {"api.openai.com": Override(Mode.PROTECT, {"PERSON": Action.ALLOW}), "*": Override(Mode.BLOCK)},
        "node": {"*.openai.azure.com": Override(actions={"PERSON": Action.ALLOW})},
    },
)


def test_a_program_without_settings_of_its_own_changes_nothing() -> None:
    assert PER_PROGRAM.by("curl") is PER_PROGRAM
    assert PER_PROGRAM.by("") is PER_PROGRAM


def test_a_programs_settings_come_before_the_hosts() -> None:
    seen = PER_PROGRAM.by("Codex")

    assert seen.host("api.openai.com").mode is Mode.PROTECT
    assert seen.action("PERSON", 0.9, "api.openai.com") is Action.ALLOW
    assert seen.host("api.anthropic.com").mode is Mode.BLOCK
    assert PER_PROGRAM.host("api.openai.com").mode is Mode.OBSERVE


def test_what_a_program_leaves_open_the_host_decides() -> None:
    seen = PER_PROGRAM.by("node")

    assert seen.host("api.openai.com").mode is Mode.OBSERVE
    assert seen.host("mine.openai.azure.com").mode is Mode.PROTECT
    assert seen.action("PERSON", 0.9, "mine.openai.azure.com") is Action.ALLOW
    assert seen.action("US_SSN", 0.9, "mine.openai.azure.com") is Action.MASK


def test_a_value_gets_its_token_in_the_scope_of_its_host_and_form() -> None:
    person, mail = Finding("PERSON", "Ann Lee"), Finding("EMAIL_ADDRESS", "ann@lee.de")
    policy = Policy(surrogates=frozenset({"PERSON"}))
    apart = Policy(surrogates=frozenset({"PERSON"}), per_host=True)

    assert Policy().scoped(person, "api.openai.com") == person
    assert policy.scoped(person, "api.openai.com") == policy.scoped(person, "") == person.within(surrogate(""))
    assert policy.scoped(mail, "api.openai.com") == mail
    assert apart.scoped(person, "API.openai.com") == person.within(surrogate("api.openai.com"))
    assert apart.scoped(mail, "API.openai.com") == mail.within("api.openai.com")
