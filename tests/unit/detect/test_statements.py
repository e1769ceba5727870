"""The columns of an INSERT name its values."""

from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.detect.fragment import Fragment
from maskwire.detect.rules import default_rules
from maskwire.detect.statements import Statements


def values(text: str) -> list[tuple[str, str]]:
    return [(name, text[low:high]) for name, low, high in Statements(text).inserted(0, len(text))]


def test_each_value_has_its_column() -> None:
    text = "INSERT INTO shop.t (id, \"Name\", `mail`) VALUES (7, 'O''Neil, J.', NULL), (8, N'x', now());"

    assert values(text) == [
        ("id", "7"), ("Name", "O''Neil, J."), ("mail", "NULL"), ("id", "8"), ("Name", "x"),
    ]  # fmt: skip


def test_rows_may_stand_on_lines_of_their_own() -> None:
    assert values("insert ignore into t(a,b)\nvalues\n  (1, 'x'),\n  (2, 'y')\n;") == [
        ("a", "1"), ("b", "x"), ("a", "2"), ("b", "y"),
    ]  # fmt: skip


def test_a_row_of_another_length_ends_the_reading() -> None:
    assert values("INSERT INTO t (a, b) VALUES (1, 2), (3)") == [("a", "1"), ("b", "2")]


def test_without_a_list_of_columns_there_is_nothing_to_name() -> None:
    assert values("INSERT INTO t VALUES (1, 2)") == []


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\\"), max_size=12), min_size=1, max_size=5))
@settings(max_examples=60)
def test_quoted_values_are_found_where_they_stand(texts: list[str]) -> None:
    columns = [f"c{i}" for i in range(len(texts))]
    quoted = [text.replace("'", "''") for text in texts]
    row = ", ".join(f"'{text}'" for text in quoted)
    statement = " ".join(("INSERT INTO t", f"({', '.join(columns)})", "VALUES", f"({row})"))

    assert values(statement) == [(c, text) for c, text in zip(columns, quoted, strict=True) if text]


def test_the_column_is_what_says_that_a_value_is_one() -> None:
    text = "INSERT INTO users (login, password, birth_date) VALUES ('unebreda', 'Zeppelin@2026', '1971-03-02');"

    found = {(text[s.start : s.end], s.entity) for s in default_rules().find(Fragment(text))}

    assert {("Zeppelin@2026", "PASSWORD"), ("1971-03-02", "BIRTH_DATE"), ("unebreda", "USERNAME")} <= found
