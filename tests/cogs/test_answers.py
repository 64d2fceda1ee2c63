from __future__ import annotations

import discord
import pytest
from discord import app_commands
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotFoundError, RefusedError
from bot.text import dialect
from cogs.answers import (
    MarkupRefusedError,
    choices,
    fitted,
    sentence,
    submitted_text,
    viewer,
)
from tests.cogs.objects import CHANNEL, World

UNSEEN_CHANNEL = app_commands.TransformerError(
    "a channel that is not cached", discord.AppCommandOptionType.channel, app_commands.Transformer()
)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            NotFoundError("There is no such comment here.", remedy="Look again."),
            "no such comment here. Look again.",
        ),
        (app_commands.MissingPermissions(["manage_guild"]), "*Manage Server*"),
        (app_commands.NoPrivateMessage(), "in a server only"),
        (app_commands.CommandNotFound("old", []), "This command has changed"),
        (UNSEEN_CHANNEL, "I cannot see that channel."),
    ],
)
def test_an_expected_failure_is_told_in_a_sentence(error: Exception, told: str) -> None:
    assert told in (sentence(error) or "")


def test_foreign_words_in_a_failure_lose_their_markup_and_ours_keep_it() -> None:
    foreign = sentence(NotFoundError("There is no article “**[free](https://example.com)**”."))
    assert foreign is not None
    assert "**[" not in foreign
    link = "https://discord.com/channels/1/2/3"
    refused = sentence(RefusedError(f"“__x__” is here: {link}", remedy="Retire it first."))
    assert refused is not None
    assert refused.endswith(f" is here: {link} Retire it first.")
    assert sentence(MarkupRefusedError("Write again <t:1:R>.")) == "Write again <t:1:R>."


def test_what_nobody_expected_has_no_sentence() -> None:
    assert sentence(KeyError("boom")) is None


@given(st.lists(st.text(alphabet="ab 😀", max_size=50), max_size=40), st.integers(40, 400))
def test_a_list_is_cut_to_fit_and_says_by_how_much(lines: list[str], limit: int) -> None:
    text = fitted(lines, limit)

    assert dialect.utf16_length(text) <= limit
    if text != "\n".join(lines):
        *kept, last = text.split("\n")
        assert kept == lines[: len(kept)]
        assert last == f"… and {len(lines) - len(kept)} more"


def test_a_list_is_cut_at_once_however_long_it_is() -> None:
    *kept, last = fitted(["x" * 99] * 50_000, 2_000).split("\n")
    assert (len(kept), last) == (19, "… and 49981 more")


@given(st.lists(st.tuples(st.text(min_size=1, max_size=300), st.just("1")), max_size=40))
def test_choices_keep_within_discords_limits(named: list[tuple[str, str]]) -> None:
    offered = choices(named)

    assert len(offered) <= 25
    assert all(1 <= len(each.name) <= 100 for each in offered)


def test_the_text_of_a_form_is_read_from_what_was_sent() -> None:
    sent = World().interaction(
        discord.InteractionType.modal_submit,
        {
            "custom_id": "oped:v1:edit:1",
            "components": [
                {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": "Mine"}}
            ],
        },
    )
    assert submitted_text(sent) == "Mine"


def test_what_is_no_form_of_ours_has_no_text() -> None:
    press = World().interaction(discord.InteractionType.component, {"custom_id": "x", "component_type": 2})
    assert submitted_text(press) is None
    other = {"type": 18, "component": {"type": 4, "custom_id": "name", "value": "Alice"}}
    form = World().interaction(
        discord.InteractionType.modal_submit, {"custom_id": "x", "components": [other]}
    )
    assert submitted_text(form) is None


def test_outside_a_server_nobody_sees_anything() -> None:
    command = World().direct_interaction(discord.InteractionType.application_command, {"name": "comment"})
    with pytest.raises(app_commands.NoPrivateMessage):
        viewer(command)


def asking(everyone: discord.Permissions) -> discord.Interaction:
    return World(everyone).interaction(
        discord.InteractionType.component, {"custom_id": "x", "component_type": 2}
    )


@pytest.mark.parametrize(
    ("everyone", "reads"),
    [
        (discord.Permissions(view_channel=True, read_message_history=True), True),
        (discord.Permissions(view_channel=True), False),
        (discord.Permissions(read_message_history=True), False),
    ],
)
def test_who_asks_reads_what_discord_shows_them(everyone: discord.Permissions, reads: bool) -> None:
    who = viewer(asking(everyone))

    assert who.can_read(CHANNEL) is reads  # type: ignore[arg-type]  # plain numbers in tests
    assert who.can_read(424242) is False  # type: ignore[arg-type]  # as above
