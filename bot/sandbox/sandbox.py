"""The embedded Discord: one world, served on the loopback address."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.sandbox import message_payloads
from bot.sandbox.clock import Clock
from bot.sandbox.faults import Act, Fault, Faults, Schedule
from bot.sandbox.limits import Limiter, RateLimits
from bot.sandbox.objects import Application, Message, User
from bot.sandbox.servers import Server
from bot.sandbox.threads import archive_idle
from bot.sandbox.wire import API, Judge, LoggedRequest, Wire
from bot.sandbox.world import PATIENCE, Event, Predicate, World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Self

    from bot.sandbox.errors import Json
    from bot.sandbox.gateway import Gateway
    from bot.sandbox.objects import Channel


class Sandbox:
    """An embedded Discord. `async with Sandbox() as discord:` starts it on a free port and ends it."""

    def __init__(
        self,
        *,
        limits: RateLimits | None = None,
        judge: Judge | None = None,
        clock: Clock | None = None,
        port: int = 0,
        schedule: Schedule | None = None,
    ) -> None:
        self.world = World(clock or Clock())
        self.faults = self._faults(schedule) if schedule else None
        self._wire = Wire(self.world, Limiter(limits or RateLimits.relaxed()), judge, self.faults)
        self._port = port
        self._dying = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.faults is not None:
            await self.faults.end()
        await self.stop()

    def _faults(self, schedule: Schedule) -> Faults:
        faults = Faults(schedule)
        faults.on(Act.CLOSE, lambda fault: self.gateway.close_connections())
        faults.on(Act.LOSE, lambda fault: self.gateway.lose_sessions())
        faults.on(Act.DIE, self._die)
        return faults

    async def _die(self, fault: Fault) -> None:
        async with self._dying:
            await self.stop()
            await asyncio.sleep(fault.seconds)
            await self.start()

    # Running

    async def start(self) -> None:
        """Listen: on the port given, else on a free one, which is kept from then on."""
        await self._wire.open(self._port)
        self._port = self._wire.port

    async def stop(self) -> None:
        """Hang up and stop listening. The state stays; `start` brings it back on the same port."""
        await self._wire.shut()

    @property
    def api_url(self) -> str:
        """What stands for https://discord.com/api/v10."""
        return f"http://{self._wire.address}{API}"

    @property
    def gateway_url(self) -> str:
        """What stands for wss://gateway.discord.gg."""
        return f"ws://{self._wire.address}/gateway"

    @property
    def gateway(self) -> Gateway:
        """The gateway, to break its connections and lose its sessions."""
        return self._wire.gateway

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request so far, oldest first; after many thousands only the latest."""
        return self._wire.requests

    @property
    def rate_limited(self) -> int:
        """How many requests were answered with 429."""
        return sum(each.status == 429 for each in self.requests)

    # Setting the stage

    def add_application(
        self, name: str, *, token: str, message_content: bool = True, members: bool = False
    ) -> Application:
        """Register an application with its bot; the switches are those of its portal page."""
        app = Application(
            id=self.world.new_id(),
            name=name,
            token=token,
            bot=self._user(name, bot=True),
            message_content=message_content,
            members_intent=members,
            owner=self._user(f"{name} owner"),
        )
        self.world.applications[app.id] = app
        return app

    def add_guild(self, name: str) -> Server:
        """Found a server, owned by somebody who is not in it."""
        return Server.found(self.world, name, self._user(f"{name} owner"))

    def _user(self, name: str, *, bot: bool = False) -> User:
        who = User(self.world.new_id(), name.lower().replace(" ", "_"), name, bot)
        self.world.users[who.id] = who
        return who

    # Watching

    def messages(self, channel: Channel) -> list[Message]:
        """Return the messages of a channel or thread that everybody there sees, oldest first."""
        return sorted(channel.messages.values(), key=lambda message: message.id)

    def is_connected(self, app: Application) -> bool:
        """Whether an application's bot is identified at the gateway."""
        return self.gateway.is_connected(app)

    async def until(self, predicate: Predicate, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109 - a test's patience
        """Wait until the predicate, which may be async, holds. Raises TimeoutError."""
        await self.world.until(predicate, timeout)

    def subscribe(self) -> AbstractContextManager[AsyncIterator[Event]]:
        """Give an endless iterator over all events from now on, ephemeral answers included."""
        return self.world.subscribe()

    def payload(self, message: Message) -> Json:
        """Return a message as Discord's API writes it."""
        return message_payloads.message(message, self.world)

    # Time

    def advance(self, **by: float) -> None:
        """Let time pass at once, given as for `timedelta`; threads left idle are archived."""
        self.world.clock.advance(timedelta(**by))
        archive_idle(self.world)
        self.world.stir()
