"""``docs/surfaces.md`` is the table of the program."""

from pathlib import Path

from maskwire_daemon.cli.surfaces_page import HEADING, page

DOCS = Path(__file__).parents[3] / "docs" / "surfaces.md"


def test_the_page_is_what_the_table_says() -> None:
    text = DOCS.read_text(encoding="utf-8")

    assert text == page(text), "python -m maskwire_daemon.cli.surfaces_page docs/surfaces.md"


def test_a_page_keeps_what_was_written_and_loses_an_old_table() -> None:
    made = page(f"# Title\n\nProse.\n\n{HEADING}\nold\n")

    assert made.startswith(f"# Title\n\nProse.\n\n{HEADING}\n### openai\n")
    assert "old\n" not in made
