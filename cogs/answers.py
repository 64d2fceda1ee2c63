"""What a person gets back: one answer that only they see, or one sentence when something failed.

Every answer is ephemeral, mentions nobody and keeps within Discord's limits. Each interaction gets one
answer: a later one takes the place of an earlier one.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Iterable, Sequence
from functools import partial
from itertools import accumulate, islice, takewhile, zip_longest
from typing import Any, cast

import discord
import structlog
from discord import app_commands

from bot.discussion.access import Viewer
from bot.errors import OpedError, RefusedError
from bot.language import gettext as _
from bot.language import language_of, speak
from bot.model import ChannelId, GuildId, RoleId, UserId
from bot.text import dialect

CHOICE_LIMIT = 100
"""What the name of one autocomplete choice holds."""

CHOICES = 25
"""How many choices Discord shows at once."""

IN_SERVERS = app_commands.AppCommandContext(guild=True)
BY_SERVERS = app_commands.AppInstallationType(guild=True)
"""Where commands show: not in direct messages, and only where the bot itself is a member."""

TOO_LATE = {10062, 40060}
"""Unknown interaction: its three seconds are over; already acknowledged: another copy of the bot was faster."""

ALIVE = re.compile(r"https://discord\.com/channels/[0-9]+/[0-9]+(?:/[0-9]+)?|<t:[0-9]{1,12}:[a-zA-Z]>")
"""What stays as it is in a sentence: links to messages, and times, which mean the same whoever wrote them."""

TEXT_FIELD = "text"
"""The custom id of the one field of our forms."""

_log = structlog.get_logger(__name__)


class MarkupRefusedError(RefusedError):
    """A refusal worded by a cog: the Discord markup in it (times, channels) is ours and is not escaped."""


class Tree(app_commands.CommandTree):
    """The command tree whose failures are answered like those of buttons, menus and forms."""

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Speak the member's language from here on."""
        speak(language_of(str(interaction.locale)))
        return True

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a failed command."""
        await answer_error(interaction, error)


async def passed(check: Awaitable[None]) -> bool:
    """Await what a cog's `interaction_check` asks: discord.py has failures answered only if they are its own."""
    try:
        await check
    except OpedError as error:
        raise app_commands.CheckFailure from error
    return True


def asker(interaction: discord.Interaction) -> tuple[discord.Guild, discord.Member]:
    """The server and the member who acts in it; raises NoPrivateMessage outside a server.

    Raises `RefusedError` while a new session has not been sent the server: nothing is known then of its channels,
    nor of its roles, of which every server has at least one.
    """
    if interaction.guild is None or not isinstance(interaction.user, discord.Member):
        raise app_commands.NoPrivateMessage
    if not interaction.guild.roles:
        raise RefusedError(
            _("Discord has not told me about this server yet."), remedy=_("Try again in a moment.")
        )
    return interaction.guild, interaction.user


def viewer(interaction: discord.Interaction) -> Viewer:
    """Who asks, and which channels they may read; raises what `asker` does."""
    guild, member = asker(interaction)

    def can_read(channel_id: ChannelId) -> bool:
        channel = guild.get_channel(channel_id)
        if channel is None:
            return False
        granted = channel.permissions_for(member)
        return granted.view_channel and granted.read_message_history

    def can_moderate(channel_id: ChannelId | None) -> bool:
        channel = None if channel_id is None else guild.get_channel(channel_id)
        if channel is None:
            return channel_id is None and member.guild_permissions.manage_messages
        granted = channel.permissions_for(member)
        return granted.view_channel and granted.manage_messages

    return Viewer(
        GuildId(guild.id),
        UserId(member.id),
        can_read,
        can_moderate,
        manages_server=member.guild_permissions.manage_guild,
        roles=frozenset(RoleId(role.id) for role in member.roles),
        may_act_on=partial(_may_act_on, guild, member),
        joined_at=member.joined_at,
    )


async def _may_act_on(guild: discord.Guild, member: discord.Member, other: UserId) -> bool:
    if guild.owner_id in {member.id, other}:
        return guild.owner_id == member.id
    try:
        found = await guild.fetch_member(other)
    except discord.NotFound:
        return True  # whoever left has no role any more
    return found.top_role <= member.top_role


async def defer(interaction: discord.Interaction) -> None:
    """Say that an answer follows: before writing, which may have to wait longer than Discord's three seconds."""
    await interaction.response.defer(ephemeral=True, thinking=True)


async def defer_page(interaction: discord.Interaction) -> None:
    """Say that an answer follows: in place of the one that the button stands under, else as a new one.

    So whoever turns pages turns them in one message.
    """
    under = interaction.message
    in_place = under is not None and under.flags.ephemeral
    await interaction.response.defer(ephemeral=True, thinking=not in_place)


async def answer(
    interaction: discord.Interaction,
    content: str,
    *,
    buttons: Sequence[discord.ui.Item[discord.ui.View]] = (),
    embed: discord.Embed | None = None,
) -> None:
    """Answer an interaction, or change the answer it already has; content beyond the limit is cut."""
    content = dialect.clip(content, dialect.MESSAGE_LIMIT)
    embeds = [embed] if embed else []
    if interaction.response.is_done():
        await interaction.edit_original_response(
            content=content,
            embeds=embeds,
            view=_detached(buttons) if buttons else None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
    else:
        await interaction.response.send_message(
            content,
            embeds=embeds,
            view=_detached(buttons) if buttons else discord.utils.MISSING,
            ephemeral=True,
            allowed_mentions=discord.AllowedMentions.none(),
        )


async def _answer_beside(interaction: discord.Interaction, content: str, embed: discord.Embed | None) -> None:
    """Answer apart from the message under which somebody pressed: its other buttons may still be of use."""
    await interaction.followup.send(
        dialect.clip(content, dialect.MESSAGE_LIMIT),
        embed=embed or discord.utils.MISSING,
        ephemeral=True,
        allowed_mentions=discord.AllowedMentions.none(),
    )


async def answer_with_file(
    interaction: discord.Interaction, content: str, file: discord.File, *, first: bool = True
) -> None:
    """Answer a deferred interaction with a file; what is not the `first` stands below."""
    nobody = discord.AllowedMentions.none()
    if first:
        await interaction.edit_original_response(content=content, attachments=[file], allowed_mentions=nobody)
    else:
        await interaction.followup.send(content, file=file, ephemeral=True, allowed_mentions=nobody)


def _detached(buttons: Iterable[discord.ui.Item[discord.ui.View]]) -> discord.ui.View:
    """A view that discord.py does not keep, since presses find their way by custom id (`cogs.routes`)."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view


async def answer_error(interaction: discord.Interaction, error: Exception) -> None:
    """Answer with the sentence of an expected failure, else log it and answer with a reference to the log.

    What somebody typed into a form is given back to them.
    """
    cause = _cause(error)
    if isinstance(cause, discord.HTTPException) and cause.code in TOO_LATE:
        _log.warning("answer_too_late", interaction=interaction.id, code=cause.code)
        return
    content = sentence(cause)
    if content is None:
        reference = secrets.token_hex(4)
        _log.error("interaction_failed", reference=reference, interaction=interaction.id, exc_info=cause)
        content = _(
            "Something went wrong on our side. Please report it with the reference `{reference}`."
        ).format(reference=reference)
    try:
        if interaction.response.type is discord.InteractionResponseType.deferred_message_update:
            await _answer_beside(interaction, content, given_back(interaction))
        else:
            await answer(interaction, content, embed=given_back(interaction))
    except discord.HTTPException as failure:
        _log.warning("answer_failed", interaction=interaction.id, status=failure.status, code=failure.code)


def given_back(interaction: discord.Interaction) -> discord.Embed | None:
    """What somebody typed into a form that did not do what they wanted; None where it was nothing."""
    written = submitted_text(interaction)
    return discord.Embed(title=_("What you wrote"), description=written) if written else None


def _cause(error: Exception) -> Exception:
    """What lies below discord.py's own wrapping of it."""
    match error:
        case app_commands.CommandInvokeError():
            return error.original
        case app_commands.CheckFailure(__cause__=OpedError() as refusal):
            return refusal
        case _:
            return error


def sentence(error: Exception) -> str | None:
    """What to tell a person about a failure; None for one that nobody expected."""
    match error:
        case MarkupRefusedError():
            return error.sentence()
        case OpedError():
            return _escaped(error.sentence())
        case app_commands.MissingPermissions():
            # Manage Server is the one that our commands ask for.
            return _("Only members with the permission *Manage Server* can do this.")
        case app_commands.NoPrivateMessage():
            return _("This works in a server only.")
        case app_commands.TransformerError() if error.type is discord.AppCommandOptionType.channel:
            return _("I cannot see that channel. Give me the permission *View Channel* there and try again.")
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return _("This command has changed. Restart Discord (Ctrl+R) and try again.")
        case _:
            return None


def _escaped(words: str) -> str:
    """A sentence in which foreign words stand, escaped but for links to messages and times."""
    dead, alive = ALIVE.split(words), ALIVE.findall(words)
    return "".join(_dead(text) + each for text, each in zip_longest(dead, alive, fillvalue=""))


def _dead(text: str) -> str:
    """Escaped, with the spaces around it, which part it from a link."""
    words = text.strip()
    before, _, after = text.partition(words) if words else (text, "", "")
    return before + dialect.escape(words) + after


def submitted_text(interaction: discord.Interaction) -> str | None:
    """What was typed into a form of ours; None where the interaction is no such form."""
    return submitted(interaction, TEXT_FIELD)


def submitted(interaction: discord.Interaction, name: str) -> str | None:
    """What was typed into one field of a form of ours.

    It is read from the raw data, so that a form shown before a restart is read like any other.
    """
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    labels = cast("dict[str, Any]", interaction.data).get("components", [])
    for field in (label.get("component", {}) for label in labels):
        if field.get("custom_id") == name:
            return str(field["value"])
    return None


def chosen(interaction: discord.Interaction) -> list[str]:
    """What was chosen in a select: option values, or ids of roles or channels."""
    return [str(each) for each in cast("dict[str, Any]", interaction.data).get("values", [])]


def fitted(lines: Sequence[str], limit: int, *, in_all: int = 0) -> str:
    """As many lines as `limit` UTF-16 units hold, the last one counting those left out.

    Where the lines are only the first of them, `in_all` says how many there are.
    """
    in_all = max(in_all, len(lines))
    ends = accumulate(dialect.utf16_length(each) + 1 for each in lines)
    at_most = sum(1 for _end in takewhile(lambda end: end <= limit + 1, ends))
    for kept in range(at_most, -1, -1):
        more = [_("… and {number} more").format(number=in_all - kept)] if in_all > kept else []
        text = "\n".join([*lines[:kept], *more])
        if dialect.utf16_length(text) <= limit:
            return text
    return ""


def choices(named: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """Pairs of name and value as autocomplete choices, within Discord's limits; a blank name shows the value."""
    return [
        app_commands.Choice(name=dialect.clip(" ".join(name.split()) or value, CHOICE_LIMIT), value=value)
        for name, value in islice(named, CHOICES)
    ]
