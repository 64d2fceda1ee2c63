"""How long a text takes to read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

WORDS_PER_MINUTE = 230
"""How fast adults read, silently (Brysbaert 2019: 238 words of English non-fiction), taken a little slower."""

CHARACTERS_PER_MINUTE = 400
"""The same for Chinese and Japanese, which part no words."""

_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORDS = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")
_ADDRESSES = re.compile(r"\]\([^()\s]*\)|https?://\S+")


def reading_minutes(texts: Iterable[str]) -> int:
    """The minutes that Markdown texts take to read together, rounded up; at least one."""
    words = characters = 0
    for text in texts:
        read, ideographs = _IDEOGRAPHS.subn(" ", _ADDRESSES.sub(" ", text))
        characters += ideographs
        words += sum(1 for _ in _WORDS.finditer(read))
    return max(1, math.ceil(words / WORDS_PER_MINUTE + characters / CHARACTERS_PER_MINUTE))
