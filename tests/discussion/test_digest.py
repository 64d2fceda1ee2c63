from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discussion import digest
from bot.discussion.digest import Digest
from bot.model import ArticleId, CommentId
from bot.text.dialect import utf16_length
from tests.discussion.test_layout import a_comment, anything

LINK = "https://discord.com/channels/1/2/3"


def test_a_digest_names_each_article_once_and_links_each_comment() -> None:
    comments = [
        a_comment("Well **said**.", id=CommentId(1)),
        a_comment("Elsewhere.", id=CommentId(2), article_id=ArticleId(2), author="Ben"),
        a_comment("Again.", id=CommentId(3)),
    ]
    text = digest.text(
        Digest(comments, {ArticleId(1): "On rivers", ArticleId(2): "Seas"}, {CommentId(1): LINK})
    )
    assert text.splitlines() == [
        "3 new comments",
        "**On rivers**",
        f"- **Ann**, <t:1714552200:R>: Well said. [jump]({LINK})",
        "- **Ann**, <t:1714552200:R>: Again.",
        "**Seas**",
        "- **Ben**, <t:1714552200:R>: Elsewhere.",
    ]


@settings(max_examples=50)
@given(st.lists(st.tuples(anything, anything), min_size=1, max_size=60), anything)
def test_a_digest_fits_a_message_and_counts_what_does_not(written: list[tuple[str, str]], title: str) -> None:
    comments = [
        a_comment(text, author=author or "x", id=CommentId(number))
        for number, (text, author) in enumerate(written)
    ]
    links = {each.id: LINK for each in comments}
    text = digest.text(Digest(comments, {ArticleId(1): title}, links))
    assert utf16_length(text) <= 1_950
    _count, _title, *entries = text.split("\n")
    cut = entries[-1].startswith("… and ")
    left = int(entries[-1].split()[2]) if cut else 0
    assert len(entries) - cut + left == len(comments)
    for entry in entries[: len(entries) - cut]:
        assert entry.endswith(f" [jump]({LINK})")
