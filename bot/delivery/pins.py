"""Pinning messages while a moderator waits for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import discord
import structlog

from bot.delivery.failures import TOO_MANY_PINS, Kind, sort_failure
from bot.delivery.wire import Wire
from bot.errors import DeliveryError
from bot.language import gettext as _
from bot.model import ChannelId, MessageId

log = structlog.get_logger(__name__)

PINS = 250
"""How many messages Discord keeps pinned in a channel (topics/opcodes-and-status-codes, 30003)."""


class ChannelPins:
    """Pins and unpins; an archived thread is opened for it."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def pin(self, channel: ChannelId, message: MessageId) -> None:
        """Pin a message. Raises `DeliveryError` with a sentence for moderators."""
        await self._tried(self._wire.pin, channel, message)

    async def unpin(self, channel: ChannelId, message: MessageId) -> None:
        """Unpin a message. Raises `DeliveryError` likewise."""
        await self._tried(self._wire.unpin, channel, message)

    async def _tried(
        self,
        request: Callable[[ChannelId, MessageId], Awaitable[None]],
        channel: ChannelId,
        message: MessageId,
    ) -> None:
        try:
            try:
                await request(channel, message)
            except discord.HTTPException as error:
                if sort_failure(error, Kind.ARCHIVED) is None:
                    raise
                await self._wire.unarchive(channel)
                await request(channel, message)
        except (discord.DiscordException, OSError) as error:
            raise _sentence(error, message) from error


def _sentence(error: Exception, message: MessageId) -> DeliveryError:
    code = error.code if isinstance(error, discord.HTTPException) else 0
    failure = sort_failure(error)
    log.warning("message_not_pinned", message=message, reason=failure.sentence if failure else str(error))
    if code == TOO_MANY_PINS:
        told = _("Discord keeps {number} pinned messages in a thread, and all are taken.")
        return DeliveryError(told.format(number=PINS), remedy=_("Unpin another one first."))
    if failure is not None and failure.kind is Kind.MISSING:
        return DeliveryError(_("The message of this comment was deleted."))
    if failure is not None and failure.kind is Kind.PERMANENT:
        return DeliveryError(
            _("Discord does not let me pin messages here."), remedy=_("Give me the permission Pin Messages.")
        )
    return DeliveryError(_("Discord does not answer at the moment."), remedy=_("Try again in a moment."))
