"""What the bot hears: messages written, changed and deleted. Each is turned into a plain value and queued."""

from __future__ import annotations

import discord
from discord.ext import commands

from bot.discussion import voting
from bot.discussion.capture import Capture
from bot.discussion.events import ChannelDeleted, MessagesDeleted, Posted, Voted, VotesCleared
from bot.model import ChannelId, MessageId, UserId
from cogs import events


class Listening(commands.Cog):
    """Offers what happens to capture, and nothing else."""

    def __init__(self, bot: commands.Bot, *, capture: Capture) -> None:
        self._bot = bot
        self._capture = capture

    def hear(self, message: discord.Message) -> None:
        """Queue a member's message; the echo of our own confirms that it was created."""
        if message.author == self._bot.user:
            if message.nonce is not None:
                self._capture.offer(
                    Posted(ChannelId(message.channel.id), MessageId(message.id), str(message.nonce))
                )
            return
        self._offer(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Queue the message as it reads now; an update that changed no text does no harm."""
        self._offer(payload.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Queue a deletion."""
        self._capture.offer(MessagesDeleted(ChannelId(payload.channel_id), (MessageId(payload.message_id),)))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Queue a moderator's purge."""
        gone = tuple(MessageId(each) for each in sorted(payload.message_ids))
        self._capture.offer(MessagesDeleted(ChannelId(payload.channel_id), gone, at_once=True))

    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        """Queue who deleted others' messages, but for what we removed ourselves."""
        noted = events.audited(entry, own_id=self._bot.user.id if self._bot.user else 0)
        if noted is not None:
            self._capture.offer(noted)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Queue a thread's end: Discord sends no deletions for the messages in it."""
        self._capture.offer(ChannelDeleted(ChannelId(payload.thread_id)))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Queue a channel's end: Discord sends no deletions for the messages in it."""
        self._capture.offer(ChannelDeleted(ChannelId(channel.id)))

    @commands.Cog.listener()
    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Queue a vote; bots have none."""
        if payload.member is None or not payload.member.bot:
            self._offer_vote(payload, given=True)

    @commands.Cog.listener()
    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """Queue that a vote was taken back."""
        self._offer_vote(payload, given=False)

    @commands.Cog.listener()
    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        """Queue that all reactions were removed from a message."""
        self._capture.offer(VotesCleared(ChannelId(payload.channel_id), MessageId(payload.message_id)))

    @commands.Cog.listener()
    async def on_raw_reaction_clear_emoji(self, payload: discord.RawReactionClearEmojiEvent) -> None:
        """Queue that the reactions with one emoji were removed from a message."""
        if payload.emoji.id is None and voting.counts(payload.emoji.name):
            channel, message = ChannelId(payload.channel_id), MessageId(payload.message_id)
            self._capture.offer(VotesCleared(channel, message, payload.emoji.name))

    def _offer_vote(self, payload: discord.RawReactionActionEvent, *, given: bool) -> None:
        if payload.emoji.id is None and voting.counts(payload.emoji.name):
            channel, message = ChannelId(payload.channel_id), MessageId(payload.message_id)
            self._capture.offer(
                Voted(channel, message, payload.emoji.name, UserId(payload.user_id), given=given)
            )

    def _offer(self, message: discord.Message) -> None:
        event = events.written(message, readable=self._bot.intents.message_content)
        if event is not None:
            self._capture.offer(event)
