from __future__ import annotations

from datetime import timedelta

from bot.model import Actor, ChannelId, CommentId, MessageId, Status
from bot.store.comments import Comments
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.incoming import Outcome
from bot.store.member_comments import MemberComments
from bot.store.removals import Removals
from bot.store.tombstones import Tombstones
from tests.store.making import DAWN, THREAD, add_article, add_publication, capture, message

MESSAGE = MessageId(100)


async def hidden(database: Database) -> CommentId:
    """A member's comment whose message is to be removed."""
    await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(MESSAGE))
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(comment, Status.HIDDEN, Actor.MODERATOR)
        assert await Removals(tx).request(tx, [comment], DAWN) == 1
        assert await Removals(tx).request(tx, [comment], DAWN) == 0
    return comment


async def begin(database: Database) -> bool:
    async with database.transaction() as tx:
        return await Removals(tx).begin(tx, MESSAGE, DAWN)


async def gone(database: Database) -> tuple[str, str]:
    """What lies there of the comment after its message was deleted, which is heard of twice."""
    for _ in range(2):
        async with database.transaction() as tx:
            await Removals(tx).finish(tx, [MESSAGE], DAWN)
            await Tombstones(tx).put([MESSAGE])
    row = await database.fetch_one("SELECT status, text FROM comment")
    assert row is not None
    return row["status"], row["text"]


async def test_a_deletion_after_we_asked_for_it_is_ours(database: Database) -> None:
    await hidden(database)
    assert await begin(database)
    assert await gone(database) == ("hidden", "a member's words")
    assert await Removals(database).next_to_do(THREAD) is None
    assert not await begin(database)


async def test_a_deletion_before_we_asked_for_it_is_the_authors(database: Database) -> None:
    await hidden(database)
    async with database.transaction() as tx:
        await Tombstones(tx).put([MESSAGE])
        assert await Removals(tx).finish(tx, [MESSAGE], DAWN) == 0
    assert await gone(database) == ("deleted", "")
    assert await Removals(database).next_to_do(THREAD) is None


async def test_what_discord_refused_to_delete_is_still_the_authors_to_withdraw(database: Database) -> None:
    await hidden(database)
    assert await begin(database)
    async with database.transaction() as tx:
        await Removals(tx).give_up(tx, MESSAGE, "Not permitted.")
    assert await Removals(database).next_to_do(THREAD) is None
    async with database.transaction() as tx:
        await Removals(tx).try_refused_again(tx)
    assert await Removals(database).next_to_do(THREAD) is not None
    async with database.transaction() as tx:
        await Tombstones(tx).put([MESSAGE])
    assert await gone(database) == ("deleted", "")


async def test_a_removed_message_is_not_looked_for_and_not_what_shows_the_comment(database: Database) -> None:
    comment = await hidden(database)
    assert await Cursors(database).known(THREAD, after=0, limit=9) == [MESSAGE]
    assert await begin(database)
    assert await Cursors(database).known(THREAD, after=0, limit=9) == []
    found = await Comments(database).by_id(comment)
    assert found is not None
    assert (found.message_id, found.channel_id) == (None, None)
    by_message = await Comments(database).by_message(MESSAGE)
    assert by_message is not None
    assert by_message.id == comment


async def test_an_edit_that_arrives_late_changes_the_hidden_text_and_shows_nothing(
    database: Database,
) -> None:
    comment = await hidden(database)
    await begin(database)
    assert (await capture(database, message(MESSAGE, "other words", edited=1)))[1] is Outcome.EDITED
    found = await Comments(database).by_id(comment)
    assert found is not None
    assert (found.status, found.text) == (Status.HIDDEN, "other words")


async def test_a_removal_is_taken_back_only_while_the_message_certainly_stands(database: Database) -> None:
    comment = await hidden(database)
    async with database.transaction() as tx:
        assert await Removals(tx).take_back(tx, comment)
        assert await Removals(tx).next_to_do(THREAD) is None
        await Removals(tx).request(tx, [comment], DAWN)
    await begin(database)
    async with database.transaction() as tx:
        assert not await Removals(tx).take_back(tx, comment)


async def test_one_that_fails_again_and_again_does_not_keep_the_others_waiting(database: Database) -> None:
    await add_publication(database, await add_article(database))
    comments = [(await capture(database, message(each)))[0] for each in (100, 101)]
    async with database.transaction() as tx:
        await Removals(tx).request(tx, comments, DAWN)
    tried = []
    for minute in range(4):
        removal = await Removals(database).next_to_do(THREAD)
        assert removal is not None
        tried.append(removal.message_id)
        async with database.transaction() as tx:
            await Removals(tx).begin(tx, removal.message_id, DAWN + timedelta(minutes=minute))
    assert tried == [100, 101, 100, 101]


async def test_a_message_of_which_nothing_is_stored_can_be_removed_too(database: Database) -> None:
    async with database.transaction() as tx:
        await Removals(tx).request_message(tx, THREAD, MESSAGE, DAWN)
    removal = await Removals(database).next_to_do(THREAD)
    assert removal is not None
    assert (removal.message_id, removal.channel_id, removal.tried) == (MESSAGE, THREAD, False)


async def test_each_channel_has_its_own_order_and_only_those_with_removals_are_named(
    database: Database,
) -> None:
    other = ChannelId(40)
    async with database.transaction() as tx:
        for channel, number in ((other, 101), (THREAD, 100), (other, 102)):
            await Removals(tx).request_message(tx, channel, MessageId(number), DAWN)
        await Removals(tx).give_up(tx, MessageId(100), "Not permitted.")
    assert await Removals(database).channels() == [other]
    removal = await Removals(database).next_to_do(other)
    assert removal is not None
    assert removal.message_id == 101
    assert await Removals(database).next_to_do(THREAD) is None
