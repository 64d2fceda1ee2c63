"""The plan of a publication: which messages it should have, and what would change to get there.

Nothing here is remembered beside the placements: a plan is worked out from the article and its comments
whenever it is needed, and stating it again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.discussion import layout
from bot.discussion.access import message_link
from bot.discussion.buttons import Buttons
from bot.model import (
    Article,
    Comment,
    CommentId,
    Origin,
    Part,
    Placement,
    PlacementId,
    PlacementKind,
    Publication,
    SectionId,
    Status,
)
from bot.store.articles import Articles
from bot.store.comments import Comments, Nested
from bot.store.database import Reader, Transaction
from bot.store.placements import Placements

MIRRORED = 500
"""How many comments are mirrored at first: more take Discord's pace too long, and nobody reads them all."""

MORE = 100
"""About how many further comments *Show more comments* brings."""

_Key = tuple[PlacementKind, SectionId | None, CommentId | None, int]


@dataclass(frozen=True, slots=True)
class Changes:
    """What stating a plan does: messages added, edited and removed."""

    added: int
    edited: int
    removed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The messages that a publication should have, and those of its placements that have no part in them."""

    parts: tuple[Part, ...]
    surplus: tuple[PlacementId, ...]
    changes: Changes


async def work_out(reader: Reader, publication: Publication, *, room: int = 0) -> Plan:
    """The plan of a publication as its article and comments are now.

    The branches of the discussion that are mirrored already stay so and grow; `room` tells how many comments of
    further branches there is room for.
    """
    article = await Articles(reader).by_id(publication.article_id)
    if article is None:
        raise LookupError(f"publication {publication.id} has no article")
    before = await Placements(reader).of_publication(publication.id)
    tree = await Comments(reader).tree(article.id)
    parts = _article_parts(publication, article, before)
    parts += _discussion_parts(publication, tree, before, room)
    wanted = {_key(part) for part in parts}
    # What members entered by form is theirs: no plan of the article's takes it away or rewrites it.
    entered = {each.comment.id for each in tree if each.comment.origin is Origin.DISCORD}
    surplus = [each for each in before if _key(each) not in wanted and each.comment_id not in entered]
    return Plan(tuple(parts), tuple(each.id for each in surplus), _changes(parts, before, surplus))


async def state(tx: Transaction, publication: Publication, plan: Plan) -> None:
    """Enter a plan: the poster does the rest."""
    placements = Placements(tx)
    await placements.want(tx, publication.id, plan.parts)
    await placements.unwant(tx, plan.surplus)


async def state_end(tx: Transaction, publication: Publication) -> None:
    """Have the closing message say that the discussion is over, and let go of what was never sent."""
    placements = Placements(tx)
    everything = await placements.of_publication(publication.id)
    unsent = [each.id for each in everything if each.message_id is None and each.nonce is None]
    await placements.unwant(tx, unsent)
    if any(each.kind is PlacementKind.CLOSING and each.id not in unsent for each in everything):
        imported = await placements.imported_comments(publication.id)
        await placements.want(tx, publication.id, layout.closing(imported, Buttons.ENTER_CLOSED))


def _article_parts(publication: Publication, article: Article, before: Sequence[Placement]) -> list[Part]:
    sections = [part for each in article.sections for part in layout.section(each)]
    present = {each.id for each in article.sections}
    withdrawn = {each.section_id for each in before if each.section_id not in present}
    gone = [layout.withdrawn_section(each) for each in withdrawn if each is not None]
    return [*_opening(publication, article, before), *sections, *gone]


def _opening(publication: Publication, article: Article, before: Sequence[Placement]) -> list[Part]:
    """The opening, whose contents jump to the sections as far as their messages are known."""
    links = {
        each.section_id: message_link(
            publication.guild_id, each.channel_id or publication.channel_id, each.message_id
        )
        for each in before
        if each.section_id is not None and each.part == 0 and each.message_id is not None and not each.gone
    }
    plain = layout.opening(article, {})
    linked = layout.opening(article, links)
    # Links make the contents longer. Where that would take another message, which could only stand at the end of
    # the channel, the contents stay without.
    return linked if len(linked) == len(plain) else plain


def _discussion_parts(
    publication: Publication, tree: Sequence[Nested], before: Sequence[Placement], room: int
) -> list[Part]:
    imported = [each for each in tree if each.comment.origin is Origin.IMPORTED]
    shown = {each.comment_id for each in before if each.comment_id is not None}
    chosen = _chosen(imported, shown, room)
    visible = sum(each.comment.status is Status.VISIBLE for each in imported)
    complete = visible <= sum(each.status is Status.VISIBLE for each in chosen)
    buttons = Buttons.ENTER if complete else Buttons.ENTER_OR_MORE
    parts = layout.closing(visible, buttons)
    for ordinal, comment in enumerate(chosen, layout.FIRST_COMMENT_ORDINAL):
        parts += layout.comment(comment, ordinal)
    return parts


def _chosen(imported: Sequence[Nested], shown: set[CommentId], room: int) -> list[Comment]:
    """The comments to mirror, in order: branches that are shown already, then the most answered ones.

    Branches are taken whole. A comment that is not visible is there only where it was shown before, so that its
    message can say so.
    """
    branches: list[list[Comment]] = []
    for nested in imported:
        if nested.depth == 0:
            branches.append([])
        if branches and (nested.comment.status is Status.VISIBLE or nested.comment.id in shown):
            branches[-1].append(nested.comment)
    sizes = Counter({number: len(branch) for number, branch in enumerate(branches)})
    taken = {number for number, branch in enumerate(branches) if any(each.id in shown for each in branch)}
    for number, size in sizes.most_common():
        if number in taken or not size:
            continue
        if room <= 0:
            break
        taken.add(number)
        room -= size
    return [comment for number in sorted(taken) for comment in branches[number]]


def _changes(parts: Iterable[Part], before: Sequence[Placement], surplus: Sequence[Placement]) -> Changes:
    known = {_key(each): each for each in before}
    added = edited = 0
    for part in parts:
        placement = known.get(_key(part))
        added += placement is None
        edited += placement is not None and not placement.gone and placement.wanted != part.payload
    return Changes(added, edited, len([each for each in surplus if not each.gone]))


def _key(each: Part | Placement) -> _Key:
    return (each.kind, each.section_id, each.comment_id, each.part)
