from __future__ import annotations

from datetime import UTC, datetime

from bot.discussion import showing
from bot.discussion.events import MessagesDeleted
from bot.discussion.recording import record
from bot.model import Actor, CommentId, MessageId, Publication, Status
from bot.store.database import Database
from bot.store.placements import Placements
from tests.discussion.posting import THREAD, carry_out, post, shown
from tests.discussion.sources import article, comment, imported

LONG = "\n\n".join(f"Paragraph {number} " + "of many words " * 60 for number in range(6))


async def change(database: Database, status: Status) -> bool:
    async with database.transaction() as tx:
        return await showing.change_status(tx, CommentId(1), status, Actor.MODERATOR, datetime.now(UTC))


async def thread(database: Database, publication: Publication) -> list[str]:
    """What stands in the thread, once all is carried out."""
    await carry_out(database, publication)
    rows = await database.fetch_all(
        "SELECT message_id FROM placement WHERE kind = 'comment' AND publication_id = ?", (publication.id,)
    )
    comments = {row["message_id"] for row in rows}
    found = await shown(database, publication)
    return [content for message, content in found.items() if message in comments]


async def test_of_a_comment_in_several_messages_one_line_stays_and_all_come_back(database: Database) -> None:
    await imported(database, article(), comment("1", LONG))
    publication = await post(database, "a-bench")
    whole = await thread(database, publication)
    assert len(whole) > 2
    assert await change(database, Status.HIDDEN)
    assert not await change(database, Status.HIDDEN)
    (line,) = await thread(database, publication)
    assert line.endswith("*This comment was hidden by a moderator.*")
    assert await change(database, Status.VISIBLE)
    assert await thread(database, publication) == whole
    assert await change(database, Status.DELETED)
    assert not await change(database, Status.VISIBLE)
    (line,) = await thread(database, publication)
    assert line.endswith("*This comment was deleted by a moderator.*")


async def test_where_people_deleted_one_of_its_messages_the_others_go_too(database: Database) -> None:
    await imported(database, article(), comment("1", LONG))
    publication = await post(database, "a-bench")
    whole = await thread(database, publication)
    first = (await Placements(database).of_comment(CommentId(1)))[0]
    assert first.message_id is not None
    async with database.transaction() as tx:
        await record(tx, [MessagesDeleted(THREAD, (MessageId(first.message_id),))])
    assert await thread(database, publication) == []
    assert await change(database, Status.VISIBLE)
    assert await thread(database, publication) == whole


async def test_what_was_never_posted_leaves_nothing_where_it_would_have_stood(database: Database) -> None:
    await imported(database, article(), comment("1"), comment("2"))
    async with database.transaction() as tx:
        await showing.change_status(tx, CommentId(1), Status.HIDDEN, Actor.MODERATOR, datetime.now(UTC))
    publication = await post(database, "a-bench")
    assert [each.split("\n")[1] for each in await thread(database, publication)] == ["text of 2"]
