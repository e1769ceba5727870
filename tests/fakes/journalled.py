"""Exchanges for tests of what is shown of them."""

from dataclasses import replace

from maskwire.exchange import Exchange, Outcome, Spot


def exchange(started: float, **changes: object) -> Exchange:
    """Return an exchange in which two values were masked, with ``changes``."""
    made = Exchange(
        started=started,
        host="api.openai.com",
        surface="openai.chat",
        method="POST",
        path="/v1/chat/completions",
        outcome=Outcome.MASKED,
        model="gpt-5",
        program="python3",
        status=200,
        entities={"EMAIL_ADDRESS": 1, "PERSON": 1},
        actions={"mask": 2},
        paths=("$.messages[*].content",),
        request_bytes=1200,
        response_bytes=2400,
        added_ms=4.0,
        total_ms=900.0,
        restored=2,
        find_ms=2.0,
        mask_ms=1.0,
        wait_ms=600.0,
        restore_ms=0.5,
        spots=(Spot("$.messages[*].content", "PERSON", 3, 15),),
    )
    return replace(made, **changes)  # type: ignore[arg-type] # the names of its fields
