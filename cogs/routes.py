"""The way from a custom id to what it does, for buttons and forms alike.

discord.py can hold a view or a modal for each message and each person. We keep none: a custom id carries its
target, so that a button pressed and a form sent after a restart work like any other, nothing leaks while
nobody answers, and failures are answered in one place.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

import discord

from bot.discussion.custom_ids import CustomId
from bot.language import language_of, speak
from cogs.answers import answer_error

AnyCustomId = CustomId[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Route:
    """What to do when a custom id of some kind is pressed or sent."""

    kind: discord.InteractionType
    custom_id: AnyCustomId
    act: Callable[[discord.Interaction, re.Match[str]], Awaitable[None]]


def pressed(
    custom_id: AnyCustomId, act: Callable[[discord.Interaction, re.Match[str]], Awaitable[None]]
) -> Route:
    """The route of a button or a select."""
    return Route(discord.InteractionType.component, custom_id, act)


def sent(
    custom_id: AnyCustomId, act: Callable[[discord.Interaction, re.Match[str]], Awaitable[None]]
) -> Route:
    """The route of a form."""
    return Route(discord.InteractionType.modal_submit, custom_id, act)


async def dispatch(interaction: discord.Interaction, routes: Iterable[Route]) -> None:
    """Follow the first route that fits; what fits none is somebody else's."""
    if interaction.type not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
        return
    written = str(cast("dict[str, Any]", interaction.data)["custom_id"])
    for route in routes:
        found = route.custom_id.read(written) if interaction.type is route.kind else None
        if found:
            speak(language_of(str(interaction.locale)))
            try:
                await route.act(interaction, found)
            except Exception as error:  # noqa: BLE001 - answered and logged like a command's
                await answer_error(interaction, error)
            return
