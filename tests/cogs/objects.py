"""Real discord.py objects, made from the payloads that Discord sends, without a connection."""

from __future__ import annotations

from typing import Any

import discord

GUILD = 1000
CHANNEL = 2000
FORUM = 2001
MEDIA = 2002
THREAD = 3000
ALICE = 4000
BOT = 5000

Json = dict[str, Any]

WRITE = discord.Permissions(view_channel=True, send_messages_in_threads=True, read_message_history=True)


def user(user_id: int = ALICE, name: str = "alice", **more: object) -> Json:
    return {"id": str(user_id), "username": name, "discriminator": "0", "avatar": None, **more}


def member(user_id: int = ALICE, **more: object) -> Json:
    return {
        "user": user(user_id),
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        **more,
    }


def message(**more: object) -> Json:
    return {
        "id": "6000",
        "channel_id": str(THREAD),
        "guild_id": str(GUILD),
        "author": user(),
        "content": "Well said.",
        "timestamp": "2026-05-01T10:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        **more,
    }


def thread(**more: object) -> Json:
    metadata = {
        "archived": False,
        "auto_archive_duration": 10080,
        "archive_timestamp": "2026-05-01T10:00:00+00:00",
        "locked": more.pop("locked", False),
    }
    return {
        "id": str(THREAD),
        "guild_id": str(GUILD),
        "parent_id": str(CHANNEL),
        "owner_id": str(BOT),
        "type": 11,
        "name": "Comments",
        "message_count": 0,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": metadata,
        **more,
    }


class World:
    """A server as discord.py sees it, with one text channel, one forum and one thread."""

    def __init__(self, everyone: discord.Permissions = WRITE, *, require_tag: bool = False) -> None:
        client = discord.Client(intents=discord.Intents.default())
        self.state = client._connection  # noqa: SLF001 - the way to objects without a gateway
        self.state.user = discord.ClientUser(state=self.state, data=user(BOT, "oped", bot=True))  # type: ignore[arg-type]  # a payload
        self.guild = discord.Guild(state=self.state, data=_guild(everyone, require_tag=require_tag))  # type: ignore[arg-type]  # a payload
        self.state._add_guild(self.guild)  # noqa: SLF001 - as above

    def message(self, **more: object) -> discord.Message:
        channel = self.guild.get_channel_or_thread(THREAD)
        assert isinstance(channel, discord.Thread)
        return discord.Message(state=self.state, channel=channel, data=message(**more))  # type: ignore[arg-type]  # a payload

    def member(self, **more: object) -> discord.Member:
        return discord.Member(state=self.state, guild=self.guild, data=member(**more))  # type: ignore[arg-type]  # a payload

    def thread(self, **more: object) -> discord.Thread:
        return discord.Thread(guild=self.guild, state=self.state, data=thread(**more))  # type: ignore[arg-type]  # a payload

    def interaction(self, kind: discord.InteractionType, data: Json) -> discord.Interaction:
        """One in the server, by Alice."""
        where = {
            "guild_id": str(GUILD),
            "channel": {"id": str(THREAD), "type": 11},
            "member": {**member(), "permissions": "0"},
        }
        return self._interaction(kind, data, where)

    def direct_interaction(self, kind: discord.InteractionType, data: Json) -> discord.Interaction:
        """One outside of every server, by Alice."""
        return self._interaction(kind, data, {"user": user()})

    def _interaction(self, kind: discord.InteractionType, data: Json, where: Json) -> discord.Interaction:
        payload = {
            "id": "7000",
            "type": kind.value,
            "token": "a-token",
            "version": 1,
            "application_id": str(BOT),
            "attachment_size_limit": 10_485_760,
            "data": data,
            **where,
        }
        return discord.Interaction(data=payload, state=self.state)  # type: ignore[arg-type]  # a payload


def _guild(everyone: discord.Permissions, *, require_tag: bool) -> Json:
    role = {
        "id": str(GUILD),
        "name": "@everyone",
        "permissions": str(everyone.value),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    channel = {"id": str(CHANNEL), "type": 0, "name": "articles", "position": 0, "permission_overwrites": []}
    forum = {
        "id": str(FORUM),
        "type": 15,
        "name": "forum",
        "position": 1,
        "permission_overwrites": [],
        "flags": 1 << 4 if require_tag else 0,
        "available_tags": [
            {"id": "71", "name": "Essays", "moderated": False, "emoji_id": None, "emoji_name": None}
        ],
    }
    media = {**forum, "id": str(MEDIA), "type": 16, "name": "pictures"}
    return {
        "id": str(GUILD),
        "name": "The reading room",
        "owner_id": "1",
        "roles": [role],
        "channels": [channel, forum, media],
        "threads": [thread()],
        "members": [member(BOT)],
    }
