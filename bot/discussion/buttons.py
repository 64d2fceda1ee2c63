"""What hangs below our messages: the sets of buttons by name, and the custom ids that outlive a restart.

A custom id carries its target, so that no state per message is needed. Each has a prefix with a version: old
messages live for years, and their ids must stay readable.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.model import (
    ArticleId,
    CaseId,
    ClaimId,
    ClaimState,
    CommentId,
    EntryId,
    GuildId,
    NoticeId,
    PublicationId,
    QueryId,
    Target,
    UserId,
)


class Buttons(StrEnum):
    """The sets of buttons that a placement's payload can name."""

    NONE = ""
    ENTER = "enter"
    ENTER_OR_MORE = "enter-or-more"
    ENTER_CLOSED = "enter-closed"
    READ = "read"
    DISCUSS = "discuss"
    COMMENT = "comment"


def _pattern(custom_id: str) -> re.Pattern[str]:
    return re.compile(custom_id, re.ASCII)  # a digit is 0 to 9, or the number might not fit the database


ENTER_COMMENT = _pattern(r"oped:v1:enter:(?P<publication>\d{1,19})")
"""*Enter a comment* under the closing message: the form for a top-level comment."""

MORE_COMMENTS = _pattern(r"oped:v1:more:(?P<publication>\d{1,19})")
"""*Show more comments* under the closing message, while only a part of them is mirrored."""

DISCUSS = _pattern(r"oped:v1:discuss:(?P<publication>\d{1,19})")
"""*Discuss* under a section in a text channel: the thread on the message it is pressed under."""

COMMENT_HERE = _pattern(r"oped:v1:comment:(?P<publication>\d{1,19})")
"""*Comment* under a section in a forum, where messages have no threads: the form that answers this message."""

READ = _pattern(r"oped:v1:read:(?P<publication>\d{1,19}):(?P<section>\d{1,6}):(?P<part>\d{1,6})")
"""*Read here* under the opening, and the buttons that turn the pages of what it shows."""

SHOW = _pattern(r"oped:v1:show:(?P<comment>\d{1,18})")
"""*Show*: a comment with what it answers and what answers it."""

SEEN = _pattern(r"oped:v1:seen:(?P<notice>\d{1,18})")
"""*Seen* under a notice that a comment was answered."""

NO_NOTICES = _pattern(r"oped:v1:no-notices:(?P<notice>\d{1,18})")
"""*No more of these* under such a notice."""

NO_DIGEST = _pattern(r"oped:v1:no-digest:(?P<guild>\d{1,20})")
"""*No more digests* under a direct message."""

_TARGET = r"(?P<kind>article|section|comment):(?P<target>\d{1,18})"

FOLLOW = _pattern(rf"oped:v1:follow:{_TARGET}")
"""*Follow*: an article, a section or a comment."""

UNFOLLOW = _pattern(rf"oped:v1:unfollow:{_TARGET}")
"""*Stop following*."""

COMMENT_FORM = _pattern(r"oped:v1:form:(?P<publication>\d{1,19}):(?P<message>\d{1,20})")
"""The form itself; `message` is the message it answers, 0 for a top-level comment."""

EDIT_FORM = _pattern(r"oped:v1:edit:(?P<comment>\d{1,19})")
"""The form in which authors edit what a form of theirs posted."""

WITHDRAW = _pattern(r"oped:v1:withdraw:(?P<comment>\d{1,19})")
"""The button with which authors withdraw what a form of theirs posted."""

QUEUE = _pattern(r"oped:v1:queue:(?P<act>approve|reject|ask|next):(?P<comment>\d{1,19})")
"""What a moderator does about a comment that waits; *next* shows the one behind it."""

QUEUE_FORM = _pattern(r"oped:v1:queue-form:(?P<act>reject|ask):(?P<comment>\d{1,19})")
"""The form in which a moderator says why."""

REPAIR = _pattern(r"oped:v1:repair:(?P<publication>\d{1,19})")
"""*Repair* under the status of a publication of which people deleted messages."""

UPDATE = _pattern(r"oped:v1:update:(?P<publication>\d{1,19})")
"""*Update* under what would change, in the answer to /article update."""

TRY_AGAIN = _pattern(r"oped:v1:again:(?P<publication>\d{1,19})")
"""*Try again* under the status of a publication that failed."""

ERASE = _pattern(r"oped:v1:erase")
"""*Erase everything*, in an answer that only one person sees: whoever presses it is who is erased."""

CLAIM = _pattern(r"oped:v1:claim:(?P<comment>\d{1,19})")
"""*This is mine* for an imported comment, in an answer about it."""

CLAIM_QUEUE = _pattern(r"oped:v1:claims-(?P<kind>waiting|decided):(?P<claim>\d{1,19})")
"""*Next*, *Skip* or *Older* among the claims of a server; `claim` is the one that was shown."""

CLAIM_DECISION = _pattern(r"oped:v1:claim-(?P<state>confirmed|refused|waiting):(?P<claim>\d{1,19})")
"""*Confirm* or *Refuse* under a claim, or with `waiting` *Undo*."""


REPORT_FORM = _pattern(r"oped:v1:report:(?P<comment>\d{1,19})")
"""The form in which members say what is wrong with a comment."""

NEXT_CASE = _pattern(r"oped:v1:next-case:(?P<case>\d{1,19})")
"""*Next* under a case of reports."""

CLOSE_CASE = _pattern(r"oped:v1:close-case:(?P<case>\d{1,19})")
"""*Nothing wrong* under a case of reports."""


MODERATE = _pattern(
    r"oped:v1:moderate-(?P<verb>hide|restore|delete|move|pin|unpin|history):(?P<comment>\d{1,19})"
)
"""The buttons of the panel *Moderate comment*, and the forms behind those that ask for a reason."""

UNDO = _pattern(r"oped:v1:undo:(?P<entry>\d{1,19})")
"""*Undo* under what a moderator did, in the answer and in the log."""

FOUND = _pattern(r"oped:v1:found:(?P<query>\d{1,19}):(?P<page>\d{1,3})")
"""The pages of what somebody searched for."""

TREE = _pattern(
    r"oped:v1:tree:(?P<article>\d{1,19}):(?P<root>\d{1,19}):(?P<order>best|time):(?P<page>\d{1,5})"
)
"""The pages of an article's discussion as a tree; `root` is the comment it begins with, 0 for all."""

MINE = _pattern(r"oped:v1:mine:(?P<page>\d{1,5})")
"""The pages of one's own comments."""


LOG = _pattern(
    r"oped:v1:log:(?P<before>\d{1,12}):(?P<action>[a-z_]{0,17}):(?P<actor>\d{1,20}):(?P<user>\d{1,20})"
    r":(?P<publication>\d{1,10})"
)
"""*Newest* and *Older* under entries of the audit trail; 0 or nothing where anything will do."""
HELP = _pattern(r"oped:v1:help:(?P<topic>[a-z]{1,20})")
"""A topic under /help."""


def enter_comment(publication: PublicationId) -> str:
    """The custom id of *Enter a comment*."""
    return f"oped:v1:enter:{publication}"


def more_comments(publication: PublicationId) -> str:
    """The custom id of *Show more comments*."""
    return f"oped:v1:more:{publication}"


def discuss(publication: PublicationId) -> str:
    """The custom id of *Discuss*."""
    return f"oped:v1:discuss:{publication}"


def comment_here(publication: PublicationId) -> str:
    """The custom id of *Comment* under a section."""
    return f"oped:v1:comment:{publication}"


def read(publication: PublicationId, section: int = 1, part: int = 0) -> str:
    """The custom id that shows a page: part `part` (from 0) of section number `section`."""
    return f"oped:v1:read:{publication}:{section}:{part}"


def show(comment: CommentId) -> str:
    """The custom id of *Show*."""
    return f"oped:v1:show:{comment}"


def seen(notice: NoticeId) -> str:
    """The custom id of *Seen*."""
    return f"oped:v1:seen:{notice}"


def no_notices(notice: NoticeId) -> str:
    """The custom id of *No more of these*."""
    return f"oped:v1:no-notices:{notice}"


def no_digest(guild: GuildId) -> str:
    """The custom id of *No more digests*."""
    return f"oped:v1:no-digest:{guild}"


def follow(target: Target) -> str:
    """The custom id of *Follow*."""
    return f"oped:v1:follow:{target.kind}:{target.id}"


def unfollow(target: Target) -> str:
    """The custom id of *Stop following*."""
    return f"oped:v1:unfollow:{target.kind}:{target.id}"


def comment_form(publication: PublicationId, message: int = 0) -> str:
    """The custom id of the comment form; `message` is what it answers, 0 for a top-level comment."""
    return f"oped:v1:form:{publication}:{message}"


def edit_form(comment: CommentId) -> str:
    """The custom id of the form that edits a comment."""
    return f"oped:v1:edit:{comment}"


def withdraw(comment: CommentId) -> str:
    """The custom id of the button that withdraws a comment."""
    return f"oped:v1:withdraw:{comment}"


def queue(act: str, comment: CommentId) -> str:
    """The custom id of *Approve*, *Reject*, *Ask to change* or *Next*: approve, reject, ask, next."""
    return f"oped:v1:queue:{act}:{comment}"


def queue_form(act: str, comment: CommentId) -> str:
    """The custom id of the form that asks why: reject, ask."""
    return f"oped:v1:queue-form:{act}:{comment}"


def try_again(publication: PublicationId) -> str:
    """The custom id of *Try again*."""
    return f"oped:v1:again:{publication}"


def repair(publication: PublicationId) -> str:
    """The custom id of *Repair*."""
    return f"oped:v1:repair:{publication}"


def update(publication: PublicationId) -> str:
    """The custom id of *Update*."""
    return f"oped:v1:update:{publication}"


def erase() -> str:
    """The custom id of *Erase everything*."""
    return "oped:v1:erase"


def claim(comment: CommentId) -> str:
    """The custom id of *This is mine*."""
    return f"oped:v1:claim:{comment}"


def claim_queue(shown: ClaimId, *, decided: bool = False) -> str:
    """The custom id of the button that shows the claim after the one shown, or with `decided` the one before."""
    return f"oped:v1:claims-{'decided' if decided else 'waiting'}:{shown}"


def claim_decision(claim: ClaimId, state: ClaimState) -> str:
    """The custom id of the button that brings a claim into a state."""
    return f"oped:v1:claim-{state}:{claim}"


def report_form(comment: CommentId) -> str:
    """The custom id of the form that reports a comment."""
    return f"oped:v1:report:{comment}"


def next_case(case: CaseId) -> str:
    """The custom id of *Next* under a case."""
    return f"oped:v1:next-case:{case}"


def close_case(case: CaseId) -> str:
    """The custom id of *Nothing wrong* under a case."""
    return f"oped:v1:close-case:{case}"


def moderate(verb: str, comment: CommentId) -> str:
    """The custom id of a button of the panel *Moderate comment*, or of its form."""
    return f"oped:v1:moderate-{verb}:{comment}"


def undo(entry: EntryId) -> str:
    """The custom id of *Undo*."""
    return f"oped:v1:undo:{entry}"


def found(query: QueryId, page: int) -> str:
    """The custom id that turns to a page of a search."""
    return f"oped:v1:found:{query}:{page}"


def tree(article: ArticleId, root: CommentId | None, order: str, page: int) -> str:
    """The custom id that turns to a page of a discussion, or of what is below one comment; best or time first."""
    return f"oped:v1:tree:{article}:{root or 0}:{order}:{page}"


def mine(page: int) -> str:
    """The custom id that turns to a page of one's own comments."""
    return f"oped:v1:mine:{page}"


def log(
    before: EntryId | None,
    *,
    action: str | None = None,
    actor: UserId | None = None,
    user: UserId | None = None,
    publication: PublicationId | None = None,
) -> str:
    """The custom id that shows a page of the audit trail."""
    return f"oped:v1:log:{before or 0}:{action or ''}:{actor or 0}:{user or 0}:{publication or 0}"


def help_on(topic: str) -> str:
    """The custom id of a topic under /help."""
    return f"oped:v1:help:{topic}"
