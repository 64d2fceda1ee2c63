"""Votes given and taken back while nobody listened: found by the counts that Discord shows under each message."""

from __future__ import annotations

from collections.abc import Sequence

import discord
import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.wire import Wire
from bot.discussion import voting
from bot.discussion.capture import Capture, Tally
from bot.discussion.events import VotesRead
from bot.model import ChannelId, MessageId, UserId
from bot.store.database import Database
from bot.store.votes import Votes

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""Of how many reactions the voters are asked for with one page of messages; the sweep comes by for the rest."""


class Voters:
    """Compares what Discord counts with what is stored, and asks who it was only where they differ."""

    def __init__(self, database: Database, wire: Wire, capture: Capture) -> None:
        self._database = database
        self._wire = wire
        self._capture = capture

    async def compare(self, channel: ChannelId, messages: Sequence[discord.Message], tally: Tally) -> None:
        """See to the votes on messages that were just read."""
        stored = await Votes(self._database).counts(MessageId(each.id) for each in messages)
        shown = {
            (MessageId(each.id), str(reaction.emoji)): reaction
            for each in messages
            for reaction in each.reactions
            if isinstance(reaction.emoji, str) and voting.counts(reaction.emoji)
        }
        differing = [
            key
            for key in {**shown, **stored}
            if stored[key] != (shown[key].count - shown[key].me if key in shown else 0)
        ]
        if not differing:
            return
        open_ones = await Votes(self._database).open_among(message for message, _ in differing)
        differing = [key for key in differing if key[0] in open_ones]
        if len(differing) > AT_ONCE:
            log.info("votes_left_for_later", channel=channel, reactions=len(differing) - AT_ONCE)
        for message, emoji in differing[:AT_ONCE]:
            reaction = shown.get((message, emoji))
            voters = await self._of(reaction) if reaction is not None else []
            if voters is not None:
                await self._capture.put(VotesRead(channel, message, emoji, tuple(voters)), tally)

    async def _of(self, reaction: discord.Reaction) -> list[UserId] | None:
        try:
            return await self._wire.voters(reaction)
        except discord.HTTPException as error:
            if sort_failure(error, Kind.PERMANENT, Kind.MISSING) is None:
                raise
            return None  # the reaction or its message went meanwhile, and an event tells of that
