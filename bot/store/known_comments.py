"""What is known of a source's comments, for an import that looks only at what is new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.store.database import Database
from bot.store.imported_articles import SourceName
from bot.store.moments import from_milliseconds, to_milliseconds

# What the source itself hides or has withdrawn is not among what it shows; what was hidden here still is.
_SHOWN = """
SELECT c.created_at FROM arrived_comment AS c JOIN article AS a ON a.id = c.article_id
WHERE a.source_kind = :kind AND a.source_site = :site AND c.source = :source
AND a.source_key IN (SELECT 'post:' || value FROM json_each(:posts)) AND c.status_by IS NOT 'source'
"""


class KnownComments:
    """The comments imported from sources of one kind, known by post ids."""

    def __init__(self, database: Database, kind: str) -> None:
        self._database = database
        self._kind = kind

    async def newest(self, site: str, posts: Sequence[str]) -> datetime | None:
        """When the newest comment on those posts was written; None where there is none."""
        found = await self._database.fetch_value(
            f"SELECT max(created_at) FROM ({_SHOWN})", self._values(site, posts)
        )
        return None if found is None else from_milliseconds(found)

    async def count_before(self, site: str, posts: Sequence[str], moment: datetime) -> int:
        """How many comments on those posts were written before that moment."""
        values = self._values(site, posts) | {"moment": to_milliseconds(moment)}
        return int(
            await self._database.fetch_value(
                f"SELECT count(*) FROM ({_SHOWN}) WHERE created_at < :moment", values
            )
        )

    def _values(self, site: str, posts: Sequence[str]) -> dict[str, object]:
        source = SourceName(self._kind, site, "").source
        return {"kind": self._kind, "site": site, "source": source, "posts": json.dumps(list(posts))}
