"""A moderator who simply deletes messages in Discord has moderated."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bot.sandbox import Answer, Permissions
from tests.cogs.stage import Stage, stage
from tests.cogs.test_moderating import labels, said

__all__ = ["stage"]


async def log_of(stage: Stage, enough: Callable[[str], bool]) -> Answer:
    """The log, once it says enough: what was heard is stored a moment later."""
    async with asyncio.timeout(30):
        while True:
            answer = await stage.mo.command("moderation log", here=stage.channel)
            if enough(answer.content):
                return answer
            await asyncio.sleep(0.02)


def mentions(who: Any) -> str:
    return f"<@{who.id}>"


async def test_a_moderators_deletion_is_told_from_a_withdrawal(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        own = await stage.ben.say(thread, "I take this back.")
        rude = await said(stage, thread, "Rude.")
        more = await said(stage, thread, "Ruder.")
        await stage.ben.delete(own)
        await stage.mo.delete(rude)
        told = await log_of(stage, lambda words: "deleted a comment of Alice" in words)
        assert told.content.count("`#") == 1
        assert mentions(stage.mo) in told.content
        assert labels(told) == [], "a deletion has no undo"
        # Discord counts this one in the same entry and says nothing of it.
        await stage.mo.delete(more)
        told = await log_of(stage, lambda words: words.count("`#") == 2)
        assert "Somebody deleted a comment of Alice" in told.content
    assert [(each.text, each.status) for each in await stage.stored()][2:] == [("", "deleted")] * 3


async def test_what_the_bot_posted_and_a_moderator_deleted_is_hidden_and_can_come_back(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("I live by one.", thread)
        await stage.mo.delete(mirrored)
        told = await log_of(stage, lambda words: mentions(stage.mo) in words)
        assert "hid a comment of Reader 1" in told.content
        assert stage.showing("I live by one.", thread) is None
        await stage.mo.press(told, "Undo #1")
        await stage.shown("I live by one.", thread)


async def test_a_purge_by_another_bot_and_our_own_removals(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        messages = [await said(stage, thread, f"Spam {number}") for number in range(3)]
        await stage.mo.command("comment hide", here=stage.channel, comment="#3", reason="spam")
        await stage.discord.until(lambda: messages[0].deleted)
        await stage.mo.bulk_delete(messages[1:])
        told = await log_of(stage, lambda words: words.count(mentions(stage.mo)) == 3)
        assert told.content.count("deleted a comment of Alice") == 2
        assert told.content.count("hid a comment of Alice") == 1
    found = [(each.text, each.status) for each in await stage.stored()][2:]
    assert found == [("Spam 0", "hidden"), ("", "deleted"), ("", "deleted")]


async def test_without_the_audit_log_nobody_is_named(stage: Stage) -> None:
    role = stage.server.role_of(stage.app)
    stage.server.grant(role, role.permissions & ~Permissions.VIEW_AUDIT_LOG)
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("I live by one.", thread)
        await stage.mo.delete(mirrored)
        told = await log_of(stage, lambda words: "hid a comment" in words)
        assert "Somebody hid a comment of Reader 1" in told.content
