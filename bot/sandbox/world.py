"""The whole state of one embedded Discord, and the events by which others learn of its changes."""

from __future__ import annotations

import asyncio
import inspect
import math
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox import granting, payloads
from bot.sandbox.clock import Clock, Snowflakes
from bot.sandbox.errors import Json, refusal
from bot.sandbox.objects import Thread
from bot.sandbox.permissions import DIRECT, Permissions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from datetime import datetime

    from bot.sandbox.applications import Command, Interaction
    from bot.sandbox.objects import Application, Channel, Guild, Member, Message, User


Predicate = Callable[[], object]
"""Something that may hold; the answer may have to be awaited."""

PATIENCE = 30.0
"""Seconds for which one waits for what should happen at once: others may be using the machine."""

_LOOK_AGAIN = 0.02
"""Seconds between two looks at what changes outside this world, such as a bot's database."""


@dataclass(frozen=True)
class Event:
    """Something that happened, with the payload a bot gets that may see everything."""

    name: str
    payload: Json
    guild_id: int | None = None
    channel: Channel | None = None
    """Only those who may see this channel are told."""
    application_id: int | None = None
    """Only this application is told."""
    user_id: int | None = None
    """Only this user is told."""


@dataclass(repr=False)
class World:
    """Everything there is. Changed by the acts (messages, threads, ...), each of which emits its events."""

    clock: Clock = field(default_factory=Clock)
    users: dict[int, User] = field(default_factory=dict)
    applications: dict[int, Application] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    commands: dict[int, Command] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """By token."""
    nonces: dict[tuple[int, str], tuple[Channel, int, datetime]] = field(default_factory=dict)
    """(author, nonce) to the message that was first sent with it."""

    def __post_init__(self) -> None:
        self.snowflakes = Snowflakes(self.clock)
        self._listeners: list[Callable[[Event], None]] = []
        self._waiting: set[asyncio.Future[None]] = set()

    def new_id(self) -> int:
        """Return the next snowflake."""
        return self.snowflakes.next()

    def now(self) -> datetime:
        """Return the present moment by this world's clock."""
        return self.clock.now()

    # Events

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` with each event from now on, in order; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, event: Event) -> None:
        """Tell everybody, in the same step as the change itself."""
        for listener in list(self._listeners):
            listener(event)
        self.stir()

    def stir(self) -> None:
        """Let everyone who waits look again."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def until(self, predicate: Predicate, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109 - a test's patience
        """Wait until the predicate, which may be async, holds. Raises TimeoutError.

        It is asked again at every change here, and from time to time for what changes elsewhere.
        """
        async with asyncio.timeout(timeout):
            while not await _holds(predicate):
                waiting = asyncio.get_running_loop().create_future()
                self._waiting.add(waiting)
                try:
                    await asyncio.wait([waiting], timeout=_LOOK_AGAIN)
                finally:
                    self._waiting.discard(waiting)

    @contextmanager
    def subscribe(self) -> Iterator[AsyncIterator[Event]]:
        """Give an endless iterator over the events from now on."""
        seen: deque[Event] = deque()
        stop = self.listen(seen.append)

        async def events() -> AsyncIterator[Event]:
            while True:
                await self.until(lambda: seen, timeout=math.inf)
                yield seen.popleft()

        try:
            yield events()
        finally:
            stop()

    # Finding

    def channel(self, channel_id: int) -> Channel:
        """Return a channel or thread. Raises Refused (10003)."""
        try:
            return self.channels[channel_id]
        except KeyError:
            raise refusal(10003) from None

    def guild(self, guild_id: int) -> Guild:
        """Return a guild. Raises Refused (10004)."""
        try:
            return self.guilds[guild_id]
        except KeyError:
            raise refusal(10004) from None

    def member(self, guild: Guild, user_id: int) -> Member:
        """Return a member. Raises Refused (10007)."""
        try:
            return guild.members[user_id]
        except KeyError:
            raise refusal(10007) from None

    def message(self, channel: Channel, message_id: int) -> Message:
        """Return a message of a channel. Raises Refused (10008)."""
        try:
            return channel.messages[message_id]
        except KeyError:
            raise refusal(10008) from None

    def thread_of(self, message: Message) -> Thread | None:
        """Return the thread that was started from a message: it bears the message's id."""
        thread = self.channels.get(message.id)
        return thread if isinstance(thread, Thread) and thread is not message.channel else None

    # Permissions

    @contextmanager
    def access_changes(self, guild: Guild) -> Iterator[None]:
        """Send THREAD_LIST_SYNC to each bot for the channels that it sees afterwards and did not before."""
        bots = [member for member in guild.members.values() if member.user.bot]
        before = {
            (bot.id, channel.id)
            for bot in bots
            for channel in guild.channels.values()
            if self.sees(bot, channel)
        }
        yield
        for bot in bots:
            gained = [
                channel
                for channel in guild.channels.values()
                if (bot.id, channel.id) not in before and self.sees(bot, channel)
            ]
            if gained:
                self.emit(
                    Event("THREAD_LIST_SYNC", self._thread_list(guild, bot, gained), guild.id, user_id=bot.id)
                )

    def _thread_list(self, guild: Guild, bot: Member, channels: list[Channel]) -> Json:
        threads = [
            each
            for each in guild.threads.values()
            if each.parent in channels and not each.archived and self.sees(bot, each)
        ]
        return {
            "guild_id": str(guild.id),
            "channel_ids": [str(channel.id) for channel in channels],
            "threads": [payloads.channel(thread) for thread in threads],
            "members": [
                payloads.thread_member(thread, bot.id) for thread in threads if bot.id in thread.joined
            ],
        }

    def may(self, member: Member, channel: Channel) -> Permissions:
        """Return what a member may do in a channel."""
        if channel.recipient is not None:
            return DIRECT if member.id in channel.guild.members else Permissions.NONE
        return granting.in_channel(member, channel, self.now())

    def sees(self, member: Member, channel: Channel) -> bool:
        """Whether a channel is in a member's list: private threads only for theirs and for moderators."""
        granted = self.may(member, channel)
        if Permissions.VIEW_CHANNEL not in granted:
            return False
        if isinstance(channel, Thread) and channel.type.name == "PRIVATE_THREAD":
            return member.id in channel.joined or Permissions.MANAGE_THREADS in granted
        return True

    def reach(self, member: Member, channel: Channel, *needed: Permissions) -> Permissions:
        """Return what a member may do in a channel that they see. Raises Refused (50001, 50013)."""
        if not self.sees(member, channel):
            raise refusal(50001)
        granted = self.may(member, channel)
        for permission in needed:
            if permission not in granted:
                raise refusal(50013)
        return granted


async def _holds(predicate: Predicate) -> bool:
    held = predicate()
    return bool(await held if inspect.isawaitable(held) else held)
