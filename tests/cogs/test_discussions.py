from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox import Refused
from tests.cogs.stage import Stage, eventually


async def statuses(stage: Stage) -> dict[str, str]:
    return {each.text: each.status for each in await stage.stored()}


async def test_a_lock_keeps_messages_and_forms_out_until_it_is_taken_off(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        section = stage.showing("It began there.", stage.channel)
        assert section is not None
        await stage.alice.press(section, "Discuss")
        room = stage.server.guild.threads[section.id]

        answer = await stage.mo.command("discussion lock", here=thread, reason="Too heated")
        assert answer.ephemeral
        assert answer.content == "The discussion is locked: nobody can comment, by form either."
        await stage.discord.until(lambda: thread.locked and room.locked)
        with pytest.raises(Refused):
            await stage.alice.say(thread, "But…")
        refused = await stage.alice.press(stage.closing(), "Enter a comment")
        assert refused.content == "This discussion is locked: nobody can comment at the moment."
        status = await stage.mo.command("discussion status", here=thread)
        assert "Locked: nobody can comment." in status.content

        await stage.mo.command("discussion unlock", here=stage.channel, article="1")
        await stage.discord.until(lambda: not thread.locked and not room.locked)
        await stage.alice.say(thread, "At last.")


async def test_an_archived_thread_is_locked_too(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.change_thread(thread, archived=True)
        await stage.mo.command("discussion lock", here=stage.channel, article="1")
        await stage.discord.until(lambda: thread.locked)


async def test_all_held_makes_the_thread_read_only_and_leaves_the_form(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        answer = await stage.mo.command("discussion mode", here=thread, mode="all_held")
        assert answer.content.startswith("Every comment waits for a moderator")
        await stage.discord.until(lambda: thread.locked)
        with pytest.raises(Refused):
            await stage.alice.say(thread, "Hello?")

        form = await stage.alice.press(stage.closing(), "Enter a comment")
        told = await stage.alice.fill_in(form, "By form.")
        assert "waits for a moderator" in told.content
        # Whoever may moderate writes as ever.
        await stage.mo.say(thread, "Welcome.")
        await eventually(lambda: statuses(stage), lambda found: found.get("Welcome.") == "visible")

        # What is approved is posted in the locked thread.
        await stage.mo.press(await stage.mo.command("moderation queue", here=stage.channel), "Approve")
        await stage.shown("By form.", thread)

        await stage.mo.command("discussion mode", here=thread, mode="server")
        await stage.discord.until(lambda: not thread.locked)


async def test_the_log_says_what_was_changed_to_what(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.command("discussion mode", here=thread, mode="all_held")
        await stage.mo.command("discussion slowmode", here=thread, seconds=30)
        await stage.mo.command("discussion slowmode", here=thread, seconds=0)
        await stage.mo.command("discussion close-after", here=thread, time="2w")
        log = await stage.mo.command("moderation log", here=thread)
    newest, off, slow, mode = log.content.splitlines()
    assert "Locks itself <t:" in newest
    assert off.endswith("Slow mode is off.")
    assert slow.endswith("Slow mode: 30 s.")
    assert mode.endswith("Every comment waits for a moderator.")


async def test_a_lock_and_the_mode_do_not_take_each_other_off(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.command("discussion lock", here=thread)
        await stage.discord.until(lambda: thread.locked)
        await stage.mo.command("discussion mode", here=thread, mode="all_held")
        refused = await stage.alice.press(stage.closing(), "Enter a comment")
        assert "locked" in refused.content
        await stage.mo.command("discussion mode", here=thread, mode="open")
        assert thread.locked

        await stage.mo.command("discussion mode", here=thread, mode="all_held")
        answer = await stage.mo.command("discussion unlock", here=thread)
        assert answer.content.startswith("Members can comment again by form.")
        form = await stage.alice.press(stage.closing(), "Enter a comment")
        assert form.is_form
        assert thread.locked


async def test_a_lock_set_in_discord_outlives_a_mode(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.change_thread(thread, locked=True)
        await stage.mo.command("discussion mode", here=thread, mode="all_held")

        async def status() -> str:
            return (await stage.mo.command("discussion status", here=thread)).content

        await eventually(status, lambda content: "Locked: nobody can comment." in content)
        await stage.mo.command("discussion mode", here=thread, mode="open")
        assert thread.locked
        await stage.mo.command("discussion unlock", here=thread)
        await stage.discord.until(lambda: not thread.locked)


async def test_slow_mode_is_set_within_discords_bounds(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        answer = await stage.mo.command("discussion slowmode", here=thread, seconds=30)
        assert answer.content == "Members wait 30 seconds between two messages."
        await stage.discord.until(lambda: thread.slow_mode == 30)
        with pytest.raises(Refused):
            await stage.mo.command("discussion slowmode", here=thread, seconds=21_601)
        await stage.mo.command("discussion slowmode", here=thread, seconds=0)
        await stage.discord.until(lambda: thread.slow_mode == 0)


async def test_a_discussion_closes_by_itself_also_after_a_restart(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.keeper.LOOK_SECONDS", 0.05)
    async with stage.bot():
        thread = await stage.post()
        answer = await stage.mo.command("discussion close-after", here=thread, time="3d")
        assert answer.content.startswith("The discussion locks itself <t:")
        status = await stage.mo.command("discussion status", here=thread)
        assert "Locks itself <t:" in status.content
        answer = await stage.mo.command("discussion close-after", here=thread)
        assert answer.content == "The discussion does not close by itself."
        monkeypatch.setattr("cogs.discussions.duration", lambda typed: timedelta(milliseconds=1))
        await stage.mo.command("discussion close-after", here=thread, time="1m")
    async with stage.bot():
        await stage.discord.until(lambda: thread.locked)
        status = await stage.mo.command("discussion status", here=thread)
        assert "Locked: nobody can comment." in status.content
        assert "Locks itself" not in status.content


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"kind": "words", "words": "Boat, dry run"}, "Buy my b\u043eat!"),
        ({"kind": "links"}, "See https://example.com/x"),
        ({"kind": "invites"}, "discord.gg/rivers is better"),
        ({"kind": "newcomers"}, "I am new."),
    ],
)
async def test_a_filter_holds_what_it_finds(stage: Stage, options: dict[str, Any], text: str) -> None:
    async with stage.bot():
        thread = await stage.post()
        answer = await stage.mo.command("discussion filter", here=thread, action="hold", **options)
        assert "held for a moderator" in answer.content
        said = await stage.alice.say(thread, text)
        await eventually(lambda: statuses(stage), lambda found: found.get(text) == "pending")
        await stage.discord.until(lambda: said.deleted)
        off = await stage.mo.command("discussion filter", here=thread, kind=options["kind"], action="off")
        assert off.content == "- No filter is set."


async def test_an_edit_passes_the_same_filter(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.command("discussion filter", here=thread, kind="words", action="hide", words="boats")
        said = await stage.alice.say(thread, "I love rivers.")
        await eventually(lambda: statuses(stage), lambda found: "I love rivers." in found)
        await stage.alice.edit(said, "Buy my boats.")
        await eventually(lambda: statuses(stage), lambda found: found.get("Buy my boats.") == "hidden")
        await stage.discord.until(lambda: said.deleted)


async def test_what_was_written_while_the_bot_was_away_passes_the_gate(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.command("discussion filter", here=thread, kind="links", action="hold")
    said = await stage.alice.say(thread, "http://example.com")
    async with stage.bot():
        await eventually(lambda: statuses(stage), lambda found: found.get("http://example.com") == "pending")
        await stage.discord.until(lambda: said.deleted)


async def test_a_warning_reaches_the_author_of_a_form(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.command("discussion filter", here=thread, kind="links", action="warn")
        form = await stage.alice.press(stage.closing(), "Enter a comment")
        told = await stage.alice.fill_in(form, "See https://example.com")
        assert "A filter of this server objects to it: a link." in told.content
        await stage.shown("See", thread)


async def test_a_warning_is_a_sign_at_the_message_until_it_is_changed(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.command("discussion filter", here=thread, kind="links", action="warn")
        said = await stage.alice.say(thread, "See https://example.com")
        await stage.discord.until(lambda: "⚠️" in said.reactions)
        assert not said.deleted
        mine = await stage.alice.command("comment mine", here=thread)
        assert "A filter of this server objects to it: a link." in mine.content
        await stage.alice.edit(said, "See there")
        await stage.discord.until(lambda: "⚠️" not in said.reactions)
        mine = await stage.alice.command("comment mine", here=thread)
        assert "objects" not in mine.content


async def test_members_do_not_keep_order(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        stage.open_to_everyone("discussion")
        for command, options in (
            ("lock", {}),
            ("unlock", {}),
            ("slowmode", {"seconds": 1}),
            ("mode", {"mode": "open"}),
            ("mode", {"mode": "open", "everywhere": True}),
            ("close-after", {}),
            ("filter", {"kind": "links", "action": "off"}),
            ("status", {}),
        ):
            answer = await stage.alice.command(f"discussion {command}", here=thread, **options)
            assert answer.content == "Only moderators can do this.", command


async def test_an_article_must_be_named_where_none_is_discussed(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        elsewhere = stage.server.add_text_channel("elsewhere")
        answer = await stage.mo.command("discussion lock", here=elsewhere)
        assert answer.content == "Say which article is meant, or use the command in its discussion."
        answer = await stage.mo.command("discussion lock", here=stage.channel, article="77")
        assert answer.content == "There is no such discussion here."
