"""What a member takes along: all that is stored of them, as JSON documents of bounded size."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from dataclasses import dataclass, field

PART_BYTES = 8 << 20
"""The largest document, also where Discord takes more: several may be in memory while members ask."""

PARTS = 10
"""How many documents one gets at once."""

_SPARE = 4096
"""Room for what stands around the rows."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the documents; `last` says that none follows, `cut` that not all fitted."""

    number: int
    document: bytes
    last: bool = False
    cut: bool = False


@dataclass(slots=True)
class _Draft:
    """A document in the making: rows by table, already written."""

    size: int = 0
    tables: dict[str, list[str]] = field(default_factory=dict)

    def add(self, table: str, row: str, size: int) -> None:
        self.tables.setdefault(table, []).append(row)
        self.size += size

    def written(self, head: Mapping[str, object]) -> bytes:
        parts = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
        for table, rows in self.tables.items():
            parts.append(f"  {json.dumps(table)}: [\n    " + ",\n    ".join(rows) + "\n  ]")
        return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


async def in_parts(
    rows: AsyncIterable[tuple[str, dict[str, object]]], head: Mapping[str, object], *, limit: int
) -> AsyncGenerator[Part, None]:
    """Rows by table as JSON documents of at most `limit` bytes in UTF-8, each with the head and its number.

    There is always a first one. A row that alone is too large is left out.
    """
    room = min(limit, PART_BYTES) - _SPARE
    draft, number, cut = _Draft(), 1, False
    async for table, row in rows:
        written = json.dumps(row, ensure_ascii=False)
        size = len(written.encode()) + len(table) + 16
        if size > room:
            cut = True
            continue
        if draft.size + size > room:
            if number == PARTS:
                cut = True
                break
            yield Part(number, draft.written({**head, "part": number}))
            draft, number = _Draft(), number + 1
        draft.add(table, written, size)
    yield Part(number, draft.written({**head, "part": number}), last=True, cut=cut)
