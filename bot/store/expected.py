"""Where messages belong that were read again, before they are stored: in which publication, and of which server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import ChannelId, GuildId, MessageId, PublicationId
from bot.store.database import Reader
from bot.store.incoming import CAPTURING, MessageWritten

# As they are located when they are stored; what answers a message that is not stored either goes where that one does.
_EXPECTED = f"""
SELECT j.message, q.id AS publication_id, q.guild_id, c.text
FROM (SELECT json_extract(value, '$[0]') AS message, json_extract(value, '$[1]') AS answered
    FROM json_each(:messages)) AS j
LEFT JOIN comment AS c ON c.message_id = j.message
CROSS JOIN publication AS q ON q.id = coalesce(
    c.publication_id,
    (SELECT a.publication_id FROM comment AS a WHERE a.message_id = j.answered AND a.channel_id = :channel),
    (SELECT m.publication_id FROM placement AS m WHERE m.message_id = j.answered AND m.channel_id = :channel),
    (SELECT p.id FROM publication AS p WHERE p.thread_id = :channel),
    (SELECT m.publication_id FROM placement AS m WHERE m.message_id = :channel AND m.kind IN ('section', 'closing')))
WHERE {CAPTURING} AND c.status IS NOT 'deleted'
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """A message that is, or is to become, a comment; `stored` is its text as stored, None where it is new."""

    publication_id: PublicationId
    guild_id: GuildId
    stored: str | None


async def expected(
    reader: Reader, channel: ChannelId, messages: Sequence[MessageWritten]
) -> dict[MessageId, Expected]:
    """Those of some messages of one channel, oldest first, that belong to a publication."""
    answering = json.dumps([(each.message_id, each.reply_to) for each in messages])
    rows = await reader.fetch_all(_EXPECTED, {"channel": channel, "messages": answering})
    found = {
        MessageId(row["message"]): Expected(
            PublicationId(row["publication_id"]), GuildId(row["guild_id"]), row["text"]
        )
        for row in rows
    }
    for each in messages:
        if each.message_id not in found and each.reply_to in found:
            answered = found[each.reply_to]
            found[each.message_id] = Expected(answered.publication_id, answered.guild_id, None)
    return found
