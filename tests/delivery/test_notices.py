"""Who is told of an answer, by what, and how often. Driven over the wire by those whom it is for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.client import Oped
from bot.delivery.letters import Letters
from bot.discussion.layout import NOTICE_MARK
from bot.model import MessageId
from bot.sandbox import Message, Permissions, Person, Thread
from bot.sandbox.objects import MessageFlags
from bot.store.notices import Notice
from tests.cogs.stage import Stage, eventually, stage
from tests.delivery.test_failures import refused

__all__ = ["stage"]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.notices.LOOK_SECONDS", 0.02)


async def enter(stage: Stage, person: Person, words: str, *, answering: Message | None = None) -> Message:
    """A comment entered by form; the message that shows it, once that is known to be its."""
    thread = stage.thread_in(stage.channel)
    form = await (
        person.menu(answering, "Reply") if answering else person.press(stage.closing(), "Enter a comment")
    )
    await person.fill_in(form, words)
    message = await stage.shown(words, thread)
    await known(stage, message)
    return message


async def known(stage: Stage, message: Message) -> None:
    async def shown_by() -> int:
        async with stage.production.database() as database:
            return int(
                await database.fetch_value("SELECT count(*) FROM comment WHERE message_id = ?", (message.id,))
            )

    await eventually(shown_by, lambda found: found == 1)


def notices(stage: Stage) -> list[Message]:
    thread = stage.thread_in(stage.channel)
    return [each for each in stage.discord.messages(thread) if each.content.startswith(NOTICE_MARK)]


@asynccontextmanager
async def answered(stage: Stage) -> AsyncIterator[tuple[Oped, Thread, Message, Message]]:
    """The bot at work: Alice has entered a comment, and Ben's answer to it was noticed."""
    async with stage.bot() as bot:
        thread = await stage.post()
        entered = await enter(stage, stage.alice, "Mine dried up.")
        answer = await stage.ben.reply(entered, "When?")
        await stage.discord.until(lambda: notices(stage))
        yield bot, thread, entered, answer


async def settled(bot: Oped) -> None:
    """Everything that was offered is stored, and it was looked for notices since."""
    await bot.capture.flush()
    await bot.announcer.step(datetime.now(UTC))


async def test_who_entered_a_comment_is_told_of_the_first_answer_and_nobody_else(stage: Stage) -> None:
    async with answered(stage) as (bot, _, entered, answer):
        (notice,) = notices(stage)
        assert notice.content == f"-# <@{stage.alice.id}> Your comment was answered."
        assert [each.id for each in notice.mentions] == [stage.alice.id]
        assert notice.reference is not None
        assert notice.reference.message_id == answer.id
        assert MessageFlags.SUPPRESS_NOTIFICATIONS not in notice.flags
        # More answers within some hours call nobody again.
        for words in ("And why?", "Tell us."):
            await stage.ben.reply(entered, words)
        await settled(bot)
        assert notices(stage) == [notice]


async def test_who_replies_to_a_notice_answers_what_it_tells_of(stage: Stage) -> None:
    async with answered(stage) as (_, _, _, answer):
        (notice,) = notices(stage)
        await stage.alice.reply(notice, "In May.")
        await enter(stage, stage.ben, "So late?", answering=notice)
    # What was written while the bot was away is no different.
    await stage.alice.reply(notice, "Since then.")
    async with stage.bot():
        found = await eventually(stage.stored, lambda stored: "Since then." in {each.text for each in stored})
    by_text = {each.text: each for each in found}
    asked = by_text[answer.content].id
    assert [by_text[each].parent_id for each in ("In May.", "So late?", "Since then.")] == [asked] * 3


async def test_a_later_notice_takes_the_place_of_the_one_before(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with answered(stage) as (_, _, entered, _):
        (first,) = notices(stage)
        monkeypatch.setattr("bot.delivery.notices.PAUSE", timedelta(0))
        again = await stage.ben.reply(entered, "Well?")
        await stage.discord.until(lambda: first.deleted and len(notices(stage)) == 1)
        (second,) = notices(stage)
        assert second.reference is not None
        assert second.reference.message_id == again.id


async def test_an_answer_by_form_to_a_member_s_own_message_calls_them_as_any_reply_does(stage: Stage) -> None:
    async with stage.bot() as bot:
        thread = await stage.post()
        said = await stage.ben.say(thread, "Mine did not.")
        await known(stage, said)
        answer = await enter(stage, stage.alice, "Lucky you.", answering=said)
        assert [each.id for each in answer.mentions] == [stage.ben.id]
        assert MessageFlags.SUPPRESS_NOTIFICATIONS not in answer.flags
        own = await enter(stage, stage.ben, "I know.", answering=said)
        assert own.mentions == []
        top = await enter(stage, stage.alice, "Another thing.")
        assert MessageFlags.SUPPRESS_NOTIFICATIONS in top.flags
        await settled(bot)
        assert notices(stage) == []


async def test_an_answer_by_form_to_a_form_s_comment_is_noticed_too(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        entered = await enter(stage, stage.alice, "Mine dried up.")
        answer = await enter(stage, stage.ben, "When?", answering=entered)
        await stage.discord.until(lambda: notices(stage))
        (notice,) = notices(stage)
        assert notice.reference is not None
        assert notice.reference.message_id == answer.id
        assert answer.mentions == []


async def test_answers_to_oneself_and_to_the_source_s_comments_call_nobody(stage: Stage) -> None:
    async with stage.bot() as bot:
        thread = await stage.post()
        entered = await enter(stage, stage.alice, "Mine dried up.")
        await stage.alice.reply(entered, "Last year.")
        await stage.ben.reply(await stage.shown("So do I.", thread), "Where?")
        await settled(bot)
        assert notices(stage) == []


async def test_only_the_one_it_is_for_puts_a_notice_away(stage: Stage) -> None:
    async with answered(stage):
        (notice,) = notices(stage)
        refused = await stage.ben.press(notice, "Seen")
        assert refused.content == "This notice is for somebody else."
        assert not notice.deleted
        done = await stage.alice.press(notice, "Seen")
        assert done.ephemeral
        await stage.discord.until(lambda: notice.deleted)


async def test_who_wants_no_notices_gets_none_until_they_do(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.notices.PAUSE", timedelta(0))
    async with answered(stage) as (bot, thread, entered, _):
        (notice,) = notices(stage)
        await stage.alice.press(notice, "No more of these")
        await stage.discord.until(lambda: notice.deleted)
        await stage.ben.reply(entered, "Well?")
        await settled(bot)
        assert notices(stage) == []
        await stage.alice.command("follow replies", here=thread, notices=True)
        await stage.ben.reply(entered, "Still there?")
        await stage.discord.until(lambda: notices(stage))
        await stage.alice.command("follow replies", here=thread, notices=False)
        await stage.discord.until(lambda: not notices(stage))


async def leave(stage: Stage) -> None:
    del stage.server.guild.members[stage.alice.id]


async def be_shut_out(stage: Stage) -> None:
    stage.server.set_permissions(stage.channel, stage.alice, deny=Permissions.VIEW_CHANNEL)


@pytest.mark.parametrize("obstruct", [leave, be_shut_out])
async def test_who_left_or_can_no_longer_read_the_channel_is_not_called(
    stage: Stage, obstruct: object
) -> None:
    async with stage.bot() as bot:
        await stage.post()
        entered = await enter(stage, stage.alice, "Mine dried up.")
        await obstruct(stage)  # type: ignore[operator]  # one of the two above
        await stage.ben.reply(entered, "When?")
        await settled(bot)
        assert notices(stage) == []


async def test_an_answer_withdrawn_before_it_was_noticed_calls_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.notices.LOOK_SECONDS", 3600)
    async with stage.bot() as bot:
        await stage.post()
        await settled(bot)
        entered = await enter(stage, stage.alice, "Mine dried up.")
        answer = await stage.ben.reply(entered, "When?")
        await known(stage, answer)
        await stage.ben.delete(answer)
        await eventually(stage.stored, lambda stored: stored[-1].status == "deleted")
        await settled(bot)
        assert notices(stage) == []


async def test_a_notice_is_sent_once_across_a_restart(stage: Stage) -> None:
    async with answered(stage):
        (notice,) = notices(stage)
    async with stage.production.database() as database, database.transaction() as tx:
        await tx.execute("UPDATE notice SET message_id = NULL")  # the answer to the create was lost
    async with stage.bot() as bot:
        await settled(bot)
        assert notices(stage) == [notice]
        await stage.alice.press(notice, "Seen")
        await stage.discord.until(lambda: notice.deleted)


async def test_erasing_oneself_takes_the_notices_away(stage: Stage) -> None:
    async with answered(stage) as (_, thread, _, _):
        (notice,) = notices(stage)
        asked = await stage.alice.command("privacy erase", here=thread)
        button = asked.message.components[0]["components"][0]["custom_id"]
        await stage.alice.press(asked, button)
        await stage.discord.until(lambda: notice.deleted)
    async with stage.production.database() as database:
        assert await database.fetch_all("SELECT * FROM notice") == []


async def test_a_notice_is_never_taken_for_a_comment_of_ours_after_a_crash(stage: Stage) -> None:
    async with answered(stage) as (bot, thread, entered, _):
        wire = bot.remover._wire  # noqa: SLF001 - what the poster asks after a crash
        await settled(bot)
        assert await wire.own_after(thread.id, entered.id) is None  # type: ignore[arg-type]  # a thread is a channel


async def test_a_notice_waits_for_the_end_of_an_outage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.client.SERVERS_SECONDS", 0.05)
    async with stage.bot():
        await stage.post()
        entered = await enter(stage, stage.alice, "Mine dried up.")
    answer = await stage.ben.reply(entered, "When?")
    stage.server.set_available(False)
    async with stage.bot() as bot:
        await known(stage, answer)
        await settled(bot)
        assert notices(stage) == []
        stage.server.set_available(True)
        await stage.discord.until(lambda: notices(stage))


async def test_a_notice_that_must_wait_holds_up_no_other_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify = Letters.notify

    async def not_to_alice(self: Letters, notice: Notice) -> MessageId:
        if notice.user_id == stage.alice.id:
            raise refused(503, 0)
        return await notify(self, notice)

    monkeypatch.setattr(Letters, "notify", not_to_alice)
    async with stage.bot():
        await stage.post()
        hers = await enter(stage, stage.alice, "Mine dried up.")
        his = await enter(stage, stage.ben, "Mine did not.")
        await stage.ben.reply(hers, "When?")
        await stage.alice.reply(his, "Lucky you.")
        await stage.discord.until(lambda: notices(stage))
    (notice,) = notices(stage)
    assert [each.id for each in notice.mentions] == [stage.ben.id]
