from __future__ import annotations

from bot.model import Attachment, Status
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.incoming import Outcome
from bot.store.member_comments import MemberComments
from tests.store.making import (
    DAWN,
    add_article,
    add_imported,
    add_publication,
    capture,
    delete,
    message,
    place,
    texts_of,
)


async def test_a_deleted_message_leaves_a_bare_tombstone_with_its_replies(database: Database) -> None:
    await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100, "one", attachments=(Attachment("file", "cat.png"),)))
    await capture(database, message(100, "two", edited=1))
    reply, _ = await capture(database, message(200, reply_to=100))
    assert await delete(database, 100) == 1
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.status, stored.status_by, stored.text, stored.attachments) == (
        *(Status.DELETED, None, ""),
        (),
    )
    assert stored.message_id == 100
    assert await texts_of(database, comment) == ("", [])
    child = await Comments(database).by_id(reply)
    assert child is not None
    assert child.parent_id == comment


async def test_nothing_brings_a_deleted_comment_back(database: Database) -> None:
    await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100))
    await delete(database, 100)
    _, outcome = await capture(database, message(100, "again", edited=5))
    async with database.transaction() as tx:
        assert not await MemberComments(tx).edit(comment, "again", DAWN)
        assert not await MemberComments(tx).set_status(comment, Status.VISIBLE, None)
    assert outcome is Outcome.STALE
    assert await texts_of(database, comment) == ("", [])


async def test_our_own_messages_are_not_taken_for_members(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    await place(database, publication, 100, comment=await add_imported(database, article, "1"))
    assert await delete(database, 100) == 0
    assert await database.fetch_value("SELECT count(*) FROM deleted_message") == 0


async def test_a_deletion_that_comes_first_counts(database: Database) -> None:
    await add_publication(database, await add_article(database))
    assert await delete(database, 100) == 0
    comment, _ = await capture(database, message(100, attachments=(Attachment("file", "a"),)))
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.status, stored.text, stored.attachments) == (Status.DELETED, "", ())
