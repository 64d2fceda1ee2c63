"""What was imported and exported is imported again as the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.formats.base import Format
from bot.formats.registry import FORMATS, recognise
from bot.model import Comment, SourceComment
from tests.formats.reading import Reading, article, read, stored, trees, written

WRITERS = pytest.mark.parametrize(
    "form", [form for form in FORMATS if form.write], ids=lambda form: form.name
)
REAL = ["export.xml", "article-twentytwentyone.html"]

words = st.sampled_from(
    [
        "One",
        "two.",
        "**bold**",
        "`code`",
        "[link](https://example.org/)",
        "<b>",
        "&amp;",
        "=1+1",
        "• x",
        "1. y",
    ]
)
lines = st.lists(words, min_size=1, max_size=5).map(" ".join)
paragraphs = st.lists(
    lines | st.text(max_size=30) | st.just("```\ncode\n\nmore\n```"), min_size=1, max_size=3
).map("\n\n".join)


def tree(reading: Reading) -> list[SourceComment]:
    """The comments with refs by order, so that only their shape counts."""
    numbers = {entry.ref: str(number) for number, entry in enumerate(reading.comments)}
    return [
        entry._replace(article_ref="", ref=numbers[entry.ref], parent_ref=numbers.get(entry.parent_ref or ""))
        for entry in reading.comments
    ]


@WRITERS
@given(st.lists(st.tuples(lines, paragraphs), max_size=3), trees(paragraphs, least=1))
@settings(max_examples=20)
def test_generated_discussions(form: Format, parts: list[tuple[str, str]], comments: list[Comment]) -> None:
    source = article(sections=[(None, "Introduction."), *parts], source_url="https://example.org/a/")
    once = read(form, written(form, source, comments))
    again = read(form, written(form, *stored(once)))
    assert tree(again) == tree(once)
    assert len(once.comments) == len(comments)
    assert again.article.sections == once.article.sections
    assert again.article.title == once.article.title


@WRITERS
@pytest.mark.parametrize("name", REAL)
def test_real_discussions(form: Format, name: str, real_data: Path) -> None:
    content = (real_data / "wordpress" / name).read_bytes()
    reading = read(recognise(content[: 64 << 10]), content)
    for source in reading.articles:
        source_reading = Reading([source], reading.of(source.ref))
        if not source_reading.comments and form.name in ("csv", "disqus"):
            continue  # they carry an article by its comments only
        once = read(form, written(form, *stored(source_reading)))
        again = read(form, written(form, *stored(once)))
        assert len(once.comments) == len(source_reading.comments)
        assert tree(again) == tree(once)
        assert again.article.sections == once.article.sections
        if form.name not in ("plaintext", "csv"):
            assert once.article.title == source.title
        if form.name != "plaintext":
            by_id = {entry.source_id: entry for entry in once.comments}
            for entry in source_reading.comments:
                same = by_id[entry.source_id]
                # HTML has one space where code had several.
                assert "".join(same.text.split()) == "".join(entry.text.split())
                assert (same.created_at, same.author.name) == (entry.created_at, entry.author.name)
