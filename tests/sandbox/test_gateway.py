"""The gateway through the real discord.py: identifying, resuming, losing sessions, and who is told what."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from bot.sandbox import Permissions
from tests.sandbox.conftest import NEEDED, Paper, furnish
from tests.sandbox.fixtures import Bot, running

if TYPE_CHECKING:
    from bot.sandbox import Sandbox


async def test_a_wrong_token_is_refused(sandbox: Sandbox) -> None:
    paper = furnish(sandbox, Bot())
    with pytest.raises(discord.LoginFailure):
        await paper.bot.start("wrong")
    await paper.bot.close()


async def test_a_wrong_token_at_the_gateway_closes_it_with_4004(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(sandbox.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 1}})
        await socket.receive()
        assert socket.close_code == 4004


async def test_asking_for_content_that_is_switched_off_closes_with_4014(sandbox: Sandbox) -> None:
    paper = furnish(sandbox, Bot(), message_content=False)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await paper.bot.start(paper.app.token)
    await paper.bot.close()


async def test_the_portals_switch_shows_in_the_applications_flags(sandbox: Sandbox) -> None:
    for switched in (True, False):
        bot = Bot(intents=discord.Intents(guilds=True))
        paper = furnish(sandbox, bot, message_content=switched)
        paper.app.token = f"token {switched}"
        await bot.login(paper.app.token)
        flags = (await bot.application_info()).flags
        assert flags.gateway_message_content_limited is switched
        await bot.close()


async def test_at_the_start_a_bot_learns_of_active_threads_only(sandbox: Sandbox) -> None:
    paper = furnish(sandbox, Bot())
    awake = await paper.alice.open_thread(paper.channel, "Awake")
    asleep = await paper.alice.open_thread(paper.channel, "Asleep")
    await paper.mo.change_thread(asleep, archived=True)
    async with running(paper.bot, sandbox, paper.app):
        assert {thread.id for guild in paper.bot.guilds for thread in guild.threads} == {awake.id}
        assert {channel.id for guild in paper.bot.guilds for channel in guild.channels} == {
            paper.channel.id,
            paper.forum.id,
        }


async def test_a_broken_connection_is_resumed_and_nothing_is_lost(paper: Paper) -> None:
    await paper.sandbox.gateway.drop_connections()
    said = await paper.alice.say(paper.channel, "meanwhile")
    await paper.heard("resumed")
    (heard,) = await paper.heard("message")
    assert isinstance(heard, discord.Message)
    assert heard.id == said.id
    assert len(paper.bot.all("connect")) == 1


async def test_resuming_repeats_the_last_message_event(paper: Paper) -> None:
    first = await paper.alice.say(paper.channel, "before")
    await paper.heard("message")
    await paper.sandbox.gateway.drop_connections()
    second = await paper.alice.say(paper.channel, "meanwhile")
    await paper.heard("resumed")
    heard = [message.id for message in paper.bot.all("message")]
    assert heard == [first.id, first.id, second.id]


async def test_opcode_7_makes_the_bot_reconnect_and_resume(paper: Paper) -> None:
    await paper.sandbox.gateway.ask_to_reconnect()
    await paper.heard("resumed")
    await paper.alice.say(paper.channel, "hello")
    await paper.heard("message")


async def test_a_lost_session_means_a_new_one_and_a_gap(paper: Paper) -> None:
    await paper.sandbox.gateway.lose_sessions()
    await paper.alice.say(paper.channel, "in the gap")
    await paper.heard("ready", 2)
    await paper.alice.say(paper.channel, "after it")
    (heard,) = await paper.heard("message")
    assert isinstance(heard, discord.Message)
    assert heard.content == "after it"
    assert paper.bot.all("resumed") == []


@pytest.mark.parametrize(("code", "resumable"), [(1000, False), (1001, False), (4000, True)])
async def test_the_close_code_says_whether_the_session_ends(
    sandbox: Sandbox, code: int, resumable: bool
) -> None:
    paper = furnish(sandbox, Bot())
    async with aiohttp.ClientSession() as http, http.ws_connect(sandbox.gateway_url) as socket:
        await socket.send_json({"op": 2, "d": {"token": paper.app.token, "intents": 1}})
        await sandbox.until(lambda: sandbox.is_connected(paper.app))
        await socket.close(code=code)
        await sandbox.until(lambda: not sandbox.is_connected(paper.app))
        assert len(sandbox.gateway.sessions) == resumable


async def test_heartbeats_are_answered_after_a_moment(paper: Paper) -> None:
    await paper.sandbox.until(lambda: paper.bot.latency < 5)
    assert paper.bot.latency > 0.001


async def test_a_bot_is_not_told_of_channels_it_cannot_see(paper: Paper) -> None:
    hidden = paper.server.add_text_channel("hidden")
    paper.server.set_permissions(hidden, paper.server.role_of(paper.app), deny=Permissions.VIEW_CHANNEL)
    thread = await paper.alice.open_thread(hidden, "Talk")
    await paper.alice.say(thread, "unseen")
    await paper.alice.say(hidden, "unseen")
    await paper.alice.say(paper.channel, "seen")
    (heard,) = await paper.heard("message")
    assert isinstance(heard, discord.Message)
    assert heard.content == "seen"
    with pytest.raises(discord.Forbidden) as caught:
        await paper.place(hidden).fetch_message(1)
    assert caught.value.code == 50001


async def test_gaining_sight_of_a_channel_brings_its_threads(paper: Paper) -> None:
    hidden = paper.server.add_text_channel("hidden")
    role = paper.server.role_of(paper.app)
    paper.server.set_permissions(hidden, role, deny=Permissions.VIEW_CHANNEL)
    thread = await paper.alice.open_thread(hidden, "Talk")
    paper.server.set_permissions(hidden, role)
    await paper.sandbox.until(lambda: paper.bot.get_channel(thread.id))


async def test_intents_rule_which_events_come(sandbox: Sandbox) -> None:
    bot = Bot(intents=discord.Intents(guilds=True, guild_reactions=True))
    paper = furnish(sandbox, bot)
    paper.let(NEEDED)
    async with running(bot, sandbox, paper.app):
        said = await paper.alice.say(paper.channel, "text")
        await paper.alice.react(said, "👍")
        await paper.alice.unreact(said, "👍")
        await paper.heard("raw_reaction_remove")
        moderator = paper.server.add_member("Mo", permissions=Permissions.MANAGE_MESSAGES)
        await paper.alice.react(said, "👍")
        await moderator.clear_reactions(said, "👍")
        await moderator.clear_reactions(said)
        await paper.heard("raw_reaction_clear_emoji")
        await paper.heard("raw_reaction_clear")
        assert len(bot.all("raw_reaction_add")) == 2
        assert bot.all("message") == []


async def test_being_thrown_out_differs_from_an_outage(paper: Paper) -> None:
    paper.server.set_available(False)
    await paper.heard("guild_unavailable")
    paper.server.set_available(True)
    await paper.heard("guild_available")
    assert paper.bot.all("guild_remove") == []
    paper.server.remove(paper.app)
    await paper.heard("guild_remove")


async def test_a_shard_is_told_of_its_own_servers(sandbox: Sandbox) -> None:
    paper = furnish(sandbox, Bot())
    mine = (paper.server.id >> 22) % 2
    bot = Bot(shard_id=1 - mine, shard_count=2)
    async with running(bot, sandbox, paper.app):
        assert list(bot.guilds) == []
    bot = Bot(shard_id=mine, shard_count=2)
    async with running(bot, sandbox, paper.app):
        assert [guild.id for guild in bot.guilds] == [paper.server.id]


async def test_members_can_be_asked_for(paper: Paper) -> None:
    guild = paper.bot.get_guild(paper.server.id)
    assert guild is not None
    (found,) = await guild.query_members(user_ids=[paper.alice.id])
    assert found.name == "alice"


async def test_a_stopped_server_comes_back_on_its_port_with_its_state(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "before")
    url = paper.sandbox.api_url
    await paper.sandbox.stop()
    with pytest.raises(aiohttp.ClientError):
        await paper.place(paper.channel).fetch_message(said.id)
    await paper.sandbox.start()
    assert paper.sandbox.api_url == url
    await paper.heard("resumed")
    assert (await paper.place(paper.channel).fetch_message(said.id)).content == "before"


async def test_uncompressed_connections_are_served_too(sandbox: Sandbox) -> None:
    paper = furnish(sandbox, Bot())
    async with aiohttp.ClientSession() as http, http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 2, "d": {"token": paper.app.token, "intents": 1}})
        ready = await socket.receive_json()
        assert ready["t"] == "READY"
        await socket.send_json({"op": 1, "d": ready["s"]})
        kinds = [(await socket.receive_json()).get("t"), (await socket.receive_json())["op"]]
        assert kinds == ["GUILD_CREATE", 11]
        await asyncio.wait_for(socket.close(), 5)


async def test_speaking_before_identifying_closes_with_4003(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(sandbox.gateway_url) as socket:
        await socket.receive_json()
        await socket.send_json({"op": 3, "d": {}})
        await socket.receive()
        assert socket.close_code == 4003
