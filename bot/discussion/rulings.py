"""What the gate is asked about a comment, and what it can say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.model import CommentId, MessageId, PublicationId, UserId

PUT_BACK = "put_back"
"""Why a comment waits that a moderator had decided about, and put back."""


class Ruling(IntEnum):
    """What becomes of a comment, the gravest last. One without a ruling is simply shown."""

    WARN = 1
    """It is shown, and its author told that a filter found something."""
    HOLD = 2
    """It waits for a moderator."""
    HIDE = 3
    """It is hidden, as by a moderator."""
    REFUSE = 4
    """Its author may not take part: nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A ruling and its reason: a mode, the kind of a filter, or what another check calls it."""

    ruling: Ruling
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment before the gate.

    `is_new` is False for one that was let pass once and has been edited. `comment_id` is None for what is not
    stored yet, `message_id` for what comes from a form. `moderates` says whether its author may moderate there.
    """

    user_id: UserId
    publication_id: PublicationId
    text: str
    written_at: datetime
    joined_at: datetime | None = None
    moderates: bool = False
    is_new: bool = True
    comment_id: CommentId | None = None
    message_id: MessageId | None = None
