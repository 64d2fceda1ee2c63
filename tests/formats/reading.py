"""What tests of every format do: read bytes, sort what comes out, and write a model made by hand or at random."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from bot.formats.base import Export, Format, ReadOptions
from bot.formats.stream import open_source
from bot.model import (
    Article,
    ArticleId,
    Comment,
    CommentId,
    Notice,
    Omission,
    Origin,
    Section,
    SectionId,
    SourceArticle,
    SourceComment,
    SourceRecord,
    SourceSection,
    Status,
)


@dataclass
class Reading:
    """The records of one input, by kind."""

    articles: list[SourceArticle] = field(default_factory=list)
    comments: list[SourceComment] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def article(self) -> SourceArticle:
        """The only article there is."""
        (article,) = self.articles
        return article

    @property
    def headings(self) -> list[str | None]:
        return [section.heading for section in self.article.sections]

    @property
    def texts(self) -> list[str]:
        return [comment.text for comment in self.comments]

    @property
    def codes(self) -> list[str]:
        return [notice.code for notice in self.notices]

    def tree(self) -> list[tuple[str, str | None]]:
        """Each comment's ref and its parent's."""
        return [(comment.ref, comment.parent_ref) for comment in self.comments]

    def of(self, article_ref: str) -> list[SourceComment]:
        """The comments of one article."""
        return [comment for comment in self.comments if comment.article_ref == article_ref]


def read(form: Format, content: bytes | str, options: ReadOptions | None = None) -> Reading:
    """Read an input whole, checking that every comment comes after its article."""
    raw = content.encode() if isinstance(content, str) else content
    return sorted_out(form.read(open_source(io.BytesIO(raw)), options or ReadOptions()))


def sorted_out(records: Iterable[SourceRecord]) -> Reading:
    """The records of one input, each article of which has to come before its comments."""
    reading = Reading()
    known: set[str] = set()
    for record in records:
        match record:
            case SourceArticle():
                known.add(record.ref)
                reading.articles.append(record)
            case SourceComment():
                assert record.article_ref in known
                reading.comments.append(record)
            case Omission():
                reading.omissions.append(record)
            case Notice():
                reading.notices.append(record)
    return reading


def written(form: Format, article: Article, comments: Iterable[Comment] = ()) -> bytes:
    """What the format's writer makes of them."""
    assert form.write is not None
    out = io.BytesIO()
    form.write(Export(article, comments), out)
    return out.getvalue()


def article(
    title: str = "A title",
    sections: Sequence[tuple[str | None, str]] = ((None, "A paragraph."),),
    **fields: object,
) -> Article:
    """An article of those sections."""
    rows = tuple(
        Section(SectionId(number), number, heading, text)
        for number, (heading, text) in enumerate(sections, start=1)
    )
    values: dict[str, object] = {
        "slug": "a-title",
        "author": None,
        "source_url": None,
        "published_at": None,
    } | fields
    return Article(id=ArticleId(1), title=title, sections=rows, **values)  # type: ignore[arg-type]  # by name


def comment(number: int, parent: int | None = None, text: str = "A comment.", **fields: object) -> Comment:
    """An imported, visible comment."""
    values: dict[str, object] = {
        "section": None,
        "author": "Ada",
        "user_id": None,
        "origin": Origin.IMPORTED,
        "status": Status.VISIBLE,
        "status_by": None,
        "source_id": None,
        "created_at": None,
        "edited_at": None,
        "publication_id": None,
        "channel_id": None,
        "message_id": None,
    } | fields
    return Comment(
        id=CommentId(number),
        article_id=ArticleId(1),
        parent_id=None if parent is None else CommentId(parent),
        text=text,
        **values,  # type: ignore[arg-type]  # by name
    )


def stored(reading: Reading) -> tuple[Article, list[Comment]]:
    """What an import of one article leaves in the store: its comments depth first, unnamed people numbered."""
    source = reading.article
    numbers = {entry.ref: number for number, entry in enumerate(reading.comments, start=1)}
    comments = [
        comment(
            numbers[entry.ref],
            numbers.get(entry.parent_ref or ""),
            entry.text,
            author=entry.author.name or f"Reader {numbers[entry.ref]}",
            status=entry.status,
            source_id=entry.source_id,
            section=entry.section,
            created_at=entry.created_at,
            edited_at=entry.edited_at,
        )
        for entry in reading.comments
    ]
    sections = [(section.heading, section.text) for section in source.sections]
    return (
        article(
            source.title,
            sections,
            author=source.author,
            source_url=source.url,
            published_at=source.published_at,
        ),
        depth_first(comments),
    )


def depth_first(comments: Iterable[Comment]) -> list[Comment]:
    """The comments in the order in which an export tells them."""
    below: dict[CommentId | None, list[Comment]] = {}
    for entry in comments:
        below.setdefault(entry.parent_id, []).append(entry)
    ordered = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        ordered.append(waiting.pop())
        waiting += reversed(below.get(ordered[-1].id, []))
    return ordered


def trees(texts: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[list[Comment]]:
    """Comments of those texts in any tree, depth first."""

    def planted(shape: list[tuple[int, str]]) -> list[Comment]:
        return depth_first(
            comment(number, number - back if 0 < back < number else None, text)
            for number, (back, text) in enumerate(shape, start=1)
        )

    return st.lists(st.tuples(st.integers(0, 12), texts), min_size=least, max_size=12).map(planted)


def sections(*pairs: tuple[str | None, str]) -> tuple[SourceSection, ...]:
    """Sections out of (heading, text)."""
    return tuple(SourceSection(heading, text) for heading, text in pairs)
