"""The queue of waiting comments as moderators go through it: one comment a page, the same message throughout."""

from __future__ import annotations

import re
from dataclasses import dataclass

import discord
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.access import Viewer
from bot.discussion.held import COUNTED, Case, Queue
from bot.discussion.layout import timestamp
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.language import ngettext
from bot.model import Comment, CommentId, ContentState, EntryId, Status
from bot.text import dialect, markdown
from bot.text.dialect import MESSAGE_LIMIT
from bot.text.tree import Document, Quote
from cogs import answers
from cogs.forms import reason_form
from cogs.holding import reason
from cogs.interactive import Interactive
from cogs.routes import pressed, sent

Button = discord.ui.Button[discord.ui.View]

NAME_LIMIT, PARENT_LIMIT = 80, 120


@dataclass(frozen=True, slots=True)
class Done:
    """What is said of a decision above the next comment; its entry in the trail, if that has an undo."""

    told: str = ""
    entry_id: EntryId | None = None


NOTHING = Done()


class Waiting(Interactive):
    """Shows the queue, and follows its buttons and forms; `/moderation queue` opens it."""

    def __init__(self, bot: commands.Bot, *, queue: Queue) -> None:
        super().__init__(bot)
        self._queue = queue
        self.routes = (
            pressed(buttons.QUEUE, self._pressed),
            sent(buttons.QUEUE_FORM, self._sent),
        )

    async def open(self, interaction: discord.Interaction) -> None:
        """Show the comment that has waited longest."""
        await answers.defer(interaction)
        await self._show(interaction, CommentId(0))

    async def _pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        who, comment = answers.viewer(interaction), CommentId(int(found["comment"]))
        if found["act"] in {"reject", "ask"}:
            await self._queue.check(who, comment)
            await interaction.response.send_modal(_form(found["act"], comment))
            return
        await answers.defer_page(interaction)
        done = await self._decided(who, found["act"], comment, "") if found["act"] == "approve" else NOTHING
        await self._show(interaction, comment, done)

    async def _sent(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        who, comment = answers.viewer(interaction), CommentId(int(found["comment"]))
        done = await self._decided(who, found["act"], comment, answers.submitted_text(interaction) or "")
        await self._show(interaction, comment, done)

    async def _decided(self, who: Viewer, act: str, comment: CommentId, words: str) -> Done:
        """Carry a decision out; what to say of it. A refusal is said there too: the next comment waits below it."""
        try:
            if act == "approve":
                approved = await self._queue.approve(who, comment)
                if approved.posted:
                    return Done(_("Approved."), approved.entry_id)
                over = _("Approved. The discussion is over, so it is kept but not posted.")
                return Done(over, approved.entry_id)
            if act == "reject":
                return Done(_("Rejected."), await self._queue.reject(who, comment, words))
            await self._queue.ask(who, comment, words)
        except RefusedError as error:
            return Done(dialect.escape(error.sentence()))
        return Done(
            _(
                "Asked. The author finds your words with /comment mine, and the comment comes back here once it "
                "is changed."
            )
        )

    async def _show(self, interaction: discord.Interaction, after: CommentId, done: Done = NOTHING) -> None:
        case = await self._queue.case(answers.viewer(interaction), after)
        above = f"{done.told}\n\n" if done.told else ""
        told = page(case) if case else _("No comment is waiting.")
        below = _panel(case) if case else []
        if done.entry_id is not None:
            below.append(Button(label=_("Undo"), custom_id=buttons.UNDO(done.entry_id), row=1))
        await answers.answer(interaction, above + told, buttons=below)


def page(case: Case) -> str:
    """A waiting comment with all that a moderator needs to decide, within one message."""
    comment = case.comment
    many = case.waiting >= COUNTED
    number = f"{COUNTED}+" if many else str(case.waiting)
    waiting = ngettext("{number} comment waits", "{number} comments wait", case.waiting).format(number=number)
    thread = case.publication.thread_id or case.publication.channel_id
    lines = [
        f"**{waiting}** · {reason(case.reason)}",
        _("{author} in {thread}").format(author=_author(comment), thread=f"<#{thread}>")
        + (f" · {timestamp(comment.created_at)}" if comment.created_at else ""),
    ]
    if case.parent is not None:
        shown = case.parent.status is Status.VISIBLE
        words = (
            dialect.escape(dialect.preview(case.parent.text, PARENT_LIMIT))
            if shown
            else _("a comment not shown")
        )
        lines.append(
            _("In answer to {author}: {words}").format(
                author=_words(case.parent.author, NAME_LIMIT), words=words
            )
        )
    head = "\n".join(lines)
    room = MESSAGE_LIMIT - dialect.utf16_length(head) - 200
    quoted = dialect.messages(Document((Quote(markdown.parse(comment.text).blocks),)), limit=room)
    body = f"{quoted[0]}\n> …" if len(quoted) > 1 else "".join(quoted)
    if comment.content_state is ContentState.HIDDEN:
        body = f"*{_('Discord did not let me read this text')}*"
    if comment.attachments:
        names = ", ".join(_words(each.name, NAME_LIMIT) for each in comment.attachments[:3])
        body += "\n" + _("With {names}").format(names=dialect.clip(names, 150))
    return f"{head}\n{body}"


def _panel(case: Case) -> list[Button]:
    comment = case.comment.id
    panel = [
        Button(
            label=_("Approve"), style=discord.ButtonStyle.success, custom_id=buttons.QUEUE("approve", comment)
        ),
        Button(
            label=_("Reject"), style=discord.ButtonStyle.danger, custom_id=buttons.QUEUE("reject", comment)
        ),
        Button(label=_("Ask to change"), custom_id=buttons.QUEUE("ask", comment)),
    ]
    if case.waiting > 1:
        panel.append(Button(label=_("Next"), custom_id=buttons.QUEUE("next", comment)))
    return panel


def _form(act: str, comment: CommentId) -> discord.ui.Modal:
    if act == "reject":
        return reason_form(
            buttons.QUEUE_FORM("reject", comment),
            title=_("Reject a comment"),
            label=_("Why?"),
            description=_("The author reads this with /comment mine. It may stay empty."),
            required=False,
        )
    return reason_form(
        buttons.QUEUE_FORM("ask", comment),
        title=_("Ask to change a comment"),
        label=_("What should be different?"),
        description=_("The author reads this with /comment mine."),
    )


def _author(comment: Comment) -> str:
    """The name as it was stored, and the member, who may have left."""
    name = f"**{_words(comment.author, NAME_LIMIT)}**"
    return name if comment.user_id is None else f"{name} (<@{comment.user_id}>)"


def _words(text: str, limit: int) -> str:
    return dialect.escape(dialect.clip(" ".join(text.split()), limit))
