"""The audit trail as moderators page through it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons, chronicle
from bot.discussion.chronicle import Chronicle, Filter, Page
from bot.discussion.layout import timestamp
from bot.language import gettext as _
from bot.model import Action, Entry, EntryId, PublicationId, UserId
from bot.text import dialect
from cogs import answers
from cogs.interactive import Interactive
from cogs.routes import pressed

LINES_LIMIT = 1900
COMMENT_LIMIT = 70

Button = discord.ui.Button[discord.ui.View]


class LogPages(Interactive):
    """The buttons that turn the pages."""

    def __init__(self, bot: commands.Bot, *, trail: Chronicle) -> None:
        super().__init__(bot)
        self._trail = trail
        self.routes = (pressed(buttons.LOG, self._turned),)

    async def _turned(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        wanted = Filter(
            action=Action(found["action"]) if found["action"] in set(Action) else None,
            actor=UserId(int(found["actor"])) or None,
            user=UserId(int(found["user"])) or None,
            publication=PublicationId(int(found["publication"])) or None,
        )
        await show_log(interaction, self._trail, wanted, EntryId(int(found["before"])) or None)


async def show_log(
    interaction: discord.Interaction, trail: Chronicle, wanted: Filter, before: EntryId | None = None
) -> None:
    """Answer with a page of the trail. The interaction is deferred already."""
    page = await trail.page(answers.viewer(interaction), wanted, before)
    if not page.entries:
        await answers.answer(interaction, _("There are no such entries."))
        return
    lines = list(_that_fit(_line(each, page.comments.get(each.id, "")) for each in page.entries))
    if len(lines) < len(page.entries):
        # The others are on the next page.
        shown = page.entries[: len(lines)]
        page = replace(page, entries=shown, older=shown[-1].id)
    await answers.answer(interaction, "\n".join(lines), buttons=_below(page, wanted, before))


def _that_fit(lines: Iterable[str]) -> Iterator[str]:
    """As many lines as a message holds; one at least, which is never so long."""
    room = LINES_LIMIT
    for number, line in enumerate(lines):
        room -= dialect.utf16_length(line) + 1
        if number and room < 0:
            return
        yield line


def _line(entry: Entry, comment: str) -> str:
    """An entry, and below it a few words of the comment that it is about: which one it was."""
    line = f"`#{entry.id}` {timestamp(entry.at)} {chronicle.sentence(entry)}"
    words = dialect.escape(dialect.preview(comment, COMMENT_LIMIT))
    return f"{line}\n> {words}" if words else line


def _below(page: Page, wanted: Filter, before: EntryId | None) -> list[Button]:
    offered = []
    if before is not None:
        offered.append(Button(label=_("Newest"), custom_id=_page(wanted, None)))
    if page.older is not None:
        offered.append(Button(label=_("Older"), custom_id=_page(wanted, page.older)))
    undo = [
        Button(
            label=_("Undo #{number}").format(number=each.id),
            custom_id=buttons.UNDO(each.id),
            row=1 + place // 4,
        )
        for place, each in enumerate(filter(chronicle.can_be_undone, page.entries))
    ]
    return [*offered, *undo]


def _page(wanted: Filter, before: EntryId | None) -> str:
    return buttons.LOG(
        before or 0, wanted.action or "", wanted.actor or 0, wanted.user or 0, wanted.publication or 0
    )


def actions_offered(typed: str) -> list[app_commands.Choice[str]]:
    """The kinds of entry whose names hold what was typed."""
    named = ((name, action.value) for action, name in chronicle.action_names().items())
    return answers.choices((name, value) for name, value in named if typed.casefold() in name.casefold())


def which_action(chosen: str | None) -> Action | None:
    """The kind of entry that a choice stands for; free text stands for none."""
    return Action(chosen) if chosen in set(Action) else None
