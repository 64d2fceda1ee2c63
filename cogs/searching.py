"""What `/comment search` answers with, and the buttons that turn its pages."""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.layout import timestamp
from bot.discussion.searching import Asked, Result, Results, Searching
from bot.language import gettext as _
from bot.model import QueryId
from bot.text import dialect, words
from bot.text.tree import Document, Paragraph, Quote
from cogs import answers
from cogs.interactive import Interactive
from cogs.paging import Button, turning
from cogs.routes import pressed

NAME_LIMIT, TITLE_LIMIT, ASKED_LIMIT = 40, 60, 100
EXCERPT_LIMIT = 200


class Pages(Interactive):
    """The buttons under what was found."""

    def __init__(self, bot: commands.Bot, *, searching: Searching) -> None:
        super().__init__(bot)
        self._searching = searching
        self.routes = (pressed(buttons.FOUND, self._turned),)

    async def _turned(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        who = answers.viewer(interaction)
        results = await self._searching.turn(who, QueryId(int(found["query"])), int(found["page"]))
        await _answer(interaction, results)


async def search(interaction: discord.Interaction, searching: Searching, asked: Asked) -> None:
    """Answer with the first page of what is found."""
    await answers.defer(interaction)
    await _answer(interaction, await searching.search(answers.viewer(interaction), asked))


async def _answer(interaction: discord.Interaction, found: Results) -> None:
    await answers.answer(interaction, written(found), buttons=_turning(found))


def _turning(found: Results) -> list[Button]:
    query = found.id
    if query is None:
        return []
    return turning(lambda page: buttons.FOUND(query, page), found.page, more=found.more)


def written(found: Results) -> str:
    """A page of results, each with where it stands and the words found in bold."""
    asked = _words(found.words, ASKED_LIMIT)
    if not found.results:
        told = (
            _("Nothing more was found for “{words}”.")
            if found.page
            else _("Nothing was found for “{words}”.")
        )
        return "\n".join([told.format(words=asked), *_narrowing(found)])
    if found.loosely:
        head = _("Nothing has exactly the words “{words}”. These have words that begin alike:")
    elif found.page:
        head = _("Found for “{words}”, page {page}:")
    else:
        head = _("Found for “{words}”:")
    lines = [head.format(words=asked, page=found.page + 1)]
    return answers.fitted([*lines, *_narrowing(found), *map(_result, found.results)], dialect.MESSAGE_LIMIT)


def _narrowing(found: Results) -> list[str]:
    """What to do where there is more than was looked at."""
    if found.whole:
        return []
    return [
        _(
            "-# These words stand in so many comments that I looked at the newest of them only. "
            "Add a word, an author or an article to find others."
        )
    ]


def _result(each: Result) -> str:
    title = _words(each.title, TITLE_LIMIT)
    if each.comment is not None:
        author = _words(each.comment.author, NAME_LIMIT)
        if each.comment.created_at is None:
            line = _("**{author}** on **{title}**").format(author=author, title=title)
        else:
            when = timestamp(each.comment.created_at, "d")
            line = _("**{author}** on **{title}**, {date}").format(author=author, title=title, date=when)
    elif each.section == 1:
        line = _("The article **{title}**").format(title=title)
    else:
        heading = _words(each.heading or "", TITLE_LIMIT)
        line = _("**{title}**, section {number}: {heading}").format(
            title=title, number=each.section, heading=heading
        )
    link = f" [{_('jump')}]({each.link})" if each.link else ""
    return f"- {line}{link}\n{_excerpt(each)}"


def _excerpt(each: Result) -> str:
    quote = Document((Quote((Paragraph(words.excerpt(each.excerpt)),)),))
    pages = dialect.messages(quote, limit=EXCERPT_LIMIT)
    if not pages:
        return "> …"
    return pages[0] if len(pages) == 1 else f"{pages[0]}…"


def _words(text: str, limit: int) -> str:
    return dialect.escape(dialect.clip(" ".join(text.split()), limit))
