"""How articles and their comments look on a terminal, and the list of them as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from bot.cli.output import print_indented, show_json, terminal
from bot.discussion import exporting
from bot.model import Article, Comment, Origin, Section, Status
from bot.printable import printable
from bot.store.articles import ArticleSummary
from bot.store.comments import Nested
from bot.store.database import Database

_DEEPEST_INDENT = 10
"""Levels that are shown by indenting; below, their number stands in words, for there is no room."""


def show_list(articles: Sequence[ArticleSummary], *, as_json: bool) -> None:
    """All articles: the JSON that other programs rely on, or a list."""
    if as_json:
        show_json([_listed(article) for article in articles])
        return
    console = terminal()
    for article in articles:
        console.print(Text(printable(article.slug), style="bold"), soft_wrap=True)  # whole, to be copied
        print_indented(console, Text(f"{printable(article.title)}\n{_counted(article)}"), 2)
    if not articles:
        console.print("There are no articles yet: `oped import SOURCE` reads one in.")


def _counted(article: ArticleSummary) -> str:
    states = Counter(str(posted.state) for posted in article.publications)
    posted = ", ".join(f"{number} {state}" for state, number in states.items()) or "nowhere"
    return f"sections: {article.sections}, comments: {article.comments}, posted: {posted}"


async def show(database_url: str, slug: str) -> None:
    """An article with its sections, then its comments as a tree. Raises `NotFoundError`."""
    console = terminal()
    async with (
        Database.open(database_url, read_only=True) as database,
        exporting.show(database, slug) as (article, comments),
    ):
        _print_article(console, article)
        number = 0
        async for nested in comments:
            _print_comment(console, nested)
            number += 1
    console.print(f"Comments: {number}")


def _print_article(console: Console, article: Article) -> None:
    console.print(Text(printable(article.title), style="bold"))
    byline = [f"by {printable(article.author)}" if article.author else "", _time(article.published_at)]
    console.print(Text(" · ".join(filter(None, byline))))
    if article.source_url:
        console.print(Text(printable(article.source_url)), soft_wrap=True)
    for section in article.sections:
        print_indented(console, _section(section), 0)
    console.print()


def _listed(article: ArticleSummary) -> dict[str, object]:
    return {
        "slug": article.slug,
        "title": article.title,
        "source_url": article.source_url,
        "sections": article.sections,
        "comments": article.comments,
        "publications": [
            {"guild_id": str(each.guild_id), "channel_id": str(each.channel_id), "state": str(each.state)}
            for each in article.publications
        ],
    }


def _section(section: Section) -> Text:
    heading = "Introduction" if section.heading is None else printable(section.heading)
    return Text.assemble(
        "\n", (f"{section.number}. {heading}", "bold"), "\n", printable(section.text, keep="\n")
    )


def _print_comment(console: Console, nested: Nested) -> None:
    comment, depth = nested.comment, nested.depth
    facts = [
        _time(comment.created_at),
        "member" if comment.origin is Origin.DISCORD else "",
        f"on section {comment.section}" if comment.section and not depth else "",
        f"level {depth + 1}" if depth > _DEEPEST_INDENT else "",
        _standing(comment),
    ]
    head = Text.assemble((printable(comment.author), "bold"), *(f" · {fact}" for fact in facts if fact))
    hanging = ", ".join(f"the {each.kind} “{printable(each.name)}”" for each in comment.attachments)
    body = [printable(comment.text, keep="\n"), f"With {hanging}" if hanging else ""]
    text = Text("\n".join(filter(None, body)) or "(no text)")
    print_indented(console, Text("\n").join((head, text)), 2 * min(depth, _DEEPEST_INDENT))
    console.print()


def _standing(comment: Comment) -> str:
    if comment.status is Status.VISIBLE:
        return ""
    return f"{comment.status} by {comment.status_by}" if comment.status_by else str(comment.status)


def _time(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else ""
