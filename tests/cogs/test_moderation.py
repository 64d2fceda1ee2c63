from __future__ import annotations

from typing import Any

from bot.sandbox import Answer, Permissions, Person, automod
from bot.sandbox.automod import ActionType
from tests.cogs.stage import Stage, eventually


async def moderate(stage: Stage, command: str, person: Person, **options: Any) -> Answer:
    return await stage.mo.command(f"moderation {command}", here=stage.channel, person=person, **options)


async def report(stage: Stage, by: Person, words: str, reason: str) -> Answer:
    message = await stage.shown(words, stage.thread_in(stage.channel))
    return await by.fill_in(await by.menu(message, "Report comment"), reason)


async def test_a_muted_member_is_told_until_when_and_can_comment_again_afterwards(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        answer = await moderate(stage, "mute", stage.alice, time="1h", reason="too loud")
        assert answer.ephemeral
        assert f"<@{stage.alice.id}> can comment again <t:" in answer.content
        refused = await stage.alice.press(stage.closing(), "Enter a comment")
        assert refused.content.startswith(
            "You are muted in the discussions of this server: you can comment again <t:"
        )
        loud = await stage.alice.say(thread, "I SHOUT!")
        await stage.discord.until(lambda: loud.deleted)
        assert (
            await moderate(stage, "unmute", stage.alice)
        ).content == f"<@{stage.alice.id}> can comment again."
        # What a muted member writes in the thread is not kept, and they can find out why it is not there.
        mine = await stage.alice.command("comment mine", here=stage.channel)
        assert "not taken, for you were muted or banned" in mine.content
        form = await stage.alice.press(stage.closing(), "Enter a comment")
        await stage.alice.fill_in(form, "I am calm now.")
        await stage.shown("I am calm now.", thread)


async def test_a_sanction_that_is_not_there_cannot_be_lifted(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        for command in ("unmute", "unban"):
            answer = await moderate(stage, command, stage.alice)
            assert answer.content == "Nothing of this kind is in force for this person."


async def test_a_banned_member_cannot_report_either(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        answer = await moderate(stage, "ban", stage.alice)
        assert answer.content == f"<@{stage.alice.id}> cannot take part in the discussions any more."
        message = await stage.shown("I live by one.", thread)
        refused = await stage.alice.menu(message, "Report comment")
        assert refused.content == "You are banned from the discussions of this server."


async def test_nobody_sanctions_themselves_who_stands_above_them_or_the_owner(stage: Stage) -> None:
    above = stage.server.add_member("Above", permissions=Permissions.MANAGE_MESSAGES)
    stage.server.guild.owner_id = stage.ben.id
    async with stage.bot():
        await stage.post()
        told = {
            stage.mo: "You cannot do this to yourself.",
            above: "You cannot do this to somebody whose highest role is above yours.",
            stage.ben: "You cannot do this to somebody whose highest role is above yours.",
        }
        for person, sentence in told.items():
            assert (await moderate(stage, "mute", person, time="1h")).content == sentence
        nonsense = await moderate(stage, "mute", stage.alice, time="soon")
        assert nonsense.content.startswith("This is no duration. Write for example 90m")


async def test_a_member_for_whom_the_command_was_opened_is_still_refused(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        stage.open_to_everyone("moderation")
        answer = await stage.alice.command("moderation mute", here=stage.channel, person=stage.ben, time="1h")
        assert answer.content == "Only moderators can do this."
        assert (await stage.alice.command("moderation reports", here=stage.channel)).content == answer.content


async def test_reports_of_one_comment_are_one_case_that_a_moderator_closes(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        thanks = await report(stage, stage.alice, "I live by one.", "@everyone **rude**")
        assert thanks.ephemeral
        assert thanks.content == "Thank you. The moderators will look at it."
        await report(stage, stage.ben, "I live by one.", "an advertisement")
        await report(stage, stage.ben, "So do I.", "copied")
        case = await stage.mo.command("moderation reports", here=stage.channel)
        assert case.ephemeral
        assert "2 reports since" in case.content
        assert "I live by one." in case.content
        assert "an advertisement" in case.content
        assert "**rude**" not in case.content
    async with stage.bot():  # the buttons work after a restart
        after = await stage.mo.press(case, "Next")
        await stage.discord.until(lambda: "copied" in after.content)
        again = await stage.mo.press(after, "Next")
        await stage.discord.until(lambda: "2 reports since" in again.content)
        closed = await stage.mo.press(again, "Nothing wrong")
        await stage.discord.until(lambda: closed.content.startswith("Closed.\n\n"))
        assert "copied" in closed.content
        alone = await stage.mo.press(closed, "Next")
        await stage.discord.until(lambda: alone.content.startswith("No other report is open.\n\n"))
        assert "copied" in alone.content


async def test_a_reported_comment_can_be_hidden_where_the_report_is_read(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        await report(stage, stage.alice, "I live by one.", "rude")
        case = await stage.mo.command("moderation reports", here=stage.channel)
        form = await stage.mo.press(case, "Hide")
        assert form.form["title"] == "Hide this comment"
        hidden = await stage.mo.fill_in(form, "It is")
        assert "is hidden" in hidden.content
        nothing = await stage.mo.command("moderation reports", here=stage.channel)
        assert nothing.content == "No report is open."


async def test_two_moderators_who_close_one_case_are_both_answered(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        await report(stage, stage.alice, "I live by one.", "rude")
        first = await stage.mo.command("moderation reports", here=stage.channel)
        second = await stage.mo.command("moderation reports", here=stage.channel)
        closed = await stage.mo.press(first, "Nothing wrong")
        await stage.discord.until(lambda: closed.content == "Closed.\n\nNo report is open.")
        late = await stage.mo.press(second, "Nothing wrong")
        told = "Somebody has closed this case already.\n\nNo report is open."
        await stage.discord.until(lambda: late.content == told)
        nothing = await stage.mo.command("moderation reports", here=stage.channel)
        assert nothing.content == "No report is open."


async def test_a_report_without_a_reason_is_refused_in_a_sentence(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        answer = await report(stage, stage.alice, "I live by one.", "   ")
        assert answer.content == "The reason is empty. Say in a few words what is wrong."


async def test_what_automod_does_in_a_discussion_is_recorded_without_the_words(stage: Stage) -> None:
    role = stage.server.role_of(stage.app)
    role.permissions |= Permissions.MANAGE_GUILD
    async with stage.bot():
        thread = await stage.post()
        elsewhere = stage.server.add_text_channel("elsewhere")
        for place in (elsewhere, thread):
            automod.act(stage.discord.world, stage.alice.member, place, "a swear", ActionType.SEND_ALERT)
            automod.act(stage.discord.world, stage.alice.member, place, "a swear", ActionType.BLOCK_MESSAGE)

        async def recorded() -> list[tuple[int, str]]:
            async with stage.production.database() as database:
                rows = await database.fetch_all("SELECT user_id, details FROM trail_entry")
                return [(row["user_id"], row["details"]) for row in rows]

        ((user, details),) = await eventually(recorded, lambda entries: bool(entries))
        assert user == stage.alice.id
        assert str(thread.id) in details
        assert "blocked" in details
        log = await stage.mo.command("moderation log", here=stage.channel)
        assert f"AutoMod blocked a message of <@{stage.alice.id}>." in log.content
        assert "swear" not in details
