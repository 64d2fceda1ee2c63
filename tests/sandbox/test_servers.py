"""What a server's owner decrees, as a bot learns of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.sandbox import Permissions, Refused
from tests.sandbox.conftest import NEEDED, furnish
from tests.sandbox.fixtures import Bot, running

if TYPE_CHECKING:
    from bot.sandbox import Sandbox
    from tests.sandbox.conftest import Paper


async def test_a_bot_learns_of_being_invited_and_of_new_channels(paper: Paper) -> None:
    second = paper.sandbox.add_guild("The Journal")
    second.install(paper.app, permissions=NEEDED)
    (joined,) = await paper.heard("guild_join")
    assert isinstance(joined, discord.Guild)
    assert (joined.id, joined.name) == (second.id, second.name)
    channel = second.add_text_channel("news", topic="All of it")
    (made,) = await paper.heard("guild_channel_create")
    assert isinstance(made, discord.TextChannel)
    assert (made.id, made.topic) == (channel.id, "All of it")


async def test_members_are_told_of_with_the_intent_alone(sandbox: Sandbox) -> None:
    bot = Bot(intents=discord.Intents(guilds=True, members=True))
    paper = furnish(sandbox, bot)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await bot.start(paper.app.token)
    await bot.close()
    paper.app.members_intent = True
    bot = Bot(intents=discord.Intents(guilds=True, members=True))
    async with running(bot, sandbox, paper.app):
        carol = paper.server.add_member("Carol", locale="de")
        await sandbox.until(lambda: bot.all("member_join"))
        (joined,) = bot.all("member_join")
        assert joined.id == carol.id


async def test_a_roles_new_permissions_hold_at_once(paper: Paper) -> None:
    paper.server.grant(paper.server.members_role, Permissions.VIEW_CHANNEL)
    with pytest.raises(Refused, match="50013"):
        await paper.alice.say(paper.channel, "x")
    await paper.heard("guild_role_update")


async def test_during_an_outage_a_server_is_missing_at_the_start(sandbox: Sandbox) -> None:
    paper = furnish(sandbox, Bot())
    paper.server.set_available(False)
    async with running(paper.bot, sandbox, paper.app):
        assert [guild.unavailable for guild in paper.bot.guilds] == [True]
