"""Creating messages, threads and forum posts exactly once.

A create is written down with its nonce before it is sent, and a channel has at most one whose outcome is
unknown. After an interruption, an ordinary message of ours that is newer than the last one confirmed in that
channel is therefore the one in question, and no text need be compared. Where none is found it is sent again
with the same nonce, so that even one that arrives late stays one message (resources/message, `enforce_nonce`).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

import discord

from bot.delivery.failures import UNKNOWN_MESSAGE, Kind, PublicationStopped, sort_failure
from bot.delivery.wire import Wire
from bot.discussion import layout
from bot.discussion.confirmation import confirm
from bot.discussion.events import Posted
from bot.language import gettext as _
from bot.language import marked
from bot.model import (
    Article,
    ChannelId,
    ChannelKind,
    MessageId,
    Placement,
    PlacementKind,
    Publication,
)
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.placements import Placements, Unconfirmed
from bot.store.publications import Publications
from bot.store.sending import Sending

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far this machine's clock may be from Discord's."""

LATE_POST = timedelta(seconds=10)
"""How long a forum post may take to appear after the request for it broke off; posts take no nonce."""

BUSY_SECONDS = 0.5

NO_CLOSING = marked(
    "The closing message was deleted before its thread was started. Repair this publication, then try again."
)


class Creation:
    """Creates what a publication lacks; one create at a time in each channel."""

    def __init__(
        self,
        database: Database,
        wire: Wire,
        posted: Callable[[Posted], None],
        opened: Callable[[ChannelId], None],
    ) -> None:
        self._database = database
        self._wire = wire
        self._posted = posted
        self._opened = opened
        self._turns: WeakValueDictionary[ChannelId, asyncio.Lock] = WeakValueDictionary()

    async def create(self, publication: Publication, placement: Placement) -> None:
        """Bring a placement's message into being, or find that it is there already."""
        if publication.thread_id is None and publication.channel_kind is ChannelKind.FORUM:
            async with self._turn(publication.channel_id):
                await self._start_post(publication, placement)
            return
        channel = _place(publication, placement)
        if channel is None:
            await self.start_thread(publication)
            return
        async with self._turn(channel):
            await self._send(publication, placement, channel)

    async def start_thread(self, publication: Publication) -> None:
        """Start the comments' thread on the closing message; done twice it is still one, with the message's id.

        Raises `PublicationStopped` where people deleted that message.
        """
        closing = await Placements(self._database).first_of(publication.id, PlacementKind.CLOSING)
        if closing is None or closing.message_id is None or closing.gone:
            raise PublicationStopped(_(NO_CLOSING))
        article = await self._article(publication)
        try:
            thread = await self._wire.start_thread(
                publication.guild_id, publication.channel_id, closing.message_id, layout.thread_name(article)
            )
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            async with self._database.transaction() as tx:
                await Placements(tx).lose(tx, [closing.message_id])
            raise PublicationStopped(_(NO_CLOSING)) from error
        async with self._database.transaction() as tx:
            await Publications(tx).set_thread(tx, publication.id, thread)
        self._opened(thread)

    def _turn(self, channel: ChannelId) -> asyncio.Lock:
        return self._turns.setdefault(channel, asyncio.Lock())

    async def _send(self, publication: Publication, placement: Placement, channel: ChannelId) -> None:
        unconfirmed = await Placements(self._database).unconfirmed_in(channel)
        due = placement if unconfirmed is None else await self._due(placement, unconfirmed, channel)
        fresh = None if due is None else await self._begun(due, channel)
        if fresh is None or fresh.shown is None or fresh.nonce is None:
            return
        answered = await self._answered(publication, fresh, channel)
        try:
            message = await self._wire.send(
                channel,
                fresh.shown,
                publication=publication.id,
                nonce=fresh.nonce,
                reply_to=answered,
                silent=fresh.kind is not PlacementKind.OPENING,
                ping=await self._pings(fresh, answered),
            )
        except discord.DiscordException as error:
            await self._note(error, fresh)
            raise
        await self._confirm(fresh.nonce, message, channel)

    async def _begun(self, placement: Placement, channel: ChannelId) -> Placement | None:
        """The placement with its create written down; None where there is nothing to create any more.

        A nonce stands for one text: a create that is tried again shows what it showed the first time.
        """
        async with self._database.transaction() as tx:
            fresh = await Placements(tx).by_id(placement.id)
            if fresh is None or fresh.message_id is not None or fresh.gone:
                return None  # the gateway's echo, or a person, was faster
            if fresh.nonce is not None:
                return fresh
            if fresh.wanted is None:
                await Sending(tx).drop_unwanted(fresh.id)
                return None
            await Sending(tx).begin(fresh.id, channel, secrets.token_hex(12), datetime.now(UTC))
            return await Placements(tx).by_id(fresh.id)

    async def _confirm(self, nonce: str, message: MessageId, channel: ChannelId) -> None:
        async with self._database.transaction() as tx:
            await confirm(tx, nonce, message, channel)
        self._posted(Posted(channel, message, nonce))

    async def _due(
        self, placement: Placement, unconfirmed: Unconfirmed, channel: ChannelId
    ) -> Placement | None:
        """What to create in a channel whose last create is unconfirmed, once it is known what became of that."""
        found = await self._find(unconfirmed, channel)
        pending = unconfirmed.placement
        if found is not None and pending.nonce is not None:
            await self._confirm(pending.nonce, MessageId(found.id), channel)
            if pending.kind is PlacementKind.SECTION and found.flags.has_thread:
                self._opened(ChannelId(found.id))  # until now nobody could know it for a section's
            return None
        if pending.publication_id == placement.publication_id:
            return pending  # what was begun comes first, whatever an update has put before it since
        if pending.publication_id in await Publications(self._database).with_work():
            await asyncio.sleep(BUSY_SECONDS)  # another publication's: its own worker sees to it
            return None
        async with self._database.transaction() as tx:
            await Sending(tx).abandon(pending.id)
        return placement

    async def _find(self, unconfirmed: Unconfirmed, channel: ChannelId) -> discord.Message | None:
        last = await Placements(self._database).last_confirmed_in(channel)
        floor = discord.utils.time_snowflake(unconfirmed.tried_at - CLOCK_TOLERANCE)
        return await self._wire.own_after(channel, max(floor, last or 0))

    async def _answered(
        self, publication: Publication, placement: Placement, channel: ChannelId
    ) -> MessageId | None:
        """The message that this one replies to.

        A later part of a comment simply follows the one before; where somebody wrote in between, or the
        comment has only grown by an edit, it answers the first part, so that it is seen whose it is.
        """
        if placement.comment_id is None:
            return None
        placements = Placements(self._database)
        if placement.part == 0:
            return await placements.reply_target(placement.comment_id, publication.id, channel)
        found = await placements.of_comments(publication.id, [placement.comment_id])
        parts = found[placement.comment_id]
        newest = await Cursors(self._database).newest_in(channel)
        if newest is None or newest == parts[placement.part - 1].message_id or parts[0].gone:
            return None
        return parts[0].message_id

    async def _pings(self, placement: Placement, answered: MessageId | None) -> bool:
        """Whether this is what a member entered by form in answer to a message that another one wrote."""
        if placement.comment_id is None or placement.part > 0 or answered is None:
            return False
        comments = Comments(self._database)
        entered, parent = await comments.by_id(placement.comment_id), await comments.by_message(answered)
        if entered is None or parent is None or not entered.by_form:
            return False
        return parent.message_id == answered and not parent.by_form and parent.user_id != entered.user_id

    async def _start_post(self, publication: Publication, placement: Placement) -> None:
        pending = await Placements(self._database).unconfirmed_in(publication.channel_id)
        thread = None
        if pending is not None and pending.placement.id == placement.id:
            thread = await self._find_post(publication, pending)
        elif pending is not None:
            await asyncio.sleep(BUSY_SECONDS)
            return
        fresh = await self._begun(placement, publication.channel_id)
        if fresh is None or fresh.shown is None or fresh.nonce is None:
            return
        if thread is None:
            article = await self._article(publication)
            try:
                thread = await self._wire.start_post(
                    publication.channel_id,
                    layout.post_name(article),
                    fresh.shown,
                    publication=publication.id,
                    tag=publication.tag_id,
                )
            except discord.DiscordException as error:
                await self._note(error, fresh)
                raise
        async with self._database.transaction() as tx:
            await Publications(tx).set_thread(tx, publication.id, thread)
            await confirm(tx, fresh.nonce, MessageId(thread), thread)
        # Members saw the post before we learned its id, and what they wrote until now went by.
        self._opened(thread)

    async def _find_post(self, publication: Publication, pending: Unconfirmed) -> ChannelId | None:
        """The post that an interrupted request made, once a late one has had time to appear."""
        due = pending.tried_at + LATE_POST - datetime.now(UTC)
        await asyncio.sleep(max(0.0, due.total_seconds()))
        posts = await self._wire.own_posts(
            publication.guild_id, publication.channel_id, pending.tried_at - CLOCK_TOLERANCE
        )
        known = await Publications(self._database).threads_among(posts)
        return next((post for post in posts if post not in known), None)

    async def _note(self, error: discord.DiscordException, placement: Placement) -> None:
        """Write down what a failed create tells about its outcome."""
        failure = sort_failure(error)
        if failure is None or failure.kind is Kind.UNCERTAIN:
            return
        async with self._database.transaction() as tx:
            if failure.kind is Kind.MISSING:
                # With enforce_nonce this answers a create whose message people deleted meanwhile.
                await Sending(tx).give_up(placement.id)
            else:
                await Sending(tx).abandon(placement.id)

    async def _article(self, publication: Publication) -> Article:
        article = await Articles(self._database).by_id(publication.article_id)
        if article is None:
            raise LookupError(f"publication {publication.id} has no article")
        return article


def _place(publication: Publication, placement: Placement) -> ChannelId | None:
    """Where a message belongs; None where that thread must be started first."""
    if publication.channel_kind is ChannelKind.TEXT and placement.kind is not PlacementKind.COMMENT:
        return publication.channel_id
    return publication.thread_id
