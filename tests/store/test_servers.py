from __future__ import annotations

from bot.language import Language
from bot.model import ChannelId, GuildId, Mode, RoleId, Server
from bot.store.database import Database
from bot.store.servers import Servers


async def test_a_server_that_changed_nothing_has_the_defaults(database: Database) -> None:
    assert await Servers(database).get(GuildId(1)) == Server(GuildId(1))


async def test_settings_are_each_servers_own_and_replaced_as_a_whole(database: Database) -> None:
    chosen = Server(
        GuildId(1),
        language=Language.UKRAINIAN,
        log_channel_id=ChannelId(5),
        mode=Mode.FIRST_HELD,
        moderator_roles=frozenset({RoleId(8), RoleId(9)}),
    )
    fewer = Server(GuildId(2), moderator_roles=frozenset({RoleId(8)}))
    async with database.transaction() as tx:
        for each in (chosen, Server(GuildId(2), mode=Mode.ALL_HELD), fewer):
            await Servers(tx).save(tx, each)
    assert await Servers(database).get(GuildId(1)) == chosen
    assert await Servers(database).get(GuildId(2)) == fewer
