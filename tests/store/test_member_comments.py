from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Actor, Attachment, ChannelId, CommentId, ContentState, MessageId, Status, UserId
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.member_comments import Change, FormComment, MemberComments
from tests.store.making import (
    DAWN,
    THREAD,
    add_article,
    add_imported,
    add_publication,
    capture,
    message,
    place,
)


async def texts_of(database: Database, comment: CommentId) -> tuple[str, list[str]]:
    """A comment's text and the ones it had before."""
    rows = await database.fetch_all("SELECT text FROM revision WHERE comment_id = ? ORDER BY id", (comment,))
    return (
        await database.fetch_value("SELECT text FROM comment WHERE id = ?", (comment,)),
        [row["text"] for row in rows],
    )


async def delete(database: Database, *messages: int, by: Actor | None = None) -> list[CommentId]:
    async with database.transaction() as tx:
        return await MemberComments(tx).delete_messages(
            THREAD, [MessageId(each) for each in messages], by, DAWN
        )


async def test_a_message_is_stored_once_however_often_it_comes(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    first = await capture(database, message(100, publication))
    second = await capture(database, message(100, publication))
    assert (first[1], second) == (Change.CREATED, (first[0], Change.UNCHANGED))
    stored = await Comments(database).by_id(first[0])
    assert stored is not None
    assert (stored.text, stored.author, stored.user_id, stored.channel_id, stored.created_at) == (
        *("a member's words", "Mel", UserId(7), THREAD),
        DAWN,
    )


async def test_a_members_name_follows_the_member(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    first, _ = await capture(database, message(100, publication, author="Mel"))
    await capture(database, message(101, publication, author="Melanie"))
    stored = await Comments(database).by_id(first)
    assert stored is not None
    assert stored.author == "Melanie"


async def test_an_edit_keeps_the_old_text_as_a_revision(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100, publication, "one"))
    _, change = await capture(database, message(100, publication, "two", edited=1))
    await capture(database, message(100, publication, "three", edited=2))
    assert change is Change.EDITED
    assert await texts_of(database, comment) == ("three", ["one", "two"])


async def test_an_older_state_that_comes_later_changes_nothing(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100, publication, "two", edited=2))
    _, change = await capture(database, message(100, publication, "one", edited=1))
    await capture(database, message(100, publication, "zero"))
    assert change is Change.UNCHANGED
    assert await texts_of(database, comment) == ("two", [])


async def test_attachments_follow_the_message(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    cat, dog = Attachment("file", "cat.png"), Attachment("file", "dog.png")
    comment, _ = await capture(database, message(100, publication, attachments=(cat, dog)))
    _, change = await capture(database, message(100, publication, attachments=(dog,), edited=1))
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (change, stored.attachments) == (Change.EDITED, (dog,))


async def test_a_text_that_discord_withheld_is_filled_in_without_counting_as_an_edit(
    database: Database,
) -> None:
    publication = await add_publication(database, await add_article(database))
    withheld = message(100, publication, "", content_state=ContentState.HIDDEN)
    comment, _ = await capture(database, withheld)
    await capture(database, message(100, publication, "the words"))
    await capture(database, withheld)
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.text, stored.edited_at, stored.content_state) == ("the words", None, ContentState.SHOWN)
    assert await texts_of(database, comment) == ("the words", [])


async def test_a_reply_is_to_what_its_message_is_or_shows(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    imported = await add_imported(database, article, "1")
    await place(database, publication, 100, comment=imported)
    await place(database, publication, 101, comment=imported, part=1)
    await place(database, publication, 102, section=2)
    written, _ = await capture(database, message(200, publication, reply_to=101))
    answers = [
        (await capture(database, message(number, publication, reply_to=to)))[0]
        for number, to in ((201, 100), (202, 200), (203, 102), (204, 99))
    ]
    found = [await Comments(database).by_id(each) for each in (written, *answers)]
    assert [(each.parent_id, each.section) for each in found if each] == [
        (imported, None),
        (imported, None),
        (written, None),
        (None, 2),
        (None, None),
    ]


async def test_a_reply_never_reaches_into_another_article(database: Database) -> None:
    one, other = await add_article(database), await add_article(database, "other")
    here, there = await add_publication(database, one), await add_publication(database, other, channel=50)
    await capture(database, message(100, there))
    reply, _ = await capture(database, message(200, here, reply_to=100))
    stored = await Comments(database).by_id(reply)
    assert stored is not None
    assert stored.parent_id is None


async def test_replies_that_came_first_find_their_message(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    early, _ = await capture(database, message(300, publication, reply_to=200))
    late, _ = await capture(database, message(200, publication))
    stored = await Comments(database).by_id(early)
    assert stored is not None
    assert stored.parent_id == late


async def test_replies_to_a_message_of_ours_find_it_once_it_is_known(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    imported = await add_imported(database, article, "1")
    early, _ = await capture(database, message(300, publication, reply_to=200))
    await place(database, publication, 200, comment=imported)
    async with database.transaction() as tx:
        await MemberComments(tx).link_replies(MessageId(200))
    stored = await Comments(database).by_id(early)
    assert stored is not None
    assert stored.parent_id == imported


async def test_messages_said_to_answer_each_other_make_no_circle(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    older, _ = await capture(database, message(100, publication, reply_to=200))
    newer, _ = await capture(database, message(200, publication, reply_to=100))
    found = [await Comments(database).by_id(each) for each in (older, newer)]
    assert [each.parent_id for each in found if each] == [None, older]


async def test_a_deleted_message_leaves_a_bare_tombstone_with_its_replies(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    comment, _ = await capture(
        database, message(100, publication, "one", attachments=(Attachment("file", "cat.png"),))
    )
    await capture(database, message(100, publication, "two", edited=1))
    reply, _ = await capture(database, message(200, publication, reply_to=100))
    assert await delete(database, 100, by=Actor.AUTHOR) == [comment]
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.status, stored.status_by, stored.text, stored.attachments) == (
        *(Status.DELETED, Actor.AUTHOR, ""),
        (),
    )
    assert stored.message_id == 100
    assert await texts_of(database, comment) == ("", [])
    child = await Comments(database).by_id(reply)
    assert child is not None
    assert child.parent_id == comment


async def test_nothing_brings_a_deleted_comment_back(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100, publication))
    await delete(database, 100)
    _, change = await capture(database, message(100, publication, "again", edited=5))
    async with database.transaction() as tx:
        assert not await MemberComments(tx).edit(comment, "again", DAWN)
        assert not await MemberComments(tx).set_status(comment, Status.VISIBLE, None)
    assert change is Change.UNCHANGED
    assert await texts_of(database, comment) == ("", [])


async def test_our_own_messages_are_not_taken_for_members(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    await place(database, publication, 100, comment=await add_imported(database, article, "1"))
    assert await delete(database, 100) == []
    assert await database.fetch_value("SELECT count(*) FROM deleted_message") == 0


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


# --- Whatever the order and however often events come, the same comments result ------------------------------

Step = Callable[[Database, int], Awaitable[object]]


def says(number: int, text: str, *, edited: int | None = None, reply_to: int | None = None) -> Step:
    async def step(database: Database, publication: int) -> None:
        await capture(
            database,
            message(number, publication, text, edited=edited, reply_to=reply_to),  # type: ignore[arg-type]
        )

    return step


def takes_back(number: int) -> Step:
    async def step(database: Database, publication: int) -> None:
        await delete(database, number)

    return step


EVENTS: tuple[Step, ...] = (
    says(100, "first"),
    says(100, "first, better", edited=1),
    says(100, "first, best", edited=2),
    says(200, "second", reply_to=100),
    says(300, "third", reply_to=200),
    says(300, "third, better", edited=1, reply_to=200),
    takes_back(200),
    says(400, "fourth", reply_to=50),
    takes_back(400),
)


async def outcome(folder: Path, order: list[int]) -> list[tuple[object, ...]]:
    async with Database.open(folder / "oped.db") as database:
        article = await add_article(database)
        publication = await add_publication(database, article)
        await place(database, publication, 50, comment=await add_imported(database, article, "1"))
        for index in order:
            await EVENTS[index](database, publication)
        rows = await database.fetch_all(
            "SELECT c.message_id, p.message_id AS parent, p.origin, c.text, c.status FROM comment AS c "
            "LEFT JOIN comment AS p ON p.id = c.parent_id WHERE c.origin = 'discord' ORDER BY c.message_id"
        )
        return [tuple(row) for row in rows]


@settings(max_examples=25, deadline=None)
@given(st.permutations([*range(len(EVENTS)), 0, 3, 6]))
def test_events_in_any_order_and_twice_give_the_same_comments(order: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stored = asyncio.run(outcome(Path(folder), order))
    assert stored == [
        (100, None, None, "first, best", "visible"),
        (200, 100, "discord", "", "deleted"),
        (300, 200, "discord", "third, better", "visible"),
        (400, None, "imported", "", "deleted"),
    ]


@pytest.mark.parametrize("channel", [THREAD, ChannelId(99)])
async def test_a_deletion_that_comes_first_counts(database: Database, channel: ChannelId) -> None:
    publication = await add_publication(database, await add_article(database))
    async with database.transaction() as tx:
        assert await MemberComments(tx).delete_messages(channel, [MessageId(100)], None, DAWN) == []
    comment, _ = await capture(database, message(100, publication, attachments=(Attachment("file", "a"),)))
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.status, stored.text, stored.attachments) == (Status.DELETED, "", ())
