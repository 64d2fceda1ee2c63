"""Figures about the discussion of an article."""

from __future__ import annotations

from dataclasses import dataclass

from bot.discussion.access import Viewer
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import PublicationId
from bot.store.articles import Articles
from bot.store.database import Database
from bot.store.publications import Publications
from bot.store.statistics import Figures, Statistics

__all__ = ["Counting", "DiscussionFigures", "Figures"]

PEOPLE = 10
"""How many of the most active people are named."""


@dataclass(frozen=True, slots=True)
class DiscussionFigures:
    """What is counted of the discussion of an article, as far as one server may see it."""

    title: str
    figures: Figures


class Counting:
    """What the people of a server may know in figures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, viewer: Viewer, publication_id: PublicationId) -> DiscussionFigures:
        """The figures of a publication's article: the source's comments, and the members' in channels that one sees.

        Raises `NotFoundError` where the viewer may not see the publication.
        """
        async with self._database.snapshot() as snapshot:
            publications = Publications(snapshot)
            publication = await publications.by_id(publication_id)
            if publication is None or not viewer.sees(publication):
                raise NotFoundError(_("There is no such publication here."), remedy=_("See /article list."))
            article = await Articles(snapshot).by_id(publication.article_id)
            if article is None:
                raise LookupError("a row vanished that a constraint keeps")
            here = await publications.of_article_in(article.id, viewer.guild_id)
            seen = [each.id for each in here if viewer.sees(each)]
            figures = await Statistics(snapshot, article.id, seen).figures(people=PEOPLE)
        return DiscussionFigures(article.title, figures)
