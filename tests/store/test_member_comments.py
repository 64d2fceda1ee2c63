from __future__ import annotations

from datetime import timedelta

from bot.model import Actor, Attachment, Status, UserId
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.member_comments import FormComment, MemberComments
from tests.store.making import DAWN, add_article, add_imported, add_publication, capture, message


async def revisions(database: Database) -> list[str]:
    return [row["text"] for row in await database.fetch_all("SELECT text FROM revision ORDER BY id")]


async def test_what_was_entered_by_form_is_stored_once(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    parent = await add_imported(database, article, "1")
    entered = FormComment(1, publication, UserId(7), "Mel", "by form", DAWN, parent_id=parent)
    async with database.transaction() as tx:
        comment = await MemberComments(tx).add_form(entered)
        assert await MemberComments(tx).add_form(entered) is None
    assert comment is not None
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.by_form, stored.parent_id, stored.message_id, stored.text) == (
        True,
        parent,
        None,
        "by form",
    )


async def test_a_status_is_set_once(database: Database) -> None:
    article = await add_article(database)
    comment = await add_imported(database, article, "1")
    async with database.transaction() as tx:
        assert await MemberComments(tx).set_status(comment, Status.HIDDEN, Actor.MODERATOR)
        assert not await MemberComments(tx).set_status(comment, Status.HIDDEN, Actor.AUTHOR)
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.status, stored.status_by) == (Status.HIDDEN, Actor.MODERATOR)


async def test_an_edit_keeps_the_old_text_and_is_made_once(database: Database) -> None:
    await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100, "one"))
    async with database.transaction() as tx:
        assert await MemberComments(tx).edit(comment, "two", DAWN + timedelta(minutes=1))
        assert not await MemberComments(tx).edit(comment, "two", DAWN + timedelta(minutes=2))
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.text, stored.edited_at) == ("two", DAWN + timedelta(minutes=1))
    assert await revisions(database) == ["one"]


async def test_a_tombstone_has_neither_text_nor_history_nor_attachments(database: Database) -> None:
    await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100, "one", attachments=(Attachment("file", "cat.png"),)))
    async with database.transaction() as tx:
        await MemberComments(tx).edit(comment, "two", DAWN)
        await MemberComments(tx).tombstone([comment], Actor.AUTHOR)
        await MemberComments(tx).tombstone([comment], Actor.MODERATOR)
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.status, stored.status_by, stored.text, stored.edited_at, stored.attachments) == (
        *(Status.DELETED, Actor.AUTHOR, "", None),
        (),
    )
    assert await revisions(database) == []
