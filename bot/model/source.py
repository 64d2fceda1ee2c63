"""What a format reader yields: one article's worth of facts at a time, before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.model.discussion import Status


@dataclass(frozen=True, slots=True)
class SourceAuthor:
    """Who wrote a comment at the source.

    `name` is None where the source has none. `key` tells people of one name apart (an account id, an e-mail
    address): it is only ever fed to a keyed hash, neither stored nor shown, hence its absence from `repr`.
    """

    name: str | None
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SourceSection:
    """A section as the source has it; the introduction comes first and has no heading."""

    heading: str | None
    text: str


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """An article as the source has it.

    `ref` names it within this one source, so that comments can refer to it. It is known by (`kind`, `site`,
    `post_id`) where the source has a post id, else by its slug: the one that the source gives it, or its title's.
    """

    ref: str
    title: str
    sections: tuple[SourceSection, ...]
    kind: str
    site: str = ""
    post_id: str | None = None
    author: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    slug: str | None = None


class SourceComment(NamedTuple):
    """A comment as the source has it; a tuple, for there may be a million of them.

    `ref` names it within its article, for `parent_ref` of others; `source_id` is the id that the source
    itself gives it, None where it has none. `section` is a number (from 1) or None. Readers may yield
    comments in any order: a parent may come after its replies.
    """

    article_ref: str
    ref: str
    author: SourceAuthor
    text: str
    source_id: str | None = None
    parent_ref: str | None = None
    created_at: datetime | None = None
    edited_at: datetime | None = None
    section: int | None = None
    status: Status = Status.VISIBLE


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that a reader found and left out, and why.

    `parent_ref` is what an omitted comment replies to: replies to it are then replies to that.
    """

    article_ref: str
    source_id: str | None
    reason: str
    parent_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader changed, repaired or could not be sure of."""

    code: str
    place: str
    message: str
    article_ref: str | None = None


SourceRecord = SourceArticle | SourceComment | Omission | Notice
