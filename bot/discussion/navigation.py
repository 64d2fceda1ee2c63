"""How readers get from section to section of a publication: the buttons below each, and where they jump."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

from bot.discussion.access import message_link
from bot.discussion.buttons import Buttons
from bot.model import Article, ChannelKind, Part, Placement, PlacementKind, Publication, SectionId


class Neighbours(TypedDict):
    """The addresses of the sections before and after one, as far as there are any that stand."""

    previous: str | None
    following: str | None


def buttons(publication: Publication) -> Buttons:
    """Which buttons sections have: in a forum post there are no threads on messages."""
    return Buttons.COMMENT if publication.channel_kind is ChannelKind.FORUM else Buttons.DISCUSS


def links(publication: Publication, standing: Sequence[Placement]) -> dict[SectionId, str]:
    """The addresses of the sections whose first messages stand."""
    return {
        each.section_id: message_link(
            publication.guild_id, each.channel_id or publication.channel_id, each.message_id
        )
        for each in standing
        if each.section_id is not None and each.part == 0 and each.message_id is not None and not each.gone
    }


def neighbours(article: Article, section: SectionId, links: Mapping[SectionId, str]) -> Neighbours:
    """The nearest sections before and after one that have an address."""
    order = [each.id for each in article.sections]
    place = order.index(section)
    before = (links[each] for each in reversed(order[:place]) if each in links)
    after = (links[each] for each in order[place + 1 :] if each in links)
    return Neighbours(previous=next(before, None), following=next(after, None))


def linked(article: Article, standing: Sequence[Placement], links: Mapping[SectionId, str]) -> list[Part]:
    """The messages that bear the sections' buttons, as they are wanted but with these addresses."""
    present = {each.id for each in article.sections}
    return [
        Part(
            PlacementKind.SECTION,
            each.section_id,
            None,
            each.part,
            each.ordinal,
            replace(each.wanted, **neighbours(article, each.section_id, links)),
        )
        for each in standing
        if each.section_id in present and each.wanted is not None and each.wanted.buttons
    ]
