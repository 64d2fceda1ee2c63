"""Wiring: where settings become a database and a bot that is connected to Discord, and how both end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import discord
import structlog

from bot.client import Oped
from bot.delivery import command_sync
from bot.delivery.command_sync import Description
from bot.delivery.destination import find_destination
from bot.delivery.endpoint import WRONG_TOKEN, logged_in, may_read_content, required_token
from bot.delivery.logbook import Logbook
from bot.delivery.patience import Patience
from bot.discussion.publish import Publishing
from bot.discussion.retention import Retention
from bot.language import gettext as _
from bot.model import GuildId, Publication
from bot.settings import Settings
from bot.store.database import Database
from bot.store.lock import only_bot

log = structlog.get_logger(__name__)

AUTHENTICATION_FAILED = 4004
"""The gateway's code for a token that no longer holds (topics/opcodes-and-status-codes)."""

PARTING_SECONDS = 10.0
"""How long an ending bot may take to store what it has heard."""


async def described_commands(database: Database) -> list[Description]:
    """The commands as the bot would tell Discord of them; nothing is connected or changed."""
    retention = _retention(database, Settings.load({}, None))
    async with Oped(database, guilds=frozenset(), readable=False, retention=retention) as bot:
        await bot.load_cogs()
        return await command_sync.descriptions(bot.tree)


def _retention(database: Database, settings: Settings) -> Retention:
    return Retention(database, backup_days=settings.backup_days, purge_days=settings.purge_days)


@asynccontextmanager
async def running_bot(settings: Settings, *, ask_for_content: bool = True) -> AsyncIterator[Oped]:
    """A bot at work on its database, until the block is left; it then stores what it has heard and ends.

    Raises `StorageError` where another bot holds the database, `ConfigurationError` for a missing or refused
    token, `DeliveryError` where Discord cannot be reached, and `discord.PrivilegedIntentsRequired` where it was
    granted the Message Content intent and then had it withdrawn.
    """
    token = required_token(settings)
    async with Database.open(settings.database_url, migrate=True) as database:
        with only_bot(database.path):
            async with logged_in(token, settings.discord_api_url) as client:
                readable = ask_for_content and may_read_content(client.application)
            if not readable:
                log.warning("message_content_off", remedy="Switch it on in the developer portal, under Bot.")
            guilds = frozenset(GuildId(each) for each in settings.guilds)
            retention = _retention(database, settings)
            async with Oped(database, guilds=guilds, readable=readable, retention=retention) as bot:
                await bot.login(token)
                async with _at_work(bot):
                    yield bot


@asynccontextmanager
async def _at_work(bot: Oped) -> AsyncIterator[None]:
    """Run the bot's connection and background tasks; the end of one of them is the end of all."""
    try:
        async with asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(bot.capture.run())
            tasks.create_task(_connect(bot))
            others = [
                tasks.create_task(bot.get_acquainted()),
                tasks.create_task(_once_acquainted(bot, bot.poster.run)),
                tasks.create_task(_once_acquainted(bot, bot.remover.run)),
                tasks.create_task(_once_acquainted(bot, bot.keeper.run)),
                tasks.create_task(_once_acquainted(bot, bot.warner.run)),
                tasks.create_task(_once_acquainted(bot, Logbook(bot.database, bot.wire).run)),
                tasks.create_task(_once_acquainted(bot, bot.announcer.run)),
                tasks.create_task(_once_acquainted(bot, bot.digester.run)),
                tasks.create_task(bot.catch_up.run()),
                tasks.create_task(_once_acquainted(bot, bot.sweep.run)),
                tasks.create_task(bot.retention.run()),
                tasks.create_task(bot.finishing.run()),
                tasks.create_task(bot.indexing.run()),
            ]
            try:
                yield
            finally:
                for task in others:
                    task.cancel()
                await bot.threads.close()
                await bot.close()
                await _store_the_rest(bot)
                writer.cancel()
    except ExceptionGroup as group:
        # Whatever came first is what ended the bot; the others followed from it.
        raise group.exceptions[0] from group


class _FirstConnection(Patience):
    """How long to wait where it fails: what does not pass, discord.py raises as it is."""

    def cause(self, error: Exception) -> tuple[str, float]:
        return super().cause(error) or (_("The connection to Discord broke off."), 0.0)


async def _connect(bot: Oped) -> None:
    patience = _FirstConnection("connection")
    while not bot.is_closed():
        try:
            await bot.connect()
        except discord.ConnectionClosed as error:
            if error.code == AUTHENTICATION_FAILED:
                raise WRONG_TOKEN from error
            raise
        except AttributeError as error:
            # Where the very first connection fails, discord.py 2.7 means to resume a session that never was.
            first = error.__context__
            if error.obj is not None or not isinstance(first, Exception):
                raise
            await asyncio.sleep(patience.after(first))


async def _store_the_rest(bot: Oped) -> None:
    try:
        async with asyncio.timeout(PARTING_SECONDS):
            await bot.capture.flush()
    except TimeoutError:
        log.warning("left_unstored", remedy="The next start reads it again from Discord.")


async def _once_acquainted(bot: Oped, work: Callable[[], Awaitable[None]]) -> None:
    await bot.acquainted.wait()
    await work()


async def run_bot(settings: Settings) -> None:
    """Run the bot until cancelled. Raises what `running_bot` does, and what ends one of its tasks.

    Where the Message Content intent is withdrawn meanwhile, the bot goes on without.
    """
    forever = asyncio.Event()
    try:
        async with running_bot(settings):
            _keep_for_good()
            await forever.wait()
    except discord.PrivilegedIntentsRequired:
        # Asked for once more it might be refused once more, and Discord counts how often a bot connects.
        async with running_bot(settings, ask_for_content=False):
            await forever.wait()


def _keep_for_good() -> None:
    """Spare what has been loaded from being looked through for garbage again and again.

    A flood of messages makes many objects, and Python then looks through all there are: a fifth of the time.
    """
    gc.collect()
    gc.freeze()


async def request_post(settings: Settings, slug: str, channel_id: int, *, again: bool) -> Publication:
    """Ask for an article to be posted; the running bot carries it out within a second.

    Raises `NotFoundError` for an unknown article, `RefusedError` where the channel will not do or has it
    already, and what `running_bot` raises for the token and the connection.
    """
    token = required_token(settings)
    async with Database.open(settings.database_url) as database:
        async with logged_in(token, settings.discord_api_url) as client:
            destination = await find_destination(client, channel_id)
        # Whoever has the database and the token may post in any server.
        publishing = Publishing(database, guilds=frozenset({destination.guild_id}), wake=lambda: None)
        return await publishing.request(
            slug,
            guild_id=destination.guild_id,
            channel_id=destination.channel_id,
            channel_kind=destination.kind,
            again=again,
        )
