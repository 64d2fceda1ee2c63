"""Images and players."""

from __future__ import annotations

import pytest

from bot.text import html, markdown
from bot.text.tree import Document, Image, Paragraph, Span

BASE = "https://site.org/2024/post/"


def read(source: str) -> str:
    """The Markdown of a fragment: the shortest way to say what was understood."""
    return markdown.render(html.parse(source, BASE))


@pytest.mark.parametrize(
    ("source", "inline"),
    [
        ("<img src='/a.png' alt='A cat'>", Image("A cat", "https://site.org/a.png")),
        ("<img src='data:x' data-src='https://e.org/a.png'>", Image("", "https://e.org/a.png")),
        (
            "<a href='https://e.org/'><img src='https://e.org/a.png' alt='b'></a>",
            Image("b", "https://e.org/a.png", "https://e.org/"),
        ),
        ("<img class='wp-smiley' src='/s.svg' alt='🙂'>", Span("🙂")),
        ("<img class='emoji' draggable='false' alt=':-)'>", Span(":-)")),
        ("<img src='data:x' alt='no picture'>", Span("no picture")),
    ],
)
def test_images_are_their_address_or_what_they_say(source: str, inline: Span | Image) -> None:
    assert html.parse(source, BASE) == Document((Paragraph((inline,)),))


def test_images_that_count_readers_are_nothing() -> None:
    assert html.parse("<img src='https://spy.org/p.gif' width=1 height=1 alt='spy'>") == Document()


def test_captions_stand_below() -> None:
    source = "<figure><img src='/a.png' alt='A'><figcaption>The <b>cap</b></figcaption></figure>"
    assert read(source) == "![A](https://site.org/a.png)\n\n*The **cap***"


@pytest.mark.parametrize(
    ("source", "understood"),
    [
        ("a<iframe src='https://e.org/f' title='Film'>none</iframe>b", "a\n\n[Film](https://e.org/f)\n\nb"),
        (
            "<iframe src='https://www.youtube.com/embed/a-B_1?rel=0'></iframe>",
            "https://www.youtube.com/watch?v=a-B_1",
        ),
        ("<video src='/v.mp4'>no player</video>", "https://site.org/v.mp4"),
        ("<video><source src='/v.mp4'><source src='/v.ogg'>no player</video>", "https://site.org/v.mp4"),
        ("<audio controls><source src='/a.mp3'></audio>", "https://site.org/a.mp3"),
        ("<object data='/o.pdf'>no <b>viewer</b></object>", "https://site.org/o.pdf"),
        ("<object><param name='movie'><embed src='/e.swf'></object>", "https://site.org/e.swf"),
        ("<iframe src='about:blank' data-src='https://e.org/f'></iframe>", "https://e.org/f"),
        ("<iframe class='wp-embedded-content' src='https://e.org/f'></iframe>", ""),
        ("<iframe></iframe><source src='/stray.mp4'>", ""),
        ("<video src='/v.mp4'><img src='/a.png'><embed src='/v.swf'></video>", "https://site.org/v.mp4"),
    ],
)
def test_what_plays_is_a_link(source: str, understood: str) -> None:
    assert read(source) == understood
