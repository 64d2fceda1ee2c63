"""Opening a thread on a message while a member waits for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import structlog

from bot.delivery.failures import Kind, PublicationStopped, sort_failure
from bot.errors import DeliveryError
from bot.language import gettext as _

if TYPE_CHECKING:
    from bot.delivery.wire import Wire
    from bot.model import ChannelId, GuildId, MessageId

log = structlog.get_logger(__name__)

PATIENCE = 20.0
"""Seconds that a member waits. After some threads Discord can take minutes for another (discord-api-docs #7816)."""


class ThreadsOnMessages:
    """Starts threads, each once however many ask for it at the same time."""

    def __init__(self, client: discord.Client, wire: Wire) -> None:
        self._client = client
        self._wire = wire
        self._opening: dict[MessageId, asyncio.Task[None]] = {}

    async def is_open(self, guild: GuildId, thread: ChannelId) -> bool:
        """Whether a thread is among those that Discord has told us of: the ones that are not archived."""
        server = self._client.get_guild(guild)
        return server is not None and server.get_thread(thread) is not None

    async def open(
        self, guild: GuildId, channel: ChannelId, message: MessageId, name: str, *, slowmode: int
    ) -> None:
        """Start the thread on a message, or find that it has one. Raises `DeliveryError`.

        Who waits for too long is told so; the thread comes all the same.
        """
        task = self._opening.get(message)
        if task is None:
            task = asyncio.create_task(self._open(guild, channel, message, name, slowmode))
            self._opening[message] = task
            task.add_done_callback(lambda done: self._forget(message, done))
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.shield(task)
        except TimeoutError:
            raise DeliveryError(
                _("Discord is slow to open threads at the moment."), remedy=_("Try again in a few minutes.")
            ) from None
        except (discord.HTTPException, PublicationStopped, OSError) as error:
            failure = sort_failure(error)
            if failure is not None and failure.kind is Kind.MISSING:
                raise DeliveryError(_("The message of this section was deleted.")) from error
            log.warning(
                "thread_not_opened", message=message, reason=failure.sentence if failure else str(error)
            )
            raise DeliveryError(
                _("Discord did not let me open a thread here."), remedy=_("Please tell a moderator.")
            ) from error

    async def _open(
        self, guild: GuildId, channel: ChannelId, message: MessageId, name: str, slowmode: int
    ) -> None:
        try:
            await self._wire.start_thread(guild, channel, message, name, slowmode=slowmode)
        except discord.HTTPException as error:
            if not sort_failure(error, Kind.CROWDED) or not await self._wire.archive_idlest(guild):
                raise
            await self._wire.start_thread(guild, channel, message, name, slowmode=slowmode)

    def _forget(self, message: MessageId, task: asyncio.Task[None]) -> None:
        self._opening.pop(message, None)
        if not task.cancelled():
            task.exception()  # told to whoever still waits, else to nobody: the next press tries again

    async def close(self) -> None:
        """Wait no longer for what Discord holds back."""
        tasks = list(self._opening.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
