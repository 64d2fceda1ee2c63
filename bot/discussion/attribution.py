"""Attribution: a moderator who deletes a message in Discord has moderated, and it is recorded whose deed that was.

Discord's deletions do not say who did it. Its audit log does, for deletions of others' messages alone, but not which
message, in any order with the deletions, and only once for several of one person's within some minutes. So only what
fits a single deletion is attributed to somebody; where it fits several, or more follow in the same place, it is
recorded that somebody did it; and what fits nothing was withdrawn by its author.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.discussion.events import Audited
from bot.model import Action, ChannelId, NewEntry, UserId
from bot.store.attributions import Attributions, Gone, Note
from bot.store.database import Transaction
from bot.store.trail import Trail

NEAR = timedelta(seconds=5)
"""How far a deletion and the audit log's entry about it may be apart when we hear of them."""

TOGETHER = timedelta(minutes=5)
"""For how long the audit log counts further deletions in the same entry, of which it does not tell."""


async def deleted(
    tx: Transaction,
    channel: ChannelId,
    withdrawn: Sequence[Gone],
    hidden: Sequence[Gone],
    now: datetime,
    *,
    at_once: bool,
) -> None:
    """Record what moderators have certainly done, and see whether the rest can be told.

    `withdrawn` are members' own messages, `hidden` what messages of ours showed, which members cannot delete. Nor
    can they delete several messages `at_once`.
    """
    store = Attributions(tx)
    await store.forget(now - TOGETHER)
    for each in hidden:
        await _record(tx, Action.COMMENT_HIDDEN, each, channel, None, now)
    if at_once:
        await store.by_moderator([each.comment_id for each in withdrawn])
        for each in withdrawn:
            await _record(tx, Action.COMMENT_DELETED, each, channel, None, now)
    else:
        await store.remember(channel, withdrawn, now)
    await _match(tx, channel, now)


async def audited(tx: Transaction, event: Audited, now: datetime) -> None:
    """Take in an entry of the audit log, and see what it tells."""
    store = Attributions(tx)
    await store.forget(now - TOGETHER)
    note = Note(event.entry_id, event.channel_id, event.actor_id, event.user_id, event.many, now)
    if await store.note(note):
        await _match(tx, note.channel_id, now)


async def _match(tx: Transaction, channel: ChannelId, now: datetime) -> None:
    for note in await Attributions(tx).notes(channel):
        if note.user_id is not None:
            await _match_single(tx, note, note.user_id, now)
        elif not note.matched:
            await _name(tx, note)


async def _name(tx: Transaction, note: Note) -> None:
    """Say who did what was recorded without a name: it was about a message of ours, or about many."""
    store, since = Attributions(tx), note.at - NEAR
    await store.name(note, Action.COMMENT_HIDDEN, since, only=not note.many)
    if note.many:
        await store.name(note, Action.COMMENT_DELETED, since, only=False)


async def _match_single(tx: Transaction, note: Note, user: UserId, now: datetime) -> None:
    store = Attributions(tx)
    matched = note.matched
    if not matched:
        near = await store.deleted_of(note.channel_id, user, note.at - NEAR, note.at + NEAR)
        matched = bool(near)
        for each in near:
            await _attribute(tx, each, note, note.actor_id if len(near) == 1 else None, now)
    if matched:
        # Discord says no more of this person's messages here: whether it was the same moderator or the author is
        # not known.
        for each in await store.deleted_of(note.channel_id, user, note.at, note.at + TOGETHER):
            await _attribute(tx, each, note, None, now)


async def _attribute(tx: Transaction, gone: Gone, note: Note, actor: UserId | None, now: datetime) -> None:
    store = Attributions(tx)
    if actor is not None:
        await store.by_moderator([gone.comment_id])
    await _record(tx, Action.COMMENT_DELETED, gone, note.channel_id, actor, now)
    await store.settle(gone.comment_id, note)


async def _record(
    tx: Transaction, action: Action, gone: Gone, channel: ChannelId, actor: UserId | None, now: datetime
) -> None:
    await Trail(tx).record(
        NewEntry(
            gone.guild_id,
            now,
            action,
            actor_id=actor,
            comment_id=gone.comment_id,
            user_id=gone.user_id,
            publication_id=gone.publication_id,
            details={"in_discord": channel},
        )
    )
