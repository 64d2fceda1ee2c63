"""All formats, by name and by the look of their first bytes."""

from __future__ import annotations

from bot.errors import SourceError
from bot.formats import (
    artalk,
    blogger,
    commento,
    csv_file,
    disqus,
    feeds,
    html_page,
    isso,
    markdown_file,
    oped_json,
    plaintext,
    remark42,
    wordpress,
    wordpress_rest,
)
from bot.formats.base import Format

FORMATS: tuple[Format, ...] = (
    # In the order in which they are asked: those with the faintest marks come last.
    wordpress.FORMAT,
    disqus.FORMAT,
    blogger.FORMAT,
    feeds.FORMAT,
    oped_json.FORMAT,
    commento.COMMENTO_FORMAT,
    commento.COMENTARIO_FORMAT,
    remark42.FORMAT,
    artalk.FORMAT,
    isso.FORMAT,
    wordpress_rest.FORMAT,
    html_page.FORMAT,
    plaintext.FORMAT,
    markdown_file.FORMAT,
    csv_file.FORMAT,
)


def find(name: str) -> Format:
    """The format of that name; raises `SourceError` naming them all when there is none."""
    for candidate in FORMATS:
        if name == candidate.name or name in candidate.aliases:
            return candidate
    names = ", ".join(candidate.name for candidate in FORMATS)
    raise SourceError(f"There is no format “{name}”.", remedy=f"Choose one of {names}.")


def recognise(head: bytes) -> Format:
    """The format that the first 64 KiB of an input are in; text with no mark of another one is plain text.

    Raises `SourceError` where they are structured data of a kind that no format knows.
    """
    for candidate in FORMATS:
        if candidate.recognises(head):
            return candidate
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[", b"<"):
        raise SourceError(
            "The format of this input is not known.",
            remedy="Name it with --format, if it is one of "
            + ", ".join(known.name for known in FORMATS)
            + ".",
        )
    return plaintext.FORMAT
