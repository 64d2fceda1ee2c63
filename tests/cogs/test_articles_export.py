from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Answer
from tests.cogs.stage import Stage


async def export(stage: Stage, **options: Any) -> Answer:
    return await stage.mo.command("article export", here=stage.channel, publication="1", **options)


async def test_the_discussion_comes_as_a_file_that_only_the_asker_sees(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        offered = await stage.mo.autocomplete("article export", "publication", "riv", here=stage.channel)
        assert [value for _, value in offered] == ["1"]
        answer = await export(stage)
        assert answer.ephemeral
        (file,) = answer.message.attachments
        assert file.filename == "on-rivers.json"
        assert file.size > 500


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("html", "on-rivers.html"),
        ("wordpress", "on-rivers.xml"),
        ("csv", "on-rivers.csv"),
        ("markdown", "on-rivers.md"),
    ],
)
async def test_the_format_is_the_askers_choice(stage: Stage, form: str, name: str) -> None:
    async with stage.bot():
        await stage.post()
        (file,) = (await export(stage, format=form)).message.attachments
        assert file.filename == name


async def test_another_server_cannot_have_it(stage: Stage) -> None:
    _, stranger, channel = stage.another_server()
    async with stage.bot():
        await stage.post()
        answer = await stranger.command("article export", here=channel, publication="1")
        assert answer.content.startswith("There is no such publication here.")
        assert answer.message.attachments == []


async def test_one_that_discord_would_not_take_is_told_as_that(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.interactions.FILE_SIZE_LIMIT", 100)
    async with stage.bot():
        await stage.post()
        answer = await export(stage)
        assert "larger than the 0 MiB that Discord takes here" in answer.content
        assert answer.message.attachments == []


async def test_members_cannot_have_it(stage: Stage) -> None:
    stage.open_to_everyone("article")
    async with stage.bot():
        await stage.post()
        stage.open_to_everyone("article")
        answer = await stage.alice.command("article export", here=stage.channel, publication="1")
        assert answer.content == "Only members with the permission *Manage Server* can do this."
