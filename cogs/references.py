"""How people name a comment: by its number from a list, by its message's id or link."""

from __future__ import annotations

import re

from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import CommentId, MessageId

MESSAGE_LINK = re.compile(
    r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(?P<guild>\d{1,19})/\d{1,19}/(?P<message>\d{1,19})",
    re.ASCII,
)
MESSAGE_ID = re.compile(r"\d{16,19}", re.ASCII)
COMMENT_NUMBER = re.compile(r"#?(?P<comment>\d{1,15})", re.ASCII)
"""A comment's own number; Discord's ids have more digits."""

LARGEST_ID = 2**63 - 1
"""What the database holds; Discord's ids come nowhere near for centuries."""


def which_comment(wanted: str, guild_id: int | None) -> tuple[CommentId | None, MessageId | None]:
    """The comment or message that a member means: a choice's number, a message's id or its link.

    Raises NotFoundError for anything else, and for links into other servers.
    """
    wanted = wanted.strip()
    if number := COMMENT_NUMBER.fullmatch(wanted):
        return CommentId(int(number["comment"])), None
    message = int(wanted) if MESSAGE_ID.fullmatch(wanted) else None
    link = MESSAGE_LINK.fullmatch(wanted)
    if link and int(link["guild"]) == guild_id:
        message = int(link["message"])
    if message is None or message > LARGEST_ID:
        raise NotFoundError(
            _("There is no such comment here."),
            remedy=_("Choose one from the list, or give a message's link."),
        )
    return None, MessageId(message)
