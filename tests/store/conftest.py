from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import Action, Attachment, GuildId, NewEntry, UserId
from bot.store.database import Database
from bot.store.member_comments import FormComment, MemberComments
from bot.store.trail import Trail
from tests.store.making import DAWN, add_article, add_imported, add_publication, capture, message, place


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A new database, open, in a file."""
    async with Database.open(tmp_path / "oped.db") as database:
        yield database


@pytest.fixture
async def discussed(database: Database) -> Database:
    """Mel wrote 200 (edited, with a file), answered by Ben's 201, and one by form that two messages show."""
    mel, ben = UserId(7), UserId(8)
    article = await add_article(database)
    publication = await add_publication(database, article)
    await place(database, publication, 100, comment=await add_imported(database, article, "1"))
    await capture(database, message(200, "secret first words", reply_to=100))
    attached = (Attachment("file", "secret.png"),)
    await capture(database, message(200, "secret words", reply_to=100, edited=1, attachments=attached))
    await capture(database, replace(message(201, "an answer", reply_to=200, author="Ben"), user_id=ben))
    async with database.transaction() as tx:
        entered = await MemberComments(tx).add_form(
            FormComment(1, publication, mel, "Mel", "secret by form", DAWN)
        )
        await tx.execute(
            "INSERT INTO placement (publication_id, kind, comment_id, part, ordinal, channel_id, message_id, "
            "wanted, shown, gone) SELECT ?1, 'comment', ?2, value, 9, 30, 300 + value, ?3, ?3, value FROM "
            "json_each('[0, 1]')",
            (publication, entered, '{"content": "secret by form", "buttons": ""}'),
        )
        await Trail(tx).record(
            NewEntry(GuildId(10), DAWN, Action.COMMENT_HIDDEN, ben, entered, mel, reason="secret reason")
        )
        await Trail(tx).record(
            NewEntry(GuildId(10), DAWN, Action.COMMENT_HIDDEN, mel, user_id=ben, reason="Ben's")
        )
    return database
