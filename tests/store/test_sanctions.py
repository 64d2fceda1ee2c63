from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import GuildId, Sanction, SanctionKind, UserId
from bot.store.database import Database
from bot.store.sanctions import Sanctions

HERE, ELSEWHERE, MEL, BEN = GuildId(1), GuildId(2), UserId(7), UserId(8)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MUTE = Sanction(SanctionKind.MUTE, NOW + timedelta(hours=1), "too loud")
BAN = Sanction(SanctionKind.BAN)


async def test_a_sanction_holds_in_its_server_until_its_time_is_over(database: Database) -> None:
    async with database.transaction() as tx:
        await Sanctions(tx).impose(tx, HERE, MEL, MUTE)
    sanctions = Sanctions(database)
    assert await sanctions.on(HERE, MEL, NOW) == MUTE
    assert await sanctions.on(HERE, MEL, NOW + timedelta(hours=1)) is None
    assert await sanctions.on(ELSEWHERE, MEL, NOW) is None
    assert await sanctions.among(HERE, [MEL, BEN], NOW) == {MEL: MUTE}


async def test_of_two_sanctions_the_graver_is_told_and_each_is_lifted_by_itself(database: Database) -> None:
    sanctions = Sanctions(database)
    async with database.transaction() as tx:
        await Sanctions(tx).impose(tx, HERE, MEL, BAN)
        await Sanctions(tx).impose(tx, HERE, MEL, MUTE)
    assert await sanctions.on(HERE, MEL, NOW) == BAN
    async with database.transaction() as tx:
        assert await Sanctions(tx).lift(tx, HERE, MEL, SanctionKind.BAN, NOW)
        assert not await Sanctions(tx).lift(tx, HERE, MEL, SanctionKind.BAN, NOW)
    assert await sanctions.on(HERE, MEL, NOW) == MUTE


async def test_one_whose_time_is_over_need_not_be_lifted(database: Database) -> None:
    async with database.transaction() as tx:
        await Sanctions(tx).impose(tx, HERE, MEL, MUTE)
        assert not await Sanctions(tx).lift(tx, HERE, MEL, SanctionKind.MUTE, NOW + timedelta(days=1))
