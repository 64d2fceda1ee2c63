"""Pins through the real discord.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.sandbox import Permissions
from bot.sandbox.objects import MessageType
from tests.sandbox.test_messages import refused

if TYPE_CHECKING:
    import pytest

    from tests.sandbox.conftest import Paper


def partial(paper: Paper, message: object) -> discord.PartialMessage:
    return paper.place(paper.channel).get_partial_message(message.id)  # type: ignore[attr-defined]  # a sandbox message


def permit(paper: Paper) -> None:
    role = paper.server.role_of(paper.app)
    paper.server.grant(role, role.permissions | Permissions.PIN_MESSAGES)


async def test_a_pin_is_told_in_the_channel_and_listed(paper: Paper) -> None:
    permit(paper)
    first, second = [await paper.alice.say(paper.channel, each) for each in ("one", "two")]
    for each in (first, second, second):
        await partial(paper, each).pin()
    notices = [each for each in paper.alice.read(paper.channel) if each.type.is_system]
    assert [each.reference.message_id for each in notices if each.reference] == [first.id, second.id]
    assert {each.type for each in notices} == {MessageType.CHANNEL_PINNED_MESSAGE}
    listed = [each async for each in paper.place(paper.channel).pins()]
    assert [each.id for each in listed] == [second.id, first.id]
    assert (await partial(paper, first).fetch()).pinned
    await partial(paper, first).unpin()
    assert not (await partial(paper, first).fetch()).pinned


async def test_pinning_takes_a_permission_of_its_own(paper: Paper) -> None:
    message = await paper.alice.say(paper.channel, "one")
    role = paper.server.role_of(paper.app)
    paper.server.grant(role, role.permissions & ~Permissions.PIN_MESSAGES | Permissions.MANAGE_MESSAGES)
    await refused(partial(paper, message).pin(), 50013)


async def test_a_channel_has_room_for_so_many_pins(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    permit(paper)
    monkeypatch.setattr("bot.sandbox.pins.PINS_PER_CHANNEL", 1)
    first, second = [await paper.alice.say(paper.channel, each) for each in ("one", "two")]
    await partial(paper, first).pin()
    await refused(partial(paper, second).pin(), 30003)


async def test_nothing_is_pinned_in_an_archived_thread(paper: Paper) -> None:
    permit(paper)
    root = await paper.alice.say(paper.channel, "root")
    thread = await paper.alice.open_thread(root, "aside")
    message = await paper.alice.say(thread, "one")
    await paper.alice.change_thread(thread, archived=True)
    await refused(paper.place(thread).get_partial_message(message.id).pin(), 50083)
