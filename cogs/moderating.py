"""What moderators do to comments: the menu *Moderate comment*, its panel and forms, and what `/comment` shares."""

from __future__ import annotations

import re
from enum import StrEnum
from io import BytesIO

import discord
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.deeds import CAN_BE_UNDONE, Case, Deed
from bot.discussion.moderation import Moderation
from bot.discussion.moving import Target
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.language import marked
from bot.model import CommentId, EntryId, MessageId, Origin, Status
from bot.text import dialect
from cogs import answers, moderated
from cogs.forms import place_form, reason_form
from cogs.interactive import Interactive, message_menu
from cogs.references import which_comment
from cogs.routes import pressed, sent

Button = discord.ui.Button[discord.ui.View]

TOP = "top"
SECTION = marked("section")
"""The words for places, which people may type in English or in their own language."""

NUMBERED = re.compile(r"(?P<word>[^\W\d]+|§)[ :]*(?P<number>[0-9]{1,6})")
PLACE_FIELD = "place"
"""The custom id of the field that says where a comment is to go."""


class Verb(StrEnum):
    """What a button of the panel, or a command, does."""

    HIDE = "hide"
    RESTORE = "restore"
    DELETE = "delete"
    MOVE = "move"
    PIN = "pin"
    UNPIN = "unpin"
    HISTORY = "history"


class Moderating(Interactive):
    """The menu *Moderate comment*, the buttons of its panel, the forms behind them, and *Undo*."""

    def __init__(self, bot: commands.Bot, *, moderation: Moderation) -> None:
        super().__init__(bot)
        self._moderation = moderation
        self.menus = (message_menu("Moderate comment", self._menu),)
        self.routes = (
            pressed(buttons.MODERATE, self._pressed),
            sent(buttons.MODERATE, self._sent),
            pressed(buttons.UNDO, self._undo_pressed),
        )

    async def _menu(self, interaction: discord.Interaction, message: discord.Message) -> None:
        await answers.defer(interaction)
        case = await self._moderation.case(answers.viewer(interaction), message_id=MessageId(message.id))
        await answers.answer(interaction, moderated.panel(case), buttons=_panel(case, pinned=message.pinned))

    async def _pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        verb, comment = Verb(found["verb"]), CommentId(int(found["comment"]))
        if verb is Verb.HISTORY:
            await answers.defer(interaction)
            await show_history(interaction, self._moderation, comment)
        elif verb in {Verb.PIN, Verb.UNPIN}:
            await answers.defer(interaction)
            await act(interaction, self._moderation, verb, comment, None)
        else:
            # A form must be the first answer: what may not be done is said before anybody types a reason.
            case = await self._moderation.case(answers.viewer(interaction), comment_id=comment)
            if verb not in {each for each, *_rest in _offered(case, pinned=False)}:
                # The comment has changed since the panel was shown: now it shows what can be done.
                await answers.defer_page(interaction)
                await answers.answer(interaction, moderated.panel(case), buttons=_panel(case, pinned=False))
                return
            await interaction.response.send_modal(_form(verb, case))

    async def _sent(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        target = None
        if found["verb"] == Verb.MOVE:
            target = which_place(answers.submitted(interaction, PLACE_FIELD) or "", interaction.guild_id)
        reason = answers.submitted_text(interaction)
        comment = CommentId(int(found["comment"]))
        await act(interaction, self._moderation, Verb(found["verb"]), comment, reason, target)

    async def _undo_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        deed = await self._moderation.undo(answers.viewer(interaction), EntryId(int(found["entry"])))
        await _tell(interaction, deed, undone=True)


async def act(
    interaction: discord.Interaction,
    moderation: Moderation,
    verb: Verb,
    comment: CommentId,
    reason: str | None,
    target: Target | None = None,
) -> None:
    """Do what a command, button or form asks for, and tell it with an *Undo*. The interaction is deferred already."""
    who, reason = answers.viewer(interaction), (reason or "").strip() or None
    if verb is Verb.MOVE:
        deed = await moderation.move(who, comment, target or Target(), reason)
    elif verb in {Verb.PIN, Verb.UNPIN}:
        deed = await moderation.pin(who, comment, reason, pinned=verb is Verb.PIN)
    else:
        change = {
            Verb.HIDE: moderation.hide,
            Verb.RESTORE: moderation.restore,
            Verb.DELETE: moderation.delete,
        }[verb]
        deed = await change(who, comment, reason)
    await _tell(interaction, deed)


async def show_history(interaction: discord.Interaction, moderation: Moderation, comment: CommentId) -> None:
    """Answer with what a comment said before, as a file where it is long. The interaction is deferred already."""
    case, revisions = await moderation.history(answers.viewer(interaction), comment)
    told = moderated.history(case, revisions)
    if dialect.utf16_length(told) <= dialect.MESSAGE_LIMIT:
        await answers.answer(interaction, told)
        return
    text = BytesIO(moderated.history_file(case, revisions).encode())
    file = discord.File(text, f"comment-{case.comment.id}.txt")
    await answers.answer_with_file(interaction, moderated.heading(case), file)


def which_place(wanted: str, guild_id: int | None) -> Target:
    """Where to move a comment: `top`, `section 2`, or a comment as in the other commands. Raises NotFoundError."""
    wanted = wanted.strip()
    if wanted.casefold() in {TOP, _("top").casefold()}:
        return Target()
    section = NUMBERED.fullmatch(wanted)
    if section and section["word"].casefold() in {"§", SECTION, _(SECTION).casefold()}:
        return Target(section=int(section["number"]))
    try:
        comment, message = which_comment(wanted, guild_id)
    except NotFoundError as error:
        raise NotFoundError(
            _("There is no such place in this discussion."),
            remedy=_("Give the link of a comment's message, a section such as “section 2”, or “top”."),
        ) from error
    return Target(parent_id=comment, parent_message=message)


async def _tell(interaction: discord.Interaction, deed: Deed, *, undone: bool = False) -> None:
    undo = [Button(label=_("Undo"), custom_id=buttons.UNDO(deed.entry_id))]
    offered = undo if deed.action in CAN_BE_UNDONE else []
    await answers.answer(interaction, moderated.done(deed, undone=undone), buttons=offered)


def _panel(case: Case, *, pinned: bool) -> list[Button]:
    return [
        Button(label=label, style=style, custom_id=buttons.MODERATE(verb, case.comment.id))
        for verb, label, style in _offered(case, pinned=pinned)
    ]


def _offered(case: Case, *, pinned: bool) -> list[tuple[Verb, str, discord.ButtonStyle]]:
    """What can be done to a comment as it is; `pinned` is what Discord says of the message chosen."""
    comment, danger = case.comment, discord.ButtonStyle.danger
    if comment.status is Status.DELETED:
        return []
    offered = []
    if comment.status is Status.VISIBLE:
        offered.append((Verb.HIDE, _("Hide"), discord.ButtonStyle.primary))
    elif comment.status is Status.HIDDEN:
        offered.append((Verb.RESTORE, _("Restore"), discord.ButtonStyle.success))
    else:
        offered.append((Verb.RESTORE, _("Approve"), discord.ButtonStyle.success))
    offered.append((Verb.DELETE, _("Delete"), danger))
    if comment.origin is Origin.DISCORD:
        offered.append((Verb.MOVE, _("Move"), discord.ButtonStyle.secondary))
    if comment.status is Status.VISIBLE and case.message_id is not None:
        pin = (Verb.UNPIN, _("Unpin")) if pinned else (Verb.PIN, _("Pin"))
        offered.append((*pin, discord.ButtonStyle.secondary))
    offered.append((Verb.HISTORY, _("History"), discord.ButtonStyle.secondary))
    return offered


def _form(verb: Verb, case: Case) -> discord.ui.Modal:
    custom_id = buttons.MODERATE(verb, case.comment.id)
    again = case.comment.status in {Status.HIDDEN, Status.VISIBLE}
    title = {
        Verb.HIDE: _("Hide this comment"),
        Verb.RESTORE: _("Show this comment again") if again else _("Approve this comment"),
        Verb.DELETE: _("Delete this comment for good"),
        Verb.MOVE: _("Move this comment"),
    }[verb]
    told = {
        Verb.HIDE: _("For the log. Members no longer see the comment; moderators still can."),
        Verb.RESTORE: _("For the log."),
        Verb.DELETE: _("For the log. The text is erased and cannot be brought back."),
        Verb.MOVE: _("For the log."),
    }[verb]
    form = reason_form(custom_id, title=title, label=_("Reason"), description=told)
    return place_form(form, PLACE_FIELD) if verb is Verb.MOVE else form
