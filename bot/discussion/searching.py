"""Searching articles and discussions, as far as the person who asks may see them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.discussion.access import Viewer, message_link, scope_of
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import ArticleId, Comment, QueryId
from bot.store.articles import Articles
from bot.store.authors import authors_named
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.jumps import Jumps, Message
from bot.store.personal import Personal
from bot.store.scope import Scope
from bot.store.search_queries import Query, SearchQueries
from bot.store.searches import Hit, Hits, Searches
from bot.text import words

PAGE = 5
"""Results on a page: what one message holds with their excerpts."""

LONGEST = 200
"""Characters that a search may have; what is longer is a text rather than a question."""

PATIENCE = 5.0
"""Seconds after which a search is given up: it waits for a busy disk, or asks for dozens of words from everywhere."""

OFFERED = 25

_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person filled in: words, and as they stand the other conditions, days as 2024, 2024-05 or 2024-05-31."""

    words: str
    author: str | None = None
    article: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was found: a comment, else the section of that number and heading, in an article of that title.

    `link` jumps to it; `excerpt` is the part of it that tells why it was found, as `bot.text.words` reads it.
    """

    title: str
    comment: Comment | None
    section: int | None
    heading: str | None
    link: str | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found; `id` is there where there are other pages.

    `loosely` says that nothing has the very words, and these have words that begin alike. `whole` is False where very
    many comments have them, and only the newest of those were considered.
    """

    id: QueryId | None
    words: str
    page: int
    results: tuple[Result, ...]
    more: bool
    loosely: bool
    whole: bool


class Searching:
    """The use cases around searching."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, viewer: Viewer, asked: Asked) -> Results:
        """The first page of what is found.

        Raises `RefusedError` for words or days that cannot be searched for, `NotFoundError` for an article that is
        not there for the viewer.
        """
        text = words.storable(asked.words).strip()
        if len(text) > LONGEST:
            raise RefusedError(
                _("This is too long to search for."),
                remedy=_("Use at most {number} characters.").format(number=LONGEST),
            )
        if words.match(text) is None:
            raise RefusedError(_("There is no word in this to search for."))
        scope = await scope_of(self._database, viewer)
        query = Query(
            words=text,
            author=words.storable(asked.author or "").strip() or None,
            article_id=await self._article(scope, asked.article) if asked.article else None,
            since=_day(asked.since, after=False) if asked.since else None,
            until=_day(asked.until, after=True) if asked.until else None,
        )
        found = await self._page(scope, query, 0)
        if not found.more:
            return found
        async with self._database.transaction() as tx:
            if await Personal(tx).opted_out([viewer.user_id]):
                return found  # without further pages: to turn them, the query would have to be kept
            kept = await SearchQueries(tx).add(tx, query, viewer.guild_id, viewer.user_id, datetime.now(UTC))
        return replace(found, id=kept)

    async def turn(self, viewer: Viewer, query_id: QueryId, page: int) -> Results:
        """Another page of one's own search. Raises `NotFoundError` once the search is forgotten."""
        query = await SearchQueries(self._database).get(
            query_id, viewer.guild_id, viewer.user_id, datetime.now(UTC)
        )
        if query is None:
            raise NotFoundError(
                _("This search was a while ago and is forgotten."), remedy=_("Search once more.")
            )
        scope = await scope_of(self._database, viewer)
        return replace(await self._page(scope, query, page), id=query_id)

    async def authors_offered(self, viewer: Viewer, typed: str) -> list[str]:
        """Names that begin like this of people whose comments the viewer may see."""
        scope = await scope_of(self._database, viewer)
        return await authors_named(self._database, scope, words.storable(typed).strip(), OFFERED)

    async def articles_offered(self, viewer: Viewer, typed: str) -> list[tuple[str, str]]:
        """Slugs and titles of articles that the viewer may see and that contain this in either."""
        scope = await scope_of(self._database, viewer)
        return await Articles(self._database).seen(scope, typed.strip(), OFFERED)

    async def _article(self, scope: Scope, wanted: str) -> ArticleId:
        article = await Articles(self._database).seen_by_slug(scope, words.storable(wanted).strip())
        if article is None:
            raise NotFoundError(_("There is no such article here."), remedy=_("Choose one from the list."))
        return article

    async def _page(self, scope: Scope, query: Query, page: int) -> Results:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._found(scope, query, page)
        except TimeoutError as error:
            raise RefusedError(
                _("It would take me too long to search for this."),
                remedy=_("Use fewer words, or rarer ones."),
            ) from error

    async def _found(self, scope: Scope, query: Query, page: int) -> Results:
        searches = Searches(self._database, scope)
        loosely, found = False, await self._hits(searches, query, page, loosely=False)
        if not found.hits and (page == 0 or not (await self._hits(searches, query, 0, loosely=False)).hits):
            alike = await self._hits(searches, query, page, loosely=True)
            loosely, found = (True, alike) if alike.hits else (False, found)
        return Results(
            id=None,
            words=query.words,
            page=page,
            results=tuple(await self._results(scope, found.hits[:PAGE])),
            more=len(found.hits) > PAGE,
            loosely=loosely,
            whole=found.whole,
        )

    async def _hits(self, searches: Searches, query: Query, page: int, *, loosely: bool) -> Hits:
        match = words.match(query.words, loosely=loosely)
        if match is None or (loosely and match == words.match(query.words)):
            return Hits((), whole=True)
        return await searches.find(match, query, limit=PAGE + 1, offset=page * PAGE)

    async def _results(self, scope: Scope, hits: Sequence[Hit]) -> list[Result]:
        comment_ids = [each.comment for each in hits if each.comment is not None]
        section_ids = [each.section for each in hits if each.section is not None]
        articles, jumps = Articles(self._database), Jumps(self._database, scope)
        comments = {each.id: each for each in await Comments(self._database).by_ids(comment_ids)}
        sections = await articles.headings(section_ids)
        titles = await articles.titles(
            [
                *(each.article_id for each in comments.values()),
                *(each.article_id for each in sections.values()),
            ]
        )
        to_comments = await jumps.to_comments(comment_ids)
        to_sections = await jumps.to_sections(section_ids)
        results = []
        # What was found may have vanished between two looks.
        for hit in hits:
            if hit.comment in comments:
                comment = comments[hit.comment]
                link = _link(scope, to_comments.get(comment.id))
                results.append(Result(titles[comment.article_id], comment, None, None, link, hit.excerpt))
            elif hit.section in sections:
                section = sections[hit.section]
                link = _link(scope, to_sections.get(hit.section))
                title = titles[section.article_id]
                results.append(Result(title, None, section.number, section.heading, link, hit.excerpt))
        return results


def _link(scope: Scope, message: Message | None) -> str | None:
    return None if message is None else message_link(scope.guild_id, *message)


def _day(text: str, *, after: bool) -> datetime:
    """The beginning of a day, month or year in UTC, or with `after` that of the next one."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise _no_day()
    year, month, day = (int(found[each]) if found[each] else None for each in ("year", "month", "day"))
    try:
        start = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
        if not after:
            return start
        if day is not None:
            return start + timedelta(days=1)
        months = start.year * 12 + start.month - 1 + (1 if month else 12)
        return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise _no_day() from error


def _no_day() -> RefusedError:
    return RefusedError(
        _("I cannot read this as a date."), remedy=_("Write it like 2024-05-31, 2024-05 or 2024.")
    )
