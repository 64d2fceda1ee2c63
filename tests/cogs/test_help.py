from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.app import described_commands
from bot.discussion.servers import Part
from bot.sandbox import Answer
from bot.store.database import Database
from cogs.help import EXAMPLES, FOR_MODERATORS, MENUS, TOPICS
from tests.cogs.stage import Stage

USED = re.compile(r"([a-z_]+):(.+?)(?= [a-z_]+:|$)")
"""The options of an example, with what is typed."""


@pytest.fixture
async def described(tmp_path: Path) -> list[dict[str, Any]]:
    async with Database.open(tmp_path / "oped.db") as database:
        return [dict(each) for each in await described_commands(database)]


def leaves(described: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The slash commands by their whole names."""
    found: dict[str, dict[str, Any]] = {}
    for each in described:
        if each["type"] == 1:
            parts = [option for option in each["options"] if option["type"] == 1]
            found |= {f"{each['name']} {part['name']}": part for part in parts} or {each["name"]: each}
    return found


def begins(answer: Answer, words: str) -> bool:
    return answer.content.startswith(words)


def topics(answer: Answer) -> list[str]:
    return [button["label"] for row in answer.components for button in row["components"]]


def test_every_command_has_an_example_that_names_only_options_it_has(described: list[dict[str, Any]]) -> None:
    commands = leaves(described)
    assert set(EXAMPLES) >= set(commands)
    for name, command in commands.items():
        example = EXAMPLES[name]
        assert example.split(":")[0].startswith(f"/{name}")
        options = {option["name"]: option for option in command.get("options", [])}
        used = dict(USED.findall(example))
        assert set(used) <= set(options)
        for option, value in used.items():
            choices = [choice["name"] for choice in options[option].get("choices", [])]
            assert not choices or any(each.startswith(value) for each in choices)
        required = {name for name, option in options.items() if option.get("required")}
        assert required <= set(used)


def test_every_command_and_menu_belongs_to_a_topic(described: list[dict[str, Any]]) -> None:
    assert {name.split()[0] for name in leaves(described)} <= {*TOPICS, "help"}
    assert {each["name"] for each in described if each["type"] == 3} == set(MENUS)


def test_text_options_that_have_a_finite_set_of_answers_offer_them(described: list[dict[str, Any]]) -> None:
    free = {"reason", "words", "from", "to"}
    for name, command in leaves(described).items():
        for option in command.get("options", []):
            if option["type"] == 3 and option["name"] not in free:
                assert option.get("autocomplete") or option.get("choices"), (name, option["name"])


async def test_each_is_shown_what_they_may_use(stage: Stage) -> None:
    async with stage.bot():
        mine = await stage.alice.command("help", here=stage.channel)
        assert mine.ephemeral
        assert topics(mine) == ["Comments", "Following", "Your data", "Menus of messages"]
        everything = await stage.mo.command("help", here=stage.channel)
        assert len(topics(everything)) == len(TOPICS)
        comments = await stage.alice.command("help", here=stage.channel, topic="comment")
        assert "`/comment search`" in comments.content
        assert FOR_MODERATORS not in comments.content
        menus = await stage.alice.command("help", here=stage.channel, topic="menus")
        assert "Report comment" in menus.content
        assert "Moderate comment" not in menus.content
        moderators = await stage.mo.command("help", here=stage.channel, topic="comment")
        assert moderators.content.index("`/comment show`") < moderators.content.index("`/comment hide`")
        refused = await stage.alice.command("help", here=stage.channel, topic="article")
        assert refused.content == "There is no such topic. Choose one from the list."
        offered = await stage.alice.autocomplete("help", "topic", "fol", here=stage.channel)
        assert offered == [("Following", "follow")]


async def test_every_topic_fits_one_message_and_its_buttons_work_after_a_restart(stage: Stage) -> None:
    async with stage.bot():
        shown = await stage.mo.command("help", here=stage.channel)
    async with stage.bot():
        for _part, title in TOPICS.values():
            shown = await stage.mo.press(shown, title)
            await stage.discord.until(partial(begins, shown, f"**{title}**"))
            assert "… and" not in shown.content


def test_the_parts_contain_each_other() -> None:
    assert Part.MEMBER < Part.MODERATOR < Part.MANAGER
