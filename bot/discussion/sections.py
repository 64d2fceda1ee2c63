"""Which of an article's stored sections each section of its source is."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence

from bot.model import Section, SectionId, SourceSection

# Below half of its words in common, a section with another heading is taken for another section.
_SIMILAR = 0.5

_Key = Callable[[Section | SourceSection], Hashable]


def match_sections(
    stored: Sequence[Section], withdrawn: Sequence[Section], incoming: Sequence[SourceSection]
) -> list[SectionId | None]:
    """For each incoming section the stored one it is, None for a new one; no stored one twice.

    What is the same stays the same; then the heading tells, then the text, then the place. A section that was
    withdrawn comes back under its heading, so that the comments on it have their place again.
    """
    found: dict[int, SectionId] = {}
    _take(found, stored, incoming, lambda section: (section.heading, section.text))
    _take(found, stored, incoming, _heading)
    _take(found, stored, incoming, lambda section: section.text or None)
    _take_similar(found, stored, incoming)
    _take(found, withdrawn, incoming, _heading)
    return [found.get(position) for position in range(len(incoming))]


def _take(
    found: dict[int, SectionId], stored: Iterable[Section], incoming: Sequence[SourceSection], key: _Key
) -> None:
    taken = set(found.values())
    by_key: defaultdict[Hashable, deque[SectionId]] = defaultdict(deque)
    for candidate in stored:
        if candidate.id not in taken:
            by_key[key(candidate)].append(candidate.id)
    for position, section in enumerate(incoming):
        wanted = key(section)
        if position not in found and wanted is not None and by_key[wanted]:
            found[position] = by_key[wanted].popleft()


def _heading(section: Section | SourceSection) -> Hashable:
    # Only an introduction has none, and there is one of it.
    return " ".join(section.heading.casefold().split()) if section.heading else ""


def _take_similar(
    found: dict[int, SectionId], stored: Sequence[Section], incoming: Sequence[SourceSection]
) -> None:
    """Between sections already found, take those with much the same words, in order."""
    places = {section.id: place for place, section in enumerate(stored)}
    taken = set(found.values())
    place = 0
    for position, section in enumerate(incoming):
        if position in found:
            place = max(place, places[found[position]] + 1)
            continue
        for candidate in stored[place:]:
            if candidate.id in taken:
                break
            if _similarity(candidate.text, section.text) >= _SIMILAR:
                found[position] = candidate.id
                place = places[candidate.id] + 1
                break


def _similarity(one: str, other: str) -> float:
    ones, others = set(one.casefold().split()), set(other.casefold().split())
    return len(ones & others) / max(len(ones | others), 1)
