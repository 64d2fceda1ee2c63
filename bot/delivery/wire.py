"""The few things we ask of Discord unasked, each one paced request through discord.py.

Everything goes out with no mentions allowed. Channels and threads are addressed by id alone, since discord.py
forgets threads when they are archived.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import discord

from bot.delivery.failures import THREAD_EXISTS, UNKNOWN_MESSAGE, PublicationStopped, ServerUntold
from bot.delivery.once import once
from bot.delivery.pacer import Pacer
from bot.delivery.views import Button, view, view_of
from bot.discussion import layout
from bot.language import gettext as _
from bot.model import ChannelId, GuildId, MessageId, Payload, PublicationId, UserId

PAGE = 100
"""Messages in one page of a channel's history, the most that Discord gives (resources/message)."""

NO_MENTIONS = discord.AllowedMentions.none()
REPLY_ONLY = discord.AllowedMentions(everyone=False, users=False, roles=False, replied_user=True)
OURS = (discord.MessageType.default, discord.MessageType.reply)
WEEK: Literal[10080] = 10080
"""Minutes without a message after which a thread leaves the channel list (resources/channel)."""


@dataclass(frozen=True, slots=True)
class ThreadSeen:
    """A thread as a listing shows it; `last` is its newest message, None where Discord does not say."""

    id: ChannelId
    parent: ChannelId
    last: MessageId | None
    ours: bool


class Wire:
    """Requests to Discord. They raise what discord.py raises; `sort_failure` tells what it means."""

    def __init__(self, client: discord.Client, pacer: Pacer) -> None:
        self._client = client
        self._pacer = pacer

    @property
    def own_id(self) -> int | None:
        """Our own user id, None before login."""
        return self._client.user.id if self._client.user else None

    async def send(
        self,
        channel: ChannelId,
        payload: Payload,
        *,
        publication: PublicationId,
        nonce: str,
        reply_to: MessageId | None,
        silent: bool,
        ping: bool = False,
    ) -> MessageId:
        """Create a message, once for each nonce, and return its id.

        With `ping` the author of the message it answers hears of it, as from any other reply.

        A reply whose target vanished meanwhile goes out as a plain message. discord.py may return only when
        the channel's rate limit has recovered, up to five seconds after the message is public.
        """
        await self._pacer.turn()
        target = self._client.get_partial_messageable(channel)
        optional: dict[str, Any] = {}
        if reply_to is not None:
            optional["reference"] = discord.MessageReference(
                message_id=reply_to, channel_id=channel, fail_if_not_exists=False
            )
        if below := view_of(payload, publication):
            optional["view"] = below
        message = await target.send(
            payload.content,
            nonce=nonce,
            silent=silent and not ping,
            suppress_embeds=silent,
            allowed_mentions=REPLY_ONLY if ping else NO_MENTIONS,
            **optional,
        )
        return MessageId(message.id)

    async def edit(
        self, channel: ChannelId, message: MessageId, payload: Payload, *, publication: PublicationId
    ) -> None:
        """Make a message of ours show this payload. Sends no flags, so that previews stay suppressed."""
        await self._pacer.turn()
        partial = self._client.get_partial_messageable(channel).get_partial_message(message)
        await partial.edit(
            content=payload.content, view=view_of(payload, publication), allowed_mentions=NO_MENTIONS
        )

    async def delete(self, channel: ChannelId, message: MessageId) -> None:
        """Delete a message of ours; one that is gone already counts as done."""
        await self._pacer.turn()
        with contextlib.suppress(discord.NotFound):
            await self._client.get_partial_messageable(channel).get_partial_message(message).delete()

    async def pin(self, channel: ChannelId, message: MessageId) -> None:
        """Pin a message."""
        await self._pacer.turn()
        await self._client.get_partial_messageable(channel).get_partial_message(message).pin()

    async def unpin(self, channel: ChannelId, message: MessageId) -> None:
        """Unpin a message."""
        await self._pacer.turn()
        await self._client.get_partial_messageable(channel).get_partial_message(message).unpin()

    async def react(self, channel: ChannelId, message: MessageId, emoji: str, *, there: bool) -> None:
        """Put a reaction of ours under a message, or take it away."""
        await self._pacer.turn()
        partial = self._client.get_partial_messageable(channel).get_partial_message(message)
        if there:
            await partial.add_reaction(emoji)
        elif self._client.user is not None:
            await partial.remove_reaction(emoji, self._client.user)

    async def start_thread(
        self, guild: GuildId, channel: ChannelId, message: MessageId, name: str, *, slowmode: int = 0
    ) -> ChannelId:
        """Start the thread on a message, or find that it has one: its id is the message's.

        One that is started has so many seconds of slow mode, with 0 those of its channel.
        """
        await self._pacer.turn()
        partial = self._client.get_partial_messageable(channel, guild_id=guild).get_partial_message(message)
        try:
            await partial.create_thread(
                name=name, auto_archive_duration=WEEK, slowmode_delay=slowmode or None
            )
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise
        return ChannelId(message)

    async def start_post(
        self, forum: ChannelId, name: str, payload: Payload, *, publication: PublicationId, tag: int | None
    ) -> ChannelId:
        """Create a forum post. It takes no nonce: after an uncertain end, look for it with `own_posts`."""
        await self._pacer.turn()
        channel = self._client.get_channel(forum) or await self._client.fetch_channel(forum)
        if not isinstance(channel, discord.ForumChannel):
            raise PublicationStopped(_("The channel is no forum any more. Retire this publication."))
        optional: dict[str, Any] = {}
        if below := view_of(payload, publication):
            optional["view"] = below
        with once():
            created = await channel.create_thread(
                name=name,
                content=payload.content,
                allowed_mentions=NO_MENTIONS,
                auto_archive_duration=WEEK,
                applied_tags=[each for each in channel.available_tags if each.id == tag],
                **optional,
            )
        return ChannelId(created.thread.id)

    async def lock(self, thread: ChannelId) -> None:
        """Lock a thread; an archived one must be opened by the same request (it cannot be locked else)."""
        await self._pacer.turn()
        channel = await self._thread(thread)
        await channel.edit(archived=False, locked=True)

    async def is_locked(self, thread: ChannelId) -> bool:
        """Whether a thread is locked, asked of Discord."""
        await self._pacer.turn()
        channel = await self._client.fetch_channel(thread)
        return isinstance(channel, discord.Thread) and channel.locked

    async def keep(self, thread: ChannelId, *, locked: bool, slowmode: int | None) -> None:
        """Lock or unlock a thread and set its slow mode in seconds, None to leave it; an archived one is opened."""
        await self._pacer.turn()
        channel = await self._thread(thread)
        if slowmode is None:
            await channel.edit(archived=False, locked=locked)
        else:
            await channel.edit(archived=False, locked=locked, slowmode_delay=slowmode)

    async def unarchive(self, thread: ChannelId) -> None:
        """Open an archived thread, so that messages in it can be edited."""
        await self._pacer.turn()
        channel = await self._thread(thread)
        await channel.edit(archived=False)

    async def archive_idlest(self, guild: GuildId) -> bool:
        """Archive our own thread in which nobody has written for longest; False where none of them is open."""
        open_ones = [each for each in await self.active_threads(guild) if each.ours]
        if not open_ones:
            return False
        idlest = min(open_ones, key=lambda each: each.last or 0)
        await self._pacer.turn()
        await (await self._thread(idlest.id)).edit(archived=True)
        return True

    async def page_after(self, channel: ChannelId, after: int) -> list[discord.Message]:
        """Up to `PAGE` messages newer than `after`, oldest first; an archived thread stays archived."""
        await self._pacer.turn()
        target = self._client.get_partial_messageable(channel)
        page = target.history(limit=PAGE, after=discord.Object(after), oldest_first=True)
        return [message async for message in page]

    async def voters(self, reaction: discord.Reaction) -> list[UserId]:
        """The people who have reacted to a message with an emoji; bots are none."""
        await self._pacer.turn()
        return [UserId(user.id) async for user in reaction.users(limit=None) if not user.bot]

    async def member(self, guild: GuildId, user: UserId) -> discord.Member | None:
        """Somebody as a member of a server, None where they are none."""
        server = self._client.get_guild(guild)
        if server is None or server.unavailable:
            # A session has begun that has told nothing of it yet, such as its roles.
            await self._pacer.turn()
            server = await self._client.fetch_guild(guild)
        await self._pacer.turn()
        try:
            return await server.fetch_member(user)
        except discord.NotFound:
            return None

    async def may_read_history(self, channel: ChannelId) -> bool:
        """Whether Discord shows us a channel's messages: without that permission it only answers with none.

        Raises `ServerUntold`.
        """
        found = self._client.get_channel(channel)
        if found is None:
            await self._pacer.turn()
            found = await self._client.fetch_channel(channel)
        if not isinstance(found, discord.TextChannel | discord.ForumChannel | discord.Thread):
            return False
        if found.guild.unavailable or found.guild.me is None:
            raise ServerUntold
        return found.permissions_for(found.guild.me).read_message_history

    async def confirmed_page_after(self, channel: ChannelId, after: int) -> list[discord.Message]:
        """Ask again for a page that was empty, having made sure that we may read.

        Where nothing may be read, a page of messages is merely empty, and what the gateway told of our rights may
        be out of date; but a single message, whether it is there or not, is refused (resources/message). Raises
        `discord.Forbidden` then.
        """
        await self._pacer.turn()
        try:
            await self._client.get_partial_messageable(channel).fetch_message(after)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
        return await self.page_after(channel, after)

    async def own_after(self, channel: ChannelId, after: int, beginning: str = "") -> discord.Message | None:
        """Our first ordinary message newer than `after` that begins so, but for notices; None if there is none.

        Raises `discord.Forbidden` where that cannot be known.
        """
        while True:
            page = await self.page_after(channel, after) or await self.confirmed_page_after(channel, after)
            for message in page:
                notice = message.content.startswith(layout.NOTICE_MARK)
                ours = message.author.id == self.own_id and message.type in OURS and not notice
                if ours and message.content.startswith(beginning):
                    return message
            if len(page) < PAGE:
                return None
            after = page[-1].id

    async def tell(
        self, channel: ChannelId, content: str, nonce: str, button: tuple[str, str] | None
    ) -> MessageId:
        """Create a silent message, once for each nonce, perhaps with a button: its label and custom id."""
        await self._pacer.turn()
        optional: dict[str, Any] = {}
        if button is not None:
            label, custom_id = button
            optional["view"] = view([Button(label=label, custom_id=custom_id)])
        message = await self._client.get_partial_messageable(channel).send(
            content,
            nonce=nonce,
            silent=True,
            suppress_embeds=True,
            allowed_mentions=NO_MENTIONS,
            **optional,
        )
        return MessageId(message.id)

    async def own_posts(self, guild: GuildId, forum: ChannelId, since: datetime) -> list[ChannelId]:
        """Posts in a forum that we started at `since` or later, archived or not, oldest first."""
        floor = discord.utils.time_snowflake(since)
        threads = [*await self.active_threads(guild), *await self.archived_threads(forum, since)]
        return sorted(
            {each.id for each in threads if each.ours and each.parent == forum and each.id >= floor}
        )

    async def active_threads(self, guild: GuildId) -> list[ThreadSeen]:
        """The threads of a server that are not archived."""
        await self._pacer.turn()
        server = self._client.get_guild(guild) or await self._client.fetch_guild(guild)
        return [self._seen(each) for each in await server.active_threads()]

    async def archived_threads(self, parent: ChannelId, since: datetime | None) -> list[ThreadSeen]:
        """The public threads of a channel that were archived at `since` or later, or ever."""
        channel = self._client.get_channel(parent) or await self._client.fetch_channel(parent)
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            return []
        await self._pacer.turn()
        found = []
        async for thread in channel.archived_threads(limit=None):
            if since is not None and thread.archive_timestamp < since:
                break  # the most recently archived come first
            found.append(self._seen(thread))
        return found

    def _seen(self, thread: discord.Thread) -> ThreadSeen:
        return ThreadSeen(
            ChannelId(thread.id),
            ChannelId(thread.parent_id),
            None if thread.last_message_id is None else MessageId(thread.last_message_id),
            ours=thread.owner_id == self.own_id,
        )

    async def _thread(self, thread: ChannelId) -> discord.Thread:
        channel = self._client.get_channel(thread) or await self._client.fetch_channel(thread)
        if not isinstance(channel, discord.Thread):
            raise PublicationStopped(
                _("The thread of this publication is none any more. Retire this publication.")
            )
        return channel
