"""Filters: what a server wants to be looked for in comments, and what becomes of those in which it is found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.discussion.access import Viewer, check_moderator
from bot.discussion.rulings import Entry, Ruling, Verdict
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.language import marked
from bot.model import Action, Filter, FilterAction, FilterKind, GuildId, NewEntry, UserId
from bot.store.database import Database, Reader
from bot.store.filters import Filters
from bot.store.trail import Trail
from bot.text import dialect, matching

WORDS_LIMIT = 200
WORD_LIMIT = 60
"""How many words a server can look for, and how long each may be: they are looked for in every comment."""

LIST_LIMIT = 4000
"""How long the list of them may be in UTF-16 units: as much as one field of a form holds, so that it can be edited."""

FIRST_DAY = timedelta(days=1)
"""How long an account, and a member on a server, counts as new."""

REPEATED_WITHIN = timedelta(hours=1)
REPEATED_LENGTH = 12
"""Shorter texts are said again and again without any harm."""

KINDS = {
    FilterKind.WORDS: marked("Words"),
    FilterKind.LINKS: marked("Links"),
    FilterKind.INVITES: marked("Invitations to other servers"),
    FilterKind.REPEATS: marked("The same text again"),
    FilterKind.NEWCOMERS: marked("Accounts or members less than a day old"),
}
"""What filters look for, in the order in which they are shown."""

_ACTIONS = {
    FilterAction.HOLD: marked("held for a moderator"),
    FilterAction.HIDE: marked("hidden"),
    FilterAction.WARN: marked("shown, with a warning to the author"),
}

_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_RULINGS = {FilterAction.WARN: Ruling.WARN, FilterAction.HOLD: Ruling.HOLD, FilterAction.HIDE: Ruling.HIDE}

Texts = defaultdict[UserId, list[str]]
"""What people wrote lately on a server, by who did."""


async def check(reader: Reader, guild: GuildId, entries: Sequence[Entry]) -> dict[Entry, Verdict]:
    """Rule as the gravest of the server's filters that finds something demands; moderators' comments pass."""
    filters = await Filters(reader).of(guild)
    judged = [each for each in entries if not each.moderates]
    if not filters or not judged:
        return {}
    lately: Texts = defaultdict(list)
    if any(each.kind is FilterKind.REPEATS for each in filters):
        lately = await _lately(reader, guild, judged)
    verdicts: dict[Entry, Verdict] = {}
    for entry in judged:
        found = [
            Verdict(_RULINGS[each.action], each.kind)
            for each in filters
            if _FINDS[each.kind](each, entry, lately)
        ]
        if found:
            verdicts[entry] = max(found, key=lambda verdict: verdict.ruling)
        lately[entry.user_id].append(matching.same_text(entry.text))
    return verdicts


def _finds_words(which: Filter, entry: Entry, lately: Texts) -> bool:
    return matching.words(which.words).found_in(entry.text) is not None


def _finds_link(which: Filter, entry: Entry, lately: Texts) -> bool:
    return matching.has_link(entry.text)


def _finds_invite(which: Filter, entry: Entry, lately: Texts) -> bool:
    return matching.has_invite(entry.text)


def _finds_repeat(which: Filter, entry: Entry, lately: Texts) -> bool:
    text = matching.same_text(entry.text)
    return len(text) >= REPEATED_LENGTH and text in lately[entry.user_id]


def _finds_newcomer(which: Filter, entry: Entry, lately: Texts) -> bool:
    made = _DISCORD_EPOCH + timedelta(milliseconds=entry.user_id >> 22)
    newest = max(made, entry.joined_at or made)
    return entry.is_new and entry.written_at - newest < FIRST_DAY


_FINDS: Mapping[FilterKind, Callable[[Filter, Entry, Texts], bool]] = {
    FilterKind.WORDS: _finds_words,
    FilterKind.LINKS: _finds_link,
    FilterKind.INVITES: _finds_invite,
    FilterKind.REPEATS: _finds_repeat,
    FilterKind.NEWCOMERS: _finds_newcomer,
}


async def _lately(reader: Reader, guild: GuildId, entries: Sequence[Entry]) -> Texts:
    """What the authors of some comments wrote in the hour before, other than these."""
    since = min(each.written_at for each in entries) - REPEATED_WITHIN
    besides = [each.comment_id for each in entries if each.comment_id is not None]
    users = {each.user_id for each in entries}
    stored = await Filters(reader).texts_since(guild, users, since, besides)
    return defaultdict(
        list, {user: [matching.same_text(text) for text in texts] for user, texts in stored.items()}
    )


def becomes(action: FilterAction | None) -> str:
    """What a filter makes of a comment, in words; None is a filter that is off."""
    return _("off") if action is None else _(_ACTIONS[action])


def listed(words: Sequence[str]) -> str:
    """Words as they are given to `Filtering.set`."""
    return ", ".join(words)


class Filtering:
    """What moderators, and those who manage the server, decide about its filters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def filters(self, viewer: Viewer) -> tuple[Filter, ...]:
        """The server's filters. Raises `RefusedError` for those who neither moderate nor manage it."""
        await self._check(viewer)
        return await Filters(self._database).of(viewer.guild_id)

    async def set(
        self, viewer: Viewer, kind: FilterKind, action: FilterAction | None, words: str = ""
    ) -> tuple[Filter, ...]:
        """Set a filter, or with None as `action` take it away; the server's filters then.

        `words`, separated by commas, belong to the kind of that name; without them it keeps those it has. What is
        set to what it was leaves no entry in the trail. Raises `RefusedError` for those who neither moderate nor
        manage the server, and for words that cannot be looked for.
        """
        await self._check(viewer)
        async with self._database.transaction() as tx:
            filters = Filters(tx)
            before = await filters.of(viewer.guild_id)
            if action is None:
                await filters.remove(tx, viewer.guild_id, kind)
            else:
                known = {each.kind: each.words for each in before}
                chosen = tuple(_separate(words)) or known.get(kind, ())
                wanted = Filter(kind, action, chosen)
                if not chosen or chosen != known.get(kind):
                    _check(wanted)
                await filters.save(tx, viewer.guild_id, wanted)
            after = await filters.of(viewer.guild_id)
            if after != before:
                entry = NewEntry(
                    viewer.guild_id,
                    datetime.now(UTC),
                    Action.FILTER_CHANGED,
                    actor_id=viewer.user_id,
                    details={"filter": kind, "action": action},
                )
                await Trail(tx).record(entry)
            return after

    async def _check(self, viewer: Viewer) -> None:
        if not viewer.manages_server:
            await check_moderator(self._database, viewer)


def _separate(words: str) -> Iterator[str]:
    apart = re.split(r"[,\n]", words)
    yield from dict.fromkeys(" ".join(each.split()) for each in apart if each.strip())


def _check(wanted: Filter) -> None:
    if wanted.kind is not FilterKind.WORDS:
        if wanted.words:
            raise RefusedError(_("Only the filter for words takes words."))
        return
    if not wanted.words:
        raise RefusedError(_("Give the words to look for, separated by commas."))
    if len(wanted.words) > WORDS_LIMIT or any(len(each) > WORD_LIMIT for each in wanted.words):
        raise RefusedError(
            _("A server can look for {number} words or phrases of {length} characters each.").format(
                number=WORDS_LIMIT, length=WORD_LIMIT
            )
        )
    if dialect.utf16_length(listed(wanted.words)) > LIST_LIMIT:
        raise RefusedError(
            _("The list of words can have {number} characters in all.").format(number=LIST_LIMIT)
        )
    for each in wanted.words:
        if not matching.same_text(each):
            raise RefusedError(_("There is no letter in “{word}”.").format(word=each))
