"""What Oped must be permitted in a channel that it posts articles in."""

from __future__ import annotations

NEEDED = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
    "manage_threads": "Manage Threads",
}
"""Permissions by discord.py's name and by Discord's; Manage Threads locks a discussion that is retired."""

NEEDED_IN_TEXT = {**NEEDED, "create_public_threads": "Create Public Threads"}


def missing_permissions(granted: object, *, forum: bool) -> list[str]:
    """Discord's names of the permissions that `granted`, discord.py's set of flags, lacks."""
    needed = NEEDED if forum else NEEDED_IN_TEXT
    return [name for flag, name in needed.items() if not getattr(granted, flag)]
