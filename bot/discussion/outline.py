"""A discussion at a glance: an article's comments as a tree, and a member's own comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.discussion.access import Viewer, message_link, scope_of
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import Action, ArticleId, Comment, CommentId
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.held_comments import HeldComments
from bot.store.jumps import Jumps
from bot.store.outlines import Branch, Outlines
from bot.store.scope import Scope
from bot.store.trail import Entries
from bot.store.warned import Warned

__all__ = ["Branch", "Leaf", "Outline", "OwnPage", "TreePage"]

TREE_PAGE, MINE_PAGE = 8, 6
"""Comments on a page: what one message holds with a few words of each and a link."""

DEEPEST = 3
"""So deep a tree is shown at once; what is below is folded, for a phone has no room for more."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A comment in the tree; `folded` counts the visible ones below it that are not shown here."""

    comment: Comment
    depth: int
    link: str | None
    folded: int


@dataclass(frozen=True, slots=True)
class TreePage:
    """A page of a branch of an article's discussion."""

    title: str
    branch: Branch
    page: int
    leaves: tuple[Leaf, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of a member's own comments, newest first, with their articles' titles and links to them.

    `words` are what moderators said about those that wait or were rejected, `warnings` what filters find in others,
    `refused` those that were not taken, since their author was muted or banned.
    """

    page: int
    comments: tuple[Comment, ...]
    titles: Mapping[ArticleId, str]
    links: Mapping[CommentId, str]
    words: Mapping[CommentId, str]
    warnings: Mapping[CommentId, str]
    refused: frozenset[CommentId]
    more: bool


class Outline:
    """What members see of whole discussions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def whole(self, viewer: Viewer, slug: str, *, best_first: bool) -> TreePage:
        """The first page of an article's tree. Raises `NotFoundError` for one that the viewer may not see."""
        scope = await scope_of(self._database, viewer)
        article = await Articles(self._database).seen_by_slug(scope, slug.strip())
        if article is None:
            raise _not_here()
        return await self._tree(scope, Branch(article, best_first=best_first), 0)

    async def tree(self, viewer: Viewer, branch: Branch, page: int) -> TreePage:
        """A page of a branch. Raises `NotFoundError` for an article that the viewer may not see."""
        scope = await scope_of(self._database, viewer)
        if not await Articles(self._database).is_seen(scope, branch.article_id):
            raise _not_here()
        return await self._tree(scope, branch, page)

    async def own(self, viewer: Viewer, page: int) -> OwnPage:
        """The viewer's own comments in this server."""
        scope = await scope_of(self._database, viewer)
        ids = await Outlines(self._database, scope).own(
            viewer.user_id, limit=MINE_PAGE + 1, offset=page * MINE_PAGE
        )
        comments = await self._comments(ids[:MINE_PAGE])
        titles = await Articles(self._database).titles({each.article_id for each in comments})
        links = await self._links(scope, ids[:MINE_PAGE])
        words = await HeldComments(self._database).words_about(ids[:MINE_PAGE])
        warnings = await Warned(self._database).reasons(ids[:MINE_PAGE])
        refused = await Entries(self._database).about(ids[:MINE_PAGE], Action.COMMENT_REFUSED)
        more = len(ids) > MINE_PAGE
        return OwnPage(page, tuple(comments), titles, links, words, warnings, refused, more)

    async def _tree(self, scope: Scope, branch: Branch, page: int) -> TreePage:
        outlines = Outlines(self._database, scope)
        lines = await outlines.page(branch, deepest=DEEPEST, limit=TREE_PAGE + 1, offset=page * TREE_PAGE)
        depths = {each.comment: each.depth for each in lines[:TREE_PAGE]}
        comments = await self._comments(list(depths))
        links = await self._links(scope, list(depths))
        folded = await outlines.below([comment for comment, depth in depths.items() if depth == DEEPEST])
        titles = await Articles(self._database).titles([branch.article_id])
        leaves = (
            Leaf(each, depths[each.id], links.get(each.id), folded.get(each.id, 0)) for each in comments
        )
        return TreePage(
            titles.get(branch.article_id, ""), branch, page, tuple(leaves), more=len(lines) > TREE_PAGE
        )

    async def _comments(self, ids: Sequence[CommentId]) -> list[Comment]:
        """The comments in this order."""
        found = {each.id: each for each in await Comments(self._database).by_ids(ids)}
        return [found[each] for each in ids if each in found]

    async def _links(self, scope: Scope, ids: Sequence[CommentId]) -> dict[CommentId, str]:
        messages = await Jumps(self._database, scope).to_comments(ids)
        return {each: message_link(scope.guild_id, *message) for each, message in messages.items()}


def _not_here() -> NotFoundError:
    return NotFoundError(_("There is no such article here."), remedy=_("Choose one from the list."))
