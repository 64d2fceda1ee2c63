"""What is stored of one person: told to them, erased, and what may not be stored of them any more.

Every column of the schema that names a person is declared here, with what becomes of its rows when that person
is erased: whoever adds one decides it, and a test sees to it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import MessageId, UserId
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds


class Fate(StrEnum):
    """What becomes of a row that names an erased person."""

    DELETED = "deleted"
    UNNAMED = "unnamed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Trace:
    """A column that names a person. Where it is unnamed, `emptied` are the columns that are emptied with it."""

    table: str
    column: str
    fate: Fate
    emptied: tuple[str, ...] = ()


TRACES = (
    # Not only the name goes: what the person wrote is erased with it, first of all (`bot.store.erasing`).
    Trace("commenter", "user_id", Fate.UNNAMED),
    Trace("claim", "user_id", Fate.DELETED),
    Trace("follow", "user_id", Fate.DELETED),
    Trace("vote", "user_id", Fate.DELETED),
    Trace("notice", "user_id", Fate.DELETED),
    Trace("digest", "user_id", Fate.DELETED),
    Trace("notice_refusal", "user_id", Fate.DELETED),
    # These two are what keeps everything else away.
    Trace("opt_out", "user_id", Fate.KEPT),
    Trace("erasure", "user_id", Fate.KEPT),
    # A penalty that still applies is not to be got rid of by erasing oneself; once it ends, it is gone.
    Trace("sanction", "user_id", Fate.KEPT),
    Trace("report", "user_id", Fate.DELETED),
    Trace("search_query", "user_id", Fate.DELETED),
    # What was done to a person is forgotten; what a moderator did to others they go on answering for.
    Trace("trail_entry", "user_id", Fate.UNNAMED, emptied=("reason",)),
    Trace("trail_entry", "actor_id", Fate.KEPT),
    # Kept for minutes only, to tell a moderator's deletion from a withdrawal.
    Trace("audit_note", "user_id", Fate.DELETED),
    Trace("audit_note", "actor_id", Fate.DELETED),
)

# All that a person wrote: their comments, and imported ones that moderators confirmed to be theirs.
WRITTEN = """
    SELECT c.id FROM comment AS c JOIN commenter AS w ON w.id = c.commenter_id
    WHERE w.user_id = :user AND ifnull(c.created_at, 0) <= :until
"""
CLAIMED = """
    SELECT k.comment_id FROM claim AS k
    WHERE k.user_id = :user AND k.state = 'confirmed' AND k.asked_at <= :until
"""
_THEIRS = f"{WRITTEN} UNION {CLAIMED}"
_COUNT = f"""
SELECT
    count(*) FILTER (WHERE origin = 'discord' AND NOT by_form) AS messages,
    count(*) FILTER (WHERE by_form) AS entered,
    count(*) FILTER (WHERE origin = 'imported') AS claimed
FROM comment WHERE id IN ({_THEIRS}) AND status <> 'deleted'
"""

_COMMENTS = f"""
SELECT c.id, a.slug AS article, a.title, c.origin, c.status, c.text, c.created_at, c.edited_at, q.guild_id,
    c.channel_id, c.message_id, c.by_form, w.name,
    (SELECT json_group_array(json_object('kind', kind, 'name', name)) FROM attachment
        WHERE comment_id = c.id) AS attachments
FROM comment AS c JOIN article AS a ON a.id = c.article_id JOIN commenter AS w ON w.id = c.commenter_id
    LEFT JOIN publication AS q ON q.id = c.publication_id
WHERE c.id IN ({_THEIRS}) ORDER BY c.id
"""
_REVISIONS = f"""
SELECT comment_id, text, replaced_at FROM revision WHERE comment_id IN ({_THEIRS}) ORDER BY comment_id, id
"""
_NEVER, _ALWAYS = -1, 2**63 - 1


@dataclass(frozen=True, slots=True)
class Erased:
    """How much is to be erased: messages of the member's own, comments entered by form, imported ones claimed."""

    messages: int
    entered: int
    claimed: int


class Personal:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def standing(self, user: UserId, until: datetime | None = None) -> Erased:
        """How much erasing this person would erase, of what is from before a moment or of all."""
        values = {"user": user, "until": _ALWAYS if until is None else to_milliseconds(until)}
        (row,) = await self._reader.fetch_all(_COUNT, values)
        return Erased(row["messages"], row["entered"], row["claimed"])

    async def all_of(self, user: UserId) -> AsyncGenerator[tuple[str, dict[str, object]], None]:
        """Every row that names this person, with its table, as JSON has it: times in ISO 8601, ids as strings.

        Comments come first, then what those read before; however many there are, a few hundred are in memory.
        """
        values = {"user": user, "until": _ALWAYS}
        queries: list[tuple[str, str, list[Trace]]] = [
            ("comments", _COMMENTS, []),
            ("revisions", _REVISIONS, []),
        ]
        for table in dict.fromkeys(trace.table for trace in TRACES):
            traces = [trace for trace in TRACES if trace.table == table]
            named = " OR ".join(f"{trace.column} = :user" for trace in traces)
            queries.append((table, f"SELECT * FROM {table} WHERE {named}", traces))
        for table, query, traces in queries:
            async with aclosing(self._reader.stream(query, values)) as rows:
                async for row in rows:
                    yield table, _only_of(user, _told(row), traces)

    async def begin_erasure(self, tx: Transaction, user: UserId, at: datetime) -> None:
        """Note that all from before a moment is to be erased of this person, so that it will be, whatever happens.

        From now on nothing from before that moment is stored again.
        """
        await tx.execute(
            "INSERT INTO erasure (user_id, at, unfinished) VALUES (?, ?, 1) "
            "ON CONFLICT (user_id) DO UPDATE SET at = max(at, excluded.at), unfinished = 1",
            (user, to_milliseconds(at)),
        )

    async def unfinished_erasures(self) -> list[tuple[UserId, datetime]]:
        """Who is being erased, and until which moment."""
        rows = await self._reader.fetch_all("SELECT user_id, at FROM erasure WHERE unfinished")
        return [(UserId(row["user_id"]), from_milliseconds(row["at"])) for row in rows]

    async def forget_erasures(self, tx: Transaction, before: datetime) -> None:
        """Drop notes of erasures so old that nothing from before them is left anywhere."""
        await tx.execute("DELETE FROM erasure WHERE at < ? AND NOT unfinished", (to_milliseconds(before),))

    async def opt_out(self, tx: Transaction, user: UserId) -> bool:
        """Store nothing more of this person; whether that is new."""
        return (
            await tx.execute("INSERT INTO opt_out (user_id) VALUES (?) ON CONFLICT DO NOTHING", (user,)) > 0
        )

    async def opt_in(self, tx: Transaction, user: UserId) -> bool:
        """Store what this person writes from now on; whether that is new."""
        return await tx.execute("DELETE FROM opt_out WHERE user_id = ?", (user,)) > 0

    async def opted_out(self, users: Iterable[UserId]) -> frozenset[UserId]:
        """Those of some people of whom nothing is to be stored."""
        rows = await self._reader.fetch_all(
            "SELECT user_id FROM opt_out WHERE user_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(users)),),
        )
        return frozenset(UserId(row["user_id"]) for row in rows)

    async def erased_or_opted_out(self, users: Iterable[UserId]) -> frozenset[UserId]:
        """Those of some people of whom nothing from the past is to be stored."""
        rows = await self._reader.fetch_all(
            "SELECT user_id FROM opt_out WHERE user_id IN (SELECT value FROM json_each(?1)) "
            "UNION SELECT user_id FROM erasure WHERE user_id IN (SELECT value FROM json_each(?1))",
            (json.dumps(list(users)),),
        )
        return frozenset(UserId(row["user_id"]) for row in rows)

    async def unwelcome(self, messages: Sequence[tuple[MessageId, UserId, datetime]]) -> frozenset[MessageId]:
        """Those of some messages that must not be stored, by who wrote them and when.

        That is whatever people write who opted out, and what others wrote before they were erased.
        """
        # Few people are meant, if any: asking for these is quicker than asking about each message.
        rows = await self._reader.fetch_all(
            "SELECT user_id, :always AS until FROM opt_out WHERE user_id IN (SELECT value FROM json_each(:users)) "
            "UNION ALL SELECT user_id, at FROM erasure WHERE user_id IN (SELECT value FROM json_each(:users)) "
            "ORDER BY until",
            {"always": _ALWAYS, "users": json.dumps(list({user for _, user, _ in messages}))},
        )
        until = {UserId(row["user_id"]): row["until"] for row in rows}
        return frozenset(
            message for message, user, at in messages if to_milliseconds(at) <= until.get(user, _NEVER)
        )


def _told(row: Row | Mapping[str, object]) -> dict[str, object]:
    """A row as JSON tells it."""
    return {key: _value(key, row[key]) for key in row.keys()}  # noqa: SIM118 - a row yields its values


def _value(column: str, value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int) and (column == "at" or column.endswith("_at")):
        return from_milliseconds(value).isoformat()
    if isinstance(value, int) and (column == "id" or column.endswith("_id")):
        return str(value)
    if isinstance(value, str) and column in {"attachments", "details"}:
        return _parsed(value)
    return value


def _parsed(value: str) -> object:
    parsed = json.loads(value)
    return [_told(each) for each in parsed] if isinstance(parsed, list) else parsed


def _only_of(user: UserId, row: dict[str, object], traces: Sequence[Trace]) -> dict[str, object]:
    """A row without the other people whom it names, and without what they wrote in it."""
    others = {trace.column for trace in traces if row[trace.column] not in (None, str(user))}
    theirs = {column for trace in traces for column in trace.emptied} if others else set()
    return {key: value for key, value in row.items() if key not in others | theirs}
