"""Filling the staging area of an import from a reader, in a thread of its own."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.discussion.identity import Identities
from bot.formats.base import INCOMPLETE
from bot.model import Notice, Omission, SourceArticle, SourceAuthor, SourceComment, SourceRecord, Status
from bot.store.moments import to_milliseconds
from bot.store.staging import StagedArticle, StagedComment, Staging, staging

_AUTHORS = 4_096
"""Whose identities are remembered at once."""


class Reading:
    """One import's reading; `stop` ends it early."""

    def __init__(self, identities: Identities) -> None:
        self.stop = threading.Event()
        self._identities = identities
        self._articles: dict[str, StagedArticle] = {}
        # Most comments are by somebody who has just written another.
        self._commenter = lru_cache(_AUTHORS)(self._hashed)

    def run(self, records: Iterable[SourceRecord], file: Path) -> list[StagedArticle]:
        """Read everything into a staging area in a new file; the articles in the source's order."""
        with staging(file) as area:
            for record in records:
                if self.stop.is_set():
                    return []
                self._take(area, record)
            area.resolve()
        return list(self._articles.values())

    def _take(self, area: Staging, record: SourceRecord) -> None:
        if isinstance(record, SourceComment):
            area.add_comment(self._staged(record))
        elif isinstance(record, SourceArticle):
            self._add_article(area, record)
        elif isinstance(record, Omission):
            self._add_omission(area, record)
        else:
            self._add_notice(area, record)

    def _staged(self, comment: SourceComment) -> StagedComment:
        article = self._articles[comment.article_ref]
        deleted = comment.status is Status.DELETED
        rank, article.comments = article.comments, article.comments + 1
        return StagedComment(
            article=article.number,
            rank=rank,
            ref=comment.ref,
            source_id=comment.source_id,
            parent_ref=comment.parent_ref,
            section=comment.section,
            name=(comment.author.name or "").strip() or None,
            # Somebody who is known by nothing is somebody else each time.
            commenter=self._commenter(comment.article_ref, comment.author) or secrets.token_bytes(16),
            identity=None
            if comment.source_id is not None
            else self._identities.comment(article.source, comment.author, comment.text),
            text="" if deleted else comment.text,
            created_at=_milliseconds(comment.created_at),
            edited_at=None if deleted else _milliseconds(comment.edited_at),
            status=comment.status.value,
        )

    def _hashed(self, article_ref: str, author: SourceAuthor) -> bytes | None:
        return self._identities.author(self._articles[article_ref].source, author)

    def _add_article(self, area: Staging, source: SourceArticle) -> None:
        known = self._articles.get(source.ref)
        if known is None:
            self._articles[source.ref] = StagedArticle(len(self._articles) + 1, source)
        else:
            message = "The source has this article more than once; the first one counts."
            area.add_notice(known.number, "duplicate-article", source.title, message)

    def _add_omission(self, area: Staging, omission: Omission) -> None:
        article = self._articles.get(omission.article_ref)
        if article is not None:
            area.add_omission(article.number, omission)
            article.omissions += 1
        elif omission.source_id is None:
            # An article left out as a whole has no report of its own, so that of the first one tells.
            area.add_notice(1, "article-left-out", f"article {omission.article_ref}", omission.reason)

    def _add_notice(self, area: Staging, notice: Notice) -> None:
        article = self._articles.get(notice.article_ref or "")
        if article is not None and notice.code == INCOMPLETE:
            article.partial = True
        area.add_notice(article.number if article else 1, notice.code, notice.place, notice.message)


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else to_milliseconds(moment)
