from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.discussion.forms import Forms, FormTarget
from bot.errors import NotFoundError
from bot.sandbox import NoAnswer, Permissions, Thread
from tests.cogs.stage import Stage, eventually

ENTER = "Enter a comment"


def thread_of(stage: Stage) -> Thread:
    return stage.thread_in(stage.channel)


async def test_the_form_posts_under_the_members_name_and_keeps_the_comment(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        form = await stage.alice.press(stage.closing(), ENTER)
        assert form.form["title"] == "Enter comments here:"

        thanks = await stage.alice.fill_in(form, "Mine dried up.")

        assert thanks.deferred
        assert thanks.ephemeral
        assert f"<#{thread.id}>" in thanks.content
        message = await stage.shown("Mine dried up.", thread)
        assert message.author is stage.app.bot
        assert message.content.startswith("-# Alice · ")
        assert (await stage.stored())[-1][1:4] == (None, "Alice", "Mine dried up.")


async def test_a_comments_menu_answers_that_comment(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("So do I.", thread)
        form = await stage.ben.menu(mirrored, "Reply")
        assert form.form["components"][0]["description"] == "In answer to Reader 2"

        await stage.ben.fill_in(form, "Which one?")

        posted = await stage.shown("Which one?", thread)
        assert posted.reference is not None
        assert posted.reference.message_id == mirrored.id
        parent, entered = (await stage.stored())[-2:]
        assert entered.parent_id == parent.id


async def test_a_message_outside_every_discussion_has_no_form(stage: Stage) -> None:
    async with stage.bot():
        stray = await stage.ben.say(stage.channel, "Lunch?")
        answer = await stage.alice.menu(stray, "Reply")
        assert answer.ephemeral
        assert answer.content.startswith("This message is no part of an article's discussion.")


async def test_text_typed_across_a_restart_is_not_lost(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        form = await stage.alice.press(stage.closing(), ENTER)

    async with stage.bot():
        await stage.alice.fill_in(form, "I typed for long.")
        await stage.shown("I typed for long.", thread)

    assert [each.text for each in await stage.stored()].count("I typed for long.") == 1


async def test_a_button_outlives_the_bot_that_posted_it(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
    async with stage.bot():
        form = await stage.ben.press(stage.closing(), ENTER)
        assert form.is_form


async def lock(stage: Stage) -> None:
    await stage.mo.change_thread(thread_of(stage), locked=True)


async def lock_and_archive(stage: Stage) -> None:
    await stage.mo.change_thread(thread_of(stage), locked=True, archived=True)


async def time_out(stage: Stage) -> None:
    stage.alice.member.timed_out_until = stage.discord.world.now() + timedelta(hours=1)


async def silence(stage: Stage) -> None:
    stage.server.set_permissions(
        stage.channel, stage.server.members_role, deny=Permissions.SEND_MESSAGES_IN_THREADS
    )


async def slow_down(stage: Stage) -> None:
    await stage.mo.change_thread(thread_of(stage), rate_limit_per_user=600)
    await stage.alice.say(thread_of(stage), "I speak already.")
    await eventually(stage.stored, lambda stored: stored[-1].text == "I speak already.")


OBSTACLES = pytest.mark.parametrize(
    ("obstruct", "told"),
    [
        (lock, "locked"),
        (lock_and_archive, "locked"),
        (time_out, "timed out"),
        (silence, "permission"),
        (slow_down, "Slow mode"),
    ],
)


@OBSTACLES
async def test_no_form_opens_where_the_member_could_not_write(stage: Stage, obstruct: Any, told: str) -> None:
    async with stage.bot():
        await stage.post()
        await obstruct(stage)

        answer = await stage.alice.press(stage.closing(), ENTER)

        assert not answer.is_form
        assert answer.ephemeral
        assert told in answer.content


@OBSTACLES
async def test_what_may_no_longer_be_sent_is_given_back(stage: Stage, obstruct: Any, told: str) -> None:
    async with stage.bot():
        await stage.post()
        form = await stage.alice.press(stage.closing(), ENTER)
        await obstruct(stage)

        answer = await stage.alice.fill_in(form, "A long **thought**.")

        assert answer.ephemeral
        assert told in answer.content
        assert answer.embeds[0]["description"] == "A long **thought**."
        assert "A long **thought**." not in [each.text for each in await stage.stored()]


async def test_an_archived_discussion_still_takes_comments(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.change_thread(thread, archived=True)

        form = await stage.alice.press(stage.closing(), ENTER)
        await stage.alice.fill_in(form, "Awake again.")

        await stage.shown("Awake again.", thread)
        assert not thread.archived


async def test_a_comment_of_blanks_is_refused(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        form = await stage.alice.press(stage.closing(), ENTER)
        answer = await stage.alice.fill_in(form, " \n ")
        assert answer.content.startswith("The comment is empty.")


async def test_when_the_thread_is_gone_the_form_says_so(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.delete_thread(thread)
        answer = await stage.alice.press(stage.closing(), ENTER)
        assert "no longer exists" in answer.content


async def test_a_failure_nobody_expected_is_logged_and_gives_the_text_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the disk caught fire")

    monkeypatch.setattr(Forms, "enter", fail)
    async with stage.bot():
        await stage.post()
        form = await stage.alice.press(stage.closing(), ENTER)
        with structlog.testing.capture_logs() as logged:
            answer = await stage.alice.fill_in(form, "Precious words.")

    assert answer.ephemeral
    assert answer.embeds[0]["description"] == "Precious words."
    (entry,) = (each for each in logged if each["event"] == "interaction_failed")
    assert f"`{entry['reference']}`" in answer.content
    assert isinstance(entry["exc_info"], ZeroDivisionError)
    assert "fire" not in answer.content


async def test_an_answer_that_comes_too_late_is_only_logged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dawdle(*_: object, **__: object) -> None:
        stage.discord.advance(seconds=40)
        raise NotFoundError("Too late to say so.")

    monkeypatch.setattr(Forms, "target", dawdle)
    async with stage.bot():
        await stage.post()
        with structlog.testing.capture_logs() as logged:
            with pytest.raises(NoAnswer):
                await stage.alice.press(stage.closing(), ENTER)
            await eventually(stage.stored, lambda _: any(each["event"] == "answer_failed" for each in logged))
    (entry,) = (each for each in logged if each["event"] == "answer_failed")
    assert entry["code"] == 10062


async def test_a_form_that_cannot_open_in_time_is_only_logged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = Forms.target

    async def dawdle(*given: Any, **options: Any) -> FormTarget:
        stage.discord.advance(seconds=40)
        return await find(*given, **options)

    monkeypatch.setattr(Forms, "target", dawdle)
    async with stage.bot():
        await stage.post()
        with structlog.testing.capture_logs() as logged:
            with pytest.raises(NoAnswer):
                await stage.alice.press(stage.closing(), ENTER)
            await eventually(
                stage.stored, lambda _: any(each["event"] == "answer_too_late" for each in logged)
            )
    assert not [each for each in logged if each["log_level"] == "error"]


async def own_comment(stage: Stage, thread: Thread, text: str = "My word.") -> Any:
    form = await stage.alice.press(stage.closing(), ENTER)
    await stage.alice.fill_in(form, text)
    message = await stage.shown(text, thread)
    return await eventually(
        lambda: stage.alice.menu(message, "My comment"), lambda answer: text in answer.content
    )


async def test_its_author_edits_what_the_form_posted(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mine = await own_comment(stage, thread)
        form = await stage.alice.press(mine, "Edit")
        assert form.form["components"][0]["component"]["value"] == "My word."

        answer = await stage.alice.fill_in(form, "My better word.")

        assert answer.ephemeral
        await stage.shown("My better word.", thread)
        assert stage.showing("My word.", thread) is None
        assert (await stage.stored())[-1].text == "My better word."


async def test_its_author_withdraws_what_the_form_posted(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mine = await own_comment(stage, thread)

        answer = await stage.alice.press(mine, "Withdraw")

        assert answer.ephemeral
        await stage.discord.until(lambda: stage.showing("My word.", thread) is None)
        last = (await stage.stored())[-1]
        assert (last.text, last.status) == ("", "deleted")


async def test_edits_and_withdrawals_outlive_a_restart(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mine = await own_comment(stage, thread)
        form = await stage.alice.press(mine, "Edit")
    async with stage.bot():
        await stage.alice.fill_in(form, "Said later.")
        await stage.shown("Said later.", thread)
        await stage.alice.press(mine, "Withdraw")
        await stage.discord.until(lambda: stage.showing("Said later.", thread) is None)


async def test_nobody_else_may_change_it(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await own_comment(stage, thread)
        answer = await stage.ben.menu(await stage.shown("My word.", thread), "My comment")
        assert answer.content == "This is not a comment of yours."


async def test_ones_own_message_is_changed_in_discord(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await stage.alice.say(thread, "By hand.")
        answer = await eventually(
            lambda: stage.alice.menu(message, "My comment"),
            lambda answer: "not a comment" not in answer.content,
        )
        assert "Edit or delete it in Discord" in answer.content
