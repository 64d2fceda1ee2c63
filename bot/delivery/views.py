"""The buttons below what we send unasked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import discord

from bot.discussion import buttons
from bot.discussion.buttons import Buttons
from bot.language import gettext as _
from bot.model import Payload, PublicationId

Button = discord.ui.Button[discord.ui.View]


def view(buttons: Iterable[Button]) -> discord.ui.View:
    """Buttons as discord.py sends them.

    The view is stopped before it is sent: the custom ids say all, and discord.py would otherwise keep every
    view that we ever sent in memory.
    """
    made = discord.ui.View(timeout=None)
    for button in buttons:
        made.add_item(button)
    made.stop()
    return made


def view_of(payload: Payload, publication: PublicationId) -> discord.ui.View | None:
    """The buttons below a message of a publication, None for no buttons."""
    return None if payload.buttons == Buttons.NONE else view(_buttons(payload, publication))


def _buttons(payload: Payload, publication: PublicationId) -> Iterator[Button]:
    match payload.buttons:
        case Buttons.READ:
            yield Button(label=_("Read here"), custom_id=buttons.READ(publication, 1, 0))
        case Buttons.DISCUSS:
            yield Button(label=_("Discuss"), custom_id=buttons.DISCUSS(publication))
        case Buttons.COMMENT:
            yield Button(label=_("Comment"), custom_id=buttons.COMMENT_HERE(publication))
        case Buttons.ENTER | Buttons.ENTER_OR_MORE | Buttons.ENTER_CLOSED:
            yield Button(
                label=_("Enter a comment"),
                style=discord.ButtonStyle.primary,
                custom_id=buttons.ENTER_COMMENT(publication),
                disabled=payload.buttons == Buttons.ENTER_CLOSED,
            )
    if payload.buttons == Buttons.ENTER_OR_MORE:
        yield Button(label=_("Show more comments"), custom_id=buttons.MORE_COMMENTS(publication))
    if payload.previous is not None:
        yield Button(label=_("Previous"), url=payload.previous)
    if payload.following is not None:
        yield Button(label=_("Next"), url=payload.following)
