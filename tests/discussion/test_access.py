from __future__ import annotations

import pytest

from bot.discussion.access import Viewer, check_moderator
from bot.errors import RefusedError
from bot.model import ChannelId, GuildId, RoleId, Server, UserId
from bot.store.database import Database
from bot.store.servers import Servers

HERE, ELSEWHERE = ChannelId(1), ChannelId(2)


def viewer(
    *, guild: int = 1, roles: frozenset[RoleId] = frozenset(), channels: frozenset[int] = frozenset()
) -> Viewer:
    return Viewer(
        GuildId(guild), UserId(7), lambda channel: True, lambda channel: channel in channels, roles=roles
    )


async def test_whoever_may_manage_messages_in_a_channel_may_moderate_there_and_only_there(
    database: Database,
) -> None:
    moderator = viewer(channels=frozenset({HERE}))
    await check_moderator(database, moderator, HERE)
    for place in (ELSEWHERE, None):
        with pytest.raises(RefusedError, match="Only moderators"):
            await check_moderator(database, moderator, place)


async def test_a_role_that_the_server_chose_moderates_everywhere_in_that_server(database: Database) -> None:
    async with database.transaction() as tx:
        await Servers(tx).save(tx, Server(GuildId(1), moderator_roles=frozenset({RoleId(3)})))
    for place in (HERE, ELSEWHERE, None):
        await check_moderator(database, viewer(roles=frozenset({RoleId(2), RoleId(3)})), place)
        for other in (viewer(guild=2, roles=frozenset({RoleId(3)})), viewer(roles=frozenset({RoleId(2)}))):
            with pytest.raises(RefusedError, match="Only moderators"):
                await check_moderator(database, other, place)
