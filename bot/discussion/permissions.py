"""What Oped must be permitted in a channel that it posts articles in."""

from __future__ import annotations

from bot.language import marked

NEEDED = {
    "view_channel": marked("View Channel"),
    "send_messages": marked("Send Messages"),
    "send_messages_in_threads": marked("Send Messages in Threads"),
    "read_message_history": marked("Read Message History"),
    "manage_threads": marked("Manage Threads"),
}
"""Permissions by discord.py's name and by Discord's; Manage Threads locks a discussion that is retired."""

NEEDED_IN_TEXT = {**NEEDED, "create_public_threads": marked("Create Public Threads")}

OPTIONAL = {
    "manage_messages": ("Manage Messages", "removal of members' messages that are hidden or deleted"),
    "add_reactions": ("Add Reactions", "sign at messages that a filter only warns of"),
    "pin_messages": ("Pin Messages", "pinning of comments"),
    "view_audit_log": ("View Audit Log", "word of which moderator deleted a message in Discord"),
}
"""Permissions by discord.py's name, by Discord's, and what does not work without them; all else does."""

INVITED_WITH = (*NEEDED_IN_TEXT, *OPTIONAL)
"""All that the invite link asks for."""


def missing_permissions(granted: object, *, forum: bool) -> list[str]:
    """Discord's names of the permissions that `granted`, discord.py's set of flags, lacks."""
    needed = NEEDED if forum else NEEDED_IN_TEXT
    return [name for flag, name in needed.items() if not getattr(granted, flag)]


def limitations(granted: object) -> dict[str, str]:
    """The optional permissions that `granted` lacks, by Discord's names, and what does not work for that."""
    return {name: feature for flag, (name, feature) in OPTIONAL.items() if not getattr(granted, flag)}
