"""Whom messages mention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.sandbox import Permissions

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper


async def test_mentions_count_as_far_as_they_are_allowed(paper: Paper) -> None:
    text = f"<@{paper.alice.id}> <@{paper.mo.id}> @everyone"
    place = paper.place(paper.channel)
    assert (await place.send(text)).mentions == []
    only = discord.AllowedMentions(users=[discord.Object(paper.alice.id)])
    assert [who.id for who in (await place.send(text, allowed_mentions=only)).mentions] == [paper.alice.id]
    everything = await place.send(text, allowed_mentions=discord.AllowedMentions.all())
    assert {who.id for who in everything.mentions} == {paper.alice.id, paper.mo.id}
    assert not everything.mention_everyone
    edited = await everything.edit(content=f"<@{paper.alice.id}>")
    assert [who.id for who in edited.mentions] == []


async def test_a_reply_pings_its_target_only_if_asked(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "a thought")
    quiet = await paper.held(said).reply("hm")
    loud = await paper.held(said).reply("hm!", mention_author=True)
    assert quiet.mentions == []
    assert [who.id for who in loud.mentions] == [paper.alice.id]


async def test_roles_and_everyone_are_mentioned_by_those_who_may(paper: Paper) -> None:
    role = paper.server.add_role("Editors", Permissions.NONE)
    text = f"<@&{role.id}> @everyone"
    said = await paper.alice.say(paper.channel, text)
    assert (said.mention_roles, said.mention_everyone) == ([role.id], False)
    boss = paper.server.add_member("Boss", permissions=Permissions.MENTION_EVERYONE)
    assert (await boss.say(paper.channel, text)).mention_everyone
