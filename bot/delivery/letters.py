"""What single members are written: a notice in the thread, a digest by direct message; and what they may see."""

from __future__ import annotations

import discord

from bot.delivery.pacer import Pacer
from bot.delivery.views import Button, view
from bot.delivery.wire import NO_MENTIONS
from bot.discussion import buttons, digest, layout
from bot.discussion.access import Viewer
from bot.discussion.digest import Digest
from bot.language import gettext as _
from bot.model import ChannelId, GuildId, MessageId, UserId
from bot.store.notices import Notice


class Letters:
    """Requests to Discord about single members. They raise what discord.py raises."""

    def __init__(self, client: discord.Client, pacer: Pacer) -> None:
        self._client = client
        self._pacer = pacer

    async def notify(self, notice: Notice) -> MessageId:
        """Mention one member, and nobody else, in answer to a message; once for each nonce."""
        await self._pacer.turn()
        below = (
            Button(label=_("Seen"), custom_id=buttons.SEEN(notice.id)),
            Button(label=_("No more of these"), custom_id=buttons.NO_NOTICES(notice.id)),
        )
        message = await self._client.get_partial_messageable(notice.channel_id).send(
            layout.notice(notice.user_id),
            nonce=notice.nonce,
            view=view(below),
            reference=discord.MessageReference(
                message_id=notice.answer_id, channel_id=notice.channel_id, fail_if_not_exists=False
            ),
            allowed_mentions=discord.AllowedMentions(
                everyone=False, roles=False, users=[discord.Object(notice.user_id)], replied_user=False
            ),
        )
        return MessageId(message.id)

    def is_out(self, guild: GuildId) -> bool:
        """Whether a server is out of reach at Discord for the moment: nothing follows from what is not there."""
        server = self._client.get_guild(guild)
        return server is not None and server.unavailable

    async def viewer(self, guild: GuildId, user: UserId) -> Viewer | None:
        """Somebody and what they can read, as a server has it now; None where they are not there any more."""
        server = self._client.get_guild(guild)
        if server is None:
            return None
        await self._pacer.turn()
        try:
            member = await server.fetch_member(user)
        except discord.NotFound:
            return None

        def can_read(channel: ChannelId) -> bool:
            place = server.get_channel(channel)
            granted = place.permissions_for(member) if place is not None else discord.Permissions.none()
            return granted.view_channel and granted.read_message_history

        return Viewer(guild, user, can_read)

    async def send_digest(self, viewer: Viewer, news: Digest, nonce: str) -> None:
        """Write to somebody who asked for it, once for each nonce."""
        server = self._client.get_guild(viewer.guild_id)
        await self._pacer.turn()
        direct = await self._client.create_dm(discord.Object(viewer.user_id))
        stop = Button(label=_("No more digests"), custom_id=buttons.NO_DIGEST(viewer.guild_id))
        await self._pacer.turn()
        await direct.send(
            digest.letter(news, server.name if server else ""),
            nonce=nonce,
            view=view([stop]),
            suppress_embeds=True,
            allowed_mentions=NO_MENTIONS,
        )
