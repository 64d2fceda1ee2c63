from __future__ import annotations

import asyncio

import pytest

from bot.sandbox import Message, Permissions, Thread
from tests.cogs.stage import Stage, eventually

WORDS = "Mine dried up."


async def write(stage: Stage, thread: Thread, words: str = WORDS) -> Message:
    """Ben writes a comment, which is stored."""
    message = await stage.ben.say(thread, words)
    await eventually(stage.stored, lambda stored: stored[-1].text == words)
    return message


async def news(stage: Stage) -> str:
    return (await stage.alice.command("follow news", here=stage.channel)).content


async def test_who_follows_an_article_sees_what_is_new_once(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        ((name, chosen),) = await stage.alice.autocomplete("follow article", "article", "riv", here=thread)
        assert name.startswith("On rivers in #articles")
        answer = await stage.alice.command("follow article", here=thread, article=chosen)
        assert answer.ephemeral
        assert "you follow this:\n> **On rivers**\n" in answer.content
        message = await write(stage, thread)
        told = await news(stage)
        link = f"https://discord.com/channels/{stage.server.id}/{thread.id}/{message.id}"
        assert told.splitlines()[:2] == ["1 new comment", "**On rivers**"]
        assert told.endswith(f": Mine dried up. [jump]({link})")
        assert await news(stage) == "Nothing is new of what you follow here."
        assert stage.discord.messages(thread)[-1] is message, "nothing was posted for it"


async def test_the_more_menu_offers_what_a_message_is_about(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        comment = await stage.shown("I live by one.", thread)
        panel = await stage.alice.menu(comment, "More")
        assert panel.ephemeral
        assert panel.content == "**Reader 1** on **On rivers**: I live by one."
        shown = await stage.alice.press(panel, "Show")
        assert "> I live by one." in shown.content
        followed = await stage.alice.press(panel, "Follow the replies")
        assert "you follow this:\n> **Reader 1** on **On rivers**: I live by one.\n" in followed.content
        again = await stage.alice.menu(comment, "More")
        assert labels(again.message) == [
            "Show",
            "Discussion as a tree",
            "Claim as mine",
            "Stop following the replies",
            "Follow the article",
        ]

        tree = await stage.alice.press(panel, "Discussion as a tree")
        assert "A part of the discussion of **On rivers**" in tree.content
        assert "So do I." in tree.content
        # The panel stays for what else it offers; the tree is turned where it stands.
        assert "Claim as mine" in labels(panel.message)
        whole = await stage.alice.press(tree, "Whole discussion")
        await stage.discord.until(lambda: "The discussion of **On rivers**" in tree.content)
        assert whole.message is tree.message

        section = await stage.shown("It began there.", stage.channel)
        panel = await stage.alice.menu(section, "More")
        assert panel.content == "the section *Upstream* of **On rivers**"
        assert labels(panel.message) == ["Discussion as a tree", "Follow the section", "Follow the article"]
        panel = await stage.alice.menu(stage.closing(), "More")
        assert labels(panel.message) == ["Discussion as a tree", "Follow the article"]

        reply = await stage.ben.reply(comment, "Which one?")
        await eventually(stage.stored, lambda stored: stored[-1].text == "Which one?")
        await write(stage, thread)
        assert "Which one?" in (told := await news(stage))
        assert WORDS not in told
        await stage.alice.press(followed, "Stop following")
        await stage.ben.reply(reply, "And where?")
        await eventually(stage.stored, lambda stored: stored[-1].text == "And where?")
        assert "Nothing is new" in await news(stage)


def labels(message: Message) -> list[str]:
    return [each["label"] for row in message.components for each in row["components"]]


async def test_a_comment_that_was_looked_up_can_be_followed(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        comment = await stage.shown("I live by one.", thread)
        shown = await stage.alice.command("comment show", here=thread, comment=str(comment.id))
        assert labels(shown.message) == ["Discussion as a tree", "Follow the replies"]
        await stage.alice.press(shown, "Follow the replies")
        shown = await stage.alice.press(await stage.alice.menu(comment, "More"), "Show")
        assert labels(shown.message) == ["Discussion as a tree", "Stop following the replies"]


async def test_what_is_followed_is_listed_and_ended_one_by_one_or_altogether(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        assert "You follow nothing here." in await listed(stage)
        await stage.alice.command("follow article", here=thread, article="1")
        section = await stage.shown("It began there.", stage.channel)
        await stage.alice.press(await stage.alice.menu(section, "More"), "Follow the section")
        assert await listed(stage) == "- **On rivers**\n- the section *Upstream* of **On rivers**"
        offered = await stage.alice.autocomplete("follow stop", "what", "", here=thread)
        assert [name for name, _ in offered] == ["Everything", "On rivers", "Upstream · On rivers"]
        answer = await stage.alice.command("follow stop", here=thread, what=offered[1][1])
        assert answer.content == "You no longer follow that."
        assert await listed(stage) == "- the section *Upstream* of **On rivers**"
        await stage.alice.command("follow stop", here=thread, what="everything")
        assert "You follow nothing here." in await listed(stage)


async def listed(stage: Stage) -> str:
    return (await stage.alice.command("follow list", here=stage.channel)).content


async def test_who_can_no_longer_read_the_channel_hears_nothing_and_may_still_stop(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.alice.command("follow article", here=thread, article="1")
        lounge = stage.server.add_text_channel("lounge")
        stage.server.set_permissions(
            stage.channel, stage.server.members_role, deny=Permissions.READ_MESSAGE_HISTORY
        )
        await write(stage, thread)
        answer = await stage.alice.command("follow news", here=lounge)
        assert answer.content == "Nothing is new of what you follow here."
        answer = await stage.alice.command("follow list", here=lounge)
        assert answer.content == "- and 1 thing that you can no longer see"
        assert (
            "no such publication"
            in (await stage.alice.command("follow article", here=lounge, article="1")).content
        )
        ((_, everything),) = await stage.alice.autocomplete("follow stop", "what", "", here=lounge)
        await stage.alice.command("follow stop", here=lounge, what=everything)
        assert "You follow nothing" in (await stage.alice.command("follow list", here=lounge)).content


async def test_a_comment_withdrawn_before_one_asks_is_no_news(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.alice.command("follow article", here=thread, article="1")
        message = await write(stage, thread)
        await stage.ben.delete(message)
        await eventually(stage.stored, lambda stored: stored[-1].status == "deleted")
        assert "Nothing is new" in await news(stage)


async def test_a_comment_deleted_while_its_menu_is_open_is_still_answered(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await write(stage, thread)
        panel = await stage.alice.menu(message, "More")
        await stage.ben.delete(message)
        await eventually(stage.stored, lambda stored: stored[-1].status == "deleted")
        assert "withdrawn" in (await stage.alice.press(panel, "Show")).content
        assert WORDS not in (await stage.alice.press(panel, "Follow the replies")).content


@pytest.mark.parametrize("what", ["rubbish", "article:", "comment:999999", "section:1"])
async def test_stopping_what_one_does_not_follow_is_one_sentence(stage: Stage, what: str) -> None:
    async with stage.bot():
        thread = await stage.post()
        answer = await stage.alice.command("follow stop", here=thread, what=what)
        assert answer.ephemeral
        assert answer.content.startswith("You did not follow that.")


async def test_a_message_outside_every_discussion_offers_nothing(stage: Stage) -> None:
    async with stage.bot():
        stray = await stage.ben.say(stage.channel, "Lunch?")
        answer = await stage.alice.menu(stray, "More")
        assert answer.content == "This message is no part of an article's discussion."


async def test_another_server_s_articles_cannot_be_followed(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        _, stranger, general = stage.another_server()
        answer = await stranger.command("follow article", here=general, article="1")
        assert "no such publication" in answer.content


async def test_buttons_pressed_after_a_restart_do_what_they_say(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        panel = await stage.alice.menu(await stage.shown("I live by one.", thread), "More")
    async with stage.bot():
        followed = await stage.alice.press(panel, "Follow the article")
        assert "you follow" in followed.content
    async with stage.bot():
        stopped = await stage.alice.press(followed, "Stop following")
        assert stopped.content == "You no longer follow that."


async def test_two_presses_at_once_follow_once(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        panel = await stage.alice.menu(await stage.shown("I live by one.", thread), "More")
        await asyncio.gather(*(stage.alice.press(panel, "Follow the article") for _ in range(3)))
        assert await listed(stage) == "- **On rivers**"


async def test_nothing_is_followed_for_who_opted_out(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.alice.command("privacy opt-out", here=thread)
        answer = await stage.alice.command("follow article", here=thread, article="1")
        assert "opted out" in answer.content
        assert "You follow nothing" in await listed(stage)


async def test_more_comments_come_on_demand(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discussion.plan.MIRRORED", 0)
    async with stage.bot():
        await stage.post()
        ((_, chosen),) = await stage.alice.autocomplete("comment more", "article", "", here=stage.channel)
        answer = await stage.alice.command("comment more", here=stage.channel, article=chosen)
        assert answer.content == "2 more messages are coming to the thread."
        await stage.shown("So do I.", stage.thread_in(stage.channel))
        answer = await stage.alice.command("comment more", here=stage.channel, article=chosen)
        assert answer.content == "All comments are shown already."
