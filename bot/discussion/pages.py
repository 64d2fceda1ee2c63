"""*Read here*: the article page by page, for those who find channels tiring."""

from __future__ import annotations

from dataclasses import dataclass

from bot.discussion import layout
from bot.discussion.access import Viewer
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import Publication, PublicationId, Section
from bot.store.articles import Articles
from bot.store.database import Database
from bot.store.publications import Publications

PAGE_LIMIT = 1_800
"""UTF-16 units of the article on a page; the line that says where one is needs the rest of the message."""

LAST_PART = 999_999
"""Stands for the last part of a section, however many it has."""

Place = tuple[int, int]
"""A section's number and the part of it, from 0."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page, where it stands in the article, and the places before and after it, None at either end."""

    publication: Publication
    title: str
    text: str
    section: int
    sections: int
    previous: Place | None
    following: Place | None


class Pages:
    """Articles to be read page by page."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, viewer: Viewer, publication_id: PublicationId, place: Place) -> Page:
        """One page. A place that the article does not have, or no longer, is the nearest one that it has.

        Raises `NotFoundError` for a publication that the viewer may not see.
        """
        publication = await Publications(self._database).by_id(publication_id)
        if publication is None or not viewer.sees(publication):
            raise NotFoundError(_("There is no such article here."))
        article = await Articles(self._database).by_id(publication.article_id)
        if article is None:
            raise LookupError(f"publication {publication.id} has no article")
        number = min(max(place[0], 1), len(article.sections))
        parts = _parts(article.sections[number - 1])
        part = min(place[1], len(parts) - 1)
        previous = (number, part - 1) if part > 0 else (number - 1, LAST_PART)
        following = (number, part + 1) if part + 1 < len(parts) else (number + 1, 0)
        return Page(
            publication=publication,
            title=article.title,
            text=parts[part],
            section=number,
            sections=len(article.sections),
            previous=previous if previous[0] >= 1 else None,
            following=following if following[0] <= len(article.sections) else None,
        )


def _parts(section: Section) -> list[str]:
    return layout.section_pages(section, PAGE_LIMIT)
