from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.store.check import check
from bot.store.database import Database
from bot.store.member_comments import MemberComments
from tests.store.making import add_article, add_imported, add_publication, capture, message, place


@pytest.fixture
async def discussed(database: Database) -> Database:
    """A published article with comments 1 and 2 (a member's) and 4 (deleted), another one with comment 3."""
    first, second = await add_article(database), await add_article(database, "other")
    publication = await add_publication(database, first)
    imported = await add_imported(database, first, "1")
    await place(database, publication, 100, comment=imported)
    await capture(database, message(200, reply_to=100))
    await add_imported(database, second, "2")
    deleted, _ = await capture(database, message(300))
    async with database.transaction() as tx:
        await MemberComments(tx).tombstone([deleted], None)
    return database


def break_it(database: Database, *statements: str) -> None:
    """Do what no code of ours would, past the constraints."""
    with contextlib.closing(sqlite3.connect(database.path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


async def test_a_sound_database_gives_no_findings(discussed: Database) -> None:
    assert await check(discussed) == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        (
            "UPDATE comment SET parent_id = 3 WHERE id = 1",
            "Comments reply to a comment on another article: 1.",
        ),
        (
            "UPDATE comment SET parent_id = 2 WHERE id = 1",
            "Comments reply to each other in a circle, or to one that does: 1, 2.",
        ),
        ("UPDATE comment SET parent_id = 2 WHERE id = 1", "Imported comments reply to a member's: 1."),
        (
            "UPDATE comment SET section_id = 3 WHERE id = 1",
            "Comments stand on a section of another article: 1.",
        ),
        (
            "UPDATE comment SET article_id = 2, parent_id = NULL WHERE id = 2",
            "Comments belong to a publication of another article: 2.",
        ),
        (
            "INSERT INTO revision (comment_id, text, replaced_at) VALUES (4, 'old', 0)",
            "Deleted comments still have a history or attachments: 4.",
        ),
        (
            "UPDATE comment SET status = 'deleted' WHERE id = 1",
            "The file is damaged: CHECK constraint failed in comment.",
        ),
        (
            "INSERT INTO deleted_message VALUES (200, 30, 0)",
            "Messages are both a member's comment and noted as deleted: 2.",
        ),
        ("UPDATE section SET number = 5 WHERE id = 2", "Articles have section numbers with gaps: 1."),
        (
            "UPDATE placement SET comment_id = 3",
            "Placements show a section or comment of another article: 1.",
        ),
        ("UPDATE placement SET channel_id = NULL", "Placements have a message but no channel: 1."),
        (
            "DELETE FROM search_todo WHERE entry = 3",
            "Visible comments are neither in the search index nor about to be: 3.",
        ),
        (
            "INSERT INTO search_index (rowid, words) VALUES (4, 'withdrawn')",
            "The search index finds comments that may not be seen: 4.",
        ),
        (
            "INSERT INTO search_index_content (id) VALUES (7)",
            "The search index and its own table of contents differ: 7.",
        ),
        (
            "UPDATE comment SET parent_id = 99 WHERE id = 1",
            "1 of comment refer to a comment that does not exist.",
        ),
    ],
)
async def test_what_is_wrong_is_told_with_the_rows(discussed: Database, statement: str, finding: str) -> None:
    break_it(discussed, statement)
    assert finding in await check(discussed)


async def test_many_rows_are_counted_rather_than_listed(discussed: Database) -> None:
    break_it(
        discussed,
        "INSERT INTO comment (article_id, parent_id, commenter_id, origin, status, text, source, source_id) "
        "SELECT 1, 3, 1, 'imported', 'visible', '', 'blog', 'x' || value FROM json_each('[1,2,3,4,5,6,7]')",
    )
    assert await check(discussed) == [
        "Comments reply to a comment on another article: 5, 6, 7, 8, 9 and 2 more."
    ]


async def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "oped.db"
    async with Database.open(path) as database:
        article = await add_article(database)
        for number in range(50):
            await add_imported(database, article, str(number))
    damage(path)
    try:
        async with Database.open(path, read_only=True) as database:
            findings = await check(database)
    except StorageError as error:
        findings = [error.message]
    assert findings
    assert "damaged" in findings[0]


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 4 : 4096 * 20] = b"\xff" * (4096 * 16)
    path.write_bytes(content)
