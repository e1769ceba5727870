"""The table as people read it: complete, and every row says how it is known or why not."""

from maskwire.wire.catalog import entries, markdown
from maskwire.wire.formats import TABLE
from maskwire.wire.hosts import PROVIDERS
from maskwire.wire.surface import Treatment


def test_no_route_of_the_table_is_left_out() -> None:
    routes = {(p, f"{row.methods} {row.path}") for row in TABLE for p in row.providers}

    assert {(entry.provider, path) for entry in entries() for path in entry.paths} == routes


def test_what_is_masked_says_how_it_was_checked_and_what_is_not_says_why() -> None:
    silent = [e.surface for e in entries() if not (e.validated if e.treatment is Treatment.MASK else e.why)]

    assert silent == []


def test_every_provider_has_a_surface() -> None:
    assert {entry.provider for entry in entries()} == PROVIDERS.keys()


def test_the_page_has_a_table_for_each_provider() -> None:
    page = markdown(entries())

    assert page.count("### ") == len({entry.provider for entry in entries()})
    assert "| **refused**: Cursor speaks" in page.replace("| – |", "|").replace("|  |", "|")
