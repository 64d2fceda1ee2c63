"""JSON of any length, record by record."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.formats.json_stream import walk


def walked(content: str | bytes) -> list[tuple[str | None, object]]:
    return list(walk(io.BytesIO(content.encode() if isinstance(content, str) else content)))


@pytest.mark.parametrize(
    ("content", "records"),
    [
        ("[]", []),
        ("{}", []),
        (" [1, 2.5, null]\n", [(None, 1), (None, 2.5), (None, None)]),
        ("[[1, 2], [], [3]]", [(None, 1), (None, 2), (None, 3)]),
        ("[1][2]\n[3]", [(None, 1), (None, 2), (None, 3)]),
        ('{"a": {"b": [1]}, "c": [], "d": [1, [2]]}', [("a", {"b": [1]}), ("d", 1), ("d", [2])]),
        ('{"a": 1}{"a": 2}', [("a", 1), ("a", 2)]),
        (b'\xef\xbb\xbf["\xc3\xa9"]', [(None, "é")]),
    ],
)
def test_records_come_in_order(content: str | bytes, records: list[tuple[str | None, object]]) -> None:
    assert walked(content) == records


@pytest.mark.parametrize(
    "content", ["[1", "[1,", "[1 2]", '{"a"', '{"a" 1}', "{1: 2}", "nul", "[[[1]]]", "[1]x"]
)
def test_damaged_json_is_refused_with_its_line(content: str) -> None:
    with pytest.raises(SourceError) as refusal:
        walked("\n\n" + content)
    assert refusal.value.place == "line 3"


def test_records_longer_than_a_chunk_are_whole() -> None:
    long = "x" * 300_000
    assert walked(json.dumps([long, 1, long])) == [(None, long), (None, 1), (None, long)]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values, max_size=4), st.integers(0, 3))
@settings(max_examples=80)
def test_every_object_is_read_as_json_reads_it(value: dict[str, object], indent: int) -> None:
    rebuilt: dict[str, object] = {name: [] for name, field in value.items() if isinstance(field, list)}
    for name, field in walked(json.dumps(value, indent=indent or None)):
        assert name is not None
        if isinstance(value[name], list):
            rebuilt[name].append(field)  # type: ignore[attr-defined]  # it was made a list above
        else:
            rebuilt[name] = field
    assert rebuilt == value
