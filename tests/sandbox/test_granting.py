"""Permissions as Discord computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.sandbox import Permissions, Refused
from bot.sandbox.permissions import EVERYTHING
from tests.sandbox.conftest import NEEDED
from tests.sandbox.test_messages import refused

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper


def may(paper: Paper) -> Permissions:
    member = paper.server.guild.members[paper.app.bot.id]
    return paper.sandbox.world.may(member, paper.channel)


async def test_a_bot_has_exactly_what_it_was_installed_with(paper: Paper) -> None:
    assert may(paper) == NEEDED
    guild = paper.bot.get_guild(paper.server.id)
    channel = paper.bot.get_channel(paper.channel.id)
    assert guild is not None
    assert isinstance(channel, discord.TextChannel)
    assert channel.permissions_for(guild.me).value == int(NEEDED)


async def test_overwrites_go_from_everyone_over_roles_to_the_member(paper: Paper) -> None:
    role, member = paper.server.role_of(paper.app), paper.server.guild.members[paper.app.bot.id]
    send = Permissions.SEND_MESSAGES
    paper.server.set_permissions(paper.channel, paper.server.guild.everyone, deny=send)
    assert send not in may(paper)
    paper.server.set_permissions(paper.channel, role, allow=send)
    assert send in may(paper)
    paper.server.set_permissions(paper.channel, member, deny=send)
    assert send not in may(paper)
    await refused(paper.place(paper.channel).send("x"), 50013)


async def test_among_roles_an_allowance_wins(paper: Paper) -> None:
    role = paper.server.add_role("Muted", Permissions.NONE)
    paper.alice.member.role_ids.add(role.id)
    paper.server.set_permissions(paper.channel, role, deny=Permissions.SEND_MESSAGES)
    paper.server.set_permissions(paper.channel, paper.server.members_role, allow=Permissions.SEND_MESSAGES)
    await paper.alice.say(paper.channel, "heard")


async def test_not_seeing_a_channel_is_having_no_permission_there(paper: Paper) -> None:
    paper.server.set_permissions(
        paper.channel, paper.server.role_of(paper.app), deny=Permissions.VIEW_CHANNEL
    )
    assert may(paper) == Permissions.NONE


async def test_threads_inherit_from_their_parent(paper: Paper) -> None:
    thread = await paper.alice.open_thread(paper.channel, "Talk")
    paper.server.set_permissions(
        paper.channel, paper.server.role_of(paper.app), deny=Permissions.SEND_MESSAGES
    )
    await paper.place(thread).send("in a thread only the other permission counts")
    paper.server.set_permissions(
        paper.channel, paper.server.role_of(paper.app), deny=Permissions.SEND_MESSAGES_IN_THREADS
    )
    await refused(paper.place(thread).send("no more"), 50013)


async def test_without_sending_there_are_no_files(paper: Paper) -> None:
    paper.server.set_permissions(paper.channel, paper.alice, deny=Permissions.SEND_MESSAGES)
    assert not paper.alice.can(Permissions.ATTACH_FILES, paper.channel)


async def test_a_person_who_is_timed_out_may_only_look(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "rude")
    paper.server.time_out(paper.alice, minutes=10)
    with pytest.raises(Refused, match="50013"):
        await paper.alice.say(paper.channel, "ruder")
    assert [message.id for message in paper.alice.read(paper.channel)] == [said.id]
    paper.sandbox.advance(minutes=11)
    await paper.alice.say(paper.channel, "sorry")


async def test_owners_and_administrators_may_do_everything(paper: Paper) -> None:
    boss = paper.server.add_member("Boss", permissions=Permissions.ADMINISTRATOR)
    paper.server.set_permissions(paper.channel, boss, deny=EVERYTHING)
    assert paper.sandbox.world.may(boss.member, paper.channel) == EVERYTHING
    paper.server.guild.owner_id = paper.alice.id
    assert paper.sandbox.world.may(paper.alice.member, paper.channel) == EVERYTHING


async def test_reactions_take_their_permissions(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "text")
    await refused(paper.held(said).add_reaction("👍"), 50013)
    await paper.alice.react(said, "👍")
    await paper.held(said).add_reaction("👍")
    fetched = await paper.place(paper.channel).fetch_message(said.id)
    assert [(r.count, r.me) for r in fetched.reactions] == [(2, True)]
    assert {who.id async for who in fetched.reactions[0].users()} == {paper.alice.id, paper.app.bot.id}
    await refused(paper.held(said).remove_reaction("👍", discord.Object(paper.alice.id)), 50013)
    guild = paper.bot.get_guild(paper.server.id)
    assert guild is not None
    await paper.held(said).remove_reaction("👍", guild.me)
    assert said.reactions == {"👍": [paper.alice.id]}


async def test_reactions_are_cleared_by_those_who_manage_messages(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "text")
    for emoji in ("👍", "🎉", "❤️"):
        await paper.alice.react(said, emoji)
    await refused(paper.held(said).clear_reactions(), 50013)
    paper.let(NEEDED | Permissions.MANAGE_MESSAGES)
    await paper.held(said).clear_reaction("🎉")
    assert set(said.reactions) == {"👍", "❤️"}
    await paper.held(said).clear_reactions()
    assert said.reactions == {}


async def test_a_message_bears_twenty_kinds_of_reaction(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "text")
    for number in range(20):
        await paper.alice.react(said, chr(0x1F600 + number))
    with pytest.raises(Refused, match="30010"):
        await paper.alice.react(said, "👍")
