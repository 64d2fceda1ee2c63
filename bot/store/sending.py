"""What is noted of a placement on its way to Discord, so that after any interruption it is known where it stands."""

from __future__ import annotations

from datetime import datetime

from bot.model import ChannelId, MessageId, Payload, PlacementId
from bot.store.database import Transaction
from bot.store.moments import to_milliseconds
from bot.store.placements import encoded


class Sending:
    """Notes about single placements, inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def begin(self, placement: PlacementId, channel: ChannelId, nonce: str, now: datetime) -> None:
        """Write down that a create is about to be sent, and what it shows."""
        await self._tx.execute(
            "UPDATE placement SET channel_id = ?, nonce = ?, tried_at = ?, shown = wanted WHERE id = ?",
            (channel, nonce, to_milliseconds(now), placement),
        )

    async def abandon(self, placement: PlacementId) -> None:
        """Take back a create that certainly had no effect."""
        await self._tx.execute(
            "UPDATE placement SET nonce = NULL, tried_at = NULL, shown = NULL WHERE id = ? AND message_id IS NULL",
            (placement,),
        )
        await self.drop_unwanted(placement)

    async def drop_unwanted(self, placement: PlacementId) -> None:
        """Forget a placement that is no longer wanted and was never begun."""
        await self._tx.execute(
            "DELETE FROM placement WHERE id = ? AND wanted IS NULL AND nonce IS NULL", (placement,)
        )

    async def give_up(self, placement: PlacementId) -> None:
        """Note that a create did take effect, but people deleted its message before we learned its id."""
        await self._tx.execute(
            "UPDATE comment SET status = 'hidden', status_by = 'moderator' "
            "WHERE id = (SELECT comment_id FROM placement WHERE id = ? AND message_id IS NULL) "
            "AND status NOT IN ('hidden', 'deleted')",
            (placement,),
        )
        await self._tx.execute(
            "UPDATE placement SET gone = 1 WHERE id = ? AND message_id IS NULL", (placement,)
        )

    async def confirm(self, nonce: str, message: MessageId, channel: ChannelId | None = None) -> bool:
        """Note which message a create made, and where if it is elsewhere than in the channel asked.

        Said twice, the first word stands; whether this was it.
        """
        confirmed = await self._tx.execute(
            "UPDATE placement SET message_id = ?, channel_id = ifnull(?, channel_id) "
            "WHERE nonce = ? AND message_id IS NULL",
            (message, channel, nonce),
        )
        await self._tx.execute(
            "UPDATE comment SET message_id = ?, channel_id = (SELECT channel_id FROM placement WHERE nonce = ?) "
            "WHERE by_form = 1 AND message_id IS NULL "
            "AND id = (SELECT comment_id FROM placement WHERE nonce = ? AND part = 0)",
            (message, nonce, nonce),
        )
        return confirmed > 0

    async def show(self, placement: PlacementId, payload: Payload) -> None:
        """Note what a message shows after an edit."""
        await self._tx.execute("UPDATE placement SET shown = ? WHERE id = ?", (encoded(payload), placement))

    async def forget(self, placement: PlacementId) -> None:
        """Note that we deleted a message. Where it is wanted again by now, it will be made anew."""
        await self._tx.execute(
            "UPDATE comment SET message_id = NULL WHERE by_form = 1 AND status <> 'deleted' "
            "AND message_id = (SELECT message_id FROM placement WHERE id = ?)",
            (placement,),
        )
        await self._tx.execute("DELETE FROM placement WHERE id = ? AND wanted IS NULL", (placement,))
        await self._tx.execute(
            "UPDATE placement SET message_id = NULL, nonce = NULL, tried_at = NULL, shown = NULL, gone = 0 "
            "WHERE id = ?",
            (placement,),
        )
