from __future__ import annotations

import pytest

from bot.demo.stage import BOT_PERMISSIONS
from bot.sandbox import Message, Thread
from tests.cogs.stage import Stage, eventually

ENTER = "Enter a comment"


async def enter(stage: Stage, words: str, thread: Thread) -> Message:
    """Have Alice enter a comment by form; the message that shows it."""
    await stage.alice.fill_in(await stage.alice.press(stage.closing(), ENTER), words)
    return await stage.shown(words, thread)


async def wrote(stage: Stage, words: str, thread: Thread) -> Message:
    """Have Alice write a message, and wait until it is stored."""
    message = await stage.alice.say(thread, words)
    await eventually(stage.stored, lambda rows: any(row.text == words for row in rows))
    return message


async def test_the_policy_is_told_to_whoever_asks(stage: Stage) -> None:
    async with stage.bot():
        answer = await stage.alice.command("privacy policy", here=stage.channel)
    assert answer.ephemeral
    (embed,) = answer.embeds
    assert "Backups are deleted after 30 days" in embed["description"]


async def test_a_member_gets_their_own_data_as_a_file(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await wrote(stage, "Mine dried up.", thread)
        answer = await stage.alice.command("privacy export", here=stage.channel)
        assert answer.ephemeral
        (attached,) = answer.message.attachments
        assert attached.filename == "oped-my-data.json"
        assert attached.size > 100


async def test_data_that_no_file_holds_come_in_several(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discussion.own_data.PART_BYTES", 4096 + 2500)
    async with stage.bot():
        thread = await stage.post()
        for number in range(4):
            await wrote(stage, f"{number}" + " words" * 300, thread)
        answer = await stage.alice.command("privacy export", here=stage.channel)
        await stage.discord.until(lambda: len(answer.followups) == 3)
        assert answer.ephemeral
        assert "comes in several" in answer.content
        assert [each.content for each in answer.followups] == ["Part 2.", "Part 3.", "Part 4."]
        names = [each.attachments[0].filename for each in (answer.message, *answer.followups)]
        assert names == [f"oped-my-data-{number}.json" for number in (1, 2, 3, 4)]


async def test_what_a_member_wrote_is_erased_after_they_confirmed(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        own = await wrote(stage, "By hand.", thread)
        entered = await enter(stage, "By form.", thread)
        asked = await stage.alice.command("privacy erase", here=stage.channel)
        assert "1 comment written as a message" in asked.content
        assert "1 comment entered by form" in asked.content
        assert [row.name for row in await stage.stored()].count("Alice") == 2
    async with stage.bot():  # the button outlives a restart
        done = await stage.turn(stage.alice, asked, "Erase everything", "Erased.")
        assert "1 message in Discord stays yours" in done.content
        await stage.discord.until(lambda: entered.deleted)
        assert not own.deleted
        rows = await stage.stored()
        assert [(row.name, row.text, row.status) for row in rows[2:]] == [
            ("Former member", "", "deleted")
        ] * 2


async def test_what_stands_in_a_discussion_that_has_ended_is_deleted_too(stage: Stage) -> None:
    async with stage.bot():
        entered = await enter(stage, "By form.", await stage.post())
        await stage.mo.command("article retire", here=stage.channel, publication="1")
        asked = await stage.alice.command("privacy erase", here=stage.channel)
        await stage.turn(stage.alice, asked, "Erase everything", "Erased.")
        await stage.discord.until(lambda: entered.deleted)


async def test_what_was_erased_is_not_stored_again_and_what_follows_is(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await wrote(stage, "Before.", thread)
    unheard = await stage.alice.say(thread, "While nobody listened.")
    async with stage.bot():
        asked = await stage.alice.command("privacy erase", here=stage.channel)
        await stage.turn(stage.alice, asked, "Erase everything", "Erased.")
        await stage.alice.edit(unheard, "Changed after.")
        answer = await stage.mo.command("article catch-up", here=stage.channel, publication="1")
        assert answer.content
        await wrote(stage, "After.", thread)
    texts = [row.text for row in await stage.stored()]
    assert "Changed after." not in texts
    assert "Before." not in texts
    assert texts[-1] == "After."


async def test_who_opted_out_is_not_stored_until_they_opt_in(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        first = await wrote(stage, "Stays.", thread)
        answer = await stage.alice.command("privacy opt-out", here=stage.channel)
        assert "nothing you write is stored" in answer.content
        again = await stage.alice.command("privacy opt-out", here=stage.channel)
        assert "opted out already" in again.content
        await stage.alice.say(thread, "Not kept.")
        await stage.alice.edit(first, "Nor this.")
        refused = await stage.alice.press(stage.closing(), ENTER)
        assert refused.ephemeral
        assert refused.content == (
            "You have opted out, so nothing of yours is stored. To take part again, use /privacy opt-in."
        )
        asked = await stage.alice.command("privacy erase", here=stage.channel)
        await stage.turn(stage.alice, asked, "Erase everything", "Erased.")
        await stage.alice.say(thread, "Nor that.")
        assert "Welcome back" in (await stage.alice.command("privacy opt-in", here=stage.channel)).content
        assert "not opted out" in (await stage.alice.command("privacy opt-in", here=stage.channel)).content
        await wrote(stage, "Kept again.", thread)
    assert [row.text for row in await stage.stored()][2:] == ["", "Kept again."]


async def test_a_form_shown_before_opting_out_is_refused_and_given_back(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        form = await stage.alice.press(stage.closing(), ENTER)
        await stage.alice.command("privacy opt-out", here=stage.channel)
        refused = await stage.alice.fill_in(form, "I had typed this.")
        assert refused.content.startswith("You have opted out")
        assert refused.embeds[0]["description"] == "I had typed this."
    assert len(await stage.stored()) == 2


async def departed(stage: Stage) -> int:
    async with stage.production.database() as database:
        return int(await database.fetch_value("SELECT count(*) FROM departure"))


async def test_the_bots_removal_and_return_are_noted_and_an_outage_is_not(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        stage.server.set_available(False)
        stage.server.set_available(True)
        stage.server.remove(stage.app)
        await eventually(lambda: departed(stage), lambda number: number == 1)
        stage.server.install(stage.app, permissions=BOT_PERMISSIONS)
        await eventually(lambda: departed(stage), lambda number: number == 0)


async def test_a_removal_while_the_bot_was_away_is_noticed(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
    stage.server.remove(stage.app)
    stage.another_server()
    async with stage.bot():
        await eventually(lambda: departed(stage), lambda number: number == 1)
