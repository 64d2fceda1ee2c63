"""Sessions of bots at the gateway, their connections, and the intents that rule what they are told."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

    from bot.sandbox.compression import Compressor
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Application

REMEMBERED = 10_000
"""How many events of a session can be replayed."""

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, REQUEST_MEMBERS = 0, 1, 2, 6, 7, 8
INVALID_SESSION, HELLO, ACK = 9, 10, 11


class Intents(IntFlag):
    """Gateway intents, those that rule events of the embedded Discord."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    MESSAGE_CONTENT = 1 << 15
    AUTO_MODERATION_EXECUTION = 1 << 21


_INTENT_OF = {
    "AUTO_MODERATION_ACTION": Intents.AUTO_MODERATION_EXECUTION,
    "GUILD_AUDIT_LOG": Intents.GUILD_MODERATION,
    "MESSAGE_REACTION": Intents.GUILD_MESSAGE_REACTIONS,
    "MESSAGE": Intents.GUILD_MESSAGES,
}
FREE = frozenset({"INTERACTION_CREATE", "READY", "RESUMED"})


@dataclass(eq=False)
class Session:
    """What the gateway knows of one identified bot. It outlives its connection, so that it can be resumed."""

    id: str
    application: Application
    intents: Intents
    shard: tuple[int, int]
    sequence: int = 0
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    connection: Connection | None = None

    def push(self, name: str, payload: Json) -> None:
        """Number an event, remember it, and send it if somebody is there."""
        self.sequence += 1
        message = {"op": DISPATCH, "s": self.sequence, "t": name, "d": payload}
        self.sent.append(message)
        if self.connection is not None:
            self.connection.send(message)

    def covers(self, guild_id: int | None) -> bool:
        """Whether a guild falls to this shard."""
        return guild_id is None or (guild_id >> 22) % self.shard[1] == self.shard[0]


class Connection:
    """One websocket of a bot. What is sent leaves in order, from one task."""

    def __init__(
        self, request: web.Request, socket: web.WebSocketResponse, compress: Compressor | None
    ) -> None:
        self.socket = socket
        self.session: Session | None = None
        self._request = request
        self._compress = compress
        self._outbox: asyncio.Queue[Json] = asyncio.Queue()

    def send(self, message: Json) -> None:
        """Queue a message."""
        self._outbox.put_nowait(message)

    def abort(self) -> None:
        """Break the connection without a closing frame."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def write(self) -> None:
        """Send what is queued, until the socket is gone."""
        while True:
            text = json.dumps(await self._outbox.get(), separators=(",", ":"))
            try:
                if self._compress is None:
                    await self.socket.send_str(text)
                else:
                    await self.socket.send_bytes(self._compress(text.encode()))
            except ConnectionError:
                return


def intended(intents: Intents, name: str) -> bool:
    """Whether a session with these intents is told of events of that name."""
    if name in FREE:
        return True
    for prefix, intent in _INTENT_OF.items():
        if name.startswith(prefix):
            return intent in intents
    if name.startswith("GUILD_MEMBER_"):
        return Intents.GUILD_MEMBERS in intents
    return Intents.GUILDS in intents


def permitted(app: Application, intents: Intents) -> bool:
    """Whether the application's portal page lets it ask for these intents."""
    if Intents.GUILD_PRESENCES in intents:
        return False
    if Intents.MESSAGE_CONTENT in intents and not app.message_content:
        return False
    return Intents.GUILD_MEMBERS not in intents or app.members_intent
