"""Which addresses a text may lead to, and where a text spells one out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

_ADDRESS = re.compile(r"(?:(https?)://[^/?#\s]|(mailto):[^\s@]+@[^\s@])", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NEVER = r"\s<>\"\\^`{|}\x00-\x20\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_FORBIDDEN = re.compile(f"[{_NEVER}]")
_BARE = re.compile(rf"(?<![\w/@.:-])https?://[^{_NEVER}]+", re.IGNORECASE)
_TRAILING = ".,:;!?\"'*_~…’”»)]}"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def web_address(url: str | None, base_url: str | None = None) -> str | None:
    """The absolute http, https or mailto address that `url` means, or None where it means anything else.

    Characters that no address may hold (spaces, quotes, controls, invisible marks) come out percent-encoded.
    """
    if not url:
        return None
    url = url.strip()
    if base_url and not _SCHEME.match(url):
        try:
            url = urljoin(base_url, url)
        except ValueError:
            return None
    match = _ADDRESS.match(url)
    if match is None:
        return None
    scheme = match[1] or match[2]
    address = scheme.lower() + _FORBIDDEN.sub(_percent_encoded, url[len(scheme) :])
    try:
        urlsplit(address)
    except ValueError:  # half a bracket where a host should be
        return None
    return address


def _percent_encoded(match: re.Match[str]) -> str:
    return quote(match[0], safe="")


def bare_addresses(text: str) -> Iterator[tuple[int, int]]:
    """The places (start, end) of web addresses spelled out in a text, less the sentence's own marks."""
    for match in _BARE.finditer(text):
        start, end = match.start(), match.start() + len(_without_trailing_marks(match[0]))
        if _ADDRESS.match(text, start, end):
            yield start, end


def _without_trailing_marks(url: str) -> str:
    unopened = {close: url.count(close) - url.count(opening) for close, opening in _BRACKETS.items()}
    end = len(url)
    while end and url[end - 1] in _TRAILING:
        mark = url[end - 1]
        if mark in _BRACKETS:
            if unopened[mark] <= 0:
                break
            unopened[mark] -= 1
        end -= 1
    return url[:end]
