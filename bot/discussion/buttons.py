"""What hangs below our messages: the sets of buttons by name, and the custom id of every button, select and form."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from bot.discussion.custom_ids import NUMBER, SNOWFLAKE, CustomId
from bot.model import (
    ArticleId,
    CaseId,
    ClaimId,
    ClaimState,
    CommentId,
    EntryId,
    FilterAction,
    FilterKind,
    Followed,
    GuildId,
    NoticeId,
    PublicationId,
    QueryId,
    UserId,
)

Nothing = Literal[0]
"""Stands in a custom id for an id that there is none of."""


class Buttons(StrEnum):
    """The sets of buttons that a placement's payload can name."""

    NONE = ""
    ENTER = "enter"
    ENTER_OR_MORE = "enter-or-more"
    ENTER_CLOSED = "enter-closed"
    READ = "read"
    DISCUSS = "discuss"
    COMMENT = "comment"


# Below what is posted.

ENTER_COMMENT = CustomId[PublicationId]("enter:{publication}", publication=NUMBER)
"""*Enter a comment* under the closing message: the form for a top-level comment."""

MORE_COMMENTS = CustomId[PublicationId]("more:{publication}", publication=NUMBER)
"""*Show more comments* under the closing message, while only a part of them is mirrored."""

DISCUSS = CustomId[PublicationId]("discuss:{publication}", publication=NUMBER)
"""*Discuss* under a section in a text channel: the thread on the message it is pressed under."""

COMMENT_HERE = CustomId[PublicationId]("comment:{publication}", publication=NUMBER)
"""*Comment* under a section in a forum, where messages have no threads: the form that answers this message."""

READ = CustomId[PublicationId, int, int](
    "read:{publication}:{section}:{part}", publication=NUMBER, section=r"\d{1,6}", part=r"\d{1,6}"
)
"""*Read here* under the opening, and the buttons that turn the pages of what it shows: a section's parts, from 0."""

# Writing.

COMMENT_FORM = CustomId[PublicationId, int](
    "form:{publication}:{message}", publication=NUMBER, message=SNOWFLAKE
)
"""The form itself; `message` is the message it answers, 0 for a top-level comment."""

EDIT_FORM = CustomId[CommentId]("edit:{comment}", comment=NUMBER)
"""The form in which authors edit what a form of theirs posted, and the button that opens it."""

WITHDRAW = CustomId[CommentId]("withdraw:{comment}", comment=NUMBER)
"""The button with which authors withdraw what a form of theirs posted."""

# Finding and following.

SHOW = CustomId[CommentId]("show:{comment}", comment=NUMBER)
"""*Show*: a comment with what it answers and what answers it."""

FOUND = CustomId[QueryId, int]("found:{query}:{page}", query=NUMBER, page=r"\d{1,3}")
"""The pages of what somebody searched for."""

TREE = CustomId[ArticleId, CommentId | Nothing, Literal["best", "time"], int](
    "tree:{article}:{root}:{order}:{page}", article=NUMBER, root=NUMBER, order="best|time", page=r"\d{1,5}"
)
"""The pages of an article's discussion as a tree; `root` is the comment it begins with, 0 for all."""

OUTLINE = CustomId[ArticleId, CommentId | Nothing]("outline:{article}:{root}", article=NUMBER, root=NUMBER)
"""*Discussion as a tree* under something else, which stays: the tree is an answer of its own."""

MINE = CustomId[int]("mine:{page}", page=r"\d{1,5}")
"""The pages of one's own comments."""

FOLLOW = CustomId[Followed, int]("follow:{kind}:{target}", kind="|".join(Followed), target=NUMBER)
"""*Follow*: an article, a section or a comment."""

UNFOLLOW = CustomId[Followed, int]("unfollow:{kind}:{target}", kind="|".join(Followed), target=NUMBER)
"""*Stop following*."""

SEEN = CustomId[NoticeId]("seen:{notice}", notice=NUMBER)
"""*Seen* under a notice that a comment was answered."""

NO_NOTICES = CustomId[NoticeId]("no-notices:{notice}", notice=NUMBER)
"""*No more of these* under such a notice."""

NO_DIGEST = CustomId[GuildId]("no-digest:{guild}", guild=SNOWFLAKE)
"""*No more digests* under a direct message."""

HELP = CustomId[str]("help:{topic}", topic="[a-z]{1,20}")
"""A topic under /help."""

# One's own: claims, erasure, reports.

CLAIM = CustomId[CommentId]("claim:{comment}", comment=NUMBER)
"""*This is mine* for an imported comment, in an answer about it."""

ERASE = CustomId[()]("erase")
"""*Erase everything*, in an answer that only one person sees: whoever presses it is who is erased."""

REPORT_FORM = CustomId[CommentId]("report:{comment}", comment=NUMBER)
"""The form in which members say what is wrong with a comment."""

# Moderating.

QUEUE = CustomId[Literal["approve", "reject", "ask", "next"], CommentId](
    "queue:{act}:{comment}", act="approve|reject|ask|next", comment=NUMBER
)
"""What a moderator does about a comment that waits; *next* shows the one behind it."""

QUEUE_FORM = CustomId[Literal["reject", "ask"], CommentId](
    "queue-form:{act}:{comment}", act="reject|ask", comment=NUMBER
)
"""The form in which a moderator says why."""

CLAIM_QUEUE = CustomId[Literal["waiting", "decided"], ClaimId](
    "claims-{kind}:{claim}", kind="waiting|decided", claim=NUMBER
)
"""*Next*, *Skip* or *Older* among the claims of a server: the waiting one after, or the decided one before."""

CLAIM_DECISION = CustomId[ClaimState, ClaimId](
    "claim-{state}:{claim}", state="|".join(ClaimState), claim=NUMBER
)
"""*Confirm* or *Refuse* under a claim, or with `waiting` *Undo*."""

NEXT_CASE = CustomId[CaseId]("next-case:{case}", case=NUMBER)
"""*Next* under a case of reports."""

CLOSE_CASE = CustomId[CaseId]("close-case:{case}", case=NUMBER)
"""*Nothing wrong* under a case of reports."""

MODERATE = CustomId[str, CommentId](
    "moderate-{verb}:{comment}", verb="hide|restore|delete|move|pin|unpin|history", comment=NUMBER
)
"""The buttons of the panel *Moderate comment*, and the forms behind those that ask for a reason."""

UNDO = CustomId[EntryId]("undo:{entry}", entry=NUMBER)
"""*Undo* under what a moderator did, in the answer and in the log."""

LOG = CustomId[EntryId | Nothing, str, UserId | Nothing, UserId | Nothing, PublicationId | Nothing](
    "log:{before}:{action}:{actor}:{user}:{publication}",
    before=r"\d{1,12}",
    action="[a-z_]{0,17}",
    actor=SNOWFLAKE,
    user=SNOWFLAKE,
    publication=r"\d{1,10}",
)
"""*Newest* and *Older* under entries of the audit trail; 0 or nothing where anything will do."""

# Articles and settings.

REPAIR = CustomId[PublicationId]("repair:{publication}", publication=NUMBER)
"""*Repair* under the status of a publication of which people deleted messages."""

UPDATE = CustomId[PublicationId]("update:{publication}", publication=NUMBER)
"""*Update* under what would change, in the answer to /article update."""

TRY_AGAIN = CustomId[PublicationId]("again:{publication}", publication=NUMBER)
"""*Try again* under the status of a publication that failed."""

SETTING = CustomId[Literal["log", "roles", "mode", "language"]](
    "setting:{name}", name="log|roles|mode|language"
)
"""A select in the panel of a server's settings."""

SETTINGS = CustomId[()]("settings")
"""*Back to the settings*, which shows the panel again."""

FILTERS = CustomId[()]("filters")
"""The select in which one of the server's filters is chosen."""

FILTER = CustomId[FilterKind]("filter:{kind}", kind="|".join(FilterKind))
"""The select for what becomes of comments in which a filter finds something."""

FILTER_WORDS = CustomId[FilterAction]("filter-words:{action}", action="|".join(FilterAction))
"""*Change the words*, and the form with the list; `action` is what becomes of comments in which they are found."""
