from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import ArticleId, Attachment, ChannelId, ContentState, MessageId, UserId
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.incoming import Incoming, Outcome
from tests.store.making import (
    DAWN,
    THREAD,
    add_article,
    add_imported,
    add_publication,
    capture,
    delete,
    message,
    place,
    texts_of,
)


async def test_a_message_is_stored_once_however_often_it_comes(database: Database) -> None:
    await add_publication(database, await add_article(database))
    first = await capture(database, message(100))
    second = await capture(database, message(100))
    assert (first[1], second) == (Outcome.CREATED, (first[0], Outcome.UNCHANGED))
    stored = await Comments(database).by_id(first[0])
    assert stored is not None
    assert (stored.text, stored.author, stored.user_id, stored.channel_id, stored.created_at) == (
        *("a member's words", "Mel", UserId(7), THREAD),
        DAWN,
    )


async def test_a_members_name_follows_the_member(database: Database) -> None:
    await add_publication(database, await add_article(database))
    first, _ = await capture(database, message(100, author="Mel"))
    await capture(database, message(101, author="Melanie"))
    stored = await Comments(database).by_id(first)
    assert stored is not None
    assert stored.author == "Melanie"


async def test_an_edit_keeps_the_old_text_as_a_revision(database: Database) -> None:
    await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100, "one"))
    _, outcome = await capture(database, message(100, "two", edited=1))
    await capture(database, message(100, "three", edited=2))
    assert outcome is Outcome.EDITED
    assert await texts_of(database, comment) == ("three", ["one", "two"])


async def test_an_older_state_that_comes_later_changes_nothing(database: Database) -> None:
    await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100, "two", edited=2))
    _, outcome = await capture(database, message(100, "one", edited=1))
    await capture(database, message(100, "zero"))
    assert outcome is Outcome.STALE
    assert await texts_of(database, comment) == ("two", [])


async def test_attachments_follow_the_message(database: Database) -> None:
    await add_publication(database, await add_article(database))
    cat, dog = Attachment("file", "cat.png"), Attachment("file", "dog.png")
    comment, _ = await capture(database, message(100, attachments=(cat, dog)))
    _, outcome = await capture(database, message(100, attachments=(dog,), edited=1))
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (outcome, stored.attachments) == (Outcome.EDITED, (dog,))


async def test_a_text_that_discord_withheld_is_filled_in_without_counting_as_an_edit(
    database: Database,
) -> None:
    await add_publication(database, await add_article(database))
    withheld = message(100, "", content_state=ContentState.HIDDEN)
    comment, _ = await capture(database, withheld)
    await capture(database, message(100, "the words"))
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
    written, _ = await capture(database, message(200, reply_to=101))
    answers = [
        (await capture(database, message(number, reply_to=to)))[0]
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
    for slug, channel in (("bench", 20), ("other", 50)):
        await add_publication(database, await add_article(database, slug), channel=channel)
    await capture(database, message(100, channel=ChannelId(60)))
    reply, _ = await capture(database, message(200, reply_to=100))
    stored = await Comments(database).by_id(reply)
    assert stored is not None
    assert stored.parent_id is None


async def test_replies_that_came_first_find_their_message(database: Database) -> None:
    await add_publication(database, await add_article(database))
    early, _ = await capture(database, message(300, reply_to=200))
    late, _ = await capture(database, message(200))
    stored = await Comments(database).by_id(early)
    assert stored is not None
    assert stored.parent_id == late


async def test_replies_to_a_message_of_ours_find_it_once_it_is_known(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    imported = await add_imported(database, article, "1")
    early, _ = await capture(database, message(300, reply_to=200))
    await place(database, publication, 200, comment=imported)
    async with database.transaction() as tx:
        await Incoming(tx).link(MessageId(200))
    stored = await Comments(database).by_id(early)
    assert stored is not None
    assert stored.parent_id == imported


async def test_messages_said_to_answer_each_other_make_no_circle(database: Database) -> None:
    await add_publication(database, await add_article(database))
    older, _ = await capture(database, message(100, reply_to=200))
    newer, _ = await capture(database, message(200, reply_to=100))
    found = [await Comments(database).by_id(each) for each in (older, newer)]
    assert [each.parent_id for each in found if each] == [None, older]


# --- Whatever the order and however often events come, the same comments result ------------------------------

Step = Callable[[Database], Awaitable[object]]


def says(number: int, text: str, *, edited: int | None = None, reply_to: int | None = None) -> Step:
    async def step(database: Database) -> None:
        await capture(
            database,
            message(number, text, edited=edited, reply_to=reply_to),
        )

    return step


def takes_back(number: int) -> Step:
    async def step(database: Database) -> None:
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
            await EVENTS[index](database)
        rows = await database.fetch_all(
            "SELECT c.message_id, p.message_id AS parent, p.origin, c.text, c.status FROM comment AS c "
            "LEFT JOIN comment AS p ON p.id = c.parent_id WHERE c.origin = 'discord' ORDER BY c.message_id"
        )
        return [tuple(row) for row in rows]


@settings(max_examples=25)
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


async def test_a_batch_is_stored_whatever_is_in_it(database: Database) -> None:
    await add_publication(database, await add_article(database))
    await capture(database, message(100, "before"))
    async with database.transaction() as tx:
        outcomes = await Incoming(tx).store(
            [
                message(300, "reply first", reply_to=200),
                message(200, "then what it answers", reply_to=100),
                message(100, "after", edited=1),
                message(400, "elsewhere", channel=ChannelId(99)),
            ]
        )
    assert [outcomes[MessageId(each)] for each in (100, 200, 300, 400)] == [
        *(Outcome.EDITED, Outcome.CREATED, Outcome.CREATED),
        Outcome.FOREIGN,
    ]
    tree = [(each.depth, each.comment.text) async for each in Comments(database).depth_first(ArticleId(1))]
    assert tree == [(0, "after"), (1, "then what it answers"), (2, "reply first")]
