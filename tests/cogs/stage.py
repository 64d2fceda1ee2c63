"""A small article and the whole bot at work, for tests over the embedded Discord's wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import pytest

from bot.client import Oped
from bot.demo.stage import BOT_PERMISSIONS, MODERATOR
from bot.discussion.identity import Identities
from bot.discussion.importing import import_records
from bot.discussion.publish import Publishing
from bot.model import (
    ChannelId,
    ChannelKind,
    GuildId,
    SourceArticle,
    SourceAuthor,
    SourceComment,
    SourceRecord,
    SourceSection,
)
from bot.sandbox import Answer, Application, Channel, Message, Permissions, Person, Sandbox, Server, Thread
from tests.stage import Production

ON_RIVERS: list[SourceRecord] = [
    SourceArticle(
        ref="a",
        title="On rivers",
        sections=(SourceSection(None, "Rivers run."), SourceSection("Upstream", "It began there.")),
        kind="text",
    ),
    SourceComment(article_ref="a", ref="1", author=SourceAuthor("Reader 1"), text="I live by one."),
    SourceComment(article_ref="a", ref="2", author=SourceAuthor("Reader 2"), text="So do I.", parent_ref="1"),
]
"""Six messages in a text channel: opening, two sections, closing, and two comments in the thread."""


@dataclass
class Stage:
    """The production's server and people, and what tests of cogs do there again and again."""

    production: Production
    discord: Sandbox
    app: Application
    server: Server
    channel: Channel
    forum: Channel
    alice: Person
    ben: Person
    mo: Person

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[Oped]:
        """The bot at work, until the block is left; a second one is a restart."""
        async with self.production.running() as bot:
            yield bot

    async def post(self, channel: Channel | None = None, tag: str | None = None) -> Thread:
        """Post the article and return the thread of its comments, once all stands there."""
        where = channel or self.channel
        options: dict[str, Any] = {"tag": tag} if tag else {}
        answer = await self.mo.command(
            "article post", here=self.channel, article="on-rivers", channel=where, **options
        )
        await self.discord.until(lambda: "Posted" in answer.content)
        return self.thread_in(where)

    def thread_in(self, channel: Channel) -> Thread:
        """The newest thread of a channel."""
        return max(
            (each for each in self.server.guild.threads.values() if each.parent is channel),
            key=lambda each: each.id,
        )

    def another_server(self) -> tuple[Server, Person, Channel]:
        """A second server with the bot on it, somebody who manages it, and a channel."""
        server = self.discord.add_guild("The other place")
        server.install(self.app, permissions=BOT_PERMISSIONS)
        return (
            server,
            server.add_member("Stranger", permissions=MODERATOR),
            server.add_text_channel("general"),
        )

    async def request(self) -> Answer:
        """Ask for the article in the channel, as a manager does."""
        return await self.mo.command(
            "article post", here=self.channel, article="on-rivers", channel=self.channel
        )

    async def fail(self) -> Answer:
        """Let a posting stop where its comments begin, and return its status."""
        role = self.server.role_of(self.app)
        self.server.set_permissions(self.channel, role, deny=Permissions.SEND_MESSAGES_IN_THREADS)
        async with self.production.database() as database:
            await Publishing(database, guilds=frozenset(), wake=lambda: None).request(
                "on-rivers",
                guild_id=GuildId(self.server.id),
                channel_id=ChannelId(self.channel.id),
                channel_kind=ChannelKind.TEXT,
            )
        return await eventually(
            lambda: self.mo.command("article status", here=self.channel, publication="1"),
            lambda status: "It stopped: " in status.content,
        )

    def mend(self) -> None:
        """Take the cause of that failure away."""
        self.server.set_permissions(self.channel, self.server.role_of(self.app))

    def open_to_everyone(self, command: str) -> None:
        """Let everybody use a command, as administrators can in their server's settings."""
        for each in self.discord.world.commands.values():
            if each.name == command:
                each.body["default_member_permissions"] = None

    def closing(self) -> Message:
        """The message that bears *Enter a comment*."""
        return next(each for each in self.discord.messages(self.channel) if "Comments (" in each.content)

    def showing(self, words: str, where: Channel) -> Message | None:
        """The message of a channel or thread that holds these words."""
        found = (each for each in self.discord.messages(where) if words in each.content)
        return next(found, None)

    async def shown(self, words: str, where: Channel) -> Message:
        """The same, as soon as it is there."""
        await self.discord.until(lambda: self.showing(words, where))
        message = self.showing(words, where)
        assert message is not None
        return message

    async def turn(self, who: Person, page: Answer, button: str, words: str, *values: object) -> Answer:
        """Press what changes the answer it stands under; the answer, once it holds these words."""
        turned = await who.press(page, button, values=values)
        await self.discord.until(lambda: words in turned.content)
        return turned

    async def beside(self, pressed: Answer) -> str:
        """What was told apart from the message under which somebody pressed, which stays as it is."""
        await self.discord.until(lambda: pressed.followups)
        return pressed.followups[-1].content

    async def stored(self) -> list[Stored]:
        """Every comment, oldest first."""
        async with self.production.database() as database:
            rows = await database.fetch_all(
                "SELECT comment.id, parent_id, name, text, status FROM comment JOIN commenter"
                " ON commenter.id = comment.commenter_id ORDER BY comment.id"
            )
        return [Stored(**row) for row in rows]


async def turn(stage: Stage, page: Answer, label: str) -> Answer:
    """Turn Alice's page, which shows in the same message."""
    before = page.content
    turned = await stage.alice.press(page, label)
    await stage.discord.until(lambda: page.message.content != before)
    return turned


T = TypeVar("T")


class Stored(NamedTuple):
    """A comment as it stands in the database."""

    id: int
    parent_id: int | None
    name: str
    text: str
    status: str


async def eventually(ask: Callable[[], Awaitable[T]], enough: Callable[[T], bool]) -> T:
    """Ask until the answer will do, for at most half a minute; what has been asked of the bot takes a moment."""
    async with asyncio.timeout(30):
        while True:
            answer = await ask()
            if enough(answer):
                return answer
            await asyncio.sleep(0.01)


@pytest.fixture
async def stage(production: Production, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage with the article *On rivers* in the database; the bot is not running yet."""
    monkeypatch.setattr("cogs.articles.PACE", 0.02)
    async with production.database() as database:
        identities = Identities.beside(production.path)
        await import_records(database, ON_RIVERS, format_name="text", identities=identities)
    made = production.stage
    return Stage(
        production=production,
        discord=made.discord,
        app=made.app,
        server=made.server,
        channel=made.articles,
        forum=made.forum,
        alice=made.alice,
        ben=made.ben,
        mo=made.mo,
    )
