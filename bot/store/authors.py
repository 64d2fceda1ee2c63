"""Who wrote what somebody may see, by the beginning of their name as people type it."""

from __future__ import annotations

import json

from bot.model import Status
from bot.store.database import Reader
from bot.store.newest import newest_comments
from bot.store.scope import COMMENT_SEEN, Scope
from bot.text.words import spellings

PEOPLE, OF_EACH = 300, 20
"""Of how many people in the order of their names how many comments are looked at, the newest of each."""

LATELY = 500
"""Among the authors of how many of the newest comments a name is looked for that is not found so."""

# Of the people and the comments of all servers only so many: there may be thousands before the first of this one.
_NAMED = f"""
SELECT w.name FROM (
    SELECT w.id, w.name FROM commenter AS w WHERE w.name >= :first COLLATE NOCASE AND w.name < :last COLLATE NOCASE
    ORDER BY w.name COLLATE NOCASE LIMIT {PEOPLE}) AS w
WHERE EXISTS (
    SELECT 1 FROM (
        SELECT n.article_id, n.publication_id, n.status FROM arrived_comment AS n
        WHERE n.commenter_id = w.id ORDER BY n.id DESC LIMIT {OF_EACH}) AS c
    WHERE c.status = 'visible' AND {COMMENT_SEEN})
LIMIT :limit
"""
_WHO_WROTE = """
SELECT DISTINCT w.name FROM json_each(?) AS j CROSS JOIN arrived_comment AS c ON c.id = j.value
CROSS JOIN commenter AS w ON w.id = c.commenter_id
"""


async def authors_named(reader: Reader, scope: Scope, beginning: str, limit: int) -> list[str]:
    """Names that begin like this of people whose visible comments are in scope, in order.

    The first of them by name, and who wrote lately: not everybody, where there are very many.
    """
    found: set[str] = set()
    # SQLite tells upper from lower case in other letters than Latin ones.
    for first in {each.encode().lower(): each for each in spellings(beginning)}.values():
        values = {"first": first, "last": first + chr(0x10FFFF), "limit": limit}
        found |= {row["name"] for row in await reader.fetch_all(_NAMED, {**scope.parameters, **values})}
    if len(found) < limit:
        ids = await newest_comments(reader, scope, (Status.VISIBLE,), limit=LATELY, least=limit)
        names = [row["name"] for row in await reader.fetch_all(_WHO_WROTE, (json.dumps(ids),))]
        found |= {each for each in names if each.casefold().startswith(beginning.casefold())}
    return sorted(found, key=str.casefold)[:limit]
