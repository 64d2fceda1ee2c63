"""Whole articles over the wire: every word in order, and the replies' graph is the comments' tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.demo.sample import sample_path
from bot.sandbox import Channel, Message
from bot.store.articles import Articles
from tests.conftest import require
from tests.stage import Production, imported, posted, stored

_HEADER = re.compile(r"-# .+\n")


@pytest.fixture(params=["sample", "original"])
def source(request: pytest.FixtureRequest) -> Path:
    """The sample, and the article with which it all began."""
    if request.param == "sample":
        return sample_path()
    real_data: Path = request.getfixturevalue("real_data")
    folder = real_data.parent / "seed"
    found = sorted(folder.glob("*.txt"))
    require("the original article", found, "lay the folder seed beside that of OPED_REAL_DATA")
    return found[0]


@pytest.fixture(params=["text", "forum"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_every_word_and_every_reply_arrives(production: Production, source: Path, kind: str) -> None:
    stage = production.stage
    slug = await imported(production, source)
    written = _without_list_marks(source)
    channel = stage.articles if kind == "text" else stage.forum
    async with production.running():
        await posted(production, slug, channel)
        messages = _in_reading_order(production, channel)
        rows = await stored(production, slug)
        async with production.database() as database:
            article = await Articles(database).by_slug(slug)
    assert article is not None
    (end,) = [number for number, message in enumerate(messages) if "## Comments (" in message.content]
    article_words = _words(" ".join(message.content for message in messages[1:end]))
    comments = messages[end + 1 :]
    comment_words = _words(" ".join(_HEADER.sub("", message.content, count=1) for message in comments))
    assert _words(article.title) + article_words + comment_words == _words(written)

    shown: dict[int | None, int] = {row.message_id: row.comment.id for row in rows}
    graph = {
        shown[message.id]: shown[message.reference.message_id] if message.reference else None
        for message in comments
        if message.id in shown
    }
    assert graph == {row.comment.id: row.comment.parent_id for row in rows}
    assert stage.discord.rate_limited == 0


def _in_reading_order(production: Production, channel: Channel) -> list[Message]:
    channels = (channel, production.thread) if channel is production.stage.articles else (production.thread,)
    return production.ours(*channels)


def _without_list_marks(source: Path) -> str:
    """The source's text but for what only makes its comments a list."""
    text = source.read_text(encoding="utf-8")
    return (
        re.sub(r"^\s+\d+\. ", "", text, flags=re.MULTILINE)
        .removesuffix("Enter comments here:\n")
        .removesuffix("Enter comments here:")
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)
