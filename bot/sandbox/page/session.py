"""One open page: it is told what its person sees, as it happens, and its acts are carried out."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox.page import views
from bot.sandbox.page.acts import Acts, CannotBe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Application
    from bot.sandbox.page.direct import ReadMarks
    from bot.sandbox.people import Person
    from bot.sandbox.world import Event

BEHIND = 2_000
"""How many messages may wait for a page that does not read; beyond, it is cut off and starts anew."""

AT_ONCE = 32
"""How many acts of one page may be under way."""

_MESSAGE_EVENTS = {"MESSAGE_CREATE": "created", "MESSAGE_UPDATE": "updated", "MESSAGE_DELETE": "deleted"}
_CHANNEL_EVENTS = ("THREAD_", "CHANNEL_", "GUILD_ROLE_", "GUILD_MEMBER_")


class Session:
    """A page's connection. `told` is what the page is told about the bot and the database, by name."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        people: Sequence[Person],
        first: Person,
        app: Application,
        dismissed: set[int],
        marks: ReadMarks,
        told: Mapping[str, Json],
    ) -> None:
        self._socket = socket
        self._people = people
        self._app = app
        self._told = told
        self._marks = marks
        self._acts = Acts(first, dismissed, marks)
        self._waiting: deque[str] = deque()
        self._wake = asyncio.Event()
        self._lists_changed = False
        self._under_way: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Serve the page until it is closed, or too far behind."""
        stop = self._acts.who.world.listen(self._heard)
        writing = asyncio.create_task(self._write())
        try:
            async for frame in self._socket:
                if frame.type is not WSMsgType.TEXT or not self._begin(frame.data):
                    break
        finally:
            stop()
            for task in (writing, *self._under_way):
                task.cancel()
            await asyncio.gather(writing, *self._under_way, return_exceptions=True)

    async def hang_up(self) -> None:
        """End the connection; the page tries to come back."""
        await self._socket.close(code=WSCloseCode.GOING_AWAY)

    def push(self, message: Json) -> None:
        """Queue something for the page."""
        if len(self._waiting) < BEHIND:
            self._waiting.append(json.dumps(message, separators=(",", ":")))
        else:
            self._waiting.clear()
            self._waiting.append("")
        self._wake.set()

    async def _write(self) -> None:
        """Send what waits, in order. Lists of channels are coalesced: only the newest counts."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._lists_changed:
                # Before the events: what happens in a new thread is told to a page that knows the thread.
                self._lists_changed = False
                await self._socket.send_json(
                    {"event": "channels", "channels": views.channels(self._who, self._marks)}
                )
            while self._waiting:
                text = self._waiting.popleft()
                if not text:
                    await self._socket.close()
                    return
                await self._socket.send_str(text)

    @property
    def _who(self) -> Person:
        return self._acts.who

    # What happened

    def _heard(self, event: Event) -> None:
        if event.application_id is not None or event.guild_id not in {None, self._who.member.guild.id}:
            return
        if event.user_id is not None and event.user_id != self._who.id:
            return
        if event.name.startswith(_CHANNEL_EVENTS):
            self._lists_changed = True
            self._wake.set()
        elif event.channel is not None and self._who.sees(event.channel):
            self._heard_message(event)

    def _heard_message(self, event: Event) -> None:
        payload = event.payload
        if event.name == "MESSAGE_DELETE_BULK":
            for each in payload["ids"]:
                self.push({"event": "deleted", "message": {"id": each, "channel_id": payload["channel_id"]}})
        elif event.name in _MESSAGE_EVENTS:
            asked = views.asked_by(self._who.world, payload.get("interaction_metadata"))
            mine = views.reactions(self._who, event.channel, payload["id"])
            self.push({"event": _MESSAGE_EVENTS[event.name], "message": payload | asked | mine})
        elif event.name.startswith("MESSAGE_REACTION_"):
            told = {key: payload[key] for key in ("channel_id", "message_id")}
            mine = views.reactions(self._who, event.channel, payload["message_id"])
            self.push(
                {
                    "event": "reacted",
                    "message": {"id": told["message_id"], "channel_id": told["channel_id"]} | mine,
                }
            )
            return
        if event.channel is not None and event.channel.recipient and event.channel is self._acts.here:
            self._marks.read(event.channel)
        # Threads are listed with the number of their messages, channels with their newest.
        self._lists_changed = True
        self._wake.set()

    # What is asked for

    def _begin(self, text: str) -> bool:
        """Start on one request; False where it is none, or one too many."""
        try:
            asked = json.loads(text)
            number, name = int(asked["id"]), str(asked["do"])
        except (ValueError, TypeError, LookupError):
            return False
        if len(self._under_way) >= AT_ONCE:
            self.push({"re": number, "error": "Too much at once. Wait for the answers first."})
            return True
        task = asyncio.create_task(self._answer(number, name, asked))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return True

    async def _answer(self, number: int, name: str, asked: Json) -> None:
        try:
            if name == "enter":
                self.push({"re": number, "result": self._enter(asked)})
                return
            self.push({"re": number, "result": await self._acts.do(name, asked)})
        except CannotBe as error:
            self.push({"re": number, "error": str(error)})
        except Exception:
            # Seen by whoever runs the server; the page must not wait for ever.
            self.push({"re": number, "error": "Something went wrong in the embedded Discord."})
            raise

    def _enter(self, asked: Json) -> Json:
        """Take somebody's place, or come back to it; all they see around the messages."""
        wanted = str(asked.get("person") or self._who.id)
        self._acts.who = next((each for each in self._people if str(each.id) == wanted), self._who)
        return {
            "server": views.server(self._who, self._people, self._app, self._marks),
            "told": dict(self._told),
        }
