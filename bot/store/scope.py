"""What of the discussions a person may see, as a condition that the database applies to every row."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.model import ArticleId, ChannelId, GuildId
from bot.store.database import Reader

PUBLICATION_SEEN = "q.guild_id = :guild AND q.channel_id IN (SELECT value FROM json_each(:channels))"
"""A publication `q` that stands in one of the channels."""

ONE_SEEN = "+q.guild_id = :guild AND +q.channel_id IN (SELECT value FROM json_each(:channels))"
"""The same of a publication `q` that is found by its id or article: a server may have thousands of them, so the plus
keeps the database from going through them all."""

ARTICLE_SEEN = f"EXISTS (SELECT 1 FROM publication AS q WHERE q.article_id = {{}} AND {ONE_SEEN})"
"""An article that has such a publication; its id goes into the braces."""

WITHIN_SEEN = f"EXISTS (SELECT 1 FROM publication AS q WHERE q.id = {{}} AND {ONE_SEEN})"
"""What belongs to one such publication, whose id goes into the braces."""

COMMENT_SEEN = (
    f"iif(c.publication_id IS NULL, {ARTICLE_SEEN.format('c.article_id')}, "
    f"{WITHIN_SEEN.format('c.publication_id')})"
)
"""A comment `c` that is part of what such publications show: the source's, or written in one of them.

Whether it is visible at all, its status says.
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """The publications of one server in some of its channels, retired ones too."""

    guild_id: GuildId
    channels: frozenset[ChannelId]

    @property
    def parameters(self) -> dict[str, object]:
        """The values for the conditions above."""
        return {"guild": self.guild_id, "channels": json.dumps(sorted(self.channels))}


FEW = 100


async def few_articles(reader: Reader, scope: Scope) -> list[ArticleId] | None:
    """The articles in scope where they are few: then a query does better to look in these only. None for many."""
    rows = await reader.fetch_all(
        f"SELECT DISTINCT q.article_id FROM publication AS q WHERE {PUBLICATION_SEEN} LIMIT {FEW + 1}",
        scope.parameters,
    )
    return None if len(rows) > FEW else [ArticleId(row["article_id"]) for row in rows]
