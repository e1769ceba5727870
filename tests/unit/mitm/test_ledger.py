import asyncio

from maskwire.exchange import Outcome
from maskwire.mitm.ledger import Ledger
from maskwire.wire.formats import surface_of


async def test_a_row_holds_the_route_and_never_the_path() -> None:
    surface = surface_of("POST", "api.openai.com", "/v1/chat/completions?secret=1")
    ledger = Ledger(started=100.0, host="api.openai.com", method="POST", surface=surface)
    ledger.outcome, ledger.added_s = Outcome.MASKED, 0.002
    ledger.tally.restored = 3

    row = ledger.exchange(now=101.5, status=200)

    assert (row.surface, row.path, row.status) == ("openai.chat", "/v1/chat/completions", 200)
    assert (row.total_ms, row.added_ms, row.restored) == (1500.0, 2.0, 3)


async def test_a_clock_that_goes_back_gives_no_negative_time() -> None:
    assert Ledger(100.0, "h", "GET").exchange(now=99.0, status=0).total_ms == 0.0


async def test_a_program_that_is_not_known_yet_is_left_out() -> None:
    ledger = Ledger(0.0, "h", "GET", program=asyncio.get_running_loop().create_future())
    assert ledger.program is not None

    assert ledger.exchange(0.0, 200).program == ""
    ledger.program.set_result("codex")
    assert ledger.exchange(0.0, 200).program == "codex"
