import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.wire.local import operation, with_model

texts = st.text(max_size=20)


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("/v1/chat/completions", "chat/completions"),
        ("/openai/deployments/x/chat/completions?api-version=1", "chat/completions"),
        ("/v1/responses/", "responses"),
        ("/v1/embeddings", "embeddings"),
        ("/v1/fim/completions", None),
        ("/v1/messages", None),
        ("/v1/moderations?x=/chat/completions", None),
    ],
)
def test_the_end_of_the_path_says_what_is_asked(target: str, asked: str | None) -> None:
    assert operation(target) == asked


@given(st.dictionaries(texts, st.none() | texts | st.integers(), max_size=4), texts)
def test_only_the_model_changes(body: dict[str, object], model: str) -> None:
    changed = with_model(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), model)

    before = json.loads(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))
    assert json.loads(changed) == {**before, "model": model}


def test_all_other_bytes_stay() -> None:
    body = b'{ "n" : 1e2, "model":"gpt-5" ,"x":"\\u00e9"}'

    assert with_model(body, "llama") == b'{ "n" : 1e2, "model":"llama" ,"x":"\\u00e9"}'
    assert with_model(b"{}", "llama") == b'{"model":"llama"}'


@pytest.mark.parametrize("body", [b"[]", b"{", b"1"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="no JSON"):
        with_model(body, "llama")
