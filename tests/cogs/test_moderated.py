"""What moderators are told of what they did."""

from __future__ import annotations

from bot.discussion.deeds import Deed
from bot.model import Action, EntryId, Origin, Status
from cogs import moderated
from tests.discussion.test_layout import a_comment


def test_only_what_members_wrote_goes_back_into_the_queue() -> None:
    def told(origin: Origin) -> str:
        back = a_comment(author="Ann", origin=origin, status=Status.PENDING)
        return moderated.done(Deed(EntryId(1), Action.COMMENT_PUT_BACK, back), undone=True)

    assert told(Origin.DISCORD) == "The comment of Ann waits in /moderation queue again."
    assert told(Origin.IMPORTED) == "The comment of Ann is kept back again, as on its own site."
