"""What the policy of our pages forbids is in no template, and no file of ours names another machine."""

import re
from pathlib import Path

import jinja2
import pytest

from maskwire_daemon.web.rendering import HERE, STATIC, render

TEMPLATES = sorted((HERE / "templates").glob("*.html"))
FILES = [*TEMPLATES, *sorted(STATIC.iterdir())]

INLINE = re.compile(r"\sstyle\s*=|\son[a-z]+\s*=|<style|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?:https?:)?//[\w-]+\.[\w-]", re.IGNORECASE)
NAMESPACE = "http://www.w3.org/2000/svg"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.name)
def test_nothing_is_inline(template: Path) -> None:
    assert INLINE.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.name)
def test_nothing_comes_from_elsewhere(file: Path) -> None:
    assert ELSEWHERE.findall(file.read_text(encoding="utf-8").replace(NAMESPACE, "")) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.name)
def test_what_is_trusted_as_html_was_made_by_us(template: Path) -> None:
    trusted = re.findall(r"\{\{[^}]*\|\s*safe", template.read_text(encoding="utf-8"))

    assert trusted == (["{{ figures|safe", "{{ rows|safe"] if template.name == "live.html" else [])


def test_scripts_build_no_code() -> None:
    for script in STATIC.glob("*.js"):
        assert re.findall(r"\beval\(|new Function|document\.write", script.read_text(encoding="utf-8")) == []


def test_a_name_that_is_missing_is_a_mistake() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("refused.html", {"title": "t"})
