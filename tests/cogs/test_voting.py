from __future__ import annotations

from bot.sandbox import Message, Permissions, Thread
from tests.cogs.stage import Stage, eventually


async def best(stage: Stage) -> list[str]:
    """The best comments as Alice is shown them."""
    answer = await stage.alice.command("comment best", here=stage.channel, article="1")
    assert answer.ephemeral
    return answer.content.splitlines()


NOBODY = "Nobody has voted for a comment on **On rivers** yet. A reaction such as 👍 or ❤️ is a vote."


async def two(stage: Stage, thread: Thread) -> tuple[Message, Message]:
    """A mirrored comment, and one of Ben's."""
    said = await stage.ben.say(thread, "Mine dried up.")
    await eventually(stage.stored, lambda stored: stored[-1].text == "Mine dried up.")
    return await stage.shown("I live by one.", thread), said


async def test_reactions_are_votes_whoever_wrote_the_message(stage: Stage) -> None:
    async with stage.bot():
        mirrored, said = await two(stage, await stage.post())
        assert await best(stage) == [NOBODY]
        await stage.alice.react(said, "👍")
        await stage.mo.react(said, "❤️")
        await stage.alice.react(mirrored, "🎉")
        await stage.alice.react(mirrored, "⬆️")
        await stage.alice.react(mirrored, "❤️")
        shown = await eventually(lambda: best(stage), lambda shown: len(shown) == 3)
        assert shown[0] == "The best comments on **On rivers**"
        assert shown[1].startswith("1. 2 votes · **Ben**, <t:")
        link = f"https://discord.com/channels/{stage.server.id}/{said.channel.id}/{said.id}"
        assert shown[1].endswith(f"Mine dried up. [jump]({link})")
        assert shown[2].startswith("2. 1 vote · **Reader 1**: I live by one.")

        await stage.alice.unreact(said, "👍")
        await stage.mo.unreact(said, "❤️")
        await eventually(lambda: best(stage), lambda shown: len(shown) == 2)
        await stage.mo.clear_reactions(mirrored, "⬆️")
        await stage.mo.clear_reactions(mirrored)
        await eventually(lambda: best(stage), lambda shown: shown == [NOBODY])


async def test_bots_have_no_vote(stage: Stage) -> None:
    async with stage.bot() as bot:
        mirrored, said = await two(stage, await stage.post())
        place = bot.get_partial_messageable(said.channel.id)
        stage.server.grant(
            stage.server.role_of(stage.app),
            stage.server.role_of(stage.app).permissions | Permissions.ADD_REACTIONS,
        )
        await place.get_partial_message(said.id).add_reaction("👍")
        await stage.alice.react(mirrored, "👍")
        shown = await eventually(lambda: best(stage), lambda shown: len(shown) > 1)
        assert len(shown) == 2
        assert "Reader 1" in shown[1]


async def test_votes_of_an_absence_are_found(stage: Stage) -> None:
    async with stage.bot():
        mirrored, said = await two(stage, await stage.post())
        await stage.alice.react(mirrored, "👍")
        await eventually(lambda: best(stage), lambda shown: len(shown) == 2)
    await stage.alice.unreact(mirrored, "👍")
    await stage.ben.react(mirrored, "❤️")
    await stage.mo.react(mirrored, "❤️")
    await stage.alice.react(said, "👍")
    async with stage.bot():
        shown = await eventually(lambda: best(stage), lambda shown: len(shown) == 3)
        assert shown[1].startswith("1. 2 votes · **Reader 1**")
        assert shown[2].startswith("2. 1 vote · **Ben**")
    asked = len([each for each in stage.discord.requests if "/reactions/" in each.path])
    async with stage.bot():
        read = await stage.mo.command("article catch-up", here=stage.channel, publication="1")
        assert read.content == "Nothing was missed."
    again = len([each for each in stage.discord.requests if "/reactions/" in each.path])
    assert again == asked, "who voted is asked only where the counts differ"


async def test_all_reactions_gone_in_an_absence_are_noticed(stage: Stage) -> None:
    async with stage.bot():
        mirrored, _ = await two(stage, await stage.post())
        await stage.alice.react(mirrored, "👍")
        await eventually(lambda: best(stage), lambda shown: len(shown) == 2)
    await stage.mo.clear_reactions(mirrored)
    async with stage.bot():
        await eventually(lambda: best(stage), lambda shown: shown == [NOBODY])


async def test_a_deleted_comment_takes_its_votes_along(stage: Stage) -> None:
    async with stage.bot():
        mirrored, said = await two(stage, await stage.post())
        await stage.alice.react(mirrored, "👍")
        await stage.alice.react(said, "👍")
        await eventually(lambda: best(stage), lambda shown: len(shown) == 3)
        await stage.ben.delete(said)
        await stage.mo.delete(mirrored)
        await eventually(lambda: best(stage), lambda shown: shown == [NOBODY])


async def test_nothing_is_stored_of_votes_of_who_opted_out(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored, _ = await two(stage, thread)
        await stage.alice.command("privacy opt-out", here=thread)
        await stage.alice.react(mirrored, "👍")
        await stage.mo.react(mirrored, "👍")
        shown = await eventually(lambda: best(stage), lambda shown: len(shown) == 2)
        assert shown[1].startswith("1. 1 vote")


async def test_who_may_not_read_the_channel_is_shown_nothing(stage: Stage) -> None:
    lounge = stage.server.add_text_channel("lounge")
    async with stage.bot():
        await stage.post()
        stage.server.set_permissions(
            stage.channel, stage.server.members_role, deny=Permissions.READ_MESSAGE_HISTORY
        )
        answer = await stage.alice.command("comment best", here=lounge, article="1")
        assert answer.content == "There is no such article here."
        assert await stage.alice.autocomplete("comment best", "article", "", here=lounge) == []
