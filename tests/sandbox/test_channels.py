"""Channels and overwrites, changed by a bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.sandbox import Permissions
from tests.sandbox.conftest import NEEDED
from tests.sandbox.test_messages import refused

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper


async def test_changing_a_channel_takes_manage_channels(paper: Paper) -> None:
    edit = paper.bot.http.edit_channel
    await refused(edit(paper.channel.id, topic="Essays"), 50013)
    paper.let(NEEDED | Permissions.MANAGE_CHANNELS)
    await edit(paper.channel.id, topic="Essays", rate_limit_per_user=5)
    assert (paper.channel.topic, paper.channel.slow_mode) == ("Essays", 5)
    await refused(edit(paper.channel.id, name=""), 50035)
    await refused(edit(paper.channel.id, rate_limit_per_user=21601), 50035)
    (told,) = await paper.heard("guild_channel_update")
    assert isinstance(told, discord.TextChannel)


async def test_a_forums_tags_can_be_changed(paper: Paper) -> None:
    paper.let(NEEDED | Permissions.MANAGE_CHANNELS)
    forum = paper.bot.get_channel(paper.forum.id)
    assert isinstance(forum, discord.ForumChannel)
    await forum.edit(available_tags=[forum.available_tags[0], discord.ForumTag(name="sport")])
    assert [tag.name for tag in paper.forum.tags] == ["politics", "sport"]


async def test_overwrites_take_manage_roles(paper: Paper) -> None:
    channel = paper.bot.get_channel(paper.channel.id)
    assert isinstance(channel, discord.TextChannel)
    everyone = channel.guild.default_role
    await refused(channel.set_permissions(everyone, send_messages=False), 50013)
    paper.let(NEEDED | Permissions.MANAGE_ROLES)
    await channel.set_permissions(everyone, send_messages=False)
    assert paper.channel.overwrites[paper.server.id].deny == Permissions.SEND_MESSAGES
    await channel.set_permissions(everyone, overwrite=None)
    assert paper.channel.overwrites == {}
    await refused(paper.bot.http.delete_channel_permissions(channel.id, everyone.id, reason=None), 10009)


async def test_deleting_a_channel_takes_its_threads_along_in_silence(paper: Paper) -> None:
    thread = await paper.alice.open_thread(paper.channel, "Talk")
    paper.let(NEEDED | Permissions.MANAGE_CHANNELS)
    await paper.bot.http.delete_channel(paper.channel.id)
    (gone,) = await paper.heard("guild_channel_delete")
    assert isinstance(gone, discord.TextChannel)
    await refused(paper.place(thread).send("hello?"), 10003)
    assert "THREAD_DELETE" not in paper.bot.all("socket_event_type")
