"""Recording: a batch of events in one transaction.

Whatever their order among each other, the state of the orderly history results. So what is written is stored
first and what is deleted then becomes a tombstone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.discussion import attribution, gate, showing
from bot.discussion.confirmation import confirm
from bot.discussion.events import (
    Audited,
    ChannelDeleted,
    Event,
    Found,
    MessagesDeleted,
    MessageWritten,
    Posted,
    Voted,
    VotesCleared,
    VotesRead,
)
from bot.discussion.gate import Screened
from bot.discussion.servers import in_language_of
from bot.discussion.voting import record_vote
from bot.language import gettext as _
from bot.model import ChannelId, MessageId, PlacementKind, PublicationState
from bot.store.attributions import Attributions
from bot.store.cursors import Cursors
from bot.store.database import Transaction
from bot.store.incoming import Incoming, Outcome
from bot.store.personal import Personal
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.removals import Removals
from bot.store.tombstones import Tombstones

STRAGGLERS = timedelta(hours=1)
"""How long after its deletion a message may still arrive: at Discord it is a matter of seconds."""

_FOUND = {Outcome.CREATED: Found(new=1), Outcome.EDITED: Found(edited=1)}
_NOT_OURS = {Outcome.OPEN, Outcome.FOREIGN}


@dataclass(frozen=True, slots=True)
class Result:
    """What each event brought, None where it has nothing to do with us; and what each message came to.

    `early` are the places of votes for messages that are not known yet; `screened` is what is left to do in Discord.
    """

    found: list[Found | None]
    outcomes: Mapping[MessageId, Outcome]
    early: frozenset[int] = frozenset()
    screened: Screened = field(default_factory=Screened)


async def record(tx: Transaction, events: Sequence[Event]) -> Result:
    """Record events; what came of them."""
    found: list[Found | None] = [None] * len(events)
    for event in events:
        if isinstance(event, Posted):
            await confirm(tx, event.nonce, event.message_id)
    outcomes: dict[MessageId, Outcome] = {}
    screened = Screened()
    for wave in _waves(events, await _unwelcome(tx, events)):
        latest = await Incoming(tx).store([message for _, message in wave])
        for place, message in wave:
            outcome = latest[message.message_id]
            found[place] = None if outcome in _NOT_OURS else _FOUND.get(outcome, Found())
            if outcomes.get(message.message_id) is not Outcome.CREATED:
                outcomes[message.message_id] = outcome
        screened += await _screen(tx, [message for _, message in wave], latest)
    early: set[int] = set()
    for place, event in enumerate(events):
        if isinstance(event, Voted | VotesCleared | VotesRead):
            if await record_vote(tx, event):
                early.add(place)
        elif not isinstance(event, Posted | MessageWritten):
            found[place] = await _record_one(tx, event)
    return Result(found, outcomes, frozenset(early), screened + _after_deletions(found))


def _after_deletions(found: Iterable[Found | None]) -> Screened:
    """A comment of which a moderator deleted one message is hidden wherever else it stands."""
    deleted = any(each.deleted for each in found if each is not None)
    return Screened(removing=deleted, editing=deleted)


async def _record_one(tx: Transaction, event: Event) -> Found | None:
    """Record what stands for itself."""
    if isinstance(event, MessagesDeleted):
        return await _delete_messages(tx, event)
    if isinstance(event, ChannelDeleted):
        return await _delete_channel(tx, event.channel_id)
    if isinstance(event, Audited):
        await attribution.audited(tx, event, datetime.now(UTC))
    return None


async def _screen(
    tx: Transaction, wave: Sequence[MessageWritten], outcomes: Mapping[MessageId, Outcome]
) -> Screened:
    """Let pass what is new, or reads otherwise than before."""
    changed = {each.message_id: each for each in wave if outcomes[each.message_id] in _FOUND}
    new = {message for message in changed if outcomes[message] is Outcome.CREATED}
    return await gate.screen(tx, changed, new)


async def _unwelcome(tx: Transaction, events: Sequence[Event]) -> frozenset[MessageId]:
    """Messages of people who opted out, or from before they were erased."""
    written = [
        (each.message_id, each.user_id, each.created_at)
        for each in events
        if isinstance(each, MessageWritten)
    ]
    return await Personal(tx).unwelcome(written) if written else frozenset()


def _waves(
    events: Sequence[Event], unwelcome: Collection[MessageId]
) -> Iterator[list[tuple[int, MessageWritten]]]:
    """The messages and their places in order, those of which there are several versions one after the other."""
    left = [
        (place, event)
        for place, event in enumerate(events)
        if isinstance(event, MessageWritten) and event.message_id not in unwelcome
    ]
    while left:
        wave: dict[MessageId, tuple[int, MessageWritten]] = {}
        later = [each for each in left if wave.setdefault(each[1].message_id, each) is not each]
        yield list(wave.values())
        left = later


async def _delete_messages(tx: Transaction, event: MessagesDeleted) -> Found | None:
    now = datetime.now(UTC)
    cursors, tombstones = Cursors(tx), Tombstones(tx)
    known = await cursors.knows_any(event.message_ids)
    ours = await cursors.is_capturing(event.channel_id)
    if ours:
        await tombstones.expect_no_more(now - STRAGGLERS)
        await tombstones.expect(event.channel_id, event.message_ids, now)
    if known or ours:
        await Removals(tx).finish(tx, event.message_ids, now)
    if known:
        attributions = Attributions(tx)
        withdrawn = await attributions.withdrawn(event.message_ids)
        hidden = await attributions.hidden(event.message_ids)
        deleted = await tombstones.put(event.message_ids)
        lost = await Placements(tx).lose(tx, event.message_ids)
        for each in hidden:
            await showing.restate(tx, each.comment_id, now)
        await attribution.deleted(tx, event.channel_id, withdrawn, hidden, now, at_once=event.at_once)
        return Found(deleted=deleted + lost)
    return Found() if ours else None


async def _delete_channel(tx: Transaction, channel: ChannelId) -> Found | None:
    """All that stood in the channel and its threads is gone. What was mirrored there is not hidden elsewhere."""
    cursors, publications = Cursors(tx), Publications(tx)
    if not await cursors.is_capturing(channel):
        return None
    channels = {channel}
    for publication in await publications.in_channel(channel):
        if publication.channel_id != channel:
            async with in_language_of(tx, publication.guild_id):
                error = _("Its thread was deleted in Discord. Retire it, then post the article again.")
            await publications.fail(tx, channel, error)
            continue
        # Discord announces the channel's end only, not that of its threads, which bear their messages' ids. Nobody
        # can see this publication any more, so that nobody could retire it either.
        article = await Placements(tx).of_article(publication.id)
        sections = [each for each in article if each.kind is PlacementKind.SECTION]
        channels |= {ChannelId(each.message_id) for each in sections if each.message_id is not None}
        channels |= {publication.thread_id} if publication.thread_id is not None else set()
        await publications.set_state(tx, publication.id, PublicationState.RETIRED)
    deleted = 0
    for each in channels:
        deleted += await Tombstones(tx).put_for_all_in(each)
        await Placements(tx).lose_all_in(tx, each)
        await cursors.forget(tx, each)
    return Found(deleted=deleted)
