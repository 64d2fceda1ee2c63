"""What one can look at and follow: an article in a server, a section of it, a comment with all that answers it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.discussion.access import Viewer
from bot.discussion.lookup import Lookup
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import (
    Article,
    ArticleId,
    Comment,
    CommentId,
    Followed,
    MessageId,
    Section,
    SectionId,
    Target,
)
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.placements import Placements
from bot.store.publications import Publications


@dataclass(frozen=True, slots=True)
class Subject:
    """An article that the viewer may see, and the section or comment of it that is meant, if one is."""

    article: Article
    section: Section | None = None
    comment: Comment | None = None

    @property
    def target(self) -> Target:
        """What one follows who follows this."""
        if self.comment is not None:
            return Target(Followed.COMMENT, self.comment.id)
        if self.section is not None:
            return Target(Followed.SECTION, self.section.id)
        return Target(Followed.ARTICLE, self.article.id)


class Subjects:
    """Finds them for those who may see them; for all others there are none."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lookup = Lookup(database)

    async def shown_by(self, viewer: Viewer, message: MessageId) -> Subject:
        """What a message of a discussion shows. Raises `NotFoundError` for any other."""
        placement = await Placements(self._database).by_message(message)
        comment = await Comments(self._database).by_message(message)
        if comment is not None:
            return await self.of(viewer, Target(Followed.COMMENT, comment.id))
        publication = (
            await Publications(self._database).by_id(placement.publication_id) if placement else None
        )
        if placement is None or publication is None:
            raise NotFoundError(_("This message is no part of an article's discussion."))
        if placement.section_id is not None:
            return await self.of(viewer, Target(Followed.SECTION, placement.section_id))
        return await self.of(viewer, Target(Followed.ARTICLE, publication.article_id))

    async def of(self, viewer: Viewer, target: Target) -> Subject:
        """What a target stands for. Raises `NotFoundError` where it is not there for the viewer, or no longer."""
        if target.kind is Followed.COMMENT:
            comment = await self._lookup.find(viewer, comment_id=CommentId(target.id))
            return Subject(await self._article(viewer, comment.article_id), comment=comment)
        if target.kind is Followed.ARTICLE:
            return Subject(await self._article(viewer, ArticleId(target.id)))
        article_id = await Articles(self._database).of_section(SectionId(target.id))
        article = await self._article(viewer, article_id)
        section = next((each for each in article.sections if each.id == target.id), None)
        if section is None:
            raise NotFoundError(_("This section is no longer part of the article."))
        return Subject(article, section=section)

    async def _article(self, viewer: Viewer, article_id: ArticleId | None) -> Article:
        article = None
        if article_id is not None:
            publications = await Publications(self._database).of_article_in(article_id, viewer.guild_id)
            if any(map(viewer.sees, publications)):
                article = await Articles(self._database).by_id(article_id)
        if article is None:
            raise NotFoundError(_("There is no such article here."))
        return article
