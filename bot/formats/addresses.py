"""Taking foreign web addresses apart; one that is none has no parts."""

from __future__ import annotations

from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

_NONE = SplitResult("", "", "", "", "")


def parts_of(url: str) -> SplitResult:
    """The parts of an address, all empty where it is not one."""
    try:
        return urlsplit(url.strip())
    except ValueError:
        return _NONE


def without_fragment(url: str) -> str:
    """An address without what follows `#`; empty where it is not one."""
    try:
        return urldefrag(url.strip()).url
    except ValueError:
        return ""


def joined(base: str, url: str) -> str:
    """The address that a link on the page `base` leads to; empty where it is not one."""
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""
