"""A newspaper's server with a bot on it, for the embedded Discord's own tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
import pytest

from bot.sandbox import Permissions
from tests.sandbox.fixtures import Bot, judge, running, sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox import Application, Channel, Message, Person, Sandbox, Server

__all__ = ["judge", "sandbox"]

NEEDED = (
    Permissions.VIEW_CHANNEL
    | Permissions.SEND_MESSAGES
    | Permissions.SEND_MESSAGES_IN_THREADS
    | Permissions.CREATE_PUBLIC_THREADS
    | Permissions.READ_MESSAGE_HISTORY
)


@dataclass
class Paper:
    """A server with a text channel, a forum, a reader, a moderator, and a connected bot."""

    sandbox: Sandbox
    app: Application
    server: Server
    channel: Channel
    forum: Channel
    alice: Person
    mo: Person
    bot: Bot

    def place(self, channel: Channel) -> discord.PartialMessageable:
        """A channel as the bot holds it, whether cached or not."""
        return self.bot.get_partial_messageable(channel.id, guild_id=self.server.id)

    def held(self, message: Message) -> discord.PartialMessage:
        """A message as the bot holds it."""
        return self.place(message.channel).get_partial_message(message.id)

    async def heard(self, event: str, count: int = 1) -> list[object]:
        """Wait until the bot has heard so many events of one kind, and return them all."""
        await self.sandbox.until(lambda: len(self.bot.all(event)) >= count)
        return self.bot.all(event)

    def let(self, permissions: Permissions) -> None:
        """Give the bot exactly these permissions."""
        self.server.grant(self.server.role_of(self.app), permissions)


def furnish(sandbox: Sandbox, bot: Bot, *, message_content: bool = True) -> Paper:
    """Set up the server; the bot is installed but not running."""
    app = sandbox.add_application("Oped", token="a.b.c", message_content=message_content)
    server = sandbox.add_guild("The Paper")
    server.install(app, permissions=NEEDED)
    return Paper(
        sandbox=sandbox,
        app=app,
        server=server,
        channel=server.add_text_channel("articles"),
        forum=server.add_forum("debate", tags=["politics", "culture"], require_tag=True),
        alice=server.add_member("Alice"),
        mo=server.add_member("Mo", permissions=Permissions.MANAGE_MESSAGES | Permissions.MANAGE_THREADS),
        bot=bot,
    )


@pytest.fixture
async def paper(sandbox: Sandbox) -> AsyncIterator[Paper]:
    """The server, its bot connected and ready."""
    found = furnish(sandbox, Bot())
    async with running(found.bot, sandbox, found.app):
        yield found
