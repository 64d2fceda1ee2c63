from __future__ import annotations

import pytest

from bot.model import GuildId, Mode, RoleId, Server
from bot.sandbox import Answer, Message, Permissions, Person, Thread
from bot.store.servers import Servers
from tests.cogs.stage import Stage, eventually


async def set_mode(stage: Stage, mode: Mode) -> None:
    async with stage.production.database() as database, database.transaction() as tx:
        await Servers(tx).save(tx, Server(GuildId(stage.server.id), mode=mode))


async def statuses(stage: Stage) -> dict[str, str]:
    return {each.text: each.status for each in await stage.stored()}


async def until(stage: Stage, text: str, status: str) -> None:
    await eventually(lambda: statuses(stage), lambda found: found.get(text) == status)


async def hold(stage: Stage, who: Person, thread: Thread, text: str) -> Message:
    """What somebody has said, once it waits for a moderator."""
    said = await who.say(thread, text)
    await until(stage, text, "pending")
    return said


async def queue(stage: Stage) -> Answer:
    return await stage.mo.command("moderation queue", here=stage.channel)


async def then(stage: Stage, answer: Answer, content: str) -> Answer:
    """A page, once it begins as expected: a button under it first says that it was heard."""
    await stage.discord.until(lambda: answer.content.startswith(content))
    return answer


async def gone(stage: Stage, words: str, thread: Thread) -> None:
    await stage.discord.until(lambda: stage.showing(words, thread) is None)


async def test_a_first_comment_waits_unseen_and_appears_in_its_place(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("So do I.", thread)
        await stage.ben.reply(mirrored, "Mine dried up.")
        await until(stage, "Mine dried up.", "pending")
        await gone(stage, "Mine dried up.", thread)

        page = await queue(stage)
        assert page.ephemeral
        assert "1 comment waits" in page.content
        assert "Mine dried up." in page.content
        assert "first comment on this server" in page.content
        assert "In answer to Reader 2: So do I." in page.content
        await then(stage, await stage.mo.press(page, "Approve"), "Approved.\n\nNo comment is waiting.")

        shown = await stage.shown("Mine dried up.", thread)
        assert shown.author is stage.app.bot
        assert shown.content.startswith("-# Ben · ")
        assert shown.reference is not None
        assert shown.reference.message_id == mirrored.id

        # Once one was approved the next is shown as it is written, and others are answered as ever.
        second = await stage.ben.reply(shown, "It came back.")
        await until(stage, "It came back.", "visible")
        assert not second.deleted
        *_, first, answer = await stage.stored()
        assert answer.parent_id == first.id


async def test_what_a_member_with_a_moderating_role_writes_does_not_wait(stage: Stage) -> None:
    role = stage.server.add_role("Helpers", Permissions.NONE)
    stage.ben.member.role_ids.add(role.id)
    async with stage.production.database() as database, database.transaction() as tx:
        chosen = frozenset({RoleId(role.id)})
        await Servers(tx).save(
            tx, Server(GuildId(stage.server.id), mode=Mode.FIRST_HELD, moderator_roles=chosen)
        )
    async with stage.bot():
        thread = await stage.post()
        await stage.alice.say(thread, "Mine dried up.")
        await stage.ben.say(thread, "Be kind.")
        await until(stage, "Mine dried up.", "pending")
        await until(stage, "Be kind.", "visible")


async def test_nothing_tells_others_of_a_waiting_comment(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    async with stage.bot():
        thread = await stage.post()
        said = await hold(stage, stage.ben, thread, "Nobody reads this.")
        number = (await stage.stored())[-1].id

        refused = await stage.alice.command("comment show", here=stage.channel, comment=str(number))
        assert "There is no such comment here." in refused.content
        refused = await stage.alice.command("comment show", here=stage.channel, comment=str(said.id))
        assert "There is no such comment here." in refused.content
        offered = await stage.alice.autocomplete("comment show", "comment", "Nobody", here=stage.channel)
        assert offered == []
        own = await stage.ben.command("comment show", here=stage.channel, comment=str(number))
        assert "waits for a moderator" in own.content
        counted = await stage.mo.command("article stats", here=stage.channel, publication="1")
        assert "2 comments" in counted.content


async def test_who_moderates_does_not_wait_for_what_they_wrote_while_the_bot_was_away(stage: Stage) -> None:
    role = stage.server.add_role("Helpers", Permissions.NONE)
    left = stage.server.add_member("Lou")
    for each in (stage.ben, left):
        each.member.role_ids.add(role.id)
    async with stage.bot():
        thread = await stage.post()
        section = await stage.shown("It began there.", stage.channel)
    async with stage.production.database() as database, database.transaction() as tx:
        chosen = frozenset({RoleId(role.id)})
        server = Server(GuildId(stage.server.id), mode=Mode.FIRST_HELD, moderator_roles=chosen)
        await Servers(tx).save(tx, server)
    await stage.ben.say(thread, "By role.")
    await stage.ben.reply(await stage.ben.reply(section, "By role, on the section."), "And again.")
    await stage.mo.say(thread, "By right.")
    await stage.alice.say(thread, "By nobody.")
    await left.say(thread, "By somebody who left.")
    del stage.server.guild.members[left.id]
    asked = len(stage.discord.requests)
    async with stage.bot():
        await until(stage, "By nobody.", "pending")
        await until(stage, "By somebody who left.", "pending")
        for text in ("By role.", "By role, on the section.", "And again.", "By right."):
            await until(stage, text, "visible")
        await gone(stage, "By nobody.", thread)
        paths = [each.path for each in stage.discord.requests[asked:] if "/members/" in each.path]
        asked_for = sorted(int(each.rsplit("/")[-1]) for each in paths)
        assert asked_for == sorted(each.id for each in (stage.ben, stage.mo, stage.alice, left))


async def test_who_moderates_is_known_by_role_while_discord_has_not_told_of_the_server(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.SERVERS_SECONDS", 0.05)
    role = stage.server.add_role("Helpers", Permissions.NONE)
    stage.ben.member.role_ids.add(role.id)
    async with stage.bot():
        thread = await stage.post()
    async with stage.production.database() as database, database.transaction() as tx:
        chosen = frozenset({RoleId(role.id)})
        server = Server(GuildId(stage.server.id), mode=Mode.FIRST_HELD, moderator_roles=chosen)
        await Servers(tx).save(tx, server)
    await stage.ben.say(thread, "By role.")
    stage.server.set_available(False)
    async with stage.bot():
        await until(stage, "By role.", "visible")


async def test_nobody_is_asked_for_where_all_that_was_written_passes(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
    await stage.alice.say(thread, "Hear, hear.")
    asked = len(stage.discord.requests)
    async with stage.bot():
        await until(stage, "Hear, hear.", "visible")
        assert not [each for each in stage.discord.requests[asked:] if "/members/" in each.path]


async def test_all_held_takes_comments_by_form_and_tells_their_author(stage: Stage) -> None:
    await set_mode(stage, Mode.ALL_HELD)
    async with stage.bot():
        thread = await stage.post()
        form = await stage.alice.press(stage.closing(), "Enter a comment")
        told = await stage.alice.fill_in(form, "Rivers bend.")
        assert told.content.startswith("Thank you. Your comment waits for a moderator")
        assert await statuses(stage) == {
            "I live by one.": "visible",
            "So do I.": "visible",
            "Rivers bend.": "pending",
        }

        # Its author may still change it, and take it back.
        edit = await stage.alice.press(told, "Edit")
        again = await stage.alice.fill_in(edit, "Rivers bend a little.")
        assert "waits for a moderator" in again.content
        await stage.mo.press(await queue(stage), "Approve")
        await stage.shown("Rivers bend a little.", thread)


async def test_a_rejected_comment_never_shows(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    async with stage.bot():
        thread = await stage.post()
        await hold(stage, stage.ben, thread, "Buy my boats.")
        form = await stage.mo.press(await queue(stage), "Reject")
        await then(stage, await stage.mo.fill_in(form, "No trade."), "Rejected.\n\nNo comment is waiting.")
        mine = await stage.ben.command("comment mine", here=stage.channel)
        assert "was not accepted" in mine.content
        assert "A moderator says: No trade." in mine.content
        assert (await statuses(stage))["Buy my boats."] == "rejected"
        await gone(stage, "Buy my boats.", thread)


async def test_a_rejection_is_undone_into_the_queue(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    async with stage.bot():
        thread = await stage.post()
        await hold(stage, stage.ben, thread, "Mine dried up.")
        form = await stage.mo.press(await queue(stage), "Reject")
        done = await then(stage, await stage.mo.fill_in(form, "Too short."), "Rejected.")
    async with stage.bot():
        undone = await stage.mo.press(done, "Undo")
        await then(stage, undone, "The comment of Ben waits in /moderation queue again.")
        page = await queue(stage)
        assert "put back by a moderator" in page.content
        mine = await stage.ben.command("comment mine", here=thread)
        assert "Too short." not in mine.content
        approved = await then(stage, await stage.mo.press(page, "Approve"), "Approved.")
        await stage.shown("Mine dried up.", thread)
        await then(stage, await stage.mo.press(approved, "Undo"), "The comment of Ben waits")
        await gone(stage, "Mine dried up.", thread)
        late = await stage.mo.press(done, "Undo")
        await then(stage, late, "This comment waits for a moderator already.")


async def test_a_rejected_comment_is_shown_after_all(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    async with stage.bot():
        thread = await stage.post()
        said = await hold(stage, stage.ben, thread, "Mine dried up.")
        hidden = await stage.mo.command("comment hide", here=thread, comment=str(said.id), reason="rude")
        assert hidden.content == "Members do not see this comment: it waits for a moderator."
        form = await stage.mo.press(await queue(stage), "Reject")
        await then(stage, await stage.mo.fill_in(form, "Too short."), "Rejected.")
        offered = await stage.mo.autocomplete("comment restore", "comment", "dried", here=thread)
        assert [name for name, _value in offered] == ["Ben (not accepted): Mine dried up."]
        told = await stage.mo.command("comment restore", here=thread, comment=offered[0][1])
        assert told.content.startswith("The comment of Ben is approved: members see it now.")
        await stage.shown("Mine dried up.", thread)
        await then(stage, await stage.mo.press(told, "Undo"), "The comment of Ben is rejected")
        await gone(stage, "Mine dried up.", thread)
        mine = await stage.ben.command("comment mine", here=thread)
        assert "Too short." in mine.content


async def test_an_author_is_asked_to_change_a_comment(stage: Stage) -> None:
    await set_mode(stage, Mode.ALL_HELD)
    async with stage.bot():
        await stage.post()
        told = await stage.alice.fill_in(
            await stage.alice.press(stage.closing(), "Enter a comment"), "Rivers are stupid."
        )
        form = await stage.mo.press(await queue(stage), "Ask to change")
        asked = await stage.mo.fill_in(form, "Please be kind.")
        await then(stage, asked, "Asked. The author finds your words with /comment mine")
        assert asked.content.endswith("No comment is waiting.")

        assert told.content.startswith("Thank you.")
        mine = await stage.alice.command("comment mine", here=stage.channel)
        assert "waits for you to change it" in mine.content
        assert "A moderator says: Please be kind." in mine.content
        edit = await stage.alice.press(mine, "Edit 1")
        assert edit.form["components"][0]["component"]["value"] == "Rivers are stupid."
        await stage.alice.fill_in(edit, "Rivers are slow.")
        page = await queue(stage)
        assert "Rivers are slow." in page.content


async def test_the_second_of_two_moderators_gets_one_sentence(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    other = stage.server.add_member("Lou", permissions=Permissions.MANAGE_MESSAGES)
    async with stage.bot():
        thread = await stage.post()
        await hold(stage, stage.ben, thread, "One.")
        mine = await queue(stage)
        theirs = await other.command("moderation queue", here=stage.channel)
        await then(stage, await stage.mo.press(mine, "Approve"), "Approved.")
        late = await other.press(theirs, "Approve")
        await then(
            stage, late, "Somebody else has decided about this comment already.\n\nNo comment is waiting."
        )
        await stage.shown("One.", thread)


async def test_next_goes_round_and_buttons_outlive_a_restart(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    async with stage.bot():
        thread = await stage.post()
        await stage.ben.say(thread, "One.")
        await hold(stage, stage.alice, thread, "Two.")
        await until(stage, "One.", "pending")
        page = await queue(stage)
        assert "2 comments wait" in page.content
    async with stage.bot():
        assert "> One." in page.content
        page = await stage.mo.press(page, "Next")
        await stage.discord.until(lambda: "> Two." in page.content)
        page = await stage.mo.press(page, "Next")
        await stage.discord.until(lambda: "> One." in page.content)


@pytest.mark.parametrize("ending", ["withdrawn", "retired", "parent"])
async def test_what_happens_meanwhile_ends_in_a_right_state(stage: Stage, ending: str) -> None:
    await set_mode(stage, Mode.ALL_HELD)
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("So do I.", thread)
        told = await stage.alice.fill_in(await stage.alice.menu(mirrored, "Reply"), "A late word.")
        page = await queue(stage)
        if ending == "withdrawn":
            await stage.alice.press(told, "Withdraw")
            answer = await stage.mo.press(page, "Approve")
            await then(stage, answer, "This comment was withdrawn in the meantime.")
        elif ending == "retired":
            await stage.mo.command("article retire", here=stage.channel, publication="1")
            answer = await stage.mo.press(page, "Approve")
            await then(stage, answer, "Approved. The discussion is over, so it is kept but not posted.")
            assert (await statuses(stage))["A late word."] == "visible"
        else:
            await stage.mo.delete(mirrored)
            await stage.mo.press(page, "Approve")
            shown = await stage.shown("A late word.", thread)
            assert shown.reference is not None
            above = await stage.shown("I live by one.", thread)
            assert shown.reference.message_id == above.id


async def test_members_have_no_queue(stage: Stage) -> None:
    async with stage.bot():
        stage.open_to_everyone("moderation")
        answer = await stage.alice.command("moderation queue", here=stage.channel)
        assert answer.content == "Only moderators can do this."


@pytest.mark.parametrize("text", ["*_[`" * 1000, "x" * 4000, "line\n" * 800])
async def test_the_longest_comment_fits_into_a_page(stage: Stage, text: str) -> None:
    await set_mode(stage, Mode.ALL_HELD)
    async with stage.bot():
        await stage.post()
        form = await stage.alice.press(stage.closing(), "Enter a comment")
        await stage.alice.fill_in(form, text)
        page = await queue(stage)
        assert "1 comment waits" in page.content
        assert len(page.content) <= 2000
        assert page.components


async def test_a_comment_without_words_is_shown_with_what_hangs_on_it(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    async with stage.bot():
        thread = await stage.post()
        await stage.ben.say(thread, attachments=["boat.png"])
        await until(stage, "", "pending")
        page = await queue(stage)
        assert "With boat.png" in page.content
        await stage.mo.press(page, "Approve")
        await stage.shown("With boat.png, which went with the message.", thread)


async def test_a_form_sent_after_somebody_else_decided_says_so(stage: Stage) -> None:
    await set_mode(stage, Mode.FIRST_HELD)
    async with stage.bot():
        thread = await stage.post()
        await hold(stage, stage.ben, thread, "One.")
        page = await queue(stage)
        form = await stage.mo.press(page, "Reject")
        second = await queue(stage)
        await then(stage, await stage.mo.press(second, "Approve"), "Approved.")
    async with stage.bot():
        late = await stage.mo.fill_in(form, "Too late.")
        await then(stage, late, "Somebody else has decided about this comment already.")
        assert (await statuses(stage))["One."] == "visible"


async def test_in_a_forum_too_a_comment_waits_and_appears(stage: Stage) -> None:
    await set_mode(stage, Mode.ALL_HELD)
    async with stage.bot():
        post = await stage.post(stage.forum, "opinion")
        await stage.discord.until(lambda: post.locked)
        section = await stage.shown("It began there.", post)
        form = await stage.alice.press(section, "Comment")
        told = await stage.alice.fill_in(form, "In the forum.")
        assert "waits for a moderator" in told.content
        await stage.mo.press(await queue(stage), "Approve")
        shown = await stage.shown("In the forum.", post)
        assert shown.reference is not None
        assert shown.reference.message_id == section.id
