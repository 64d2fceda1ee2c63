"""The bot as Discord sees it: its intents, its long-lived parts, its cogs and their commands."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import discord
import structlog
from discord.ext import commands

from bot.delivery import command_sync
from bot.delivery.catchup import CatchUp
from bot.delivery.digests import Digester
from bot.delivery.keeper import Keeper
from bot.delivery.letters import Letters
from bot.delivery.notices import Announcer
from bot.delivery.once import tracing
from bot.delivery.pacer import Pacer
from bot.delivery.patience import Patience
from bot.delivery.pins import ChannelPins
from bot.delivery.poster import Poster
from bot.delivery.reading import ChannelReader
from bot.delivery.remover import Remover
from bot.delivery.sweep import Sweep
from bot.delivery.threads import ThreadsOnMessages
from bot.delivery.warner import Warner
from bot.delivery.wire import Wire
from bot.discussion.automod import AutoMod
from bot.discussion.capture import Capture
from bot.discussion.chronicle import Chronicle
from bot.discussion.claiming import Claiming
from bot.discussion.exporting import Exporting
from bot.discussion.filtering import Filtering
from bot.discussion.finishing import Finishing
from bot.discussion.following import Following
from bot.discussion.forms import Forms
from bot.discussion.gate import Screened
from bot.discussion.held import Queue
from bot.discussion.indexing import Indexing
from bot.discussion.lookup import Lookup
from bot.discussion.moderation import Moderation as CommentModeration
from bot.discussion.noticing import Noticing
from bot.discussion.order import Ordering
from bot.discussion.outline import Outline
from bot.discussion.pages import Pages
from bot.discussion.privacy import Privacy
from bot.discussion.publish import Publishing
from bot.discussion.reports import Reporting
from bot.discussion.retention import Retention
from bot.discussion.rooms import Rooms
from bot.discussion.sanctions import Sanctioning
from bot.discussion.searching import Searching
from bot.discussion.servers import ServerLanguages, ServerSettings
from bot.discussion.statistics import Counting
from bot.discussion.subjects import Subjects
from bot.discussion.voting import Voting
from bot.model import GuildId
from bot.store.database import Database
from bot.store.installation import Installation
from cogs import answers, events
from cogs.articles import Articles
from cogs.claims import ClaimButtons
from cogs.comments import Comments
from cogs.discussions import DiscussionCommands
from cogs.entering import Entering
from cogs.filters import FilterPages
from cogs.following import FollowCommands
from cogs.help import Help
from cogs.listening import Listening
from cogs.moderating import Moderating
from cogs.moderation import Moderation
from cogs.moderation_log import LogPages
from cogs.more import More
from cogs.outlines import Outlines
from cogs.privacy import PrivacyCommands
from cogs.reading import Reading
from cogs.searching import Pages as SearchPages
from cogs.settings import SettingsPanel
from cogs.sight import Sight
from cogs.translation import Translator
from cogs.waiting import Waiting

log = structlog.get_logger(__name__)

GUILD_READY_SECONDS = 2.0
"""After how long without word of a further server discord.py says that it is ready."""

SERVERS_SECONDS = 30.0
"""How long to wait then for servers of which nothing was told yet; after that the others are seen to."""


class Oped(commands.Bot):
    """The connected bot; what it hears and does is in its cogs and background tasks."""

    def __init__(
        self, database: Database, *, guilds: frozenset[GuildId], readable: bool, retention: Retention
    ) -> None:
        super().__init__(**_options(readable=readable))
        self.database = database
        pacer = Pacer()
        self.wire = wire = Wire(self, pacer)
        letters = Letters(self, pacer)
        self.capture = Capture(
            database,
            on_behind=lambda channels: self.catch_up.behind(channels),
            on_screened=self._screened,
        )
        self.poster = Poster(
            database,
            wire,
            posted=self.capture.offer,
            opened=lambda thread: self.catch_up.behind(frozenset((thread,))),
        )
        self.remover = Remover(database, wire)
        self.keeper = Keeper(database, wire)
        self.warner = Warner(database, wire)
        self.announcer = Announcer(database, letters, self.remover)
        self.following = Following(database)
        self.digester = Digester(database, letters, self.following)
        reader = ChannelReader(database, wire, self.capture, partial(events.written, readable=readable))
        self.catch_up = CatchUp(database, wire, self.capture, reader)
        self.sweep = Sweep(database, self.capture, reader)
        self.publishing = Publishing(database, guilds=guilds, wake=self.poster.wake)
        self.forms = Forms(database, self._wake)
        self.lookup = Lookup(database)
        self.threads = ThreadsOnMessages(self, wire)
        self.retention = retention
        self.acquainted = asyncio.Event()
        """Set once Discord has told of all servers in this session, or has taken too long over it."""
        self._to_meet = asyncio.Event()
        self._languages = ServerLanguages(database)
        self.finishing = Finishing(database, self._wake)
        self.indexing = Indexing(database, is_busy=lambda: self.capture.is_busy)
        self._listening = Listening(self, capture=self.capture)

    async def setup_hook(self) -> None:
        """Load the cogs and tell Discord of the commands, if they changed. A cog that fails stops the start."""
        await self.load_cogs()
        await self._sync_commands()

    async def load_cogs(self) -> None:
        """Load all cogs; nothing is connected for it."""
        await self.tree.set_translator(Translator())
        moderation = CommentModeration(self.database, ChannelPins(self.wire), self._wake)
        settings = ServerSettings(self.database, self._wake)
        for cog in (
            self._listening,
            Sight(lost=self.capture.session_lost, regained=self._miss),
            *self._cogs_for_members(moderation, settings),
            *self._cogs_for_moderators(moderation, settings),
        ):
            await self.add_cog(cog)

    def _cogs_for_members(
        self, moderation: CommentModeration, settings: ServerSettings
    ) -> Iterator[commands.Cog]:
        claiming = Claiming(self.database)
        searching, outline = Searching(self.database), Outline(self.database)
        yield Entering(self, publishing=self.publishing, forms=self.forms)
        yield Reading(self, rooms=Rooms(self.database, self.threads), pages=Pages(self.database))
        yield Comments(
            lookup=self.lookup,
            searching=searching,
            outline=outline,
            publishing=self.publishing,
            claiming=claiming,
            voting=Voting(self.database),
            following=self.following,
            moderation=moderation,
        )
        yield SearchPages(self, searching=searching)
        yield Outlines(self, outline=outline)
        yield ClaimButtons(self, claiming=claiming)
        yield More(self, subjects=Subjects(self.database), lookup=self.lookup, following=self.following)
        yield FollowCommands(
            self,
            following=self.following,
            noticing=Noticing(self.database, self.remover.wake),
            publishing=self.publishing,
        )
        yield Help(self, settings=settings)
        yield PrivacyCommands(self, privacy=Privacy(self.database, self._wake), retention=self.retention)

    def _cogs_for_moderators(
        self, moderation: CommentModeration, settings: ServerSettings
    ) -> Iterator[commands.Cog]:
        waiting = Waiting(self, queue=Queue(self.database, self._wake))
        filtering, trail = Filtering(self.database), Chronicle(self.database)
        yield Moderating(self, moderation=moderation)
        yield Articles(
            self,
            publishing=self.publishing,
            catching_up=self.catch_up,
            exporting=Exporting(self.database),
            counting=Counting(self.database),
        )
        yield Moderation(
            self,
            sanctioning=Sanctioning(self.database),
            reporting=Reporting(self.database),
            automod=AutoMod(self.database),
            waiting=waiting,
            trail=trail,
            publishing=self.publishing,
        )
        yield waiting
        yield DiscussionCommands(
            self,
            ordering=Ordering(self.database, self.keeper.wake),
            filtering=filtering,
            publishing=self.publishing,
        )
        yield LogPages(self, trail=trail)
        yield SettingsPanel(self, settings=settings, filtering=filtering, languages=self._languages)
        yield FilterPages(self, filtering=filtering)

    def _wake(self) -> None:
        """Say that there may be messages of ours or of members' to delete."""
        self.poster.wake()
        self.remover.wake()

    def _screened(self, screened: Screened) -> None:
        """Have done in Discord what follows from what was recorded."""
        if screened.removing:
            self.remover.wake()
        if screened.editing:
            self.poster.wake()
        if screened.warning:
            self.warner.wake()

    async def on_message(self, message: discord.Message, /) -> None:
        """Pass a message on to capture. With a listener in a cog, each would cost two tasks."""
        self._listening.hear(message)

    def dispatch(self, event_name: str, /, *args: object, **kwargs: object) -> None:
        """Hand an event to whoever listens, unless the bot has been closed.

        discord.py 2.7 goes on waiting for servers then, and fails at telling of them with a traceback. A message
        that comes while the bot closes is read again at the next start, as all that comes later.
        """
        if not self.is_closed():
            super().dispatch(event_name, *args, **kwargs)

    def _miss(self) -> None:
        """Have read again what may have been missed, past which no cursor moves before; a session begins with that."""
        if self.acquainted.is_set():
            self.capture.session_lost()
            self._to_meet.set()

    async def on_connect(self) -> None:
        """A new session has begun, some seconds before `on_ready`: what came in between is not known."""
        self.capture.session_lost()
        self.acquainted.clear()

    async def on_ready(self) -> None:
        """Have the servers looked at that are there in this session."""
        log.info("ready", user=str(self.user), guilds=len(self.guilds))
        self._to_meet.set()

    async def get_acquainted(self) -> None:
        """Get to know the servers, whose languages and roles the work rests on, then read what was missed.

        That is done again whenever a session is ready or more can be seen than before, until cancelled.
        """
        while True:
            await self._to_meet.wait()
            self._to_meet.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SERVERS_SECONDS):
                    while any(each.unavailable for each in self.guilds):
                        await self.wait_for("guild_available")
            await Patience("languages").until_done(lambda: self._languages.note(events.locales(self.guilds)))
            self.acquainted.set()
            self.catch_up.everything()

    async def _sync_commands(self) -> None:
        """Send the commands to Discord only when they differ from what it has: it counts such requests."""
        ours = await command_sync.descriptions(self.tree)
        fingerprint = command_sync.fingerprint(ours)
        application = self.application_id or 0
        noted = await Installation(self.database).synced_commands(application)
        # What we noted tells of our changes, what Discord has of those that others made with the same token.
        if noted == fingerprint and not await command_sync.out_of_date(self, ours):
            return
        await self.tree.sync()
        async with self.database.transaction() as tx:
            await Installation(tx).remember_commands(tx, application, fingerprint)
        log.info("commands_synced", number=len(ours))


def _options(*, readable: bool) -> dict[str, Any]:
    """How discord.py is to run the bot; `readable` asks for what members write."""
    return {
        "command_prefix": commands.when_mentioned,
        "help_command": None,
        "tree_cls": answers.Tree,
        "intents": discord.Intents(
            guilds=True,
            guild_messages=True,
            guild_reactions=True,
            message_content=readable,
            auto_moderation_execution=True,
            moderation=True,
        ),
        "allowed_mentions": discord.AllowedMentions.none(),
        # Our own tables say what is where; discord.py's copies would only grow.
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "guild_ready_timeout": GUILD_READY_SECONDS,
        # With a longest wait, discord.py 2.7 refuses any request to a bucket whose window ends after it, even
        # with permits left: of 50 threads in five minutes it would start one. Whoever waits holds up nobody.
        "max_ratelimit_timeout": None,
        "http_trace": tracing(),
    }
