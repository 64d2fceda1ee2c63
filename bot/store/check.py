"""Looking a database over: what SQLite checks (file, indexes, constraints), then what no constraint can say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.store.database import Database, Snapshot


@dataclass(frozen=True, slots=True)
class _Rule:
    """What must not be there: a query for the ids of rows that break the rule, and the sentence for it."""

    broken: str
    query: str


_RULES = (
    _Rule(
        "Comments reply to a comment on another article",
        "SELECT c.id FROM comment AS c JOIN comment AS p ON p.id = c.parent_id WHERE p.article_id <> c.article_id",
    ),
    _Rule(
        "Comments reply to each other in a circle, or to one that does",
        "WITH RECURSIVE tree (id) AS (SELECT id FROM comment WHERE parent_id IS NULL UNION ALL "
        "SELECT c.id FROM tree JOIN comment AS c ON c.parent_id = tree.id) "
        "SELECT id FROM comment WHERE id NOT IN (SELECT id FROM tree)",
    ),
    _Rule(
        "Imported comments reply to a member's",
        "SELECT c.id FROM comment AS c JOIN comment AS p ON p.id = c.parent_id "
        "WHERE c.origin = 'imported' AND p.origin = 'discord'",
    ),
    _Rule(
        "Comments stand on a section of another article",
        "SELECT c.id FROM comment AS c JOIN section AS s ON s.id = c.section_id WHERE s.article_id <> c.article_id",
    ),
    _Rule(
        "Comments belong to a publication of another article",
        "SELECT c.id FROM comment AS c JOIN publication AS p ON p.id = c.publication_id "
        "WHERE p.article_id <> c.article_id",
    ),
    _Rule(
        "Deleted comments still have a history or attachments",
        "SELECT c.id FROM comment AS c WHERE c.status = 'deleted' "
        "AND (EXISTS (SELECT 1 FROM revision AS r WHERE r.comment_id = c.id) "
        "OR EXISTS (SELECT 1 FROM attachment AS a WHERE a.comment_id = c.id))",
    ),
    _Rule(
        "Messages are both a member's comment and noted as deleted",
        "SELECT c.id FROM comment AS c JOIN deleted_message AS d ON d.message_id = c.message_id "
        "WHERE c.status <> 'deleted'",
    ),
    _Rule(
        "Articles have section numbers with gaps",
        "SELECT article_id AS id FROM section WHERE withdrawn = 0 GROUP BY article_id "
        "HAVING min(number) <> 1 OR max(number) <> count(*)",
    ),
    _Rule(
        "Placements show a section or comment of another article",
        "SELECT m.id FROM placement AS m JOIN publication AS p ON p.id = m.publication_id "
        "LEFT JOIN section AS s ON s.id = m.section_id LEFT JOIN comment AS c ON c.id = m.comment_id "
        "WHERE coalesce(s.article_id, c.article_id, p.article_id) <> p.article_id",
    ),
    _Rule(
        "Visible comments are neither in the search index nor about to be",
        "SELECT c.id FROM comment AS c WHERE c.status = 'visible' AND c.text <> '' "
        "AND NOT EXISTS (SELECT 1 FROM search_index_docsize AS d WHERE d.id = c.id) "
        "AND NOT EXISTS (SELECT 1 FROM search_todo AS t WHERE t.entry = c.id)",
    ),
    _Rule(
        "The search index finds comments that may not be seen",
        "SELECT d.id FROM search_index_docsize AS d LEFT JOIN comment AS c ON c.id = d.id AND c.status = 'visible' "
        "WHERE d.id > 0 AND c.id IS NULL",
    ),
    _Rule(
        "The search index and its own table of contents differ",
        "SELECT id FROM (SELECT id FROM search_index_docsize EXCEPT SELECT id FROM search_index_content) UNION "
        "SELECT id FROM (SELECT id FROM search_index_content EXCEPT SELECT id FROM search_index_docsize)",
    ),
    _Rule(
        "Placements have a message but no channel",
        "SELECT id FROM placement WHERE message_id IS NOT NULL AND channel_id IS NULL",
    ),
)
_NAMED = 5


async def check(database: Database) -> list[str]:
    """What is wrong with a database, as sentences; none when it is sound. It is only read."""
    async with database.snapshot() as snapshot:
        damage = await _damage(snapshot)
        # The rules ask through indexes, whose answers count for nothing where those are broken.
        return damage or [finding for rule in _RULES for finding in await _findings(snapshot, rule)]


async def check_writing(path: Path) -> None:
    """Try to write to a database, and take it back.

    Raises `StorageError` where that is not allowed, or where another program goes on writing.
    """
    async with Database.open(path) as database, database.transaction(discard=True) as tx:
        # The transaction alone is not refused where the file is read-only; a write is, even one of nothing.
        await tx.execute("DELETE FROM setting WHERE name IS NULL")


async def _damage(snapshot: Snapshot) -> list[str]:
    findings = [
        f"The file is damaged: {row[0]}."
        for row in await snapshot.fetch_all("PRAGMA integrity_check")
        if row[0] != "ok"
    ]
    rows = await snapshot.fetch_all(
        'SELECT "table" AS referring, parent, count(*) AS number FROM pragma_foreign_key_check '
        'GROUP BY "table", parent'
    )
    findings += [
        f"{row['number']} of {row['referring']} refer to a {row['parent']} that does not exist."
        for row in rows
    ]
    return findings


async def _findings(snapshot: Snapshot, rule: _Rule) -> list[str]:
    ids = [str(row["id"]) for row in await snapshot.fetch_all(f"SELECT id FROM ({rule.query}) ORDER BY id")]
    if not ids:
        return []
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return [f"{rule.broken}: {', '.join(ids[:_NAMED])}{more}."]
