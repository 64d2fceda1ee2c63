"""Foreign text on its way to a terminal or a log: one line, and nothing in it that steers the terminal."""

from __future__ import annotations

import re

_STEERING = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters: line ends, escape sequences, backspace
    "\u2028\u2029"  # line and paragraph separator
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what reverses the order in which text is shown
    "\ud800-\udfff"  # lone surrogates, which cannot be written at all
    "]"
)


def printable(text: str, *, keep: str = "") -> str:
    r"""The text with each steering character written out, such as `\n` or `\u202e`, but for those in `keep`."""
    return _STEERING.sub(
        lambda found: found[0] if found[0] in keep else found[0].encode("unicode_escape").decode("ascii"),
        text,
    )
