"""Whose standing in their server must be asked for, as a channel's history tells neither roles nor rights."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.discussion import gate
from bot.discussion.rulings import Entry, Ruling
from bot.model import ChannelId, GuildId, UserId
from bot.store.database import Reader
from bot.store.expected import expected
from bot.store.held_comments import HeldComments
from bot.store.incoming import MessageWritten


async def in_question(
    reader: Reader, channel: ChannelId, messages: Sequence[MessageWritten]
) -> dict[UserId, GuildId]:
    """Those authors of messages, read from a channel's history, whom the gate would stop, and in which server.

    Were they moderators it would let them pass. Of all others it need not be known.
    """
    unknown = [each for each in messages if not each.knows_nick]
    if not unknown or not await HeldComments(reader).anything_to_check():
        return {}
    places = await expected(reader, channel, messages)
    told: list[tuple[GuildId, Entry]] = []
    for each in unknown:
        place = places.get(each.message_id)
        if place is not None and each.text != place.stored:
            told.append((place.guild_id, gate.entry(each, place.publication_id, is_new=place.stored is None)))
    asked: dict[UserId, GuildId] = {}
    for guild, group in groupby(sorted(told, key=lambda each: each[0]), key=lambda each: each[0]):
        stopped = await gate.judge(reader, guild, [entry for _, entry in group])
        # Who is under a sanction is so as a moderator too.
        asked |= {
            entry.user_id: guild for entry, verdict in stopped.items() if verdict.ruling < Ruling.REFUSE
        }
    return asked
