"""Reading a channel again, page by page: what is new in it, what was edited, and what is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import discord

from bot.delivery.members import Members
from bot.delivery.voters import Voters
from bot.delivery.wire import PAGE, Wire
from bot.discussion.capture import Capture, Tally
from bot.discussion.events import CaughtUp, MessagesDeleted, MessageWritten
from bot.discussion.standing import in_question
from bot.model import ChannelId, MessageId
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.placements import Placements
from bot.store.publications import Publications

BACK_MESSAGES = 500
BACK_AGE = timedelta(days=7)
"""How far before the cursor edits and deletions are looked for, of which no event remains: whichever is more."""

_KNOWN_AT_ONCE = 1_000


class HistoryHidden(Exception):  # noqa: N818 - an outcome that is handled, not a programming error
    """Discord shows none of a channel's messages for want of a permission; nothing may be concluded from that."""


class ChannelReader:
    """Reads channels into capture. `read` turns a message of Discord's into an event, None for no comment."""

    def __init__(
        self,
        database: Database,
        wire: Wire,
        capture: Capture,
        read: Callable[[discord.Message], MessageWritten | None],
    ) -> None:
        self._database = database
        self._wire = wire
        self._capture = capture
        self._read = read
        self._voters = Voters(database, wire, capture)
        self._members = Members(wire)

    async def read(self, channel: ChannelId, tally: Tally, *, whole: bool = False) -> None:
        """Read all that is newer than a channel's cursor, and what is known a while before it, or ever.

        Raises `HistoryHidden`, and what discord.py raises.
        """
        session = self._capture.session(channel)
        cursor = await Cursors(self._database).of(channel)
        start = await self._start(channel)
        place: int | None = start if whole or cursor is None else await self._back(channel, start, cursor)
        last = cursor or place or 0
        while place is not None:
            newest, place = await self.page(channel, place, cursor or start, tally)
            last = max(last, newest)
        await self._capture.put(CaughtUp(channel, MessageId(last), session), tally)

    async def page(self, channel: ChannelId, place: int, cursor: int, tally: Tally) -> tuple[int, int | None]:
        """Read one page past a place; the newest message in it, and where to go on, None at the end.

        Up to the cursor, stretches in which nothing is known are skipped.
        """
        # Asked before Discord is: what is stored meanwhile cannot be taken for deleted.
        known = await Cursors(self._database).known(channel, after=place, limit=_KNOWN_AT_ONCE)
        if place < cursor:
            place = min(known[0] - 1, cursor) if known else cursor
        found = await self._wire.page_after(channel, place) or await self._confirmed(channel, place, known)
        covered = found[-1].id if len(found) == PAGE else None
        if len(known) == _KNOWN_AT_ONCE:
            covered = min(covered or known[-1], known[-1])
        present = {each.id for each in found}
        gone = [each for each in known if each not in present and (covered is None or each <= covered)]
        for event in await self._written(channel, found):
            await self._capture.put(event, tally)
        await self._voters.compare(channel, found, tally)
        if gone:
            await self._capture.put(MessagesDeleted(channel, tuple(gone)), tally)
        return max(present, default=0), covered

    async def _confirmed(
        self, channel: ChannelId, place: int, known: Sequence[MessageId]
    ) -> list[discord.Message]:
        """A page that was empty, though these are known: a right may be gone of whose loss we have not heard yet."""
        if not await self._wire.may_read_history(channel):
            raise HistoryHidden
        return await self._wire.confirmed_page_after(channel, place) if known else []

    async def _written(self, channel: ChannelId, messages: Sequence[discord.Message]) -> list[MessageWritten]:
        """Messages as events, with what Discord says of their authors as members where the gate would stop them."""
        read = {each: event for each in messages if (event := self._read(each)) is not None}
        asked = await in_question(self._database, channel, list(read.values()))
        for message, event in read.items():
            guild = asked.get(event.user_id)
            if guild is not None and (member := await self._members.of(guild, event.user_id)) is not None:
                message.author = member
                read[message] = self._read(message) or event
        return list(read.values())

    async def _start(self, channel: ChannelId) -> int:
        """The place before the first message that can be a comment: in a text channel that is our own first one.

        In a thread members may have written before we did, and its first message may have the thread's own id.
        """
        homes = await Publications(self._database).in_channel(channel)
        first = None
        if any(each.channel_id == channel for each in homes):
            first = await Placements(self._database).first_in(channel)
        return (first if first is not None else int(channel)) - 1

    async def _back(self, channel: ChannelId, start: int, cursor: int) -> int:
        recent = discord.utils.time_snowflake(datetime.now(UTC) - BACK_AGE)
        back = await Cursors(self._database).nth_newest(channel, BACK_MESSAGES)
        return max(start, min(cursor, recent, back or start))
