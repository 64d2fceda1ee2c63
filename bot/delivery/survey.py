"""Where comments may have been written while nobody listened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import discord
import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.wire import ThreadSeen, Wire
from bot.model import ChannelId, ChannelKind, GuildId, Publication
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.placements import Placements

log = structlog.get_logger(__name__)

ACTIVE = timedelta(days=30)
"""How long after its last message a thread is still read again for edits and deletions."""


@dataclass(slots=True)
class Survey:
    """Channels and threads to read, and quiet ones in which there is nothing new and nothing to look for."""

    busy: set[ChannelId] = field(default_factory=set)
    quiet: set[ChannelId] = field(default_factory=set)


class Surveyor:
    """Finds the channels and threads of publications, asking Discord once for each server and each channel."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire

    async def survey(self, publications: Iterable[Publication], since: datetime | None) -> Survey:
        """The places of publications; `since` is when nothing had been missed yet. Raises what discord.py does."""
        survey = Survey()
        by_guild: defaultdict[GuildId, list[Publication]] = defaultdict(list)
        for each in publications:
            by_guild[each.guild_id].append(each)
        for guild, its_own in by_guild.items():
            survey.busy |= {each.channel_id for each in its_own if each.channel_kind is ChannelKind.TEXT}
            seen = {
                each.id: each
                for each in await self._threads(guild, {each.channel_id for each in its_own}, since)
            }
            threads = {each.thread_id for each in its_own if each.thread_id is not None}
            # A thread on a message bears its id: of those on sections nothing else is known, and the one on the
            # closing message may have been opened by a member before us.
            threads |= await Placements(self._database).rooms_among(seen)
            # One that is in no list was archived before, or deleted: reading it will tell.
            threads |= await Cursors(self._database).rooms_of(each.id for each in its_own)
            cursors = await Cursors(self._database).of_all(threads)
            for thread in threads:
                quiet = _is_quiet(seen.get(thread), cursors.get(thread))
                (survey.quiet if quiet else survey.busy).add(thread)
        return survey

    async def _threads(
        self, guild: GuildId, parents: set[ChannelId], since: datetime | None
    ) -> list[ThreadSeen]:
        found: list[ThreadSeen] = []
        try:
            found += await self._wire.active_threads(guild)
        except discord.HTTPException as error:
            _tell_if_for_good(error, guild)
        for parent in parents:
            try:
                found += await self._wire.archived_threads(parent, since)
            except discord.HTTPException as error:
                _tell_if_for_good(error, parent)
        return found


def _is_quiet(seen: ThreadSeen | None, cursor: int | None) -> bool:
    """Whether a thread holds nothing new and was last written in long ago. One not seen was archived before."""
    if cursor is None:
        return False
    last = cursor if seen is None else seen.last
    long_ago = discord.utils.time_snowflake(datetime.now(UTC) - ACTIVE)
    return last is not None and last <= cursor < long_ago


def _tell_if_for_good(error: discord.HTTPException, place: int) -> None:
    """Go on without a server or channel that cannot be seen; raises the error again where it may pass."""
    failure = sort_failure(error, Kind.PERMANENT)
    if failure is None:
        raise error
    log.warning("threads_not_listed", place=place, reason=failure.sentence)
