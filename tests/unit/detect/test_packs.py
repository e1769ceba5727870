"""Every rule that ships finds what it says it finds, and not what it says it does not."""

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.rule import Rule, load_pack
from maskwire.detect.rules import RuleSet, default_rules, shipped_packs
from maskwire.entities import KINDS, Kind

RULES = default_rules().rules


def test_each_pack_holds_valid_rules_alone() -> None:
    assert tuple(rule for pack in shipped_packs() for rule in load_pack(pack)) == RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_its_examples_and_no_others(rule: Rule) -> None:
    alone = RuleSet([rule])
    for example in rule.match:
        start, end = example.index("«"), example.index("»") - 1
        text = example.replace("«", "").replace("»", "")

        assert (start, end) in [(span.start, span.end) for span in alone.find(Fragment(text))]
    for example in rule.reject:
        assert alone.find(Fragment(example)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_examples_a_source_and_a_known_entity(rule: Rule) -> None:
    assert rule.match
    assert rule.reject
    assert rule.source.startswith(("https://", "http://"))
    assert rule.entity in KINDS


def test_ids_are_unique() -> None:
    names = [rule.id for rule in RULES]

    assert sorted(set(names)) == sorted(names)


def test_at_least_200_formats_of_secrets_and_25_countries() -> None:
    secrets = [rule for rule in RULES if KINDS[rule.entity] is Kind.SECRET]
    countries = {rule.id.split(".")[1] for rule in RULES if rule.id.count(".") == 2 and rule.id.startswith("identity.")}

    assert len(secrets) >= 200
    assert len(countries) >= 25
