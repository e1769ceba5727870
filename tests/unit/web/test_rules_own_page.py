"""Own words and patterns are tried, written and refused with a reason; Presidio's recognizers become rules."""

import asyncio
import html
import re
from pathlib import Path

import httpx2
import pytest

from maskwire.detect.fragment import Fragment
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.config import managed
from maskwire_daemon.config.file import load
from maskwire_daemon.detection.ownrules import own_rules
from maskwire_daemon.live import Live
from maskwire_daemon.web.rules_own_page import MAX_TERMS
from tests.unit.web.test_rules_page import errors

RECOGNIZERS = """
recognizers:
  - name: Staff number
    supported_entity: EMPLOYEE
    patterns: [{name: plain, regex: 'STF-[0-9]{5}', score: 0.9}, {name: ahead, regex: 'X(?=1)', score: 0.9}]
"""


async def test_words_are_written_one_a_line(browser: httpx2.AsyncClient, live: Live) -> None:
    answer = await browser.post(
        "/rules/words", data={"terms": "Project Heron\n\n Łódź \nProject Heron", "words_entity": "ORGANIZATION"}
    )
    (spans,) = await live.detector.find([Fragment("project heron sails")])

    assert answer.status_code == 303
    assert (live.config.words.terms, live.config.words.entity) == (["Project Heron", "Łódź"], "ORGANIZATION")
    assert [(span.start, span.end, span.entity) for span in spans] == [(0, 13, "ORGANIZATION")]


async def test_words_that_find_nothing_or_are_too_many_are_refused(browser: httpx2.AsyncClient) -> None:
    many = "\n".join(f"w{n}" for n in range(MAX_TERMS + 1))
    for terms, words in (("Heron\n**", "asterisks"), (many, str(MAX_TERMS))):
        answer = await browser.post("/rules/words", data={"terms": terms})

        assert answer.status_code == 422
        assert words in errors(answer)["terms"]
        assert terms in html.unescape(answer.text)


async def test_a_pattern_is_tried_on_a_sample(browser: httpx2.AsyncClient) -> None:
    answer = await browser.post("/rules/trial", data={"pattern": "HR-([0-9]+)", "sample": "HR-12 and <b>HR-7</b>"})

    assert "Found 2 times" in answer.text
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", answer.text) == ["12", "7"]
    assert "<b>" not in answer.text


async def test_without_a_pattern_all_that_is_set_is_tried(browser: httpx2.AsyncClient) -> None:
    await browser.post("/rules/words", data={"terms": "heron"})
    answer = await browser.post("/rules/try", data={"sample": "a Heron flew"})

    assert re.findall(r"<mark[^>]*>(.*?)</mark>", answer.text) == ["Heron"]
    assert "a Heron flew</textarea>" in answer.text


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?<=x)y", "Look-around"),
        (r"(a)\1", "Back-references"),
        ("(", "Missing ): (."),
        ("a*", "matches the empty text"),
        ("((a{100}){100}){100}", "repetition"),
        ("", "Type a pattern"),
    ],
)
async def test_a_pattern_that_cannot_be_used_is_refused_with_the_reason(
    browser: httpx2.AsyncClient, live: Live, pattern: str, why: str
) -> None:
    sent = {"pattern": pattern, "sample": "some sample", "name": "mine", "entity": "USERNAME"}
    answer = await browser.post("/rules/pattern", data=sent)

    assert answer.status_code == 422
    assert why in errors(answer)["pattern"]
    assert "some sample</textarea>" in answer.text
    assert 'value="mine"' in answer.text
    assert '<option value="USERNAME" selected>' in answer.text
    assert not live.paths.config.exists()


async def test_a_pattern_is_added_changed_and_removed(browser: httpx2.AsyncClient, live: Live) -> None:
    await browser.post("/rules/pattern", data={"pattern": "HR-[0-9]+", "case": "on"})
    await browser.post("/rules/pattern", data={"pattern": "inv[0-9]+", "name": "invoices"})
    shown = (await browser.get("/rules/own?pattern=1")).text

    assert [(own.pattern, own.case) for own in live.config.words.patterns] == [
        ("HR-[0-9]+", True),
        ("inv[0-9]+", False),
    ]
    assert '<input type="hidden" name="at" value="1">' in shown

    await browser.post("/rules/pattern", data={"at": "0", "pattern": "HR-[0-9]{6}", "case": "on"})
    await browser.post("/rules/pattern/remove", data={"at": "1", "pattern": "inv[0-9]+"})

    assert [own.pattern for own in live.config.words.patterns] == ["HR-[0-9]{6}"]


async def test_a_list_that_changed_meanwhile_loses_nothing(browser: httpx2.AsyncClient, live: Live) -> None:
    await browser.post("/rules/pattern", data={"pattern": "HR-[0-9]+"})
    await browser.post("/rules/pattern/remove", data={"at": "0", "pattern": "another"})

    assert len(live.config.words.patterns) == 1


async def test_recognizers_become_rules_and_what_cannot_is_told(browser: httpx2.AsyncClient, live: Live) -> None:
    answer = await browser.post("/rules/import", data={"yaml": RECOGNIZERS, "import_name": "Staff & co"})
    rules = await asyncio.to_thread(own_rules, live.paths.rules)

    assert "1 rule imported, 1 left out" in html.unescape(answer.text)
    assert "look-around is not supported" in answer.text
    assert [(rule.entity, rule.score) for rule in rules] == [("CUSTOM", 0.9)]

    await browser.post("/rules/pack/remove", data={"pack": "presidio-staff-co"})
    assert own_rules(live.paths.rules) == ()


async def test_a_file_is_imported_under_its_own_name(browser: httpx2.AsyncClient, live: Live) -> None:
    file = {"recognizers": ("staff.yaml", RECOGNIZERS.encode(), "application/yaml")}
    await browser.post("/rules/import", data={"yaml": "", "import_name": ""}, files=file)

    assert [path.name for path in live.paths.rules.iterdir()] == ["presidio-staff.toml"]


async def test_only_imported_packs_are_removed(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.rules.mkdir()
    mine = live.paths.rules / "mine.toml"
    mine.write_text("")
    for name in ("mine", "../config", "presidio-x/../mine"):
        await browser.post("/rules/pack/remove", data={"pack": name})

    assert mine.exists()


@pytest.mark.parametrize(
    ("text", "why"), [("", "Paste"), ("a: [", "line"), ("a: 1", "recognizers"), ("- x", "None of")]
)
async def test_what_is_no_file_of_recognizers_is_refused(
    browser: httpx2.AsyncClient, live: Live, text: str, why: str
) -> None:
    answer = await browser.post("/rules/import", data={"yaml": text, "import_name": "mine"})

    assert why in errors(answer)["yaml"]
    assert 'value="mine"' in answer.text
    assert not live.paths.rules.exists()


async def test_words_of_an_organisation_are_found_and_stay_where_they_are(
    browser: httpx2.AsyncClient, live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('[words]\nterms = ["Osprey"]\n\n[[words.patterns]]\npattern = "ORG-[0-9]+"\n')
    monkeypatch.setattr(managed, "POLICY_FILE", policy)
    live.follow(load(live.paths.config, known_hosts()))
    shown = (await browser.get("/rules/own")).text
    await browser.post("/rules/words", data={"terms": "Heron"})
    found = await browser.post("/rules/trial", data={"sample": "Heron, Osprey, ORG-1"})

    assert "Osprey" not in shown
    assert "ORG-" not in shown
    assert "Your organisation adds words" in shown
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", found.text) == ["Heron", "Osprey", "ORG-1"]
    assert "Osprey" not in live.paths.config.read_text()
