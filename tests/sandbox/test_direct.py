from __future__ import annotations

import discord
import pytest

from bot.sandbox import Permissions, Refused
from tests.sandbox.conftest import Paper
from tests.sandbox.test_messages import refused


async def test_a_bot_writes_to_a_person_in_one_channel_of_their_own(paper: Paper) -> None:
    target = discord.Object(paper.alice.id)
    direct = await paper.bot.create_dm(target)
    again = await paper.bot.create_dm(target)
    assert again.id == direct.id
    assert direct.recipient is not None
    assert direct.recipient.id == paper.alice.id
    sent = await direct.send("Only for you.", nonce="once")
    await direct.send("Only for you.", nonce="once")
    assert [each.id for each in paper.alice.direct_messages(paper.app)] == [sent.id]
    assert paper.alice.direct_messages(paper.app)[0].content == "Only for you."


async def test_nobody_can_be_written_to_against_their_will(paper: Paper) -> None:
    direct = await paper.bot.create_dm(discord.Object(paper.alice.id))
    paper.alice.member.user.takes_direct_messages = False
    await refused(direct.send("Hello?"), 50007)
    paper.alice.member.user.takes_direct_messages = True
    del paper.server.guild.members[paper.alice.id]
    await refused(direct.send("Hello?"), 50007)
    assert paper.alice.direct_messages(paper.app) == []


@pytest.mark.parametrize("who", [1, None])
async def test_there_is_no_channel_with_nobody_nor_with_a_bot(paper: Paper, who: int | None) -> None:
    await refused(paper.bot.create_dm(discord.Object(who or paper.app.bot.id)), 10013)


async def test_a_button_in_a_direct_message_is_pressed_by_a_user_without_server(paper: Paper) -> None:
    seen: list[discord.Interaction] = []

    async def on_interaction(interaction: discord.Interaction) -> None:
        seen.append(interaction)
        await interaction.response.send_message("Done.")

    paper.bot.event(on_interaction)
    direct = await paper.bot.create_dm(discord.Object(paper.alice.id))
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Stop", custom_id="stop"))
    view.stop()
    await direct.send("Here is a button.", view=view)
    answer = await paper.alice.press(paper.alice.direct_messages(paper.app)[0], "Stop")
    assert answer.content == "Done."
    (interaction,) = seen
    assert interaction.guild is None
    assert interaction.guild_id is None
    assert interaction.user.id == paper.alice.id


async def test_direct_messages_are_for_the_two_alone(paper: Paper) -> None:
    direct = await paper.bot.create_dm(discord.Object(paper.alice.id))
    await direct.send("Only for you.")
    channel = paper.sandbox.world.channel(direct.id)
    assert paper.alice.sees(channel)
    assert not paper.mo.sees(channel)
    with pytest.raises(Refused):
        paper.mo.read(channel)
    await paper.alice.say(channel, "Thank you.")
    await paper.alice.react(paper.alice.direct_messages(paper.app)[0], "👍")
    assert [each.content for each in paper.alice.read(channel)] == ["Only for you.", "Thank you."]
    # Whoever moderates a server moderates no direct messages.
    assert not paper.alice.can(Permissions.MANAGE_MESSAGES, channel)


async def test_a_command_for_servers_is_not_offered_in_direct_messages(paper: Paper) -> None:
    @discord.app_commands.command(description="In servers")
    @discord.app_commands.guild_only()
    async def here(interaction: discord.Interaction) -> None: ...

    @discord.app_commands.command(description="Everywhere")
    async def anywhere(interaction: discord.Interaction) -> None: ...

    @discord.app_commands.command(description="In one server")
    async def inside(interaction: discord.Interaction) -> None: ...

    paper.bot.tree.add_command(here)
    paper.bot.tree.add_command(anywhere)
    paper.bot.tree.add_command(inside, guild=discord.Object(paper.server.id))
    await paper.bot.tree.sync()
    await paper.bot.tree.sync(guild=discord.Object(paper.server.id))
    direct = await paper.bot.create_dm(discord.Object(paper.alice.id))
    assert paper.alice.offered(paper.sandbox.world.channel(direct.id)) == ["anywhere"]
    assert paper.alice.offered(paper.channel) == ["anywhere", "here", "inside"]
