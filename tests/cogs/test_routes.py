from __future__ import annotations

import re

import discord
import pytest

from bot.discussion import buttons
from cogs.routes import Route, dispatch, pressed, sent
from tests.cogs.objects import World

BUTTON = discord.InteractionType.component
FORM = discord.InteractionType.modal_submit
COMMAND = discord.InteractionType.application_command


@pytest.mark.parametrize(
    ("kind", "data", "followed"),
    [
        pytest.param(BUTTON, {"custom_id": "oped:v1:edit:7"}, ["button 7"], id="a button"),
        pytest.param(FORM, {"custom_id": "oped:v1:edit:7"}, ["form 7"], id="a form of the same custom id"),
        pytest.param(BUTTON, {"custom_id": "oped:v1:edit:7:8"}, [], id="a longer custom id"),
        pytest.param(BUTTON, {"custom_id": "poll:7"}, [], id="somebody else's button"),
        pytest.param(COMMAND, {"name": "article"}, [], id="a command"),
    ],
)
async def test_a_custom_id_leads_to_its_one_route(
    kind: discord.InteractionType, data: dict[str, str], followed: list[str]
) -> None:
    seen: list[str] = []

    async def edit_pressed(_: discord.Interaction, found: re.Match[str]) -> None:
        seen.append(f"button {found['comment']}")

    async def edit_sent(_: discord.Interaction, found: re.Match[str]) -> None:
        seen.append(f"form {found['comment']}")

    routes: list[Route] = [pressed(buttons.EDIT_FORM, edit_pressed), sent(buttons.EDIT_FORM, edit_sent)]
    await dispatch(World().interaction(kind, data), routes)

    assert seen == followed
