from __future__ import annotations

from typing import Any

import discord
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.discussion.moving import Target
from bot.errors import NotFoundError
from bot.sandbox import Message, NoAnswer, Permissions, Thread
from cogs import answers
from cogs.moderating import SECTION, which_place
from tests.cogs.stage import Stage, Stored, eventually

WORDS = "Rivers are overrated."


async def said(stage: Stage, thread: Thread, text: str = WORDS, reply_to: Message | None = None) -> Message:
    """A message of Alice's in the discussion, once it is stored."""
    alice = stage.alice
    message = await (alice.say(thread, text) if reply_to is None else alice.reply(reply_to, text))
    await eventually(stage.stored, lambda stored: any(each.text == text for each in stored))
    return message


async def comment(stage: Stage, number: int) -> Stored:
    return next(each for each in await stage.stored() if each.id == number)


async def gone(stage: Stage, message: Message) -> None:
    await stage.discord.until(lambda: message.deleted)


def labels(answer: Any) -> list[str]:
    return [each["label"] for row in answer.message.components for each in row["components"]]


async def test_a_moderator_hides_and_brings_back_what_a_member_wrote(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        answered = await said(stage, thread, "They are not.", reply_to=message)

        panel = await stage.mo.menu(message, "Moderate comment")
        assert panel.ephemeral
        assert WORDS in panel.content
        assert labels(panel) == ["Hide", "Delete", "Move", "Pin", "History"]
        form = await stage.mo.press(panel, "Hide")
        assert form.form["title"] == "Hide this comment"
        told = await stage.mo.fill_in(form, "Off topic.")

        assert told.ephemeral
        assert "The comment of Alice is hidden." in told.content
        await gone(stage, message)
        hidden = await comment(stage, 3)
        assert (hidden.status, hidden.text) == ("hidden", WORDS)
        assert not answered.deleted

        shown = await stage.alice.command("comment show", here=stage.channel, comment="#3")
        assert WORDS not in shown.content
    async with stage.bot():  # the button outlives the bot that showed it
        undone = await stage.mo.press(told, "Undo")
        assert "visible again" in undone.content
        restored = await stage.shown(WORDS, thread)
        assert restored.author is stage.app.bot
        assert restored.content.startswith("-# Alice · ")
        await stage.ben.reply(restored, "Now I see it.")
        stored = await eventually(stage.stored, lambda stored: stored[-1].text == "Now I see it.")
        assert stored[-1].parent_id == 3

        # What stands there under her name is hers to change.
        mine = await stage.alice.menu(restored, "My comment")
        await stage.alice.fill_in(await stage.alice.press(mine, "Edit"), "Rivers are fine.")
        await stage.discord.until(lambda: "Rivers are fine." in restored.content)

        again = await stage.mo.press(told, "Undo")
        assert again.content == "This comment is visible already."


async def test_deleting_asks_for_a_reason_and_leaves_nothing(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        panel = await stage.mo.menu(message, "Moderate comment")
        form = await stage.mo.press(panel, "Delete")
        assert "cannot be brought back" in form.form["components"][0]["description"]
        late = {button: await stage.mo.press(panel, button) for button in ("Hide", "Move")}
        told = await stage.mo.fill_in(form, "An address.")
        assert "erased for good" in told.content
        assert told.message.components == []
        await gone(stage, message)
        assert await comment(stage, 3) == (3, None, "Alice", "", "deleted")
        # The forms that are still open are answered so, and the panel shows it.
        for button, form in late.items():
            answer = await stage.mo.fill_in(form, fields(button))
            assert answer.content == "This comment has been deleted."


def fields(button: str) -> Any:
    return {"place": "top", "text": "Why not."} if button == "Move" else "Why not."


async def test_an_imported_comment_is_hidden_where_it_stands(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("I live by one.", thread)
        await stage.mo.change_thread(thread, archived=True)
        told = await stage.mo.command(
            "comment hide", here=stage.channel, comment=f"{mirrored.id}", reason="Spam."
        )
        assert "is hidden" in told.content
        await stage.discord.until(lambda: "hidden by a moderator" in mirrored.content)
        told = await stage.mo.command("comment restore", here=stage.channel, comment="#1")
        assert "visible again" in told.content
        await stage.discord.until(lambda: "I live by one." in mirrored.content)
        told = await stage.mo.command("comment delete", here=stage.channel, comment="#1", reason="Spam.")
        await stage.discord.until(lambda: "deleted by a moderator" in mirrored.content)


async def test_a_comment_is_pinned_where_it_stands_and_unpinned(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        await stage.mo.change_thread(thread, archived=True)
        told = await stage.mo.command("comment pin", here=stage.channel, comment="#3", reason="Well said.")
        assert "is pinned" in told.content
        assert message.pinned_at is not None
        panel = await stage.mo.menu(message, "Moderate comment")
        assert "Unpin" in labels(panel)
        await stage.mo.press(told, "Undo")
        assert "Pin" in labels(await stage.mo.menu(message, "Moderate comment"))
        await stage.mo.command("comment pin", here=stage.channel, comment="#1")
        told = await stage.mo.command("comment pin", here=stage.channel, comment="#1", unpin=True)
        assert "no longer pinned" in told.content
        # The notices that Discord posts for us are no comments.
        assert [each.text for each in await stage.stored()] == ["I live by one.", "So do I.", WORDS]


@pytest.mark.parametrize("full", [False, True])
async def test_where_discord_refuses_a_pin_its_reason_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    async with stage.bot():
        await stage.post()
        if full:
            monkeypatch.setattr("bot.sandbox.pins.PINS_PER_CHANNEL", 0)
        else:
            role = stage.server.role_of(stage.app)
            stage.server.grant(role, role.permissions & ~Permissions.PIN_MESSAGES)
        told = await stage.mo.command("comment pin", here=stage.channel, comment="#1")
        assert ("250 pinned messages" if full else "permission Pin Messages") in told.content


async def test_a_comment_moves_under_another(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        panel = await stage.mo.menu(message, "Moderate comment")
        told = await stage.mo.fill_in(
            await stage.mo.press(panel, "Move"), {"place": "#2", "text": "An answer."}
        )
        assert "still refer to what they answered" in told.content
        assert (await comment(stage, 3)).parent_id == 2
        back = await stage.mo.press(told, "Undo")
        assert back.content == "The comment of Alice is back where it was, with its replies."
        assert (await comment(stage, 3)).parent_id is None
        offered = await stage.mo.autocomplete("comment move", "to", "", here=stage.channel, comment="#3")
        assert offered[0] == ("At the top", "top")
        for place, parent in (("#1", 1), ("section 2", None), ("top", None)):
            await stage.mo.command("comment move", here=stage.channel, comment="#3", to=place, reason="r")
            assert (await comment(stage, 3)).parent_id == parent
        told = await stage.mo.command(
            "comment move", here=stage.channel, comment="#3", to="nowhere", reason="r"
        )
        assert told.content.startswith("There is no such place")


def test_places_are_read_as_people_write_them() -> None:
    assert which_place(" Top ", 1) == Target()
    assert which_place("Section 12", 1) == which_place("§12", 1) == Target(section=12)
    assert which_place("#7", 1) == Target(parent_id=7)  # type: ignore[arg-type]  # an id
    for nonsense in ("", "section", "section ²", "§", "x" * 100):
        with pytest.raises(NotFoundError):
            which_place(nonsense, 1)


@given(st.text(max_size=30) | st.from_regex(SECTION, fullmatch=True))
def test_whatever_somebody_types_is_a_place_or_refused(typed: str) -> None:
    try:
        target = which_place(typed, 1)
    except NotFoundError:
        return
    assert sum(each is not None for each in (target.parent_id, target.parent_message, target.section)) < 2


async def test_history_shows_what_a_comment_said_before(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        panel = await stage.mo.menu(message, "Moderate comment")
        assert "never edited" in (await stage.mo.press(panel, "History")).content
        await stage.alice.edit(message, "Rivers are **nice**.")
        await eventually(stage.stored, lambda stored: stored[-1].text == "Rivers are **nice**.")
        told = await stage.mo.command("comment history", here=stage.channel, comment="#3")
        assert told.content.index(WORDS) < told.content.index("Rivers are **nice**.")
        await stage.alice.edit(message, "a" * 2000)
        await eventually(stage.stored, lambda stored: stored[-1].text == "a" * 2000)
        told = await stage.mo.command("comment history", here=stage.channel, comment="#3")
        assert [each.filename for each in told.message.attachments] == ["comment-3.txt"]


COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("hide", {"reason": "r"}),
    ("restore", {}),
    ("delete", {"reason": "r"}),
    ("history", {}),
    ("move", {"to": "top", "reason": "r"}),
    ("pin", {}),
]


@pytest.mark.parametrize(("name", "options"), COMMANDS)
async def test_only_moderators_may_and_only_below_their_own_rank(
    stage: Stage, name: str, options: dict[str, Any]
) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        refused = await stage.ben.command(f"comment {name}", here=stage.channel, comment="#3", **options)
        assert refused.content == "Only moderators can do this."
        assert (
            await stage.ben.autocomplete(f"comment {name}", "comment", "", here=stage.channel, **options)
            == []
        )
        menu = await stage.ben.menu(message, "Moderate comment")
        assert menu.content == "Only moderators can do this."

        _, stranger, elsewhere = stage.another_server()
        away = await stranger.command(f"comment {name}", here=elsewhere, comment="#3", **options)
        assert away.content.startswith("There is no such comment here.")

        if name != "history":
            stage.alice.member.role_ids.add(stage.server.add_role("Editor", Permissions.NONE).id)
            above = await stage.mo.command(f"comment {name}", here=stage.channel, comment="#3", **options)
            assert "highest role is above yours" in above.content
        assert (await comment(stage, 3)).status == "visible"


async def test_the_owner_is_above_all(stage: Stage) -> None:
    stage.server.guild.owner_id = stage.alice.id
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        refused = await stage.mo.command("comment hide", here=stage.channel, comment="#3", reason="r")
        assert "highest role is above yours" in refused.content
        mine = await stage.alice.menu(message, "Moderate comment")
        told = await stage.alice.fill_in(await stage.alice.press(mine, "Hide"), "My own.")
        assert "is hidden" in told.content


async def test_the_comment_of_somebody_who_left_can_be_moderated(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        stage.alice.member.role_ids.add(stage.server.add_role("Editor", Permissions.NONE).id)
        del stage.server.guild.members[stage.alice.id]
        await stage.mo.command("comment hide", here=stage.channel, comment="#3", reason="r")
        await gone(stage, message)


async def test_a_button_of_somebody_elses_panel_asks_again_who_presses(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        panel = await stage.mo.menu(message, "Moderate comment")
        form = await stage.mo.press(panel, "Hide")
        stage.server.set_permissions(stage.channel, stage.server.members_role, deny=Permissions.VIEW_CHANNEL)
        stage.mo.member.role_ids = {stage.server.members_role.id}
        refused = await stage.mo.fill_in(form, "Too late.")
        assert refused.content.startswith("There is no such comment here.")
        assert refused.embeds[0]["description"] == "Too late."
        assert (await comment(stage, 3)).status == "visible"


async def test_a_panel_that_is_out_of_date_shows_what_can_be_done_now(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        panel = await stage.mo.menu(message, "Moderate comment")
        hidden = await stage.mo.fill_in(await stage.mo.press(panel, "Hide"), "Rude.")
        assert "is hidden" in hidden.content
        # Nobody is asked for a reason in vain.
        renewed = await stage.turn(stage.mo, panel, "Hide", ": hidden")
        assert not renewed.is_form
        assert labels(panel) == ["Restore", "Delete", "Move", "History"]
        await stage.mo.fill_in(await stage.mo.press(panel, "Delete"), "Very rude.")
        await stage.turn(stage.mo, panel, "Restore", ": deleted")
        assert labels(panel) == []


async def test_two_moderators_at_once(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        other = stage.server.add_member("Ann", permissions=Permissions.MANAGE_MESSAGES)
        forms = [
            await who.press(await who.menu(message, "Moderate comment"), "Hide") for who in (stage.mo, other)
        ]
        await stage.mo.fill_in(forms[0], "Mine.")
        second = await other.fill_in(forms[1], "Mine too.")
        assert second.content == "This comment is hidden already."


async def test_an_expired_interaction_changes_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        form = await stage.mo.press(await stage.mo.menu(message, "Moderate comment"), "Hide")
        defer = answers.defer

        async def dawdle(interaction: discord.Interaction) -> None:
            stage.discord.advance(seconds=40)
            await defer(interaction)

        monkeypatch.setattr(answers, "defer", dawdle)
        with structlog.testing.capture_logs() as logged:
            with pytest.raises(NoAnswer):
                await stage.mo.fill_in(form, "Late.")
            await stage.discord.until(lambda: any(each["event"] == "answer_too_late" for each in logged))
        assert not message.deleted
        assert (await comment(stage, 3)).status == "visible"
