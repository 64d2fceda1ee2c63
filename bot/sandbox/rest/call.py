"""A request to the API as its routes see it, and what they give back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox.errors import Json, invalid, refusal

if TYPE_CHECKING:
    from bot.sandbox.drafts import Upload
    from bot.sandbox.objects import Application, Channel, Guild, Member, Message
    from bot.sandbox.world import World


@dataclass
class Call:
    """One request: who asks (None without a token), for what, with which body."""

    world: World
    method: str
    route: str
    """The path with its parameters' names, as Discord's description writes it."""
    path: dict[str, str]
    query: dict[str, str]
    sent: Json | list[Json] | None
    """The body as it came, None without one."""
    uploads: list[Upload] = field(default_factory=list)
    application: Application | None = None
    address: str = ""
    """Host and port under which the server was reached."""

    @property
    def body(self) -> Json:
        """The body's fields; none where it is no object."""
        return self.sent if isinstance(self.sent, dict) else {}

    @property
    def items(self) -> list[Json]:
        """The body where it is a list."""
        return self.sent if isinstance(self.sent, list) else []

    def id(self, name: str) -> int:
        """Return an id from the path. Raises Refused (50035)."""
        return snowflake(self.path[name], name)

    def mark(self, name: str) -> int | None:
        """Return an id from the query, if it is there."""
        return snowflake(self.query[name], name) if name in self.query else None

    def limit(self, otherwise: int, most: int = 100) -> int:
        """Return how many things are asked for. Raises Refused (50035)."""
        asked = self.query.get("limit", str(otherwise))
        if not asked.isdecimal() or not 1 <= int(asked) <= most:
            raise invalid("limit", "NUMBER_TYPE_MAX", f"int value should be between 1 and {most}.")
        return int(asked)

    @property
    def app(self) -> Application:
        """The asking bot's application. Raises Refused (401)."""
        if self.application is None:
            raise refusal(0)
        return self.application

    @property
    def channel(self) -> Channel:
        """The channel in the path. Raises Refused (10003)."""
        return self.world.channel(self.id("channel_id"))

    @property
    def guild(self) -> Guild:
        """The guild in the path. Raises Refused (10004)."""
        guild = self.world.guild(self.id("guild_id"))
        if self.app.bot.id not in guild.members:
            raise refusal(10004)
        return guild

    @property
    def message(self) -> Message:
        """The message in the path. Raises Refused (10003, 10008)."""
        return self.world.message(self.channel, self.id("message_id"))

    @property
    def me(self) -> Member:
        """The asking bot as a member of the guild of the path's channel. Raises Refused (10003, 50001)."""
        me = self.channel.guild.members.get(self.app.bot.id)
        if me is None:
            raise refusal(50001)
        return me


@dataclass(frozen=True)
class Reply:
    """What an endpoint gives back: JSON, or nothing with 204."""

    body: Json | list[Json] | None = None
    status: int = 200


EMPTY = Reply(None, 204)

Endpoint = Callable[[Call], Awaitable[Reply]]
Routes = list[tuple[str, str, Endpoint]]
"""Method, path below /api/v10, endpoint."""


def snowflake(text: str, name: str) -> int:
    """Read an id. Raises Refused (50035)."""
    if not text.isdecimal():
        raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    return int(text)
