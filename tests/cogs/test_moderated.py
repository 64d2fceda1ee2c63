"""What moderators are told of what they did."""

from __future__ import annotations

from bot.discussion.deeds import Deed
from bot.model import Action, EntryId, MessageId, Origin, Status
from cogs import moderated
from tests.discussion.test_layout import a_comment


def test_only_what_members_wrote_goes_back_into_the_queue() -> None:
    def told(origin: Origin) -> str:
        back = a_comment(author="Ann", origin=origin, status=Status.PENDING)
        return moderated.done(Deed(EntryId(1), Action.COMMENT_PUT_BACK, back), undone=True)

    assert told(Origin.DISCORD) == "The comment of Ann waits in /moderation queue again."
    assert told(Origin.IMPORTED) == "The comment of Ann is kept back again, as on its own site."


def test_nobody_is_promised_what_is_not_posted() -> None:
    def told(message: int | None, *, over: bool) -> str:
        message_id = None if message is None else MessageId(message)
        comment = a_comment(author="Ann", origin=Origin.DISCORD, message_id=message_id)
        return moderated.done(Deed(EntryId(1), Action.COMMENT_APPROVED, comment, over), undone=False)

    assert "so it is not posted" in told(None, over=True)
    for shown in (told(None, over=False), told(5, over=True)):
        assert shown == "The comment of Ann is approved: members see it now."
