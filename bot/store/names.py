"""Articles by part of their names, as people type it: found by an index of every three characters in a row."""

from __future__ import annotations

from bot.text.words import spellings, storable

INDEXED = 3
"""So many characters at least lead to a place in the index."""

LOOKED_THROUGH = 500
"""Among how many of the newest articles or publications fewer characters are looked for."""

_LONGEST = 100
"""How much of what was typed is looked for: more than an article's name has."""

_BY_INDEX = """
SELECT a.id, a.slug, a.title FROM article_name AS n CROSS JOIN article AS a ON a.id = n.rowid
WHERE article_name MATCH :name AND {condition} ORDER BY n.rowid DESC LIMIT :limit
"""
_AMONG_NEWEST = """
SELECT a.id, a.slug, a.title FROM (
    SELECT a.id, a.slug, a.title FROM article AS a WHERE {condition} ORDER BY a.id DESC LIMIT :among) AS a
WHERE {contained} ORDER BY a.id DESC LIMIT :limit
"""


def articles_named(words: str, condition: str, limit: int) -> tuple[str, dict[str, object]]:
    """A query for the newest articles that meet a condition on `a` and have these words in slug or title, in any case.

    With it come the values that it needs besides those of the condition.
    """
    words = _cleaned(words)
    if is_indexed(words):
        phrase = words.replace('"', '""')
        return _BY_INDEX.format(condition=condition), {"name": f'"{phrase}"', "limit": limit}
    contained, values = contains(words)
    among = LOOKED_THROUGH if words else limit
    return (
        _AMONG_NEWEST.format(condition=condition, contained=contained),
        {**values, "among": among, "limit": limit},
    )


def is_indexed(words: str) -> bool:
    """Whether the index leads to names with these words."""
    return len(_cleaned(words)) >= INDEXED


def contains(words: str) -> tuple[str, dict[str, object]]:
    """A condition on an article `a`, with its values: these words stand in its slug or title, in any letter case.

    Every name is looked at: this is for a few of them.
    """
    spelled = {f"word{number}": each for number, each in enumerate(spellings(_cleaned(words)))}
    titles = " OR ".join(f"instr(a.title, :{each})" for each in spelled)
    latin = "instr(a.slug, lower(:word0)) OR instr(lower(a.title), lower(:word0))"
    return f"({latin} OR {titles})", {**spelled}


def _cleaned(words: str) -> str:
    return storable(words[:_LONGEST])
