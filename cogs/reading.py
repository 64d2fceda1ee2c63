"""What helps members to read: *Discuss* under each section, and *Read here*."""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.pages import Page, Pages, Place
from bot.discussion.rooms import Rooms
from bot.language import gettext as _
from bot.model import MessageId, PublicationId
from bot.text import dialect
from cogs import answers
from cogs.interactive import Interactive
from cogs.routes import pressed

TITLE_LIMIT = 80


class Reading(Interactive):
    """The buttons under an article's messages that are for reading it."""

    def __init__(self, bot: commands.Bot, *, rooms: Rooms, pages: Pages) -> None:
        super().__init__(bot)
        self._rooms = rooms
        self._pages = pages
        self.routes = (
            pressed(buttons.DISCUSS, self._discuss_pressed),
            pressed(buttons.READ, self._read_pressed),
        )

    async def _discuss_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        message = interaction.message.id if interaction.message else 0
        address = await self._rooms.discuss(
            answers.viewer(interaction),
            PublicationId(int(found["publication"])),
            MessageId(message),
            may_write=_may_write(interaction),
        )
        await answers.answer(interaction, _("This section is discussed in {thread}.").format(thread=address))

    async def _read_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        place = int(found["section"]), int(found["part"])
        page = await self._pages.page(
            answers.viewer(interaction), PublicationId(int(found["publication"])), place
        )
        await answers.answer(interaction, _page(page), buttons=_turning(page))


def _page(page: Page) -> str:
    """A page under a line that says where in the article it is."""
    title = dialect.escape(dialect.clip(" ".join(page.title.split()), TITLE_LIMIT))
    where = _("{title} · section {number} of {sections}").format(
        title=title, number=page.section, sections=page.sections
    )
    return f"-# {where}\n{page.text}"


def _turning(page: Page) -> list[discord.ui.Button[discord.ui.View]]:
    # A button that leads nowhere stays in its place, so that the other does not move under the finger.
    comments = buttons.OUTLINE(page.publication.article_id, 0)
    return [
        _turn(_("Previous page"), page, page.previous or (0, 0), disabled=page.previous is None),
        _turn(
            _("Next page"), page, page.following or (page.sections + 1, 0), disabled=page.following is None
        ),
        discord.ui.Button(label=_("Comments"), custom_id=comments),
    ]


def _turn(label: str, page: Page, place: Place, *, disabled: bool) -> discord.ui.Button[discord.ui.View]:
    custom_id = buttons.READ(page.publication.id, *place)
    return discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled)


def _may_write(interaction: discord.Interaction) -> bool:
    """Whether Discord would let this member write in threads of this channel."""
    _guild, member = answers.asker(interaction)
    timed_out = member.timed_out_until is not None and member.timed_out_until > interaction.created_at
    return interaction.permissions.send_messages_in_threads and not timed_out and not member.pending
