"""A database as years of use leave it, and the Discord that belongs to it.

The rows are made set by set in SQL, and only once for each size: a run takes a copy. What the bot would ask
Discord about at its start is there too, put in place by decree: threads as Discord bounds them (1,000 active ones
a server, the rest archived), a few of them written in lately, with their messages.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from bot.demo.stage import Stage
from bot.sandbox import Message, Thread
from bot.sandbox.clock import EPOCH, time_of
from bot.sandbox.objects import ChannelType
from bot.sandbox.starting import ACTIVE_LIMIT
from bot.store.database import Database
from bot.store.schema import split_statements

IN_EACH = 200
"""Comments in one discussion; the first of them are imported ones, which the bot mirrored."""
IMPORTED = 20
HIDDEN = 40
"""Every so many-th comment is one that a moderator hid."""

LIVELY = 20
"""Discussions written in during the last days; the others have been quiet for more than a month."""

VOCABULARY = 20_000
"""How many words the comments have besides those that stand in most of them: word1, which is frequent, to word19999."""

_chance = Random(1)  # noqa: S311 - nothing secret: the same texts each time

_HEAD = 4
"""The bot's own messages before the first comment: opening, two sections, closing."""

_MAKE = """
CREATE TEMP TABLE size (threads, each, imported);
INSERT INTO size VALUES (:threads, :each, :imported);
CREATE TEMP TABLE numbers AS
WITH RECURSIVE counting(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counting WHERE n < 9999) SELECT n FROM counting;
-- When a discussion began, in milliseconds since Discord's epoch; its number keeps its ids apart from others'.
CREATE TEMP TABLE discussion AS
SELECT n + 1 AS k, CASE WHEN n < threads - :lively
    THEN :oldest + n * ((:quiet - :oldest) / threads) ELSE :recent END AS began
FROM numbers, size WHERE n < threads;

INSERT INTO article (id, slug, title, source_kind, source_site, source_key)
SELECT k, 'article-' || k, 'Article ' || k, 'bench', '', 'post:' || k FROM discussion;
INSERT INTO section (id, article_id, number, heading, text)
SELECT 2 * k - 1 + n, k, n + 1, iif(n, 'On the other hand', NULL), printf('%.*c', 400, 'x')
FROM discussion, numbers WHERE n < 2;
INSERT INTO commenter (id, name, user_id) SELECT n + 1, 'Member ' || n, 1000 + n FROM numbers;
INSERT INTO commenter (id, name, identity) SELECT n + 10001, 'Reader ' || n, randomblob(16) FROM numbers;
INSERT INTO publication (id, article_id, guild_id, channel_id, channel_kind, thread_id, state, requested_at)
SELECT k, k, 1, 1, 'forum', (began << 22) + k, 'live', began + :epoch FROM discussion;

INSERT INTO comment (id, article_id, parent_id, commenter_id, origin, status, status_by, text, created_at, source,
    source_id, source_rank, publication_id, channel_id, message_id, reply_to)
SELECT (k - 1) * each + n + 1, k, iif(n % 4, (k - 1) * each + n, NULL),
    iif(n < imported, 10001, 1) + (k * 7 + n) % 10000,
    iif(n < imported, 'imported', 'discord'), iif((n + 1) % :hidden, 'visible', 'hidden'),
    iif((n + 1) % :hidden, NULL, 'moderator'),
    'Comment ' || n || ' of discussion ' || k || '. ' || substr(:words, 1, 40 + n * 37 % 200)
        || rare() || rare() || rare() || rare(),
    began + :epoch + (n + :head) * 60000,
    iif(n < imported, 'bench', NULL), iif(n < imported, n, NULL), iif(n < imported, n, NULL),
    iif(n < imported, NULL, k), iif(n < imported, NULL, (began << 22) + k),
    iif(n < imported, NULL, (began + (n + :head) * 60000 << 22) + k), NULL
FROM discussion, numbers, size WHERE n < each ORDER BY k, n;

INSERT INTO placement (publication_id, kind, section_id, comment_id, part, ordinal, channel_id, wanted, shown,
    message_id)
SELECT k, CASE WHEN n = 0 THEN 'opening' WHEN n < 3 THEN 'section' WHEN n = 3 THEN 'closing' ELSE 'comment' END,
    iif(n BETWEEN 1 AND 2, 2 * k - 2 + n, NULL), iif(n >= :head, (k - 1) * each + n - :head + 1, NULL), 0, n,
    (began << 22) + k, shown, shown, (began + n * 60000 << 22) + k
FROM discussion, size, (SELECT n, json_object('content', substr(:words, 1, 120), 'buttons', '') AS shown FROM numbers)
WHERE n < :head + imported ORDER BY k, n;
INSERT INTO channel_cursor
SELECT (began << 22) + k, (began + (each + :head - 1) * 60000 << 22) + k FROM discussion, size;
INSERT INTO setting VALUES ('last catch-up', :now + :epoch);

INSERT INTO search_index (rowid, words, marks) SELECT -s.id, s.text, 'a' || s.article_id || ' s' FROM section AS s;
INSERT INTO search_index (rowid, words, marks)
SELECT c.id, c.text, 'a' || c.article_id || ' w' || c.commenter_id FROM comment AS c
WHERE c.status = 'visible' ORDER BY c.id;
DELETE FROM search_todo;
"""


@dataclass(frozen=True, slots=True)
class Large:
    """A finished database file of so many discussions."""

    file: Path
    discussions: int

    @property
    def comments(self) -> int:
        """How many comments it holds."""
        return self.discussions * IN_EACH

    def copied_to(self, file: Path, stage: Stage) -> None:
        """Copy it for a run on this stage, and put its discussions into the stage's forum."""
        shutil.copyfile(self.file, file)
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(
                "UPDATE publication SET guild_id = ?, channel_id = ?", (stage.server.id, stage.forum.id)
            )
        self.set_up(stage)

    def set_up(self, stage: Stage) -> None:
        """Put the discussions into the stage's forum, as the server would have them."""
        with closing(sqlite3.connect(self.file)) as database:
            cursors = database.execute(
                "SELECT channel_id, message_id FROM channel_cursor ORDER BY channel_id"
            )
            for number, (thread_id, last) in enumerate(cursors, start=1):
                thread = _thread(stage, thread_id, last)
                thread.archived = number <= self.discussions - ACTIVE_LIMIT
                if number > self.discussions - LIVELY:
                    _fill(stage, thread, database)


def _thread(stage: Stage, thread_id: int, last: int) -> Thread:
    guild = stage.server.guild
    thread = Thread(
        id=thread_id,
        guild=guild,
        name=f"Article {thread_id}",
        type=ChannelType.PUBLIC_THREAD,
        parent=stage.forum,
        owner_id=stage.app.bot.id,
        created=time_of(thread_id),
        archived_at=time_of(last),
        active_at=time_of(last),
        last_message_id=last,
        message_count=IN_EACH,
        total_sent=IN_EACH,
    )
    stage.discord.world.channels[thread_id] = guild.threads[thread_id] = thread
    return thread


def _fill(stage: Stage, thread: Thread, database: sqlite3.Connection) -> None:
    """Give a thread its messages, the bot's and the members' (who is here one of them for all)."""
    rows = database.execute(
        "SELECT message_id, 1, json_extract(shown, '$.content') FROM placement WHERE channel_id = ?1 "
        "UNION ALL SELECT message_id, 0, text FROM comment WHERE channel_id = ?1",
        (thread.id,),
    )
    for message_id, ours, text in rows:
        author = stage.app.bot if ours else stage.alice.member.user
        thread.messages[message_id] = Message(message_id, thread, author, time_of(message_id), text)


@cache
def large(discussions: int) -> Large:
    """The database of that size, made at the first call; it lasts as long as this program. Call it from a thread."""
    folder = tempfile.mkdtemp(prefix="oped-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = Path(folder) / "oped.db"
    now = datetime.now(UTC)
    values = {
        "threads": discussions,
        "each": IN_EACH,
        "imported": IMPORTED,
        "lively": LIVELY,
        "hidden": HIDDEN,
        "head": _HEAD,
        "oldest": _milliseconds(now - timedelta(days=900)),
        "quiet": _milliseconds(now - timedelta(days=40)),
        "recent": _milliseconds(now - timedelta(days=1)),
        "now": _milliseconds(now),
        "epoch": int(EPOCH.timestamp() * 1000),
        "words": "Some words of the kind that people write below an article when it has moved them. " * 4,
    }
    asyncio.run(_make_empty(file))
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.create_function("rare", 0, _rare)
        for statement in split_statements(_MAKE):
            database.execute(statement, values)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Large(file, discussions)


def _rare() -> str:
    """A word as often as words are in a language: the n-th most frequent one 1/n times as often as the first."""
    return f" word{int(VOCABULARY ** _chance.random())}"


async def _make_empty(file: Path) -> None:
    async with Database.open(file, migrate=True):
        pass


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)
