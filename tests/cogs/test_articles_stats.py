from __future__ import annotations

import re

from tests.cogs.stage import Stage, eventually


async def test_the_figures_come_as_text_and_as_a_picture_with_alternative_text(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        offered = await stage.mo.autocomplete("article stats", "publication", "riv", here=stage.channel)
        assert [value for _, value in offered] == ["1"]
        answer = await stage.mo.command("article stats", here=stage.channel, publication="1")
        assert answer.ephemeral
        assert "On rivers" in answer.content
        assert "2 comments by 2 people, 0 of them written here." in answer.content
        assert "1. Reader 1: 1" in answer.content
        (picture,) = answer.message.attachments
        assert picture.filename == "figures.png"
        assert "2 comments by 2 people" in (picture.description or "")


async def test_days_are_told_in_the_readers_own_way(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.alice.say(thread, "I write today.")
        await eventually(stage.stored, lambda found: any(each.text == "I write today." for each in found))
        answer = await stage.mo.command("article stats", here=stage.channel, publication="1")
        assert re.search(r"All on <t:\d+:[dD]>", answer.content)
        (picture,) = answer.message.attachments
        assert "<t:" not in (picture.description or "")


async def test_another_server_is_told_nothing(stage: Stage) -> None:
    _, stranger, channel = stage.another_server()
    async with stage.bot():
        await stage.post()
        unknown = await stranger.command("article stats", here=channel, publication="1")
        assert unknown.content.startswith("There is no such publication here.")
        assert unknown.message.attachments == []
