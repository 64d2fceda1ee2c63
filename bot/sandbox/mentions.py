"""Whom a message mentions: what stands in its text, as far as `allowed_mentions` lets it count."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.sandbox.permissions import Permissions

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Guild, Message, User

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


def set_mentions(
    message: Message, allowed: Json | None, granted: Permissions, replied_to: Message | None
) -> None:
    """Work out a message's mentions anew from its text and, for a reply, its target's author."""
    guild = message.channel.guild
    message.mentions = [
        guild.members[user_id].user
        for user_id in _ids(_USER, message.content)
        if user_id in guild.members and _counts(allowed, "users", user_id)
    ]
    if replied_to is not None and _pings(allowed):
        _add(message.mentions, replied_to.author)
    message.mention_roles = [
        role_id
        for role_id in _ids(_ROLE, message.content)
        if _is_role(guild, role_id) and _counts(allowed, "roles", role_id)
    ]
    message.mention_everyone = (
        bool(_EVERYONE.search(message.content))
        and (allowed is None or "everyone" in (allowed.get("parse") or []))
        and Permissions.MENTION_EVERYONE in granted
    )


def _pings(allowed: Json | None) -> bool:
    return allowed is None or bool(allowed.get("replied_user"))


def _counts(allowed: Json | None, kind: str, found: int) -> bool:
    if allowed is None or kind in (allowed.get("parse") or []):
        return True
    return str(found) in map(str, allowed.get(kind) or [])


def _ids(pattern: re.Pattern[str], text: str) -> list[int]:
    return list(dict.fromkeys(int(found) for found in pattern.findall(text)))


def _is_role(guild: Guild, role_id: int) -> bool:
    return role_id in guild.roles and role_id != guild.id


def _add(mentions: list[User], who: User) -> None:
    if who not in mentions:
        mentions.append(who)
