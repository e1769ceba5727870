"""The playground: what is found leaves as tokens and comes back; decisions by hand hold, and some for good."""

import html
import io
import re
from collections.abc import Mapping

import docx
import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import RuleSet
from maskwire.policy import TokenForm
from maskwire_daemon.api.access import Principal, Role
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.config.settings import Config, Detection, Entity, Words
from maskwire_daemon.detection.ownrules import own_rules
from maskwire_daemon.live import Live
from maskwire_daemon.store.act import Act
from maskwire_daemon.web import front, playground_page, site
from maskwire_daemon.web.pieces import masked_pieces, original_pieces
from maskwire_daemon.web.playground_page import EXAMPLE, MAX_TEXT
from maskwire_daemon.web.services import Services
from maskwire_daemon.web.workbench import Choices
from tests.unit.web.conftest import BROWSER, ORIGIN

MAIL = "jane.miller@northwind-traders.com"
CARD = "4111 1111 1111 1111"
TEXT = f"write to {MAIL}, card number {CARD}"


async def ask(browser: httpx2.AsyncClient, do: str, **fields: str | list[str]) -> httpx2.Response:
    return await browser.post("/playground", data={"do": do, **fields})


def masked_text(answer: httpx2.Response) -> str:
    (found,) = re.findall(r'<pre id="plain-masked" hidden>(.*?)</pre>', answer.text, re.DOTALL)
    return html.unescape(found)


async def test_values_are_found_explained_and_masked(browser: httpx2.AsyncClient) -> None:
    answer = await ask(browser, "mask", text=TEXT)

    assert answer.status_code == 200
    assert MAIL not in masked_text(answer)
    assert CARD not in masked_text(answer)
    for piece in ("EMAIL_ADDRESS", "finance.card", "<dd>card, card grouping</dd>", "<dt>Context</dt><dd>card"):
        assert piece in answer.text


async def test_what_was_masked_comes_back(browser: httpx2.AsyncClient) -> None:
    masked = masked_text(await ask(browser, "mask", text=TEXT))
    answer = await ask(browser, "restore", text=TEXT, answer=masked)
    (restored,) = re.findall(r'<pre class="text" id="restored" tabindex="0">(.*?)</pre>', answer.text, re.DOTALL)

    assert html.unescape(restored) == TEXT
    assert "2 tokens put back" in answer.text


async def test_pieces_joined_are_the_texts(services: Services) -> None:
    examined = await services.workbench.examine(TEXT + f" and {MAIL}", Choices(leave=(CARD,), also=("write",)))

    assert "".join(p.text for p in original_pieces(examined)) == examined.text
    assert "".join(p.text for p in masked_pieces(examined)) == examined.masked
    assert [f.fate for f in examined.findings] == ["masked", "masked", "left", "masked"]
    assert MAIL not in repr(examined)


async def test_a_value_is_left_and_masked_again(browser: httpx2.AsyncClient) -> None:
    left = await ask(browser, f"leave:{MAIL}", text=TEXT)
    still = await ask(browser, "mask", text=TEXT, left=[MAIL])
    again = await ask(browser, f"mask:{MAIL}", text=TEXT, left=[MAIL])

    assert MAIL in masked_text(left)
    assert CARD not in masked_text(left)
    assert MAIL in masked_text(still)
    assert MAIL not in masked_text(again)


async def test_a_word_is_masked_as_well(browser: httpx2.AsyncClient) -> None:
    answer = await ask(browser, "also", text="the heron flies, a heron sings", also="heron")

    assert "heron" not in masked_text(answer)
    assert answer.text.count('name="marked" value="heron"') == 1


async def test_a_word_is_masked_for_good(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.config.write_text("# mine\n[words]\nterms = ['Lapwing'] # birds\n", encoding="utf-8")
    await ask(browser, "always", text="Project Heron", also="Heron")
    later = await ask(browser, "mask", text="Heron and Lapwing")

    assert live.paths.config.read_text(encoding="utf-8").startswith("# mine\n[words]\n")
    assert live.config.words.terms == ["Lapwing", "Heron"]
    assert "Heron" not in masked_text(later)


async def test_a_value_is_allowed_for_good_without_being_written(browser: httpx2.AsyncClient, live: Live) -> None:
    answer = await ask(browser, f"allow:{MAIL}", text=TEXT)

    assert "passes everywhere" in answer.text
    assert MAIL in masked_text(answer)
    assert MAIL not in live.paths.config.read_text(encoding="utf-8")


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("mask", {"text": "  "}, "text"),
    ("mask", {"text": "x" * (MAX_TEXT + 1)}, "text"),
    ("also", {"text": "keep me", "also": ""}, "also"),
    ("also", {"text": "keep me", "also": "absent"}, "also"),
    ("restore", {"text": "keep me", "answer": ""}, "answer"),
    ("download", {"text": "keep me"}, "file"),
]


@pytest.mark.parametrize(("do", "fields", "wrong"), WRONG)
async def test_wrong_input_is_explained_beside_its_field_and_kept(
    browser: httpx2.AsyncClient, do: str, fields: Mapping[str, str], wrong: str
) -> None:
    answer = await ask(browser, do, **fields)

    assert answer.status_code == 422
    assert f'id="{wrong}-error"' in answer.text
    assert re.search(rf'aria-describedby="[^"]*\b{wrong}-error\b', answer.text)
    if fields["text"].strip():
        assert fields["text"] in answer.text
    if fields.get("also"):
        assert f'value="{fields["also"]}"' in answer.text


async def test_a_wrong_setting_is_explained_and_nothing_is_written(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.config.write_text("nonsense = 1\n", encoding="utf-8")
    answer = await ask(browser, "always", text="Project Heron", also="Heron")

    assert answer.status_code == 422
    assert "nonsense" in answer.text
    assert live.paths.config.read_text(encoding="utf-8") == "nonsense = 1\n"


async def test_a_text_is_escaped(browser: httpx2.AsyncClient) -> None:
    answer = await ask(browser, "mask", text=f"</textarea><script>alert(1)</script> {MAIL}", also='"><b>')

    assert "<script>alert" not in answer.text
    assert '"><b>' not in answer.text


async def test_a_file_is_shown_and_masked_in_place(browser: httpx2.AsyncClient) -> None:
    files = {"file": ("people.csv", f"name,mail\nJane,{MAIL}\n".encode())}
    shown = await browser.post("/playground", data={"do": "mask", "text": ""}, files=files)
    masked = await browser.post("/playground", data={"do": "download", "text": ""}, files=files)

    assert MAIL not in masked_text(shown)
    assert masked.headers["content-disposition"] == "attachment; filename*=UTF-8''masked.csv"
    assert masked.text.startswith("name,mail\nJane,")
    assert MAIL not in masked.text


async def test_a_word_document_is_masked_in_place(browser: httpx2.AsyncClient) -> None:
    written, document = io.BytesIO(), docx.Document()
    document.add_paragraph(f"write to {MAIL}")
    document.save(written)
    files = {"file": ("letter.docx", written.getvalue())}
    shown = await browser.post("/playground", data={"do": "mask", "text": ""}, files=files)
    masked = await browser.post("/playground", data={"do": "download", "text": ""}, files=files)
    (paragraph,) = docx.Document(io.BytesIO(masked.content)).paragraphs

    assert MAIL not in masked_text(shown)
    assert masked_text(shown).splitlines()[-1] == paragraph.text


async def test_many_findings_are_all_marked_and_some_explained(
    browser: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(playground_page, "MOST_ROWS", 2)
    answer = await ask(browser, "mask", text=" ".join(f"a{n}@corp{n}.com" for n in range(9)))

    assert answer.text.count("<mark") == 18
    assert answer.text.count("<summary>") == 2
    assert "the first 2 of 9 in this text" in answer.text


async def test_a_file_that_cannot_be_read_is_explained(browser: httpx2.AsyncClient) -> None:
    files = {"file": ("a.png", b"\x89PNG\r\n\x1a\nrest")}
    for do in ("mask", "download"):
        answer = await browser.post("/playground", data={"do": do, "text": "keep me"}, files=files)

        assert answer.status_code == 422
        assert "image" in answer.text
        assert "keep me" in answer.text


@pytest.mark.parametrize(
    ("principal", "restores", "changes"),
    [
        (Principal("p", Role.VIEWER), 403, 403),
        (Principal("p", Role.OPERATOR), 200, 403),
        (Principal("p", Role.OPERATOR, restores=False), 403, 403),
        (Principal("p", Role.ADMIN), 200, 200),
    ],
)
async def test_a_role_does_what_it_may_and_no_more(
    services: Services, entrance: Entrance, principal: Principal, restores: int, changes: int
) -> None:
    app = site.build(services, entrance)

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["principal"] = principal
        await app(scope, receive, send)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=called), base_url=ORIGIN) as client:
        restored = await ask(client, "restore", text="", answer="PERSON_K7Q2MXA4")
        always = await ask(client, "always", text="a heron", also="heron")
        allowed = await ask(client, "allow:heron", text="a heron")

    assert [restored.status_code, always.status_code, allowed.status_code] == [restores, changes, changes]


async def test_the_example_shows_something(browser: httpx2.AsyncClient) -> None:
    answer = await ask(browser, "example", text="")

    assert "Winter-Moss-41" in EXAMPLE
    assert "Winter-Moss-41" not in masked_text(answer)


async def test_a_rule_of_ones_own_is_explained(browser: httpx2.AsyncClient, live: Live) -> None:
    pack = """[[rule]]
id = "mine.order"
entity = "CUSTOM"
pattern = 'ord-[0-9]{6}'
context = ["order"]
match = ["order «ord-123456»"]
source = "our shop"
"""
    live.paths.rules.mkdir(exist_ok=True)
    (live.paths.rules / "mine.toml").write_text(pack, encoding="utf-8")
    live.detector.change(Pipeline(RuleSet(own_rules(live.paths.rules))).quick, None, ())
    answer = await ask(browser, "mask", text="my order is ord-654321")

    for piece in ("mine.order", "<dd>order</dd>", "our shop", "<dt>Score</dt>"):
        assert piece in answer.text


async def test_an_invented_name_is_shown_and_comes_back(browser: httpx2.AsyncClient, live: Live) -> None:
    named = {"PERSON": Entity(token=TokenForm.NAME)}
    live.follow(
        Config(detection=Detection(names=False), words=Words(terms=["Ada Lovelace"], entity="PERSON"), entities=named)
    )
    text = "Ada Lovelace wrote."
    masked = masked_text(await ask(browser, "mask", text=text))
    answer = await ask(browser, "restore", text=text, answer=f"{masked} Ms. {masked.split()[1]}!")
    (restored,) = re.findall(r'<pre class="text" id="restored" tabindex="0">(.*?)</pre>', answer.text, re.DOTALL)

    assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+ wrote.", masked)
    assert html.unescape(restored) == f"{text} Ms. Lovelace!"


@pytest.mark.parametrize(
    ("do", "also", "subject"),
    [("examine", "", "/playground"), ("also", "Heron", "/playground"), ("always", "Heron", "/playground/rule")],
)
async def test_the_log_tells_a_rule_from_a_try(
    services: Services, entrance: Entrance, do: str, also: str, subject: str
) -> None:
    acts: list[Act] = []
    transport = httpx2.ASGITransport(app=front.build(services, entrance, acts.append))
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=BROWSER) as client:
        await client.get(f"/login?code={entrance.issue()}")
        answer = await client.post("/playground", data={"do": do, "text": "Project Heron", "also": also})

    assert answer.status_code == 200
    assert [(act.actor, act.deed, act.subject) for act in acts] == [("browser", "POST", subject)]
