"""Direct messages on the page: where a person sees them, and how many of them are new to that person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Channel
    from bot.sandbox.people import Person


class ReadMarks:
    """How far people have read their direct messages, on whichever page."""

    def __init__(self) -> None:
        self._until: dict[int, int] = {}

    def read(self, it: Channel) -> None:
        """Take for read what stands in a channel by now."""
        self._until[it.id] = it.last_message_id or 0

    def unread(self, it: Channel) -> int:
        """How many messages the recipient got and has not read."""
        until = self._until.get(it.id, 0)
        return sum(each.id > until and each.author is not it.recipient for each in it.messages.values())


def channels(who: Person, marks: ReadMarks) -> list[Json]:
    """Somebody's direct messages, each with a bot, whose name they bear; none before there is a message."""
    return [
        _channel(it, marks)
        for it in who.world.channels.values()
        if it.recipient is who.member.user and it.messages
    ]


def _channel(it: Channel, marks: ReadMarks) -> Json:
    partner = next(each.user for each in it.guild.members.values() if each.user is not it.recipient)
    return {
        "id": str(it.id),
        "kind": "direct",
        "type": int(it.type),
        "name": partner.display_name,
        "topic": "Direct messages",
        "last": str(it.last_message_id or it.id),
        "slow": 0,
        "writes": True,
        "moderates": False,
        "threads": False,
        "unread": marks.unread(it),
    }
