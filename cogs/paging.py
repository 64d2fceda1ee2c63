"""Turning the pages of a long answer in the one message that shows it."""

from __future__ import annotations

from collections.abc import Callable

import discord

from bot.language import gettext as _

Button = discord.ui.Button[discord.ui.View]


def turning(custom_id: Callable[[int], str], page: int, *, more: bool) -> list[Button]:
    """*Previous page* and *Next page*, by what turns to a page; none where there is only one.

    A button that leads nowhere stays in its place, so that the other does not move under the finger.
    """
    if page == 0 and not more:
        return []
    return [
        discord.ui.Button(
            label=_("Previous page"), custom_id=custom_id(max(page - 1, 0)), disabled=page == 0
        ),
        discord.ui.Button(label=_("Next page"), custom_id=custom_id(page + 1), disabled=not more),
    ]
