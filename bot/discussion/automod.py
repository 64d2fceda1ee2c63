"""What Discord's own AutoMod does in our discussions, for the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import Action, ChannelId, GuildId, NewEntry, UserId
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.personal import Personal
from bot.store.trail import Trail


class AutoMod:
    """Takes notes. What was written is not kept: Discord never showed it to anybody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def acted(self, guild: GuildId, channel: ChannelId, user: UserId, *, rule: int, did: str) -> None:
        """Note what a rule did to a member who wrote in a channel or thread; nothing where that is none of ours.

        Who has opted out is not named.
        """
        if not await Cursors(self._database).is_capturing(channel):
            return
        details = {"rule": str(rule), "did": did, "channel": str(channel)}
        async with self._database.transaction() as tx:
            named = None if await Personal(tx).opted_out([user]) else user
            entry = NewEntry(guild, datetime.now(UTC), Action.AUTOMOD_ACTED, user_id=named, details=details)
            await Trail(tx).record(entry)
