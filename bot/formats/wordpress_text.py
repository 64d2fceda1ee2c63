"""What people type into WordPress, as the HTML that it makes of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_TRANSPARENT = (
    "address|article|aside|blockquote|center|details|div|figure|footer|form|header|hr|main|nav|p|section"
)
_OPAQUE = (
    "audio|dl|dd|dt|fieldset|h1|h2|h3|h4|h5|h6|iframe|li|ol|pre|script|style|summary|table|textarea|ul|video"
)
_TAG = re.compile(rf"<(/?)(?:({_TRANSPARENT})|({_OPAQUE}))(?=[\s/>])[^<>]*>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t]{2,}|\t")
_NEWLINE = re.compile(r"(?<!<br>)(?<!<br/>)(?<!<br />)\n")
_GAP = re.compile(r"\n{2,}")

_CAPTION = re.compile(r"\[/?(?:wp_)?caption\b[^\[\]]*\]")
_EMBED = re.compile(r"\[embed\b[^\[\]]*\]([^\[\]]*)\[/embed\]")
_MEDIA = re.compile(r"\[(?:gallery|playlist|audio|video)\b[^\[\]]*\](?:\[/(?:playlist|audio|video)\])?")


def with_paragraphs(raw: str) -> str:
    """HTML for text in which an empty line parts paragraphs and a newline is a line break.

    Blocks that stand there as tags stay; only what is outside them, or in a quotation, is divided.
    """
    return "\n".join(_parts(raw.replace("\r\n", "\n").replace("\r", "\n")))


def single_spaced(text: str) -> str:
    """The text with one space for several, and for tabs."""
    return _SPACES.sub(" ", text) if "  " in text or "\t" in text else text


def without_shortcodes(content: str) -> str:
    """A post's content with WordPress's own shortcodes resolved as far as text goes."""
    content = _EMBED.sub(lambda match: f"\n\n{html.escape(match[1].strip())}\n\n", content)
    return _MEDIA.sub("", _CAPTION.sub("", content))


def _parts(raw: str) -> Iterator[str]:
    begin, block, depth = (
        0,
        "",
        0,
    )  # the block that is being copied to the letter, and how deep it is in itself
    for tag in _TAG.finditer(raw):
        name, closes = (tag[2] or tag[3]).lower(), bool(tag[1])
        if block:
            depth += (1 - 2 * closes) * (name == block)
            if depth:
                continue
            block = ""
            yield raw[begin : tag.end()]
        else:
            yield from _paragraphs(raw[begin : tag.start()])
            if tag[3] and not closes:
                block, depth, begin = name, 1, tag.start()
                continue
            yield "" if name == "p" else tag[0]
        begin = tag.end()
    yield from [raw[begin:]] if block else _paragraphs(raw[begin:])


def _paragraphs(raw: str) -> Iterator[str]:
    text = single_spaced(raw).replace(" \n", "\n").replace("\n ", "\n").strip()
    for paragraph in _GAP.split(text):
        lines = paragraph.strip()
        if "\n" in lines:
            lines = _NEWLINE.sub("<br>", lines)
        if lines:
            yield f"<p>{lines}</p>"
