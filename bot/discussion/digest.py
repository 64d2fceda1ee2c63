"""A digest: what is new of what somebody follows, in one message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.discussion.layout import timestamp
from bot.language import gettext as _
from bot.language import ngettext
from bot.model import ArticleId, Comment, CommentId
from bot.text import dialect

NAME_LIMIT = 60
TITLE_LIMIT = 100
EXCERPT_LIMIT = 100

ROOM = 1_800
"""UTF-16 units for the comments; the lines around them have the rest of the message."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Comments that are new to somebody, oldest first, with their articles' titles and links to their messages.

    `until` is the news up to which that is all.
    """

    comments: Sequence[Comment]
    titles: Mapping[ArticleId, str]
    links: Mapping[CommentId, str]
    until: int = 0


def text(digest: Digest) -> str:
    """A digest in words, article by article; what does not fit is counted."""
    return _listed(digest, _entry)


def _listed(digest: Digest, entry_of: Callable[[Comment, str | None], str]) -> str:
    count = len(digest.comments)
    lines = [ngettext("{count} new comment", "{count} new comments", count).format(count=count)]
    left = count
    for article in dict.fromkeys(each.article_id for each in digest.comments):
        heading = [f"**{_words(digest.titles.get(article, ''), TITLE_LIMIT)}**"]
        for each in (comment for comment in digest.comments if comment.article_id == article):
            entry = [*heading, f"- {entry_of(each, digest.links.get(each.id))}"]
            if dialect.utf16_length("\n".join([*lines, *entry])) > ROOM:
                more = ngettext("… and {count} more", "… and {count} more", left).format(count=left)
                return "\n".join([*lines, more])
            lines += entry
            heading = []
            left -= 1
    return "\n".join(lines)


def letter(digest: Digest, server: str) -> str:
    """The same as a direct message, which says where it comes from.

    It names nobody and repeats no words: it stays where it is whatever becomes of the comments.
    """
    told = _("You asked for this with /follow digest in {server}.")
    return f"{_listed(digest, _pointer)}\n-# {told.format(server=_words(server, TITLE_LIMIT))}"


def _entry(each: Comment, link: str | None) -> str:
    when = f", {timestamp(each.created_at, 'R')}" if each.created_at else ""
    excerpt = dialect.escape(dialect.preview(each.text, EXCERPT_LIMIT))
    jump = f" [{_('jump')}]({link})" if link else ""
    return f"**{_words(each.author, NAME_LIMIT)}**{when}: {excerpt}{jump}"


def _pointer(each: Comment, link: str | None) -> str:
    when = timestamp(each.created_at, "R") if each.created_at else _("a comment")
    return f"{when} [{_('jump')}]({link})" if link else when


def _words(foreign: str, limit: int) -> str:
    return dialect.escape(dialect.clip(" ".join(foreign.split()), limit))
