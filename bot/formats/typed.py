"""What people type into a comment field, as Markdown: at once where it is mere prose, which most comments are."""

from __future__ import annotations

import re

from bot.formats.wordpress_text import single_spaced, with_paragraphs
from bot.text import html, markdown

# Text without anything that HTML or Markdown could read as more than itself, or that is not kept as it is, and where
# no line begins like a list, a heading or an underline: else the whole way is gone.
_PROSE = re.compile(
    r"[^<>&\\`*_~\[\]|\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    r"\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]*"
)
_MARKED_LINE = re.compile(r"\n[ \t]*(?:[-+#=:!]|\d{1,9}[.)])")
_BREAKS = re.compile(r"\n{3,}")


def typed(text: str, base_url: str | None) -> str:
    """Markdown for text with perhaps some HTML in it, where an empty line parts paragraphs."""
    prose = _prose(text)
    return markdown.write(html.parse(with_paragraphs(text), base_url)) if prose is None else prose


def _prose(text: str) -> str | None:
    """The Markdown of text without any markup; None where there may be some."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if not _PROSE.fullmatch(text) or _MARKED_LINE.search(f"\n{text}"):
        return None
    text = single_spaced(text).strip()
    if "\n" in text:
        text = text.replace(" \n", "\n").replace("\n ", "\n")
        if "\n\n\n" in text:
            text = _BREAKS.sub("\n\n", text)
    return text
