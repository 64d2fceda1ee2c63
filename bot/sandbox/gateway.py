"""The gateway: sessions of bots, who of them is told what, and what they missed (events/gateway)."""

from __future__ import annotations

import asyncio
import copy
import json
import secrets
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox import payloads
from bot.sandbox.clock import iso
from bot.sandbox.compression import compressor
from bot.sandbox.privacy import without_content
from bot.sandbox.sessions import (
    ACK,
    FREE,
    HEARTBEAT,
    HELLO,
    IDENTIFY,
    INVALID_SESSION,
    RECONNECT,
    REQUEST_MEMBERS,
    RESUME,
    Connection,
    Intents,
    Session,
    intended,
    permitted,
)
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.errors import Json
    from bot.sandbox.faults import Faults
    from bot.sandbox.objects import Application, Guild
    from bot.sandbox.world import World

HEARTBEAT_INTERVAL = 41250
"""Milliseconds."""
ACK_DELAY = 0.005
"""Seconds until a heartbeat is answered. At once would beat discord.py's own bookkeeping of when it asked."""

_FAREWELLS = frozenset({WSCloseCode.OK, WSCloseCode.GOING_AWAY})
"""Close codes by which a bot ends its session; after any other it may resume."""


class Gateway:
    """All sessions of all bots, and the one place through which each event reaches them."""

    def __init__(self, world: World, resume_url: Callable[[], str], faults: Faults | None = None) -> None:
        self.world = world
        self.faults = faults
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self._resume_url = resume_url
        world.listen(self.publish)

    # Events out

    def publish(self, event: Event) -> None:
        """Tell each session that may know of an event. Every event passes here."""
        if self.faults is None:
            self._deliver(event)
        else:
            self.faults.pass_on(event, self._deliver)

    def _deliver(self, event: Event) -> None:
        for session in self.sessions.values():
            if self._concerns(session, event):
                session.push(event.name, self._as_seen(session, event))

    def _concerns(self, session: Session, event: Event) -> bool:
        app = session.application
        if event.application_id not in {None, app.id} or event.user_id not in {None, app.bot.id}:
            return False
        if not session.covers(event.guild_id):
            return False
        # What becomes of a bot itself it is told whatever its intents (events/gateway, on GUILD_MEMBERS).
        own = event.name == "GUILD_MEMBER_UPDATE" and event.payload["user"]["id"] == str(app.bot.id)
        if not own and not intended(session.intents, event.name):
            return False
        if event.guild_id is None or event.name in FREE:
            return True
        guild = self.world.guilds.get(event.guild_id)
        member = guild.members.get(app.bot.id) if guild else None
        if member is None:
            return event.name == "GUILD_DELETE"
        channel = event.channel
        return channel is None or (channel.guild.available and self.world.sees(member, channel))

    def _as_seen(self, session: Session, event: Event) -> Json:
        payload = copy.deepcopy(event.payload)
        if Intents.MESSAGE_CONTENT not in session.intents and event.name in {
            "MESSAGE_CREATE",
            "MESSAGE_UPDATE",
        }:
            return without_content(payload, session.application.bot.id)
        return payload

    # Connections

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Speak with one bot until it or we hang up."""
        socket = web.WebSocketResponse(max_msg_size=0, compress=False, autoping=True)
        await socket.prepare(request)
        connection = Connection(request, socket, compressor(request.query.get("compress")))
        self.connections.add(connection)
        writer = asyncio.create_task(connection.write())
        connection.send({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_INTERVAL}, "s": None, "t": None})
        try:
            while (message := await socket.receive()).type is WSMsgType.TEXT:
                if not await self._take(connection, json.loads(message.data)):
                    break
            if message.type is WSMsgType.CLOSE and message.data in _FAREWELLS and connection.session:
                self.sessions.pop(connection.session.id, None)
        finally:
            writer.cancel()
            self.connections.discard(connection)
            if connection.session is not None and connection.session.connection is connection:
                connection.session.connection = None
            self.world.stir()
        return socket

    async def _take(self, connection: Connection, message: Json) -> bool:
        """Act on what a bot sent; say whether to go on."""
        op, data = message["op"], message.get("d")
        if op == HEARTBEAT:
            asyncio.get_running_loop().call_later(ACK_DELAY, connection.send, {"op": ACK})
        elif op == IDENTIFY and connection.session is None:
            return await self._identify(connection, data or {})
        elif op == RESUME and connection.session is None:
            self._resume(connection, data or {})
        elif op == REQUEST_MEMBERS and connection.session is not None:
            self._send_members(connection.session, data or {})
        elif connection.session is None:
            await connection.socket.close(code=4003, message=b"Not authenticated.")
            return False
        return True

    async def _identify(self, connection: Connection, data: Json) -> bool:
        app = application_of(self.world, data.get("token"))
        if app is None:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return False
        intents = Intents(data.get("intents") or 0)
        if not permitted(app, intents):
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return False
        shard, count = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), app, intents, (shard, count), connection=connection)
        connection.session = session
        self.sessions[session.id] = session
        guilds = [
            guild
            for guild in self.world.guilds.values()
            if app.bot.id in guild.members and session.covers(guild.id)
        ]
        session.push("READY", self._ready(session, guilds))
        for guild in guilds:
            if guild.available and Intents.GUILDS in intents:
                session.push("GUILD_CREATE", guild_create(self.world, guild, app))
        self.world.stir()
        return True

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        app = session.application
        return {
            "v": 10,
            "user": payloads.own_user(app.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._resume_url(),
            "shard": list(session.shard),
            "application": {"id": str(app.id), "flags": payloads.application_flags(app)},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "user_settings": {},
            "_trace": ["embedded"],
        }

    def _resume(self, connection: Connection, data: Json) -> None:
        session = self.sessions.get(data.get("session_id") or "")
        app = application_of(self.world, data.get("token"))
        missed = range((data.get("seq") or 0) + 1, session.sequence + 1) if session else range(0)
        if session is None or app is not session.application or len(missed) > len(session.sent):
            connection.send({"op": INVALID_SESSION, "d": False})
            return
        session.connection = connection
        connection.session = session
        for message in session.sent:
            # Duplicates happen at Discord's seams; the message event that came last is one each time here, so that
            # whoever counts on hearing things once is found out.
            repeated = message["s"] == missed.start - 1 and message["t"].startswith("MESSAGE_")
            if message["s"] in missed or repeated:
                connection.send(message)
        session.push("RESUMED", {"_trace": ["embedded"]})
        self.world.stir()

    def _send_members(self, session: Session, asked: Json) -> None:
        guild = self.world.guilds[int(asked["guild_id"])]
        ids = {str(each) for each in _as_list(asked.get("user_ids"))}
        found = [
            member
            for member in guild.members.values()
            if (str(member.id) in ids if ids else member.user.name.startswith(asked.get("query") or ""))
        ]
        chunk = {
            "guild_id": str(guild.id),
            "members": [payloads.member(member) for member in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": sorted(ids - {str(member.id) for member in found}),
        }
        session.push("GUILD_MEMBERS_CHUNK", chunk | ({"nonce": asked["nonce"]} if "nonce" in asked else {}))

    # What may be done to it

    def is_connected(self, app: Application) -> bool:
        """Whether a bot is identified and its connection stands."""
        return any(each.application is app and each.connection is not None for each in self.sessions.values())

    async def drop_connections(self) -> None:
        """Break every connection without a word, as a failing network does. Sessions stay."""
        for connection in list(self.connections):
            connection.abort()
        await self.world.until(lambda: not self.connections)

    async def close_connections(self, code: int = 4000) -> None:
        """Close every connection, by default with a code after which sessions may be resumed."""
        for connection in list(self.connections):
            await connection.socket.close(code=code)

    async def ask_to_reconnect(self) -> None:
        """Ask every bot to connect anew and resume (opcode 7)."""
        for connection in self.connections:
            connection.send({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def lose_sessions(self) -> None:
        """Forget every session and break the connections: nobody can resume."""
        self.sessions.clear()
        await self.drop_connections()


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def guild_create(world: World, guild: Guild, app: Application, *, new: bool = False) -> Json:
    """Tell a bot all of a guild, new to it or known; of the threads only the active ones it sees."""
    me = guild.members[app.bot.id]
    threads = [
        payloads.thread_for(thread, app.bot.id)
        for thread in guild.threads.values()
        if not thread.archived and world.sees(me, thread)
    ]
    # Of a guild that was merely not loaded yet it is said that it is available; of a new one, nothing.
    availability = {} if new else {"unavailable": False}
    return (
        payloads.guild(guild)
        | availability
        | {
            "joined_at": iso(me.joined),
            "large": False,
            "member_count": len(guild.members),
            "members": [payloads.member(me)],
            "channels": [payloads.channel(channel) for channel in guild.channels.values()],
            "threads": threads,
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
    )


def application_of(world: World, token: object) -> Application | None:
    """Return the application that a token belongs to."""
    return next((app for app in world.applications.values() if app.token == token), None)
