from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import Discussion, GuildId, Mode, PublicationId, Server
from bot.store.database import Database
from bot.store.discussions import Discussions, Unkept
from bot.store.servers import Servers
from tests.store.making import DAWN, add_article, add_publication


@pytest.fixture
async def publication(database: Database) -> PublicationId:
    """A live publication."""
    return await add_publication(database, await add_article(database))


async def save(database: Database, discussion: Discussion) -> None:
    async with database.transaction() as tx:
        await Discussions(tx).save(tx, discussion)


async def keep(database: Database, unkept: Unkept) -> None:
    async with database.transaction() as tx:
        await Discussions(tx).doubt(tx, unkept.publication_id)
    async with database.transaction() as tx:
        await Discussions(tx).note(
            tx, unkept.publication_id, locked=unkept.read_only, slowmode=unkept.slowmode
        )


async def test_without_a_word_all_is_open_and_nothing_is_to_be_done(
    database: Database, publication: PublicationId
) -> None:
    found = await Discussions(database).get(publication)
    assert (found.effective_mode, found.locked, found.read_only) == (Mode.OPEN, False, False)
    assert await Discussions(database).unkept() == []


async def test_a_discussion_follows_its_server_until_it_has_a_mode_of_its_own(
    database: Database, publication: PublicationId
) -> None:
    async with database.transaction() as tx:
        await Servers(tx).save(tx, Server(GuildId(10), mode=Mode.ALL_HELD))
    found = await Discussions(database).get(publication)
    assert (found.mode, found.effective_mode, found.read_only) == (None, Mode.ALL_HELD, True)
    (unkept,) = await Discussions(database).unkept()
    assert unkept == Unkept(publication, read_only=True, slowmode=None, was_open=True)
    await keep(database, unkept)
    assert await Discussions(database).unkept() == []
    await save(database, replace(found, mode=Mode.OPEN))
    (unkept,) = await Discussions(database).unkept()
    assert unkept == Unkept(publication, read_only=False, slowmode=None, was_open=False)


async def test_what_was_asked_of_discord_and_never_answered_is_asked_again(
    database: Database, publication: PublicationId
) -> None:
    await save(database, Discussion(publication, locked=True, slowmode=30))
    async with database.transaction() as tx:
        await Discussions(tx).doubt(tx, publication)
    # Whether it is locked by now nobody knows: it must not be taken for somebody else's lock.
    wanted = Unkept(publication, read_only=True, slowmode=30, was_open=False)
    assert await Discussions(database).unkept() == [wanted]
    await keep(database, wanted)
    assert await Discussions(database).unkept() == []


async def test_only_live_discussions_close_by_themselves(
    database: Database, publication: PublicationId
) -> None:
    await save(database, Discussion(publication, closes_at=DAWN))
    assert await Discussions(database).closing_by(DAWN - timedelta(seconds=1)) == []
    assert [each.publication_id for each in await Discussions(database).closing_by(DAWN)] == [publication]
    async with database.transaction() as tx:
        await tx.execute("UPDATE publication SET state = 'retired'")
    assert await Discussions(database).closing_by(DAWN) == []
