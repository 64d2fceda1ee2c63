"""Faults: what goes wrong at the embedded Discord, and at which request or event.

A `Schedule` says it, and the same schedule says it again; a `Faults` carries it out. Requests come to it from
`Wire.serve`, events from `Gateway.publish`.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Self

    from bot.sandbox.world import Event

ANY_REQUEST = "any request"
ANY_EVENT = "any event"


class Act(StrEnum):
    """What can go wrong. The first group befalls a request, the second an event, the last comes at either."""

    HANG_UP = "hang up"
    """The connection is closed without an answer."""
    TOO_MANY = "429"
    INTERNAL = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    SLOW = "slow"

    DELAY = "delay"
    DUPLICATE = "duplicate"
    OVERTAKE = "overtake"
    """The event waits until one of another kind or channel has gone first."""

    CLOSE = "close"
    """The gateway's connections are closed with a code after which sessions may be resumed."""
    LOSE = "lose"
    """The gateway's sessions are lost: nobody can resume."""
    DIE = "die"
    """The whole server dies, and comes back on its port with its state."""
    KILL = "kill"
    """The bot is killed. Whoever started it says how: `Faults.on`."""


AT_REQUESTS = frozenset({Act.HANG_UP, Act.TOO_MANY, Act.INTERNAL, Act.BAD_GATEWAY, Act.UNAVAILABLE, Act.SLOW})
AT_EVENTS = frozenset({Act.DELAY, Act.DUPLICATE, Act.OVERTAKE})
_CUT_OFF = frozenset({Act.HANG_UP, Act.DIE, Act.KILL})
_STATUS = {Act.TOO_MANY: 429, Act.INTERNAL: 500, Act.BAD_GATEWAY: 502, Act.UNAVAILABLE: 503}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, at the request or event that is the `number`-th of its kind, from 1."""

    act: Act
    number: int
    of: str
    """A method and route as in `limits.CREATE_MESSAGE`, an event's name, or any of either."""
    after: bool = False
    """Whether the request takes effect all the same."""
    seconds: float = 0.0
    """How long a slow answer or a held event takes, a 429 asks to wait, a server stays dead; how long after its
    event a kill comes."""
    scope: str = "user"
    """Whose limit a 429 says was hit: user, shared or global."""

    def __post_init__(self) -> None:
        if self.act in (AT_EVENTS if self.at_request else AT_REQUESTS):
            raise ValueError(f"“{self.act}” cannot befall {self.of}")
        if self.after and (self.act is Act.TOO_MANY or not self.at_request):
            raise ValueError(f"“{self.act}” at {self.of} has no after")

    @property
    def at_request(self) -> bool:
        """Whether it comes at a request; else it comes at an event."""
        return _is_request(self.of)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which faults come, and when. Where two are due at once, the one that names the kind comes."""

    faults: tuple[Fault, ...] = ()

    @classmethod
    def drawn(
        cls, seed: int, acts: Mapping[Act, int], points: Mapping[str, int], *, seconds: float = 0.3
    ) -> Self:
        """Draw so many faults of each act. They come at `points`: kinds, each with the last number of interest."""
        chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
        faults = []
        for act, number in acts.items():
            fitting = [of for of in points if act not in (AT_EVENTS if _is_request(of) else AT_REQUESTS)]
            for _ in range(number):
                of = chance.choice(fitting)
                after = _is_request(of) and act is not Act.TOO_MANY and chance.random() < 0.5
                fault = Fault(
                    act,
                    chance.randint(1, points[of]),
                    of,
                    after,
                    round(chance.uniform(0.01, seconds), 3),
                    chance.choice(("user", "shared", "global")) if act is Act.TOO_MANY else "user",
                )
                faults.append(fault)
        return cls(tuple(faults))

    def dump(self) -> str:
        """Write as JSON."""
        return json.dumps([asdict(fault) for fault in self.faults], indent=1)

    @classmethod
    def load(cls, text: str) -> Self:
        """Read what `dump` wrote."""
        return cls(tuple(Fault(**each | {"act": Act(each["act"])}) for each in json.loads(text)))


@dataclass(frozen=True, slots=True)
class Happened:
    """A fault that came, at what, and when on the machine's monotonic clock."""

    fault: Fault
    at: str
    time: float


@dataclass(eq=False)
class _Held:
    """Events of one kind in one channel that wait; those that come later wait behind the first."""

    events: list[Event]
    overtaken: bool
    timer: asyncio.TimerHandle


@dataclass(eq=False)
class Faults:
    """Carries out a schedule."""

    schedule: Schedule
    happened: list[Happened] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._due = {(fault.of, fault.number): fault for fault in self.schedule.faults}
        self._seen: Counter[str] = Counter()
        self._doing: dict[Act, Callable[[Fault], Awaitable[object]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: dict[tuple[str, int | None], _Held] = {}

    def on(self, act: Act, do: Callable[[Fault], Awaitable[object]]) -> None:
        """Say how something is done that concerns more than one request or event."""
        self._doing[act] = do

    @property
    def counts(self) -> Counter[Act]:
        """How many faults of each act came."""
        return Counter(each.fault.act for each in self.happened)

    async def around(
        self, request: web.Request, kind: str, answer: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """Answer a request, with what goes wrong at it."""
        fault = self._next(kind, ANY_REQUEST)
        if fault is None:
            return await answer()
        response = await answer() if fault.after else None
        if fault.act in _STATUS:
            return _error(fault)
        if fault.act is Act.SLOW:
            if request.content_type == "application/json":
                await request.read()  # who hangs up now has asked all the same, and it takes effect late
            await asyncio.sleep(fault.seconds)
        elif fault.act is Act.KILL:
            await self._doing[fault.act](fault)
        elif fault.act is not Act.HANG_UP:
            self._start(fault)
        if fault.act in _CUT_OFF:
            if request.transport is not None:
                request.transport.abort()
            return response or web.Response()
        return await answer() if response is None else response

    def pass_on(self, event: Event, deliver: Callable[[Event], None]) -> None:
        """Deliver an event, with what goes wrong at it."""
        fault = self._next(event.name, ANY_EVENT)
        act = fault.act if fault else None
        lane = (event.name, event.channel.id if event.channel else event.guild_id)
        if lane in self._held:
            self._held[lane].events.append(event)
        elif fault is not None and act in {Act.DELAY, Act.OVERTAKE}:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(fault.seconds, self._release, lane, deliver)
            self._held[lane] = _Held([event], act is Act.OVERTAKE, timer)
            return
        else:
            deliver(event)
            if act is Act.DUPLICATE:
                deliver(event)
        for other in [each for each, held in self._held.items() if held.overtaken and each != lane]:
            self._release(other, deliver)
        if fault is not None and act not in AT_EVENTS:
            self._start(fault)

    async def end(self) -> None:
        """Let nothing more happen."""
        for held in self._held.values():
            held.timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _next(self, kind: str, any_kind: str) -> Fault | None:
        self._seen.update((kind, any_kind))
        for of in (kind, any_kind):
            fault = self._due.get((of, self._seen[of]))
            if fault is not None:
                self.happened.append(Happened(fault, kind, time.monotonic()))
                return fault
        return None

    def _release(self, lane: tuple[str, int | None], deliver: Callable[[Event], None]) -> None:
        held = self._held.pop(lane)
        held.timer.cancel()
        for event in held.events:
            deliver(event)

    def _start(self, fault: Fault) -> None:
        task = asyncio.create_task(self._carry_out(fault))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, fault: Fault) -> None:
        if fault.act is Act.KILL:
            await asyncio.sleep(fault.seconds)
        await self._doing[fault.act](fault)


def _is_request(of: str) -> bool:
    return of == ANY_REQUEST or (" " in of and of != ANY_EVENT)


def _error(fault: Fault) -> web.Response:
    """What Discord's edge answers by itself: only a 429 has a body that a client reads."""
    status = _STATUS[fault.act]
    if fault.act is not Act.TOO_MANY:
        return web.Response(status=status, text=f"error code: {status}")
    body = {
        "message": "You are being rate limited.",
        "retry_after": fault.seconds,
        "global": fault.scope == "global",
        "code": 0,
    }
    headers = {
        "Via": "1.1 google",
        "Retry-After": str(math.ceil(fault.seconds)),
        "X-RateLimit-Scope": fault.scope,
        "Content-Type": "application/json",
    }
    if fault.scope == "global":
        headers["X-RateLimit-Global"] = "true"
    return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)
