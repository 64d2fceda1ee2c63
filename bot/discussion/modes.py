"""The modes of discussions: whose comments wait for a moderator whatever they say."""

from __future__ import annotations

from collections.abc import Sequence

from bot.discussion.rulings import Entry, Ruling, Verdict
from bot.language import marked
from bot.model import GuildId, Mode
from bot.store.database import Reader
from bot.store.discussions import Discussions
from bot.store.held_comments import HeldComments

NAMES = {
    Mode.OPEN: marked("Comments appear at once"),
    Mode.FIRST_HELD: marked("A member's first comment waits for a moderator"),
    Mode.ALL_HELD: marked("Every comment waits for a moderator"),
}
"""What each means, in a few words without a full stop."""


async def check(reader: Reader, guild: GuildId, entries: Sequence[Entry]) -> dict[Entry, Verdict]:
    """Hold new comments as the mode of their discussion says; moderators' pass."""
    new = [each for each in entries if each.is_new and not each.moderates]
    if not new:
        return {}
    orders = await Discussions(reader).among(sorted({each.publication_id for each in new}))
    modes = {each.publication_id: each.effective_mode for each in orders}
    held = [each for each in new if modes[each.publication_id] is Mode.ALL_HELD]
    firsts = [each for each in new if modes[each.publication_id] is Mode.FIRST_HELD]
    if firsts:
        users = {each.user_id for each in firsts}
        besides = [each.comment_id for each in entries if each.comment_id is not None]
        known = await HeldComments(reader).known_among(guild, users, besides)
        held += [each for each in firsts if each.user_id not in known]
    return {each: Verdict(Ruling.HOLD, modes[each.publication_id]) for each in held}
