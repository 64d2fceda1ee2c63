"""The *More* menu of a message: what can be done about what it shows, as a panel of buttons."""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.following import Following
from bot.discussion.lookup import Lookup
from bot.discussion.subjects import Subject, Subjects
from bot.language import gettext as _
from bot.model import CommentId, Followed, MessageId, Origin, Target
from cogs import answers, offers, rendering
from cogs.interactive import Interactive, message_menu
from cogs.routes import pressed

Button = discord.ui.Button[discord.ui.View]


class More(Interactive):
    """The menu, and *Show*, which needs no other place."""

    def __init__(
        self, bot: commands.Bot, *, subjects: Subjects, lookup: Lookup, following: Following
    ) -> None:
        super().__init__(bot)
        self._subjects = subjects
        self._lookup = lookup
        self._following = following
        self.menus = (message_menu("More", self._more),)
        self.routes = (pressed(buttons.SHOW, self._show_pressed),)

    async def _more(self, interaction: discord.Interaction, message: discord.Message) -> None:
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        subject = await self._subjects.shown_by(who, MessageId(message.id))
        following = [
            target
            for target in (subject.target, Target(Followed.ARTICLE, subject.article.id))
            if await self._following.is_following(who, target)
        ]
        await answers.answer(interaction, rendering.subject(subject), buttons=_panel(subject, following))

    async def _show_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        view = await self._lookup.comment(who, comment_id=CommentId(int(found["comment"])))
        offered = await offers.around(who, view, self._following)
        await answers.answer(interaction, rendering.comment(view), buttons=offered)


def _panel(subject: Subject, following: list[Target]) -> list[Button]:
    """What can be done, the nearest first."""
    comment = subject.comment
    panel: list[Button] = []
    if comment is not None:
        panel.append(discord.ui.Button(label=_("Show"), custom_id=buttons.SHOW(comment.id)))
    tree = buttons.OUTLINE(subject.article.id, comment.id if comment is not None else 0)
    panel.append(discord.ui.Button(label=_("Discussion as a tree"), custom_id=tree))
    if comment is not None and comment.origin is Origin.IMPORTED:
        panel.append(discord.ui.Button(label=_("Claim as mine"), custom_id=buttons.CLAIM(comment.id)))
    targets = dict.fromkeys((subject.target, Target(Followed.ARTICLE, subject.article.id)))
    return [*panel, *(offers.follow(each, following=each in following) for each in targets)]
