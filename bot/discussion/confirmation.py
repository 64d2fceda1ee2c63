"""Learning which message a create of ours has made, and what had been waiting for that."""

from __future__ import annotations

from bot.model import ChannelId, MessageId
from bot.store.cursors import Cursors
from bot.store.database import Transaction
from bot.store.incoming import Incoming
from bot.store.placements import Placements
from bot.store.sending import Sending


async def confirm(tx: Transaction, nonce: str, message: MessageId, channel: ChannelId | None = None) -> None:
    """Note the message that a create has made; said twice, the first word stands.

    Replies that came before are attached to what it shows. Where people have deleted it meanwhile, it is gone.
    """
    if not await Sending(tx).confirm(nonce, message, channel):
        return
    await Incoming(tx).link(message)
    if await Cursors(tx).was_deleted(message):
        await Placements(tx).lose(tx, [message])
