"""The audit trail in words: one sentence an entry, for moderators, in the language spoken now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.discussion import filtering, modes
from bot.discussion.access import Viewer, check_moderator, moderates, scope_of
from bot.discussion.deeds import CAN_BE_UNDONE
from bot.discussion.layout import timestamp
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import Action, Entry, EntryId, FilterAction, FilterKind, Mode, PublicationId, Status, UserId
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.publications import Publications
from bot.store.trail import Entries
from bot.text import dialect

PAGE = 6
"""Entries that are shown at once."""

REASON_LIMIT = 150
NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries somebody wants to see: of one kind, by one moderator, about one member or publication."""

    action: Action | None = None
    actor: UserId | None = None
    user: UserId | None = None
    publication: PublicationId | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first, and what the comments say that they are about, as far as the viewer may read it.

    `older` is where the next page goes on, None at the end.
    """

    entries: Sequence[Entry]
    comments: Mapping[EntryId, str]
    older: EntryId | None


class Chronicle:
    """What moderators read of the trail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, viewer: Viewer, wanted: Filter, before: EntryId | None) -> Page:
        """The entries of the viewer's server before one of them, but for channels that the viewer cannot read.

        Raises `RefusedError` for who is no moderator of the server.
        """
        await check_moderator(self._database, viewer)
        if wanted.publication is not None:
            publication = await Publications(self._database).by_id(wanted.publication)
            if publication is None or not viewer.sees(publication):
                raise RefusedError(_("There is no such publication here."))
        found = await Entries(self._database).page(
            await scope_of(self._database, viewer),
            before=before,
            limit=PAGE + 1,
            action=wanted.action,
            actor=wanted.actor,
            user=wanted.user,
            publication=wanted.publication,
        )
        shown = found[:PAGE]
        return Page(shown, await self._read(viewer, shown), shown[-1].id if len(found) > PAGE else None)

    async def _read(self, viewer: Viewer, entries: Sequence[Entry]) -> dict[EntryId, str]:
        """The texts of the comments: of those that members do not see, only for who moderates them."""
        ids = {each.comment_id for each in entries if each.comment_id is not None}
        comments = {each.id: each for each in await Comments(self._database).by_ids(list(ids))}
        publications = {each.publication_id for each in entries if each.publication_id is not None}
        moderated = {each for each in publications if await self._moderates(viewer, each)}
        return {
            each.id: comment.text
            for each in entries
            if each.comment_id is not None
            and (comment := comments.get(each.comment_id)) is not None
            and comment.text
            and (comment.status is Status.VISIBLE or each.publication_id in moderated)
        }

    async def _moderates(self, viewer: Viewer, identifier: PublicationId) -> bool:
        publication = await Publications(self._database).by_id(identifier)
        return publication is not None and await moderates(self._database, viewer, publication.channel_id)


def can_be_undone(entry: Entry) -> bool:
    """Whether an *Undo* may be offered."""
    return entry.action in CAN_BE_UNDONE and entry.undone_by is None and entry.comment_id is not None


def sentence(entry: Entry) -> str:
    """What an entry says, with the reason. Foreign words are escaped, people are mentions."""
    sentences = _automod() if entry.action is Action.AUTOMOD_ACTED else {}
    told = (sentences.get(entry.details.get("did")) or _sentences()[entry.action]).format(
        actor=f"<@{entry.actor_id}>" if entry.actor_id is not None else _("Somebody"),
        user=f"<@{entry.user_id}>" if entry.user_id is not None else _("somebody"),
        author=_words(entry.author or _("somebody")),
        title=_words(entry.title or _("an article")),
    )
    more = [told, *_particulars(entry)]
    if entry.details.get("in_discord"):
        more.append(_("This was done in Discord itself."))
    until = entry.details.get("until")
    if isinstance(until, int):
        more.append(_("Until {when}.").format(when=timestamp(datetime.fromtimestamp(until, UTC))))
    if entry.undone_by is not None:
        more.append(_("Undone by entry {number}.").format(number=entry.undone_by))
    # The last, for it may end without a full stop.
    if entry.reason:
        reason = dialect.escape(dialect.clip(" ".join(entry.reason.split()), REASON_LIMIT))
        more.append(_("Reason: {reason}").format(reason=reason))
    return " ".join(more)


def _particulars(entry: Entry) -> Iterator[str]:
    """What a setting was changed to."""
    details = entry.details
    if kind := details.get("filter"):
        action = details.get("action")
        becomes = filtering.becomes(FilterAction(str(action)) if action else None)
        named = _(filtering.KINDS[FilterKind(str(kind))])
        yield _("{filter}: {becomes}.").format(filter=named, becomes=becomes)
    if entry.action is Action.MODE_CHANGED and (mode := details.get("mode")):
        yield f"{_(modes.NAMES[Mode(str(mode))])}."
    if entry.action is Action.SLOWMODE_CHANGED:
        seconds = details.get("seconds")
        yield _("Slow mode: {seconds} s.").format(seconds=seconds) if seconds else _("Slow mode is off.")
    if isinstance(closes := details.get("closes_at"), int):
        yield _("Locks itself {when}.").format(when=timestamp(datetime.fromtimestamp(closes, UTC)))


def _sentences() -> dict[Action, str]:
    return {
        Action.COMMENT_HIDDEN: _("{actor} hid a comment of {author} on {title}."),
        Action.COMMENT_RESTORED: _("{actor} showed a comment of {author} on {title} again."),
        Action.COMMENT_DELETED: _("{actor} deleted a comment of {author} on {title}."),
        Action.COMMENT_MOVED: _("{actor} moved a comment of {author} on {title}."),
        Action.COMMENT_PINNED: _("{actor} pinned a comment of {author} on {title}."),
        Action.COMMENT_UNPINNED: _("{actor} unpinned a comment of {author} on {title}."),
        Action.REMOVAL_REFUSED: _(
            "Discord did not let me remove the message of {author} on {title}: it still stands there."
        ),
        Action.COMMENT_REFUSED: _("A comment of {user} on {title} was refused."),
        Action.COMMENT_HELD: _("A comment of {author} on {title} waits for a moderator."),
        Action.COMMENT_APPROVED: _("{actor} approved a comment of {author} on {title}."),
        Action.COMMENT_REJECTED: _("{actor} rejected a comment of {author} on {title}."),
        Action.COMMENT_PUT_BACK: _("{actor} let a comment of {author} on {title} wait again."),
        Action.CHANGE_ASKED: _("{actor} asked {author} to change a comment on {title}."),
        Action.COMMENT_WARNED: _("A comment of {author} on {title} met a filter that warns."),
        Action.MODE_CHANGED: _("{actor} changed which comments wait for a moderator."),
        Action.THREAD_LOCKED: _("{actor} locked the discussion of {title}."),
        Action.THREAD_UNLOCKED: _("{actor} unlocked the discussion of {title}."),
        Action.SLOWMODE_CHANGED: _("{actor} changed the slow mode of the discussion of {title}."),
        Action.CLOSING_CHANGED: _("{actor} changed when the discussion of {title} closes."),
        Action.FILTER_CHANGED: _("{actor} changed the filters."),
        Action.SETTINGS_CHANGED: _("{actor} changed the settings of this server."),
        Action.COMMENT_CLAIMED: _("{user} says that a comment of {author} on {title} is theirs."),
        Action.CLAIM_CONFIRMED: _("{actor} confirmed that a comment of {author} on {title} is by {user}."),
        Action.CLAIM_REFUSED: _("{actor} denied that a comment of {author} on {title} is by {user}."),
        Action.CLAIM_REOPENED: _("{actor} reopened whether a comment of {author} on {title} is by {user}."),
        Action.MEMBER_MUTED: _("{actor} muted {user}."),
        Action.MEMBER_UNMUTED: _("{actor} let {user} comment again."),
        Action.MEMBER_BANNED: _("{actor} banned {user} from the discussions."),
        Action.MEMBER_UNBANNED: _("{actor} let {user} take part in the discussions again."),
        Action.COMMENT_REPORTED: _("A comment of {author} on {title} was reported."),
        Action.REPORTS_CLOSED: _("{actor} closed the reports about a comment of {author} on {title}."),
        Action.AUTOMOD_ACTED: _("AutoMod acted on what {user} wrote."),
    }


def _automod() -> dict[str | int | None, str]:
    """What AutoMod did, as its entries name it."""
    return {
        "blocked": _("AutoMod blocked a message of {user}."),
        "timed_out": _("AutoMod timed {user} out for what they wrote."),
        "quarantined": _("AutoMod keeps {user} from taking part on this server."),
    }


def action_names() -> dict[Action, str]:
    """What each kind of entry is called where one of them is chosen."""
    return {
        Action.COMMENT_HIDDEN: _("comment hidden"),
        Action.COMMENT_RESTORED: _("comment shown again"),
        Action.COMMENT_DELETED: _("comment deleted"),
        Action.COMMENT_MOVED: _("comment moved"),
        Action.COMMENT_PINNED: _("comment pinned"),
        Action.COMMENT_UNPINNED: _("comment unpinned"),
        Action.REMOVAL_REFUSED: _("message not removed"),
        Action.COMMENT_REFUSED: _("comment refused"),
        Action.COMMENT_HELD: _("comment held"),
        Action.COMMENT_APPROVED: _("comment approved"),
        Action.COMMENT_REJECTED: _("comment rejected"),
        Action.COMMENT_PUT_BACK: _("comment put back"),
        Action.CHANGE_ASKED: _("change asked for"),
        Action.COMMENT_WARNED: _("comment warned of"),
        Action.MODE_CHANGED: _("mode changed"),
        Action.THREAD_LOCKED: _("discussion locked"),
        Action.THREAD_UNLOCKED: _("discussion unlocked"),
        Action.SLOWMODE_CHANGED: _("slow mode changed"),
        Action.CLOSING_CHANGED: _("closing time changed"),
        Action.FILTER_CHANGED: _("filters changed"),
        Action.SETTINGS_CHANGED: _("settings changed"),
        Action.COMMENT_CLAIMED: _("comment claimed"),
        Action.CLAIM_CONFIRMED: _("claim confirmed"),
        Action.CLAIM_REFUSED: _("claim refused"),
        Action.CLAIM_REOPENED: _("claim reopened"),
        Action.MEMBER_MUTED: _("member muted"),
        Action.MEMBER_UNMUTED: _("member unmuted"),
        Action.MEMBER_BANNED: _("member banned"),
        Action.MEMBER_UNBANNED: _("member unbanned"),
        Action.COMMENT_REPORTED: _("comment reported"),
        Action.REPORTS_CLOSED: _("reports closed"),
        Action.AUTOMOD_ACTED: _("AutoMod acted"),
    }


def _words(text: str) -> str:
    return dialect.escape(dialect.clip(" ".join(text.split()), NAME_LIMIT))
