"""Two discussions, held against each other comment by comment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from tests.wordpress.maintainer import Shown

_FIELDS = ("author", "created_at", "status")
# WordPress shows other quotes and dashes than people type; what is escaped in Markdown depends on them.
_TYPOGRAPHY = dict.fromkeys(map(ord, "'‘’′\"“”″-–—.…\\"))


@dataclass(frozen=True, slots=True)
class Compared:
    """What was held against what, how many comments that were, and where they differ."""

    what: str
    comments: int
    differences: tuple[str, ...] = ()


def compared(what: str, wanted: Shown, found: Shown, *, as_shown: bool = False) -> Compared:
    """Whether title, sections and comments are the same: their order, parents, authors, times, status and words.

    A time that is not known was taken by WordPress from its clock. `as_shown` are words as WordPress shows them.
    """
    told, words = list(wanted["comments"]), _as_shown if as_shown else _words
    differences = [*_of_articles(wanted, found), *_of_comments(told, list(found["comments"]), words)]
    return Compared(what, len(told), tuple(differences))


def expected(what: str, comments: int, wanted: Mapping[str, object], found: Mapping[str, object]) -> Compared:
    """Whether what was found is what was wanted, name by name."""
    unequal = [name for name in wanted if found.get(name) != wanted[name]]
    differences = [f"{name} is {found.get(name)!r}, not {wanted[name]!r}" for name in unequal]
    return Compared(what, comments, tuple(differences))


def words_shown(text: str) -> list[str]:
    """The words of a text, whatever WordPress's typography has made of what stands between them."""
    return text.translate(_TYPOGRAPHY).split()


def public(article: Shown) -> Shown:
    """What anybody may see of an article from WordPress: a reply to anything else stands at the top level."""
    visible = {each["id"]: each for each in article["comments"] if each["status"] == "visible"}
    replies: dict[str | None, list[Shown]] = {}
    for each in visible.values():
        parent = each["parent_id"] if each["parent_id"] in visible else None
        replies.setdefault(parent, []).append({**each, "parent_id": parent})
    top = sorted(replies.pop(None, []), key=lambda each: (each["created_at"], int(each["source_id"])))
    ordered: list[Shown] = []
    waiting = top[::-1]
    while waiting:
        ordered.append(waiting.pop())
        waiting += replies.get(ordered[-1]["id"], [])[::-1]
    return {**article, "comments": ordered}


def _of_articles(wanted: Shown, found: Shown) -> Iterator[str]:
    for name in ("title", "published_at", "sections"):
        if wanted[name] is not None and wanted[name] != found[name]:
            yield f"article: {name} is {found[name]!r}, not {wanted[name]!r}"


def _of_comments(wanted: list[Shown], found: list[Shown], words: Callable[[Shown], object]) -> Iterator[str]:
    places = [{comment["id"]: place for place, comment in enumerate(each)} for each in (wanted, found)]
    for place, (one, other) in enumerate(zip_longest(wanted, found)):
        if one is None or other is None:
            yield f"comment {place}: {'too much' if one is None else 'missing'}: {one or other!r}"
            continue
        parents = [of.get(comment["parent_id"]) for of, comment in zip(places, (one, other), strict=True)]
        if parents[0] != parents[1]:
            yield f"comment {place}: parent is {parents[1]}, not {parents[0]}"
        for name in _FIELDS:
            if one[name] is not None and one[name] != other[name]:
                yield f"comment {place}: {name} is {other[name]!r}, not {one[name]!r}"
        if words(one) != words(other):
            yield f"comment {place}: text is {other['text']!r}, not {one['text']!r}"


def _words(comment: Shown) -> object:
    return comment["text"]


def _as_shown(comment: Shown) -> object:
    return words_shown(comment["text"])
