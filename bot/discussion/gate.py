"""The gate: what becomes of a comment that a member has written, by message or by form, before others see it.

A comment passes once it is stored and before its transaction ends, so that nobody ever sees what does not pass. Live
messages, those that catch-up reads, edits and forms all come through here. Each check in `CHECKS` looks at the
comments of one server at once and rules on those it has something to say about; the gravest ruling counts. Who adds
a check adds what it rests on to `HeldComments.anything_to_check`, which keeps the gate open at no cost where nobody
asked for it. What must not be stored at all, as of people who opted out, does not get this far (`recording`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from bot.discussion import filtering, modes, sanctions, showing
from bot.discussion.rulings import Entry, Ruling, Verdict
from bot.model import (
    Action,
    Actor,
    CommentId,
    GuildId,
    MessageId,
    NewEntry,
    PublicationId,
    RoleId,
    Status,
    UserId,
)
from bot.store.database import Reader, Transaction
from bot.store.held_comments import HeldComments
from bot.store.incoming import MessageWritten
from bot.store.servers import Servers
from bot.store.trail import Trail
from bot.store.warned import Warned

Check = Callable[[Reader, GuildId, Sequence[Entry]], Awaitable[Mapping[Entry, Verdict]]]

CHECKS: tuple[Check, ...] = (sanctions.check, modes.check, filtering.check)
"""What every comment must pass."""

_ACTIONS = {
    Ruling.WARN: Action.COMMENT_WARNED,
    Ruling.HOLD: Action.COMMENT_HELD,
    Ruling.HIDE: Action.COMMENT_HIDDEN,
    Ruling.REFUSE: Action.COMMENT_REFUSED,
}


# Of who may not take part a bare row stays: it keeps what answers it in place, and a catch-up from storing it again.
_BECOMES = {Ruling.HOLD: Status.PENDING, Ruling.HIDE: Status.HIDDEN, Ruling.REFUSE: Status.DELETED}


@dataclass(slots=True)
class Screened:
    """What is left to do in Discord: whether to remove messages, to put or take away signs at some, to edit ours."""

    removing: bool = False
    warning: bool = False
    editing: bool = False

    def __add__(self, other: Screened) -> Screened:
        return Screened(
            self.removing or other.removing, self.warning or other.warning, self.editing or other.editing
        )


async def screen(
    tx: Transaction, written: Mapping[MessageId, MessageWritten], new: set[MessageId]
) -> Screened:
    """Judge messages just stored, those in `new` for the first time, the others as edited; carry the verdicts out."""
    screened = Screened()
    if not written or not await HeldComments(tx).anything_to_check():
        return screened
    seen = await HeldComments(tx).seen_among(written)
    for guild, group in groupby(sorted(seen, key=lambda each: each.guild_id), key=lambda each: each.guild_id):
        chosen = (await Servers(tx).get(guild)).moderator_roles
        entries = {
            each.comment_id: entry(
                written[each.message_id],
                each.publication_id,
                each.comment_id,
                is_new=each.message_id in new,
                chosen=chosen,
            )
            for each in group
        }
        verdicts = await judge(tx, guild, list(entries.values()))
        for comment, judged in entries.items():
            verdict = verdicts.get(judged)
            if verdict is not None:
                await carry_out(tx, guild, comment, judged.user_id, verdict)
                screened += Screened(verdict.ruling > Ruling.WARN, verdict.ruling is Ruling.WARN)
            elif not judged.is_new and await Warned(tx).clear(tx, comment):
                screened += Screened(warning=True)
    return screened


async def judge(reader: Reader, guild: GuildId, entries: Sequence[Entry]) -> dict[Entry, Verdict]:
    """The gravest verdict on each of some comments of one server; those that pass have none."""
    found: dict[Entry, Verdict] = {}
    for check in CHECKS:
        for each, verdict in (await check(reader, guild, entries)).items():
            if each not in found or found[each].ruling < verdict.ruling:
                found[each] = verdict
    return found


async def carry_out(
    tx: Transaction, guild: GuildId, comment: CommentId, user: UserId, verdict: Verdict
) -> None:
    """Bring a stored comment into the state that a verdict demands, and the message it was written as out of sight."""
    now = datetime.now(UTC)
    if (became := _BECOMES.get(verdict.ruling)) is not None:
        await showing.change_status(
            tx, comment, became, None if became is Status.PENDING else Actor.MODERATOR, now
        )
    if verdict.ruling is Ruling.HOLD:
        await HeldComments(tx).add(tx, comment, guild, verdict.reason)
    if verdict.ruling is Ruling.WARN:
        await Warned(tx).warn(tx, comment, verdict.reason)
    told = NewEntry(
        guild,
        now,
        _ACTIONS[verdict.ruling],
        comment_id=comment,
        user_id=user,
        details={"because": verdict.reason},
    )
    await Trail(tx).record(told)


def entry(
    message: MessageWritten,
    publication: PublicationId,
    comment: CommentId | None = None,
    *,
    is_new: bool,
    chosen: frozenset[RoleId] = frozenset(),
) -> Entry:
    """A message before the gate; `chosen` are the roles that may moderate in its server."""
    return Entry(
        user_id=message.user_id,
        publication_id=publication,
        text=message.text,
        written_at=message.edited_at or message.created_at,
        joined_at=message.joined_at,
        moderates=message.moderates or not message.roles.isdisjoint(chosen),
        is_new=is_new,
        comment_id=comment,
        message_id=message.message_id,
    )
