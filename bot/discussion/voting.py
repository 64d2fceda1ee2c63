"""Voting: a reaction to a comment, with one of a few emoji, is a vote for it. One member has one vote a comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.discussion.access import Viewer
from bot.discussion.events import Voted, VotesCleared, VotesRead
from bot.discussion.lookup import Lookup
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import Comment, CommentId, PublicationId
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.cursors import Cursors
from bot.store.database import Database, Transaction
from bot.store.personal import Personal
from bot.store.publications import Publications
from bot.store.votes import Votes

SHOWN = 10
"""How many of the best comments are shown."""

_COUNTING = frozenset("👍❤⬆🔼")
_LOOKS = dict.fromkeys([0xFE0F, *range(0x1F3FB, 0x1F400)])  # a coloured heart, a hand of any skin


def counts(emoji: str) -> bool:
    """Whether a reaction with this emoji is a vote: 👍 in any skin tone, ❤️, ⬆️ and 🔼."""
    return emoji.translate(_LOOKS) in _COUNTING


async def record_vote(tx: Transaction, event: Voted | VotesCleared | VotesRead) -> bool:
    """Note what has become of the votes for a comment; what is no comment has none.

    Returns whether the event is early: its message is not known yet, and may turn out to be or show a comment. Who is
    banned has no vote, and nothing is stored of who opted out. What a reading finds of somebody who was erased stays
    erased.
    """
    votes, now = Votes(tx), datetime.now(UTC)
    changed = 0
    match event:
        case Voted(_, message, emoji, voter, given=True):
            if await Personal(tx).opted_out([voter]):
                return False
            changed = await votes.cast(tx, message, emoji, [voter], now)
        case Voted(_, message, emoji, voter):
            changed = await votes.take_back(tx, message, emoji, voter)
        case VotesCleared(_, message, emoji):
            changed = await votes.clear(tx, message, emoji)
        case VotesRead(_, message, emoji, voters):
            await votes.keep_only(tx, message, emoji, voters)
            unwelcome = await Personal(tx).erased_or_opted_out(voters)
            await votes.cast(tx, message, emoji, [each for each in voters if each not in unwelcome], now)
            return False
    cursors = Cursors(tx)
    return (
        not changed
        and not await cursors.knows_any([event.message_id])
        and await cursors.is_capturing(event.channel_id)
    )


@dataclass(frozen=True, slots=True)
class Best:
    """The best comments on an article, best first, with their votes and links to their messages."""

    title: str
    comments: Sequence[Comment]
    votes: Mapping[CommentId, int]
    links: Mapping[CommentId, str]


class Voting:
    """What members can ask about votes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lookup = Lookup(database)

    async def best(self, viewer: Viewer, publication_id: PublicationId) -> Best:
        """The best comments of an article, by the votes in the publications of it that the viewer may see."""
        publication = await Publications(self._database).by_id(publication_id)
        if publication is None or not viewer.sees(publication):
            raise NotFoundError(_("There is no such article here."))
        article = await Articles(self._database).by_id(publication.article_id)
        publications = await Publications(self._database).of_article_in(
            publication.article_id, viewer.guild_id
        )
        seen = [each for each in publications if viewer.sees(each)]
        found = await Votes(self._database).best([each.id for each in seen], limit=SHOWN)
        by_id = {
            each.id: each
            for each in await Comments(self._database).by_ids([each.comment_id for each in found])
        }
        comments = [by_id[each.comment_id] for each in found if each.comment_id in by_id]
        return Best(
            title=article.title if article else "",
            comments=comments,
            votes={each.comment_id: each.votes for each in found},
            links=await self._lookup.links(comments, seen),
        )
