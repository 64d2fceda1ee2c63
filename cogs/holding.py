"""What members are told of a comment of theirs that others do not see, or see with a warning."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from bot.discussion import buttons
from bot.discussion.forms import CHANGEABLE, Entered
from bot.discussion.rulings import PUT_BACK
from bot.language import gettext as _
from bot.model import FilterKind, Mode, SanctionKind, Status


def told(entered: Entered) -> str:
    """What became of a comment that is not shown."""
    if entered.status is Status.PENDING:
        return _(
            "Thank you. Your comment waits for a moderator; until then nobody else sees it. You find it with "
            "/comment mine."
        )
    return _("Your comment is stored, but a filter of this server has hidden it. Please talk to a moderator.")


def own_buttons(entered: Entered) -> tuple[discord.ui.Button[discord.ui.View], ...]:
    """What the author can do about it."""
    withdraw: discord.ui.Button[discord.ui.View] = discord.ui.Button(
        label=_("Withdraw"), style=discord.ButtonStyle.danger, custom_id=buttons.WITHDRAW(entered.comment_id)
    )
    if entered.status not in CHANGEABLE:
        return (withdraw,)
    return (discord.ui.Button(label=_("Edit"), custom_id=buttons.EDIT_FORM(entered.comment_id)), withdraw)


def warning(entered: Entered | None) -> str:
    """A line that warns the author of what a filter found in a comment that is shown; nothing without."""
    if entered is None or entered.warning is None:
        return ""
    return "\n" + objection(entered.warning)


def objection(why: str) -> str:
    """What a filter found in a comment that is shown, for its author."""
    told = _("A filter of this server objects to it: {reason}. Please change it.")
    return "⚠️ " + told.format(reason=reason(why))


def reason(why: str) -> str:
    """Why a comment waits or was objected to, in words."""
    words: Mapping[str, str] = {
        Mode.FIRST_HELD: _("first comment on this server"),
        Mode.ALL_HELD: _("every comment is held here"),
        PUT_BACK: _("put back by a moderator"),
        SanctionKind.MUTE: _("edited by somebody who is muted"),
        SanctionKind.BAN: _("edited by somebody who is banned"),
        FilterKind.WORDS: _("a word on the list"),
        FilterKind.LINKS: _("a link"),
        FilterKind.INVITES: _("an invitation to another server"),
        FilterKind.REPEATS: _("the same text again"),
        FilterKind.NEWCOMERS: _("an account or membership less than a day old"),
    }
    return words.get(why, why)
