"""What a bot without the Message Content intent is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from discord import app_commands

from tests.sandbox.conftest import furnish
from tests.sandbox.fixtures import Bot, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox import Sandbox
    from tests.sandbox.conftest import Paper


@pytest.fixture
async def blind(sandbox: Sandbox) -> AsyncIterator[Paper]:
    """A bot whose portal switch is off and that does not ask for the intent."""
    bot = Bot(intents=discord.Intents(guilds=True, guild_messages=True))
    paper = furnish(sandbox, bot, message_content=False)
    async with running(bot, sandbox, paper.app):
        yield paper


async def texts(paper: Paper, count: int) -> list[str]:
    heard = await paper.heard("message", count)
    return [message.content for message in heard if isinstance(message, discord.Message)]


async def test_what_others_say_is_emptied_on_both_roads(blind: Paper) -> None:
    said = await blind.alice.say(blind.channel, "private", attachments=["a.png"])
    (heard,) = await blind.heard("message")
    fetched = await blind.place(blind.channel).fetch_message(said.id)
    for seen in (heard, fetched):
        assert isinstance(seen, discord.Message)
        assert (seen.content, seen.attachments) == ("", [])
        assert seen.author.id == blind.alice.id


async def test_edits_are_emptied_too(blind: Paper) -> None:
    said = await blind.alice.say(blind.channel, "private")
    await blind.alice.edit(said, "still private")
    (edited,) = await blind.heard("raw_message_edit")
    assert isinstance(edited, discord.RawMessageUpdateEvent)
    assert edited.message.content == ""


async def test_its_own_messages_mentions_and_pinging_replies_are_shown(blind: Paper) -> None:
    own = await blind.place(blind.channel).send("mine")
    message = blind.channel.messages[own.id]
    await blind.alice.say(blind.channel, f"<@{blind.app.bot.id}> hello")
    await blind.alice.reply(message, "pinging")
    await blind.alice.reply(message, "quiet", ping=False)
    assert await texts(blind, 4) == ["mine", f"<@{blind.app.bot.id}> hello", "pinging", ""]


async def test_editing_a_quiet_reply_does_not_make_it_ping(blind: Paper) -> None:
    own = await blind.place(blind.channel).send("mine")
    quiet = await blind.alice.reply(blind.channel.messages[own.id], "quiet", ping=False)
    await blind.alice.edit(quiet, "still quiet")
    (edited,) = await blind.heard("raw_message_edit")
    assert isinstance(edited, discord.RawMessageUpdateEvent)
    assert edited.message.content == ""


async def test_a_reply_to_an_interactions_answer_is_not_shown(blind: Paper) -> None:
    @app_commands.command(description="Say hello")
    async def hello(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("hello")

    @app_commands.context_menu(name="Read")
    async def read(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(message.content, ephemeral=True)

    blind.bot.tree.add_command(hello)
    blind.bot.tree.add_command(read)
    await blind.bot.tree.sync()
    answer = await blind.alice.command("hello", here=blind.channel)
    reply = await blind.alice.reply(answer.message, "to your answer")
    assert await texts(blind, 2) == ["hello", ""]
    assert (await blind.alice.menu(reply, "Read")).content == "to your answer"


async def test_the_portals_switch_rules_rest_and_the_intent_the_gateway(sandbox: Sandbox) -> None:
    bot = Bot(intents=discord.Intents(guilds=True, guild_messages=True))
    paper = furnish(sandbox, bot, message_content=True)
    async with running(bot, sandbox, paper.app):
        said = await paper.alice.say(paper.channel, "text")
        assert await texts(paper, 1) == [""]
        assert (await paper.place(paper.channel).fetch_message(said.id)).content == "text"
