"""The plan of a publication: which messages it should have, and what would change to get there.

Nothing here is remembered beside the placements: a plan is worked out from the article and its comments
whenever it is needed, and stating it again changes nothing. Only the difference is kept and written, so that
neither memory nor a transaction grows with the discussion.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.discussion import layout, navigation
from bot.discussion.buttons import Buttons
from bot.discussion.servers import in_language_of
from bot.model import (
    Article,
    Comment,
    CommentId,
    Part,
    Placement,
    PlacementId,
    PlacementKind,
    Publication,
    PublicationState,
    SectionId,
    Status,
)
from bot.store.articles import Articles
from bot.store.branches import Branches
from bot.store.comments import Comments
from bot.store.database import Database, Reader, Transaction
from bot.store.placements import Placements
from bot.store.publications import Publications

MIRRORED = 500
"""How many comments are mirrored by themselves: more take Discord's pace too long, and nobody reads them all."""

MORE = 100
"""About how many further comments *Show more comments* brings."""

_TOGETHER = 50
"""Comments that are laid out between two waits, lest the bot stand still meanwhile."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What stating a plan does: messages added, edited and removed."""

    added: int = 0
    edited: int = 0
    removed: int = 0


@dataclass(slots=True)
class Plan:
    """What a publication's messages should show and do not, and those that should not be there.

    `article` and `comments` are what it was worked out from, as far as it matters: by the time it is stated
    they must still be so.
    """

    article: Article
    comments: dict[CommentId, Comment] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    surplus: list[PlacementId] = field(default_factory=list)
    changes: Changes = Changes()

    def compare(self, parts: Sequence[Part], standing: Sequence[Placement]) -> bool:
        """Take up in what parts differ from the placements that stand for them; whether they do."""
        known = {_key(each): each for each in standing}
        differing = [each for each in parts if _differs(each, known.get(_key(each)))]
        wanted = {_key(each) for each in parts}
        surplus = [each for each in standing if _key(each) not in wanted and each.wanted is not None]
        self.parts += differing
        self.surplus += [each.id for each in surplus]
        edited = [
            each
            for part in differing
            if (each := known.get(_key(part))) and each.message_id and not each.gone
        ]
        self.changes = Changes(
            added=self.changes.added + sum(_key(each) not in known for each in differing),
            edited=self.changes.edited + len(edited),
            removed=self.changes.removed
            + sum(each.message_id is not None and not each.gone for each in surplus),
        )
        return bool(differing or surplus)


async def work_out(reader: Reader, publication: Publication, *, more: int = 0) -> Plan:
    """The plan of a publication as its article and comments are now.

    Branches of the discussion that are mirrored already stay so and grow. Further ones follow until `MIRRORED`
    comments are there, or `more` than there were.
    """
    async with in_language_of(reader, publication.guild_id):
        return await _work_out(reader, publication, more=more)


async def _work_out(reader: Reader, publication: Publication, *, more: int) -> Plan:
    article = await _article(reader, publication)
    standing = await Placements(reader).of_article(publication.id)
    branches = Branches(reader, article.id)
    choice = await branches.choose(publication.id, least=MIRRORED, more=more)
    visible = await branches.visible()
    buttons = Buttons.ENTER if choice.comments == visible else Buttons.ENTER_OR_MORE
    worked_out = Plan(article)
    worked_out.compare(
        [*_article_parts(publication, article, standing), *layout.closing(visible, buttons)], standing
    )
    ordinal = layout.FIRST_COMMENT_ORDINAL
    async with aclosing(_in_groups(reader, publication, choice.roots)) as groups:
        async for comments in groups:
            placements = await Placements(reader).of_comments(publication.id, [each.id for each in comments])
            for each in comments:
                parts = _comment_parts(each, ordinal, placements[each.id])
                if worked_out.compare(parts, placements[each.id]):
                    worked_out.comments[each.id] = each
                ordinal += 1
    return worked_out


async def bring_up_to_date(database: Database, publication: Publication, *, more: int = 0) -> Changes:
    """State what a publication should show now, and have the poster see to it; what that changes.

    The long reading holds up nobody's writing. Where something it rests on has changed meanwhile, it is done
    again.
    """
    while True:
        async with database.snapshot() as snapshot:
            worked_out = await work_out(snapshot, publication, more=more)
        async with database.transaction() as tx:
            if (changes := await _state(tx, publication, worked_out)) is not None:
                return changes


async def link(tx: Transaction, publication: Publication, *, contents: bool) -> bool:
    """Let the sections that stand jump to their neighbours, and with `contents` the opening to them; what changed.

    The poster asks for this on its way, so that each section is edited once, within moments, when the next one
    stands; what is about to be sent has its links from the beginning.
    """
    article = await _article(tx, publication)
    standing = await Placements(tx).of_article(publication.id)
    links = navigation.links(publication, standing)
    parts = navigation.linked(article, standing, links)
    if contents:
        async with in_language_of(tx, publication.guild_id):
            parts += _opening(article, links)
    known = {_key(each): each for each in standing}
    differing = [each for each in parts if _differs(each, known.get(_key(each)))]
    await Placements(tx).want(tx, publication.id, differing)
    return bool(differing)


async def state_end(tx: Transaction, publication: Publication) -> None:
    """Have the closing message say that the discussion is over, and let go of what was never sent."""
    placements = Placements(tx)
    await placements.unwant_unsent(tx, publication.id)
    if await placements.first_of(publication.id, PlacementKind.CLOSING) is not None:
        visible = await Branches(tx, publication.article_id).visible()
        async with in_language_of(tx, publication.guild_id):
            closing = layout.closing(visible, Buttons.ENTER_CLOSED)
        await placements.want(tx, publication.id, closing)


async def _state(tx: Transaction, publication: Publication, plan: Plan) -> Changes | None:
    """Enter a plan; None where what it was worked out from is no longer so. An ended publication gets none."""
    current = await Publications(tx).by_id(publication.id)
    if current is None or current.is_over:
        return Changes()
    if await _article(tx, publication) != plan.article:
        return None
    now = {each.id: each for each in await Comments(tx).by_ids(list(plan.comments))}
    if now != plan.comments:
        return None
    if plan.parts or plan.surplus:
        await Placements(tx).want(tx, publication.id, plan.parts)
        await Placements(tx).unwant(tx, plan.surplus)
        live = (PublicationState.LIVE,)
        await Publications(tx).set_state(tx, publication.id, PublicationState.POSTING, among=live)
    return plan.changes


async def _article(reader: Reader, publication: Publication) -> Article:
    article = await Articles(reader).by_id(publication.article_id)
    if article is None:
        raise LookupError(f"publication {publication.id} has no article")
    return article


async def _in_groups(
    reader: Reader, publication: Publication, roots: Sequence[CommentId]
) -> AsyncGenerator[list[Comment], None]:
    group: list[Comment] = []
    async with aclosing(Comments(reader).of_branches(roots, publication.id)) as comments:
        async for each in comments:
            group.append(each)
            if len(group) == _TOGETHER:
                yield group
                group = []
    if group:
        yield group


def _article_parts(publication: Publication, article: Article, standing: Sequence[Placement]) -> list[Part]:
    links = navigation.links(publication, standing)
    sections = [
        part
        for each in article.sections
        for part in layout.section(
            each, navigation.buttons(publication), **navigation.neighbours(article, each.id, links)
        )
    ]
    present = {each.id for each in article.sections}
    # What stood in the channel says so where it stood; what was never posted, or is deleted, needs no word.
    withdrawn = {
        each.section_id: None
        for each in standing
        if each.section_id is not None and each.section_id not in present and each.part == 0 and _stands(each)
    }
    return [*_opening(article, links), *sections, *map(layout.withdrawn_section, withdrawn)]


def _opening(article: Article, links: Mapping[SectionId, str]) -> list[Part]:
    """The opening, whose contents jump to the sections as far as their messages are known."""
    plain = layout.opening(article, {})
    linked = layout.opening(article, links)
    # Links make the contents longer. Where that would take another message, which could only stand at the end of
    # the channel, the contents stay without.
    return linked if len(linked) == len(plain) else plain


def _comment_parts(each: Comment, ordinal: int, standing: Sequence[Placement]) -> list[Part]:
    """A comment's messages. One that is not visible is there only where it was, so that its message can say so."""
    if each.status is not Status.VISIBLE and not any(map(_stands, standing)):
        return []
    return layout.comment(each, ordinal)


def _stands(each: Placement) -> bool:
    """Whether a placement's message is there, or may be."""
    return each.nonce is not None and not each.gone


def _differs(part: Part, placement: Placement | None) -> bool:
    if placement is None or placement.wanted != part.payload:
        return True
    return placement.nonce is None and placement.ordinal != part.ordinal


def _key(each: Part | Placement) -> tuple[PlacementKind, SectionId | None, CommentId | None, int]:
    return (each.kind, each.section_id, each.comment_id, each.part)
