"""The things of the embedded Discord as the JSON objects of Discord's API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.clock import iso
from bot.sandbox.objects import ChannelType, Thread

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Application, Channel, Guild, Member, Role, User
    from bot.sandbox.permissions import Permissions

_CONTENT_SWITCH = 1 << 18
_MEMBERS_SWITCH = 1 << 14


def user(who: User) -> Json:
    """A user as others see them."""
    payload: Json = {
        "id": str(who.id),
        "username": who.name,
        "avatar": None,
        "discriminator": "0000" if who.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": None if who.bot else who.display_name,
        "primary_guild": None,
    }
    return payload | {"bot": True} if who.bot else payload


def own_user(who: User) -> Json:
    """A user as they see themselves."""
    return user(who) | {"mfa_enabled": False, "locale": who.locale, "verified": True, "email": None}


def application(app: Application, guild_count: int) -> Json:
    """An application as its own bot sees it."""
    return {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(app.bot),
        "bot_public": False,
        "bot_require_code_grant": app.code_grant,
        "verify_key": f"{app.id:064x}",
        "flags": application_flags(app),
        "flags_new": str(application_flags(app)),
        "redirect_uris": [],
        "interactions_endpoint_url": app.interactions_url,
        "role_connections_verification_url": None,
        "owner": user(app.owner),
        "approximate_guild_count": guild_count,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def application_flags(app: Application) -> int:
    """The application's public flags: which privileged intents its portal page has switched on."""
    return (_CONTENT_SWITCH << 1 if app.message_content else 0) | (
        _MEMBERS_SWITCH << 1 if app.members_intent else 0
    )


def role(it: Role) -> Json:
    """A role."""
    payload: Json = {
        "id": str(it.id),
        "name": it.name,
        "permissions": str(int(it.permissions)),
        "position": it.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": it.bot_id is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return payload if it.bot_id is None else payload | {"tags": {"bot_id": str(it.bot_id)}}


def member(it: Member, *, with_user: bool = True) -> Json:
    """A member of a guild."""
    payload: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": iso(it.timed_out_until) if it.timed_out_until else None,
        "flags": 0,
        "joined_at": iso(it.joined),
        "nick": it.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in sorted(it.role_ids)],
        "mute": False,
        "deaf": False,
    }
    return payload | {"user": user(it.user)} if with_user else payload


def own_guild(it: Guild, permissions: Permissions, *, with_counts: bool) -> Json:
    """A guild in the list of those that the asking bot is in, with what it may do there."""
    payload: Json = {
        "id": str(it.id),
        "name": it.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(int(permissions)),
        "features": [],
    }
    if with_counts:
        payload |= {"approximate_member_count": len(it.members), "approximate_presence_count": 0}
    return payload


def guild(it: Guild) -> Json:
    """A guild, as REST gives it."""
    return {
        "id": str(it.id),
        "name": it.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": ["COMMUNITY"],
        "banner": None,
        "owner_id": str(it.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(each) for each in it.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": it.locale,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def channel(it: Channel) -> Json:
    """A channel or thread."""
    if it.type is ChannelType.DM:
        return {
            "id": str(it.id),
            "type": int(it.type),
            "flags": int(it.flags),
            "last_message_id": _id(it.last_message_id),
            "recipients": [user(each.user) for each in it.guild.members.values() if not each.user.bot],
        }
    payload: Json = {
        "id": str(it.id),
        "type": int(it.type),
        "guild_id": str(it.guild.id),
        "name": it.name,
        "flags": int(it.flags),
        "last_message_id": _id(it.last_message_id),
        "rate_limit_per_user": it.slow_mode,
    }
    if isinstance(it, Thread):
        return payload | _thread_fields(it)
    payload |= {
        "parent_id": None,
        "position": it.position,
        "topic": it.topic,
        "nsfw": False,
        "permission_overwrites": [
            {
                "id": str(each.id),
                "type": each.kind,
                "allow": str(int(each.allow)),
                "deny": str(int(each.deny)),
            }
            for each in it.overwrites.values()
        ],
    }
    return payload | _forum_fields(it) if it.type is ChannelType.FORUM else payload


def _forum_fields(it: Channel) -> Json:
    return {
        "available_tags": [
            {
                "id": str(tag.id),
                "name": tag.name,
                "moderated": tag.moderated,
                "emoji_id": None,
                "emoji_name": None,
            }
            for tag in it.tags
        ],
        "default_reaction_emoji": None,
        "default_sort_order": None,
        "default_forum_layout": 0,
    }


def _thread_fields(it: Thread) -> Json:
    payload: Json = {
        "parent_id": str(it.parent.id),
        "owner_id": str(it.owner_id),
        "message_count": it.message_count,
        "total_message_sent": it.total_sent,
        "member_count": min(len(it.joined), 50),
        "thread_metadata": {
            "archived": it.archived,
            "archive_timestamp": iso(it.archived_at),
            "auto_archive_duration": it.auto_archive,
            "locked": it.locked,
            "create_timestamp": iso(it.created),
        },
    }
    if it.type is ChannelType.PRIVATE_THREAD:
        payload["thread_metadata"]["invitable"] = it.invitable
    if it.parent.type is ChannelType.FORUM:
        payload["applied_tags"] = [str(tag) for tag in it.applied_tags]
    return payload


def thread_member(thread: Thread, user_id: int) -> Json:
    """A member of a thread."""
    return {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": iso(thread.joined[user_id]),
        "flags": 0,
    }


def thread_for(thread: Thread, user_id: int) -> Json:
    """A thread with the asking user's membership, if there is one."""
    payload = channel(thread)
    return payload | {"member": thread_member(thread, user_id)} if user_id in thread.joined else payload


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
