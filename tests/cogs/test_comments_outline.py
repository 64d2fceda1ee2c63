from __future__ import annotations

import pytest

from bot.sandbox import Permissions
from tests.cogs.stage import Stage, eventually, turn


async def test_a_discussion_is_shown_as_a_tree_with_links(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("I live by one.", thread)
        reply = await stage.ben.reply(await stage.shown("So do I.", thread), "Which *one*?")
        await eventually(stage.stored, lambda stored: len(stored) == 3)

        assert await stage.alice.autocomplete("comment tree", "article", "up", here=stage.channel) == []
        offered = await stage.alice.autocomplete("comment tree", "article", "on r", here=stage.channel)
        assert offered == [("On rivers", "on-rivers")]
        answer = await stage.alice.command("comment tree", here=stage.channel, article="on-rivers")
        assert answer.ephemeral
        link = f"https://discord.com/channels/{stage.server.id}/{thread.id}"
        lines = answer.content.split("\n")
        assert lines[0] == "The discussion of **On rivers**"
        assert lines[1] == f"- **Reader 1**: I live by one. [jump]({link}/{mirrored.id})"
        assert lines[2].startswith("  - **Reader 2**: So do I. [jump](")
        assert lines[3] == f"    - **Ben**: Which one? [jump]({link}/{reply.id})"
        assert answer.components == []


async def test_pages_turn_and_folded_branches_open_also_after_a_restart(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        last = await stage.shown("So do I.", thread)
        for number in range(6):
            last = await stage.ben.reply(last, f"Step {number}")
        for number in range(8):
            await stage.mo.say(thread, f"Aside {number}")
        await eventually(stage.stored, lambda stored: len(stored) == 16)
        first = await stage.alice.command("comment tree", here=stage.channel, article="on-rivers")
        assert first.content.split("\n")[4].endswith("· **1.** 4 more below")
        assert "Step 2" not in first.content
        assert "Aside 3" in first.content
        assert "Aside 4" not in first.content
    async with stage.bot():
        second = await turn(stage, first, "Next page")
        assert [line[:17] for line in second.content.split("\n")[1:]] == [
            f"- **Mo**: Aside {number}" for number in range(4, 8)
        ]
        first = await turn(stage, second, "Previous page")
        branch = await turn(stage, first, "Open 1")
        lines = branch.content.split("\n")
        assert lines[0] == "A part of the discussion of **On rivers**"
        assert [line.split("[")[0] for line in lines[1:]] == [
            "- **Ben**: Step 1 ",
            "  - **Ben**: Step 2 ",
            "    - **Ben**: Step 3 ",
            "      - **Ben**: Step 4 ",
        ]
        whole = await turn(stage, branch, "Whole discussion")
        assert "Aside 3" in whole.content


async def test_what_is_not_visible_keeps_its_place_only_where_something_hangs_on_it(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        one, two = [await stage.ben.say(thread, text) for text in ("Alone", "Answered")]
        await stage.mo.reply(two, "An answer")
        await eventually(stage.stored, lambda stored: len(stored) == 5)
        await stage.ben.delete(one)
        await stage.ben.delete(two)
        await eventually(stage.stored, lambda stored: [each.status for each in stored].count("deleted") == 2)
        answer = await stage.alice.command("comment tree", here=stage.channel, article="on-rivers")
        lines = answer.content.split("\n")
        assert lines[3:4] == ["- *a comment that is not shown*"]
        assert lines[4].startswith("  - **Mo**: An answer")
        assert "Ben" not in answer.content


async def test_the_best_come_first_on_request(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.ben.say(thread, "Plain")
        good = await stage.ben.say(thread, "Good")
        await eventually(stage.stored, lambda stored: len(stored) == 4)
        await stage.alice.react(good, "👍")
        await eventually(lambda: _votes(stage), lambda votes: votes == 1)
        answer = await stage.alice.command(
            "comment tree", here=stage.channel, article="on-rivers", order="best"
        )
        assert answer.content.split("\n")[1].startswith("- **Ben**: Good")


async def _votes(stage: Stage) -> int:
    async with stage.production.database() as database:
        return int(await database.fetch_value("SELECT count(*) FROM vote"))


async def test_ones_own_comments_are_listed_newest_first_with_what_became_of_them(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        answer = await stage.ben.command("comment mine", here=stage.channel)
        assert answer.content == "You have not commented here yet."
        said = [await stage.ben.say(thread, f"Word {number}") for number in range(7)]
        await stage.mo.say(thread, "Not his")
        await eventually(stage.stored, lambda stored: len(stored) == 10)
        async with stage.production.database() as database, database.transaction() as tx:
            for number, status in ((4, "pending"), (5, "hidden"), (6, "rejected")):
                await tx.execute(
                    "UPDATE comment SET status = ?, status_by = 'moderator' WHERE message_id = ?",
                    (status, said[number].id),
                )
        answer = await stage.ben.command("comment mine", here=stage.channel)
        assert answer.ephemeral
        lines = answer.content.split("\n")
        assert lines[0] == "Your comments here, the newest first"
        assert [line.removeprefix("> ") for line in lines[2::2]] == [
            f"Word {number}" for number in range(6, 0, -1)
        ]
        assert "· *was not accepted*" in lines[1]
        assert "· *hidden by a moderator*" in lines[3]
        assert "· *waits for a moderator*" in lines[5]
        assert "·" not in lines[7]
        assert f"[jump](https://discord.com/channels/{stage.server.id}/{thread.id}/{said[3].id})" in lines[7]
        pressed = await stage.ben.press(answer, "Next page")
        await stage.discord.until(lambda: "Word 0" in answer.content)
        assert "Not his" not in pressed.content

        # What is not visible is to nobody else's eyes.
        tree = await stage.alice.command("comment tree", here=stage.channel, article="on-rivers")
        assert "Word 3" in tree.content
        assert "Word 5" not in tree.content


@pytest.mark.parametrize("article", ["on-rivers", "elsewhere", "", "1"])
async def test_nobody_sees_what_they_may_not(stage: Stage, article: str) -> None:
    _, stranger, elsewhere = stage.another_server()
    async with stage.bot():
        await stage.post()
        stage.server.set_permissions(stage.channel, stage.ben, deny=Permissions.VIEW_CHANNEL)
        lounge = stage.server.add_text_channel("lounge")
        for who, where in ((stranger, elsewhere), (stage.ben, lounge)):
            answer = await who.command("comment tree", here=where, article=article)
            assert answer.content.startswith("There is no such article here.")
            assert await who.autocomplete("comment tree", "article", "", here=where) == []
            assert (await who.command("comment mine", here=where)).content.startswith("You have not")


async def test_ones_own_comments_that_stand_nowhere_are_withdrawn_from_the_list(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        rude, kind = [await stage.ben.say(thread, text) for text in ("Rude words.", "Kind words.")]
        await eventually(stage.stored, lambda stored: len(stored) == 4)
        await stage.mo.command("comment hide", here=thread, comment=str(rude.id), reason="rude")
        await stage.discord.until(lambda: rude.deleted)
        mine = await stage.ben.command("comment mine", here=thread)
        assert "**1.** " in mine.content
        assert "**2.** " not in mine.content
        labels = [each["label"] for row in mine.message.components for each in row["components"]]
        assert labels == ["Withdraw 1"]
        done = await stage.ben.press(mine, "Withdraw 1")
        await stage.discord.until(lambda: "its text is erased" in done.content)
        assert not kind.deleted
        again = await stage.ben.command("comment mine", here=thread)
        assert "Rude" not in again.content
        refused = await stage.mo.command("comment restore", here=thread, comment=str(rude.id))
        assert refused.content == "This comment has been deleted."
    stored = {each.text: each.status for each in await stage.stored()}
    assert "Rude words." not in stored
    assert stored[""] == "deleted"


async def test_what_was_entered_by_form_and_hidden_is_withdrawn_where_it_stood(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.ben.fill_in(await stage.ben.press(stage.closing(), "Enter a comment"), "Rude words.")
        posted = await stage.shown("Rude words.", thread)
        await eventually(
            lambda: stage.mo.command("comment hide", here=thread, comment=str(posted.id), reason="rude"),
            lambda told: "is hidden." in told.content,
        )
        await stage.discord.until(lambda: "Rude" not in posted.content)
        mine = await stage.ben.menu(posted, "My comment")
        labels = [each["label"] for row in mine.message.components for each in row["components"]]
        assert labels == ["Withdraw"]
        done = await stage.ben.press(mine, "Withdraw")
        await stage.discord.until(lambda: "its text is erased" in done.content)
        await stage.discord.until(lambda: posted.deleted)
