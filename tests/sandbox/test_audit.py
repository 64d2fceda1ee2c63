"""The audit log through the real discord.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.sandbox import Permissions
from tests.sandbox.conftest import NEEDED
from tests.sandbox.fixtures import Bot, running

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper


async def purge(paper: Paper) -> None:
    """Let a member delete a message of their own, and a moderator two of theirs one by one and two at once."""
    own, *others = [await paper.alice.say(paper.channel, str(each)) for each in range(5)]
    await paper.alice.delete(own)
    await paper.mo.delete(others[0])
    await paper.mo.delete(others[1])
    await paper.mo.bulk_delete(others[2:])


async def test_what_moderators_delete_is_told_once_for_each_person(paper: Paper) -> None:
    paper.let(NEEDED | Permissions.VIEW_AUDIT_LOG)
    await purge(paper)
    await paper.heard("raw_bulk_message_delete")
    one, several = await paper.heard("audit_log_entry_create", 2)
    assert (one.action.name, one.user_id, one.target.id) == ("message_delete", paper.mo.id, paper.alice.id)  # type: ignore[attr-defined]  # discord.py's
    assert (one.extra.count, one.extra.channel.id) == (1, paper.channel.id)  # type: ignore[attr-defined]  # as above
    assert (several.action.name, several.user_id) == ("message_bulk_delete", paper.mo.id)  # type: ignore[attr-defined]  # as above
    assert several.extra.count == 2  # type: ignore[attr-defined]  # as above
    counted = [each["options"]["count"] for each in paper.server.guild.audit_log]
    assert counted == ["2", "2"], "the second deletion is counted in the first one's entry"


async def test_without_the_permission_or_the_intent_nothing_is_told(paper: Paper) -> None:
    await purge(paper)
    paper.let(NEEDED | Permissions.VIEW_AUDIT_LOG)
    await paper.bot.close()
    deaf = Bot(intents=discord.Intents(guilds=True, guild_messages=True))
    async with running(deaf, paper.sandbox, paper.app):
        await purge(paper)
        await paper.sandbox.until(lambda: deaf.all("raw_bulk_message_delete"))
    assert paper.bot.all("audit_log_entry_create") == deaf.all("audit_log_entry_create") == []
