from __future__ import annotations

from dataclasses import replace

import pytest

from bot.discussion.standing import in_question
from bot.model import (
    ChannelId,
    Discussion,
    Filter,
    FilterAction,
    FilterKind,
    GuildId,
    MessageId,
    Mode,
    PublicationId,
    Sanction,
    SanctionKind,
    UserId,
)
from bot.store.database import Database
from bot.store.discussions import Discussions
from bot.store.filters import Filters
from bot.store.incoming import MessageWritten
from bot.store.sanctions import Sanctions
from tests.store.making import THREAD, add_article, add_publication, capture, message

HERE = GuildId(10)
ANN, BEN = UserId(7), UserId(8)


def read(message_id: int, text: str = "text", *, by: UserId = ANN, **more: object) -> MessageWritten:
    """A message as a channel's history tells it."""
    return replace(message(message_id, text), user_id=by, knows_nick=False, **more)  # type: ignore[arg-type]  # as named


@pytest.fixture
async def publication(database: Database) -> PublicationId:
    """A live publication with a thread."""
    return await add_publication(database, await add_article(database))


async def set_mode(database: Database, publication: PublicationId, mode: Mode) -> None:
    async with database.transaction() as tx:
        await Discussions(tx).save(tx, Discussion(publication, mode=mode))


async def test_only_those_are_asked_for_whom_the_mode_would_hold(
    database: Database, publication: PublicationId
) -> None:
    await capture(database, replace(message(100, "long here"), user_id=BEN))
    written = [read(200), read(201, by=BEN), read(202)]
    assert await in_question(database, THREAD, written) == {}
    await set_mode(database, publication, Mode.FIRST_HELD)
    assert await in_question(database, THREAD, written) == {ANN: HERE}
    await set_mode(database, publication, Mode.ALL_HELD)
    assert await in_question(database, THREAD, written) == {ANN: HERE, BEN: HERE}
    assert await in_question(database, ChannelId(999), written) == {}


async def test_what_is_stored_already_is_in_question_again_only_once_it_reads_otherwise(
    database: Database, publication: PublicationId
) -> None:
    await capture(database, replace(message(200, "Look here."), user_id=ANN))
    async with database.transaction() as tx:
        await Filters(tx).save(tx, HERE, Filter(FilterKind.LINKS, FilterAction.HIDE))
    await set_mode(database, publication, Mode.ALL_HELD)
    assert await in_question(database, THREAD, [read(200, "Look here.")]) == {}
    assert await in_question(database, THREAD, [read(200, "Look there.")]) == {}
    assert await in_question(database, THREAD, [read(200, "https://boats.example")]) == {ANN: HERE}


async def test_who_is_known_as_a_member_or_under_a_sanction_is_not_asked_for(
    database: Database, publication: PublicationId
) -> None:
    await set_mode(database, publication, Mode.ALL_HELD)
    async with database.transaction() as tx:
        await Sanctions(tx).impose(tx, HERE, BEN, Sanction(SanctionKind.MUTE, None, None))
    live = replace(read(200), knows_nick=True)
    assert await in_question(database, THREAD, [live, read(201, by=BEN)]) == {}


async def test_in_a_text_channel_answers_to_answers_belong_with_them(
    database: Database, publication: PublicationId
) -> None:
    await set_mode(database, publication, Mode.ALL_HELD)
    channel = ChannelId(20)
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO placement (publication_id, kind, part, ordinal, channel_id, wanted, shown, message_id) "
            "VALUES (?, 'opening', 0, 0, ?, '{}', '{}', 150)",
            (publication, channel),
        )
    first = read(200, channel_id=channel, reply_to=MessageId(150))
    second = read(201, by=BEN, channel_id=channel, reply_to=MessageId(200))
    chatter = read(202, by=UserId(9), channel_id=channel)
    assert await in_question(database, channel, [first, second, chatter]) == {ANN: HERE, BEN: HERE}
