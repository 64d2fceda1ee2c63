"""What people type into a comment field, as Markdown: at once where it is mere prose, which most comments are."""

from __future__ import annotations

import re

from bot.formats.wordpress_text import single_spaced, with_paragraphs
from bot.text import html, markdown

# Lines without anything that HTML or Markdown could read as more than itself, or that is not kept as it is, of which
# none begins like a list, a heading or an underline: else the whole way is gone.
_LINE = (
    r"(?![ \t]*(?:[-+#=:!]|\d{1,9}[.)]))"
    r"[^<>&\\`*_~\[\]|\x00-\x08\x0a-\x1f\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    r"\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]*+"
)
_PROSE = re.compile(rf"{_LINE}(?:\n{_LINE})*+")
_BREAKS = re.compile(r"\n{3,}")

# A few stressed or linked words that nothing touches but a sentence's own marks: neither can then need an escape.
_WORDS = r"[A-Za-z0-9]+(?:,?[ ][A-Za-z0-9]+)*"
_STRESSED_OR_LINKED = re.compile(
    rf"""< (?<![^\s(]<) (?:
      (?P<tag> em | strong | i | b ) > (?P<stressed> {_WORDS} ) </ (?P=tag)
    | a [ ] href="(?P<url> https?://[A-Za-z0-9] (?: [A-Za-z0-9./?=%#+-] | &amp; )* )"
      (?: [ ] (?: rel | target )="[a-z_ ]*" )* > (?P<linked> {_WORDS} ) </a
    ) > (?= [\s.,:;!?)] | \Z )""",
    re.VERBOSE,
)
_STRESS = {"em": "*", "i": "*", "strong": "**", "b": "**"}


def typed(text: str, base_url: str | None) -> str:
    """Markdown for text with perhaps some HTML in it, where an empty line parts paragraphs."""
    prose = _prose(text)
    return markdown.write(html.parse(with_paragraphs(text), base_url)) if prose is None else prose


def _prose(text: str) -> str | None:
    """The Markdown of text with hardly any markup; None where there may be more."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "<blockquote>" not in text:
        return _passage(text)
    first, *others = text.split("<blockquote>")
    passages = [_passage(first)]
    for other in others:
        quoted, end, after = other.partition("</blockquote>")
        passages += [_quotation(quoted) if end else None, _passage(after)]
    if None in passages:
        return None
    return "\n\n".join(filter(None, passages))


def _quotation(text: str) -> str | None:
    """The Markdown of a passage that is quoted; a quotation of nothing is nothing."""
    passage = _passage(text)
    return passage and "\n".join(f"> {line}" if line else ">" for line in passage.split("\n"))


def _passage(text: str) -> str | None:
    """The Markdown of paragraphs in which at most a few words are marked; None where there may be more."""
    bare = _STRESSED_OR_LINKED.sub("x", text) if "<" in text else text
    if not _PROSE.fullmatch(bare):
        return None
    if bare is not text:
        text = _STRESSED_OR_LINKED.sub(_stressed_or_linked, text)
    text = single_spaced(text).strip()
    if "\n" in text:
        text = text.replace(" \n", "\n").replace("\n ", "\n")
        if "\n\n\n" in text:
            text = _BREAKS.sub("\n\n", text)
    return text


def _stressed_or_linked(match: re.Match[str]) -> str:
    if url := match["url"]:
        return f"[{match['linked']}]({url.replace('&amp;', '&')})"
    stress = _STRESS[match["tag"]]
    return f"{stress}{match['stressed']}{stress}"
