"""The form *Enter comments here:*, and whether a member may write where it would post."""

from __future__ import annotations

from datetime import datetime, timedelta

import discord

from bot.discussion.layout import timestamp
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import ChannelId
from bot.text import dialect
from cogs.answers import TEXT_FIELD, MarkupRefusedError

TEXT_LIMIT = 4000
"""What a form's field holds, in characters (components/reference, Text Input)."""

DESCRIPTION_LIMIT = 100

REASON_LIMIT = 500
"""What a reason's field holds, in characters."""


def form(custom_id: str, *, heading: str, text: str = "") -> discord.ui.Modal:
    """The form with one field; `heading` says what the comment answers, `text` is there to begin with.

    discord.py does not keep it: what is sent finds its way by custom id (`cogs.routes`).
    """
    modal = discord.ui.Modal(title=_("Enter comments here:"), custom_id=custom_id)
    field: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        style=discord.TextStyle.paragraph,
        custom_id=TEXT_FIELD,
        default=text or None,
        max_length=TEXT_LIMIT,
    )
    modal.add_item(
        discord.ui.Label(
            text=_("Your comment"), description=dialect.clip(heading, DESCRIPTION_LIMIT), component=field
        )
    )
    modal.stop()
    return modal


def reason_form(
    custom_id: str, *, title: str, label: str, description: str, required: bool = True
) -> discord.ui.Modal:
    """A form that asks for a reason in a few words; its field is read like that of `form`."""
    modal = discord.ui.Modal(title=title, custom_id=custom_id)
    field: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        style=discord.TextStyle.paragraph, custom_id=TEXT_FIELD, max_length=REASON_LIMIT, required=required
    )
    modal.add_item(discord.ui.Label(text=label, description=description, component=field))
    modal.stop()
    return modal


def place_form(modal: discord.ui.Modal, field: str) -> discord.ui.Modal:
    """The same form with one more field before it, which asks where a comment is to go."""
    asked = modal.children
    modal.clear_items()
    place: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(custom_id=field, max_length=100)
    modal.add_item(
        discord.ui.Label(
            text=_("Where to"),
            description=_("The link of a comment's message, a section such as “section 2”, or “top”."),
            component=place,
        )
    )
    for each in asked:
        modal.add_item(each)
    return modal


async def find_thread(guild: discord.Guild, thread_id: ChannelId) -> discord.Thread:
    """A thread by its id, also when archived, which drops it from the cache; raises NotFoundError."""
    channel = guild.get_thread(thread_id)
    if channel is not None:
        return channel
    try:
        fetched = await guild.fetch_channel(thread_id)
    except (discord.NotFound, discord.Forbidden, discord.InvalidData):
        fetched = None
    if not isinstance(fetched, discord.Thread):
        raise NotFoundError(_("The thread of this discussion no longer exists."))
    return fetched


def check_may_write(
    member: discord.Member,
    thread: discord.Thread,
    last_written: datetime | None,
    now: datetime,
    *,
    read_only: bool = False,
) -> None:
    """Raise MarkupRefusedError where Discord would not let this member write.

    `last_written` is when the member last wrote in the thread, for its slow mode; `now` is Discord's time,
    which an interaction's id tells. With `read_only` the thread is locked so that forms alone lead into it.
    """
    if member.timed_out_until is not None and member.timed_out_until > now:
        raise MarkupRefusedError(
            _("You are timed out: you can write again {when}.").format(
                when=timestamp(member.timed_out_until, "R")
            )
        )
    if member.pending:
        raise MarkupRefusedError(_("Accept the rules of this server first."))
    permissions = thread.permissions_for(member)
    if thread.locked and not read_only and not permissions.manage_threads:
        raise MarkupRefusedError(_("This discussion is locked: nobody can comment at the moment."))
    if not (permissions.view_channel and permissions.send_messages_in_threads):
        raise MarkupRefusedError(_("You do not have the permission to write in this discussion."))
    if last_written is not None and not permissions.bypass_slowmode:
        free = last_written + timedelta(seconds=thread.slowmode_delay)
        if free > now:
            raise MarkupRefusedError(
                _("Slow mode is on: you can write again {when}.").format(when=timestamp(free, "R"))
            )
