"""Looking up: one comment with what it answers and what answers it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.discussion.access import Viewer, may_know_of, message_link, scope_of
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import ArticleId, Comment, CommentId, MessageId, Placement, Publication
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.searches import Searches
from bot.text import words

AROUND = 30
"""How many parents and how many replies are shown with a comment: more than a message holds."""

OFFERED = 25
LOOKED_THROUGH = 500
"""Among how many of the newest comments autocomplete looks for what somebody types."""

LONGEST = 100
"""What is longer than this nobody types: it is looked for in those only."""

PATIENCE = 1.0
"""Seconds after which older comments are not looked for any longer."""


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment, its nearest parents from the nearest up, its first direct replies, and links to their messages.

    How many parents and direct replies there are is in `depth` and `answered`.
    """

    comment: Comment
    ancestors: tuple[Comment, ...]
    depth: int
    replies: tuple[Comment, ...]
    answered: int
    links: Mapping[CommentId, str]
    article_title: str


class Lookup:
    """What members can look up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def comment(
        self, viewer: Viewer, *, comment_id: CommentId | None = None, message_id: MessageId | None = None
    ) -> CommentView:
        """A comment by its id or by a message that shows it.

        Raises `NotFoundError` where there is none that the viewer may see.
        """
        found = await self.find(viewer, comment_id=comment_id, message_id=message_id)
        comments, seen = Comments(self._database), await self._seen(viewer, found.article_id)
        ancestors = [each for each in await comments.ancestors(found.id) if _exists(each, viewer, seen)]
        replies = [each for each in await comments.replies(found.id) if _exists(each, viewer, seen)]
        article = await Articles(self._database).by_id(found.article_id)
        return CommentView(
            comment=found,
            ancestors=tuple(ancestors[:AROUND]),
            depth=len(ancestors),
            replies=tuple(replies[:AROUND]),
            answered=len(replies),
            links=await self.links([found, *ancestors[:AROUND], *replies[:AROUND]], seen),
            article_title=article.title if article else "",
        )

    async def find(
        self, viewer: Viewer, *, comment_id: CommentId | None = None, message_id: MessageId | None = None
    ) -> Comment:
        """The same comment without what stands around it, of which there may be much. Raises `NotFoundError`."""
        comments = Comments(self._database)
        found = None
        if comment_id is not None:
            found = await comments.by_id(comment_id)
        elif message_id is not None:
            found = await comments.by_message(message_id)
        seen = await self._seen(viewer, found.article_id) if found else []
        if found is None or not _exists(found, viewer, seen):
            raise NotFoundError(_("There is no such comment here."))
        return found

    async def comments_offered(self, viewer: Viewer, typed: str) -> list[Comment]:
        """Comments that the viewer may see: the newest that hold what was typed, then older ones with these words."""
        scope = await scope_of(self._database, viewer)
        comments = Comments(self._database)
        found = await comments.recent(scope, typed, among=LOOKED_THROUGH, limit=OFFERED)
        wanted = words.match(typed) if len(typed) <= LONGEST else None
        if wanted is None or len(found) == OFFERED:
            return found
        known = {each.id for each in found}
        ids: list[CommentId] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                ids = await Searches(self._database, scope).newest(wanted, OFFERED)
        older = await comments.by_ids([each for each in ids if each not in known])
        return [*found, *sorted(older, key=lambda each: -each.id)][:OFFERED]

    async def _seen(self, viewer: Viewer, article: ArticleId) -> list[Publication]:
        """The publications of an article that the viewer may see, newest first."""
        publications = await Publications(self._database).of_article_in(article, viewer.guild_id)
        return [each for each in publications if viewer.sees(each)]

    async def links(self, comments: Sequence[Comment], seen: Sequence[Publication]) -> dict[CommentId, str]:
        """Where each comment can be read: its own message, or the one that shows it in a publication seen."""
        guilds = {publication.id: publication.guild_id for publication in seen}
        links: dict[CommentId, str] = {}
        for comment in comments:
            if comment.message_id and comment.channel_id and comment.publication_id:
                guild = guilds[comment.publication_id]
                links[comment.id] = message_link(guild, comment.channel_id, comment.message_id)
                continue
            for placement in await Placements(self._database).of_comment(comment.id):
                if placement.publication_id in guilds and placement.message_id and _stands(placement):
                    guild = guilds[placement.publication_id]
                    links[comment.id] = message_link(guild, placement.channel_id or 0, placement.message_id)
                    break
        return links


def _exists(comment: Comment, viewer: Viewer, seen: Sequence[Publication]) -> bool:
    """Whether a comment is part of what these publications show the viewer: the source's, or written in one of them."""
    if comment.publication_id is None:
        return bool(seen) and may_know_of(viewer, comment)
    where = [each.channel_id for each in seen if each.id == comment.publication_id]
    return bool(where) and may_know_of(viewer, comment, where[0])


def _stands(placement: Placement) -> bool:
    """Whether a message of ours is still there and meant to be."""
    return not placement.gone and placement.wanted is not None
