"""Each command, menu and button as each role: what the README's table says is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox import Answer, Channel, Message, Permissions, Person
from tests import permissions
from tests.catalogues import commands
from tests.cogs.stage import Stage, eventually
from tests.permissions import Act, Kind, Role

REFUSED = (
    "Only moderators can do this.",
    "Only those who manage this server can do this.",
    "Only members with the permission *Manage Server* can do this.",
    "You are muted in the discussions of this server",
    "You are banned from the discussions of this server",
    "You have opted out",
)
NOTHING_THERE = (
    "There is no such ",
    "There is no article ",
    "Nothing was found ",
    "I cannot see that channel.",
)
FAILED = "Something went wrong"
TITLE_ALONE = re.compile(r"\W*On rivers\W*")


@pytest.fixture
async def bystander(stage: Stage) -> Person:
    """Somebody for moderators to act on, below all of them."""
    return stage.server.add_member("Bystander")


async def prepare(stage: Stage) -> Channel:
    """The article with a member's comment, and an entry in the log, which stands in the channel returned."""
    for each in ("moderation", "discussion", "article", "settings"):
        stage.open_to_everyone(each)
    thread = await stage.post()
    await stage.alice.say(thread, "Rivers bend.")
    await eventually(stage.stored, lambda stored: len(stored) == 3)
    log = stage.server.add_text_channel("log")
    await choose(stage, "log", log, f"<#{log.id}>")
    await stage.mo.command("comment pin", here=thread, comment="#1", reason="Well said.")
    await stage.shown("pinned a comment", log)
    return log


async def choose(stage: Stage, setting: str, value: Any, words: str) -> None:
    panel = await stage.mo.command("settings", here=stage.channel)
    await stage.turn(stage.mo, panel, f"oped:v1:setting:{setting}", words, value)


async def as_role(stage: Stage, role: Role) -> Person:
    needed = {Role.MESSAGES: Permissions.MANAGE_MESSAGES, Role.SERVER: Permissions.MANAGE_GUILD}
    who = stage.server.add_member("Robin", permissions=needed.get(role, Permissions.NONE))
    if role is Role.CHOSEN:
        helpers = stage.server.add_role("Helpers", Permissions.NONE)
        await choose(stage, "roles", helpers, f"<@&{helpers.id}>")
        who.member.role_ids.add(helpers.id)
    if role in {Role.MUTED, Role.BANNED}:
        verb = "mute" if role is Role.MUTED else "ban"
        await stage.mo.command(f"moderation {verb}", here=stage.channel, person=who, time="1d")
    if role is Role.OPTED_OUT:
        await who.command("privacy opt-out", here=stage.channel)
    return who


async def do(stage: Stage, who: Person, act: Act, here: Channel, log: Channel, bystander: Person) -> Answer:
    if act.kind is Kind.COMMAND:
        options = dict(act.options)
        if act.name.split()[-1] in {"mute", "unmute", "ban", "unban"}:
            options["person"] = bystander
        if act.name == "article post":
            options["channel"] = stage.forum if here is stage.channel else here
        return await who.command(act.name, here=here, **options)
    if act.kind is Kind.MENU:
        comment = await stage.shown("I live by one.", stage.thread_in(stage.channel))
        return await who.menu(comment, act.name)
    return await who.press(await bearing(stage, act.name, log), act.name)


async def bearing(stage: Stage, button: str, log: Channel) -> Message:
    words = {
        "Read here": "# On rivers",
        "Discuss": "It began there.",
        "Enter a comment": "Comments (",
        "Undo": "pinned",
    }
    return await stage.shown(words[button], log if button == "Undo" else stage.channel)


@pytest.mark.parametrize("role", Role)
async def test_each_role_may_do_what_the_table_says_and_nothing_else(
    stage: Stage, role: Role, bystander: Person
) -> None:
    wrong = []
    async with stage.bot():
        log = await prepare(stage)
        who = await as_role(stage, role)
        for rule in permissions.RULES:
            for act in rule.acts:
                answer = await do(stage, who, act, stage.channel, log, bystander)
                content = "" if answer.is_form else answer.content
                assert FAILED not in content, act
                if content.startswith(REFUSED + NOTHING_THERE) is (role in rule.allowed):
                    wrong.append(f"{act}: {content[:80] or 'a form'}")
    assert wrong == []


@pytest.mark.parametrize("place", ["another server", "a channel they cannot read"])
async def test_whoever_cannot_see_the_article_reaches_nothing_of_it(
    stage: Stage, place: str, bystander: Person
) -> None:
    async with stage.bot():
        log = await prepare(stage)
        if place == "another server":
            server, who, here = stage.another_server()
            bystander = server.add_member("Other")
        else:
            everything = Permissions.MANAGE_GUILD | Permissions.MANAGE_MESSAGES
            who = stage.server.add_member("Robin", permissions=everything)
            here = stage.server.add_text_channel("lounge")
            for channel in (stage.channel, log):
                stage.server.set_permissions(
                    channel, stage.server.members_role, deny=Permissions.VIEW_CHANNEL
                )
        for act in (act for rule in permissions.RULES for act in rule.acts if act.kind is Kind.COMMAND):
            answer = await do(stage, who, act, here, log, bystander)
            assert FAILED not in answer.content, act
            for word in ("rivers", "Rivers", "I live by one"):
                assert word not in answer.content.replace("on-rivers", ""), act
            assert answer.content.startswith(NOTHING_THERE) or not act.targeted, (act, answer.content)


async def test_whoever_speaks_ukrainian_is_answered_in_ukrainian_throughout(
    stage: Stage, bystander: Person
) -> None:
    everything = Permissions.MANAGE_GUILD | Permissions.MANAGE_MESSAGES
    async with stage.bot():
        log = await prepare(stage)
        who = stage.server.add_member("Olena", permissions=everything, locale="uk")
        for act in (act for rule in permissions.RULES for act in rule.acts):
            answer = await do(stage, who, act, stage.channel, log, bystander)
            said = str(answer.form if answer.is_form else (answer.content, answer.embeds, answer.components))
            assert re.search("[а-яіїєґ]{3}", said) or TITLE_ALONE.fullmatch(said), (act, said)


def test_the_table_has_every_command_and_menu() -> None:
    acts = [act for rule in permissions.RULES for act in rule.acts]
    assert {act.name for act in acts if act.kind is Kind.COMMAND} == {
        name for each in commands() if each["type"] == 1 for name in _names(each)
    }
    assert {act.name for act in acts if act.kind is Kind.MENU} == {
        each["name"] for each in commands() if each["type"] != 1
    }


def _names(command: dict[str, Any]) -> list[str]:
    below = [each for each in command.get("options", ()) if each["type"] == 1]
    return [f"{command['name']} {each['name']}" for each in below] or [command["name"]]


def test_the_readme_has_the_table() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert "\n".join(permissions.table()) in readme, "print it with python -m tests.permissions"
