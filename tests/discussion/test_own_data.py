from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discussion import own_data
from bot.discussion.own_data import Part, in_parts

Rows = list[tuple[str, dict[str, object]]]
HEAD = {"user_id": "7"}
rows = st.lists(
    st.tuples(
        st.sampled_from(["comments", "vote"]),
        st.dictionaries(st.sampled_from(["id", "text"]), st.text(max_size=900), min_size=1),
    ),
    max_size=40,
).map(lambda found: sorted(found, key=lambda each: each[0]))


def parts_of(given_rows: Rows, limit: int) -> list[Part]:
    async def streamed() -> AsyncGenerator[tuple[str, dict[str, object]], None]:
        for each in given_rows:
            yield each

    async def gathered() -> list[Part]:
        return [part async for part in in_parts(streamed(), dict(HEAD), limit=limit)]

    return asyncio.run(gathered())


def rows_in(part: Part) -> Rows:
    told = json.loads(part.document)
    assert (told.pop("user_id"), told.pop("part")) == ("7", part.number)
    return [(table, row) for table, found in told.items() for row in found]


@settings(max_examples=60)
@given(rows, st.integers(4096 + 2_000, 4096 + 20_000))
def test_every_part_is_a_document_within_the_limit_and_together_they_hold_all(
    given_rows: Rows, limit: int
) -> None:
    parts = parts_of(given_rows, limit)
    assert all(len(part.document) <= limit for part in parts)
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
    kept = [row for part in parts for row in rows_in(part)]
    if parts[-1].cut:
        assert kept != given_rows
        assert all(row in given_rows for row in kept)
    else:
        assert kept == given_rows


def test_what_is_too_much_is_cut_and_told() -> None:
    many: Rows = [("comments", {"id": str(number), "text": "x" * 1000}) for number in range(100)]
    parts = parts_of(many, 4096 + 3_000)
    assert len(parts) == own_data.PARTS
    assert parts[-1].cut
    assert rows_in(parts[0])[0] == many[0]


def test_one_row_that_fits_nowhere_is_left_out_and_told() -> None:
    (part,) = parts_of([("comments", {"text": "x" * 9_000}), ("vote", {"id": "1"})], 8_000)
    assert part.cut
    assert rows_in(part) == [("vote", {"id": "1"})]


def test_nothing_is_a_document_too() -> None:
    (part,) = parts_of([], 8_000)
    assert (part.last, part.cut, rows_in(part)) == (True, False, [])
