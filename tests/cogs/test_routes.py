from __future__ import annotations

import re

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discussion import buttons
from bot.model import CommentId, PublicationId
from cogs.routes import Route, dispatch, pressed, sent
from tests.cogs.objects import World

row_ids = st.integers(1, 2**63 - 1)
snowflakes = st.integers(0, 2**64 - 1)
PATTERNS = [
    buttons.ENTER_COMMENT,
    buttons.COMMENT_FORM,
    buttons.EDIT_FORM,
    buttons.WITHDRAW,
    buttons.TRY_AGAIN,
]


@given(row_ids, snowflakes)
def test_each_custom_id_fits_discord_and_one_pattern_only(row: int, message: int) -> None:
    made = {
        buttons.ENTER_COMMENT: buttons.enter_comment(PublicationId(row)),
        buttons.COMMENT_FORM: buttons.comment_form(PublicationId(row), message),
        buttons.EDIT_FORM: buttons.edit_form(CommentId(row)),
        buttons.WITHDRAW: buttons.withdraw(CommentId(row)),
        buttons.TRY_AGAIN: buttons.try_again(PublicationId(row)),
    }
    for pattern, custom_id in made.items():
        assert len(custom_id) <= 100
        assert [each for each in PATTERNS if each.fullmatch(custom_id)] == [pattern]
    found = buttons.COMMENT_FORM.fullmatch(made[buttons.COMMENT_FORM])
    assert found is not None
    assert (int(found["publication"]), int(found["message"])) == (row, message)


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
