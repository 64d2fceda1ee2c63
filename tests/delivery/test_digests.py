"""Digests by direct message: to those who asked, when due, and never against somebody's will."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import discord
import pytest

from bot.client import Oped
from bot.delivery.letters import Letters
from bot.discussion.access import Viewer
from bot.discussion.digest import Digest
from bot.sandbox import Permissions, Thread
from tests.cogs.stage import Stage, eventually, stage
from tests.delivery.test_failures import refused

__all__ = ["stage"]

WORDS = "Mine dried up."


@asynccontextmanager
async def ordered(stage: Stage) -> AsyncIterator[tuple[Oped, Thread]]:
    """The bot at work: Alice follows the article, has asked for a digest once a day, and Ben has written."""
    async with stage.bot() as bot:
        thread = await stage.post()
        await stage.alice.command("follow article", here=thread, article="1")
        answer = await stage.alice.command("follow digest", here=thread, how_often=24)
        assert "You will get a direct message" in answer.content
        await write(stage, thread, WORDS)
        yield bot, thread


async def write(stage: Stage, thread: Thread, words: str) -> None:
    await stage.ben.say(thread, words)
    await eventually(stage.stored, lambda stored: stored[-1].text == words)


async def days_later(bot: Oped, days: float) -> None:
    await bot.digester.step(datetime.now(UTC) + timedelta(days=days, minutes=1))


def letters(stage: Stage) -> list[str]:
    return [each.content for each in stage.alice.direct_messages(stage.app)]


async def test_who_asked_is_written_to_when_there_is_news_and_only_then(stage: Stage) -> None:
    async with ordered(stage) as (bot, thread):
        await days_later(bot, 0)
        assert letters(stage) == [], "not due yet"
        await days_later(bot, 1)
        (letter,) = letters(stage)
        assert letter.startswith("1 new comment\n**On rivers**\n- <t:")
        assert f"/{stage.discord.messages(thread)[-1].id})" in letter
        assert WORDS not in letter, "what is erased later must not stand there"
        assert "Ben" not in letter
        assert letter.endswith("\n-# You asked for this with /follow digest in The Daily Thread.")
        await days_later(bot, 2)
        assert len(letters(stage)) == 1, "nothing was new"
        await write(stage, thread, "And then it rained.")
        await days_later(bot, 3)
        assert letters(stage)[1].startswith("1 new comment\n")
        assert stage.ben.direct_messages(stage.app) == []


async def test_a_digest_is_ended_from_the_direct_message_or_the_server(stage: Stage) -> None:
    async with ordered(stage) as (bot, thread):
        await days_later(bot, 1)
        (message,) = stage.alice.direct_messages(stage.app)
        ended = await stage.alice.press(message, "No more digests")
        assert ended.content == "You will get no more digests from that server."
        await write(stage, thread, "And then it rained.")
        await days_later(bot, 2)
        assert stage.alice.direct_messages(stage.app) == [message]
        await stage.alice.command("follow digest", here=thread, how_often=1)
        answer = await stage.alice.command("follow digest", here=thread, how_often=0)
        assert answer.content == "You will get no direct messages from here."
        await days_later(bot, 3)
        assert stage.alice.direct_messages(stage.app) == [message]


async def test_closed_direct_messages_end_it(stage: Stage) -> None:
    async with ordered(stage) as (bot, _):
        stage.alice.member.user.takes_direct_messages = False
        await days_later(bot, 1)
        stage.alice.member.user.takes_direct_messages = True
        await days_later(bot, 3)
        assert letters(stage) == []
        news = await stage.alice.command("follow news", here=stage.channel)
        assert WORDS in news.content, "what could not be told is still new"


async def leave(stage: Stage) -> None:
    del stage.server.guild.members[stage.alice.id]


async def be_shut_out(stage: Stage) -> None:
    stage.server.set_permissions(stage.channel, stage.alice, deny=Permissions.VIEW_CHANNEL)


async def lose_sight_of_it(stage: Stage) -> None:
    said = next(
        each for each in stage.discord.messages(stage.thread_in(stage.channel)) if each.content == WORDS
    )
    await stage.ben.delete(said)
    await eventually(stage.stored, lambda stored: stored[-1].status == "deleted")


@pytest.mark.parametrize("obstruct", [leave, be_shut_out, lose_sight_of_it])
async def test_nobody_is_written_to_of_what_they_cannot_see(stage: Stage, obstruct: object) -> None:
    async with ordered(stage) as (bot, _):
        await obstruct(stage)  # type: ignore[operator]  # one of the three above
        await days_later(bot, 1)
        await days_later(bot, 3)
        assert letters(stage) == []


async def test_the_same_news_sent_again_after_an_interruption_are_one_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ordered(stage) as (bot, _):

        async def broken(*arguments: object) -> None:
            raise RuntimeError("killed before it was noted")

        with monkeypatch.context() as interrupted:
            interrupted.setattr(bot.following, "tell", broken)
            with pytest.raises(RuntimeError):
                await days_later(bot, 1)
        await days_later(bot, 1)
        assert len(letters(stage)) == 1


async def test_a_digest_comes_in_the_language_it_was_asked_for_in(stage: Stage) -> None:
    async with stage.production.database() as database:
        stage.alice.member.user.locale = "uk"
        async with stage.bot():
            thread = await stage.post()
            await stage.alice.command("follow digest", here=thread, how_often=24)
        assert await database.fetch_value("SELECT language FROM digest") == "uk"


async def test_no_digest_for_who_opted_out(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.alice.command("privacy opt-out", here=thread)
        answer = await stage.alice.command("follow digest", here=thread, how_often=24)
        assert "opted out" in answer.content


async def test_an_outage_of_the_server_ends_no_digest_and_loses_no_news(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.SERVERS_SECONDS", 0.05)
    async with ordered(stage):
        pass
    stage.server.set_available(False)
    async with stage.bot() as bot:
        await days_later(bot, 1)
        assert letters(stage) == []
        stage.server.set_available(True)
        await stage.discord.until(lambda: not bot.guilds[0].unavailable)
        await days_later(bot, 3)
        (letter,) = letters(stage)
        assert letter.startswith("1 new comment\n")


async def test_a_digest_that_must_wait_holds_up_no_other_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, away = Letters.send_digest, True

    async def not_to_alice(self: Letters, viewer: Viewer, news: Digest, nonce: str) -> None:
        if away and viewer.user_id == stage.alice.id:
            raise refused(503, 0)
        await send(self, viewer, news, nonce)

    monkeypatch.setattr(Letters, "send_digest", not_to_alice)
    async with ordered(stage) as (bot, thread):
        await stage.mo.command("follow article", here=thread, article="1")
        await stage.mo.command("follow digest", here=thread, how_often=24)
        await write(stage, thread, "And then it rained.")
        with pytest.raises(discord.HTTPException):
            await days_later(bot, 1)
        assert (letters(stage), len(stage.mo.direct_messages(stage.app))) == ([], 1)
        away = False
        await days_later(bot, 1)
        assert (len(letters(stage)), len(stage.mo.direct_messages(stage.app))) == (1, 1)
