from __future__ import annotations

from bot.sandbox import Permissions
from tests.cogs.stage import Stage, eventually


async def test_a_comment_is_found_while_typing_and_shown_with_its_place_in_the_talk(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("So do I.", thread)
        reply = await stage.ben.reply(mirrored, "Which one?")
        await eventually(stage.stored, lambda stored: stored[-1].text == "Which one?")

        offered = await stage.alice.autocomplete("comment show", "comment", "so do", here=thread)
        assert [name for name, _ in offered] == ["Reader 2: So do I."]
        answer = await stage.alice.command("comment show", here=thread, comment=offered[0][1])

        assert answer.ephemeral
        lines = answer.content.split("\n")
        link = f"https://discord.com/channels/{stage.server.id}/{thread.id}"
        assert lines[0] == f"**Reader 2** on **On rivers** [jump]({link}/{mirrored.id})"
        assert lines[1] == "In answer to"
        assert lines[2].startswith("- **Reader 1**: I live by one.")
        assert lines[3] == "> So do I."
        assert lines[4] == "Replies (1)"
        assert lines[5].startswith("- **Ben**, <t:")
        assert lines[5].endswith(f": Which one? [jump]({link}/{reply.id})")


async def test_a_comment_is_found_by_the_link_of_its_message(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("I live by one.", thread)
        link = f"https://discord.com/channels/{stage.server.id}/{thread.id}/{mirrored.id}"
        answer = await stage.alice.command("comment show", here=thread, comment=link)
        assert "> I live by one." in answer.content


async def test_what_is_no_comment_is_answered_with_a_sentence(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        for wanted in ("rubbish", "#999999", "999999999999999999"):
            answer = await stage.alice.command("comment show", here=thread, comment=wanted)
            assert answer.ephemeral
            assert answer.content.startswith("There is no such comment here.")


async def test_no_more_choices_than_discord_shows(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        for number in range(30):
            await stage.alice.say(thread, f"{number} " + "words " * 60)
        await eventually(stage.stored, lambda stored: len(stored) == 32)
        offered = await stage.ben.autocomplete("comment show", "comment", "words", here=thread)
        assert len(offered) == 25
        assert all(len(name) <= 100 for name, _ in offered)


async def test_who_may_not_read_the_channel_finds_nothing(stage: Stage) -> None:
    lounge = stage.server.add_text_channel("lounge")
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("I live by one.", thread)
        stage.server.set_permissions(stage.channel, stage.ben, deny=Permissions.VIEW_CHANNEL)

        assert await stage.ben.autocomplete("comment show", "comment", "", here=lounge) == []
        for wanted in ("#1", str(mirrored.id)):
            answer = await stage.ben.command("comment show", here=lounge, comment=wanted)
            assert answer.content.startswith("There is no such comment here.")


async def test_another_server_finds_nothing(stage: Stage) -> None:
    elsewhere, stranger, channel = stage.another_server()
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("I live by one.", thread)

        assert await stranger.autocomplete("comment show", "comment", "", here=channel) == []
        for guild in (stage.server.id, elsewhere.id):
            link = f"https://discord.com/channels/{guild}/{thread.id}/{mirrored.id}"
            answer = await stranger.command("comment show", here=channel, comment=link)
            assert answer.content.startswith("There is no such comment here.")
