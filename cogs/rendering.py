"""How comments and publications read in an answer. Every foreign word is escaped here."""

from __future__ import annotations

from bot.discussion.access import message_link
from bot.discussion.events import Found
from bot.discussion.layout import timestamp
from bot.discussion.lookup import CommentView
from bot.discussion.plan import Changes
from bot.discussion.publish import Progress, PublicationStatus
from bot.discussion.reports import CaseView
from bot.discussion.subjects import Subject
from bot.discussion.voting import Best
from bot.language import gettext as _
from bot.language import ngettext
from bot.model import Comment, ContentState, Publication, PublicationState, Status
from bot.text import dialect, markdown
from bot.text.dialect import MESSAGE_LIMIT
from bot.text.tree import Document, Quote
from cogs.answers import CHOICE_LIMIT, fitted

NAME_LIMIT = 80
TITLE_LIMIT = 200
TEXT_LIMIT = 900
EXCERPT_LIMIT = 80
BAR_WIDTH = 20

REPORT_LIMIT, REASONS_LIMIT = 120, 600
"""What one reason and what all of them may take of the message that shows a case."""

PARENTS_LIMIT = 500
"""What the chain of parents may take of a message; the replies have what header and text leave."""

ABSENT = {
    Status.PENDING: "waits for a moderator",
    Status.REJECTED: "was not accepted",
    Status.HIDDEN: "hidden by a moderator",
    Status.DELETED: "withdrawn",
}

UNREADABLE = "Discord did not let me read this text"

STATES = {
    PublicationState.POSTING: "being posted",
    PublicationState.LIVE: "live",
    PublicationState.FAILED: "failed",
    PublicationState.RETIRING: "being retired",
    PublicationState.RETIRED: "retired",
}


def comment(view: CommentView) -> str:
    """A comment with what it answers above and the replies to it below, each with a link to its message."""
    title = _words(view.article_title, TITLE_LIMIT)
    lines = [f"{_name(view.comment)} on **{title}**{_link(view, view.comment)}"]
    if view.ancestors:
        parents = [f"- {_line(view, each)}" for each in view.ancestors]
        lines += ["In answer to", fitted(parents, PARENTS_LIMIT)]
    lines += _quoted(view.comment)
    if view.comment.attachments:
        names = ", ".join(_words(each.name, NAME_LIMIT) for each in view.comment.attachments[:10])
        lines.append(f"With {names}")
    head = dialect.clip("\n".join(lines), MESSAGE_LIMIT - 100)
    if not view.replies:
        return f"{head}\nNo replies yet."
    replies = [f"Replies ({len(view.replies)})", *(f"- {_line(view, each)}" for each in view.replies)]
    return f"{head}\n{fitted(replies, MESSAGE_LIMIT - dialect.utf16_length(head) - 1)}"


def comment_alone(view: CommentView) -> str:
    """A comment with a link to its message, without what stands around it."""
    title = _words(view.article_title, TITLE_LIMIT)
    return "\n".join(
        [f"{_name(view.comment)} on **{title}**{_link(view, view.comment)}", *_quoted(view.comment)]
    )


def subject(what: Subject) -> str:
    """An article, a section or a comment, in a few words."""
    title = f"**{_words(what.article.title, TITLE_LIMIT)}**"
    if what.comment is not None:
        text = dialect.preview(what.comment.text, EXCERPT_LIMIT)
        excerpt = dialect.escape(text) if _is_shown(what.comment) else _absence(what.comment)
        return _("{author} on {title}: {excerpt}").format(
            author=_name(what.comment), title=title, excerpt=excerpt
        )
    if what.section is not None:
        heading = _words(what.section.heading or _("the introduction"), TITLE_LIMIT)
        return _("the section *{heading}* of {title}").format(heading=heading, title=title)
    return title


def subject_choice(what: Subject) -> str:
    """The same as an autocomplete choice, which Discord shows as plain text."""
    if what.comment is not None:
        return comment_choice(what.comment)
    if what.section is not None:
        heading = what.section.heading or _("the introduction")
        return f"{dialect.clip(heading, 50)} · {dialect.clip(what.article.title, 40)}"
    return dialect.clip(what.article.title, CHOICE_LIMIT)


def more_coming(what: Changes) -> str:
    """What *Show more comments* has set going."""
    if not what.added:
        return _("All comments are shown already.")
    return ngettext(
        "{count} more message is coming to the thread.",
        "{count} more messages are coming to the thread.",
        what.added,
    ).format(count=what.added)


def best(what: Best) -> str:
    """The best comments on an article, one line each with its votes."""
    title = f"**{_words(what.title, TITLE_LIMIT)}**"
    if not what.comments:
        return _(
            "Nobody has voted for a comment on {title} yet. A reaction such as 👍 or ❤️ is a vote."
        ).format(title=title)
    lines = [_("The best comments on {title}").format(title=title)]
    for number, each in enumerate(what.comments, 1):
        votes = ngettext("{count} vote", "{count} votes", what.votes[each.id]).format(
            count=what.votes[each.id]
        )
        text = (
            dialect.escape(dialect.preview(each.text, EXCERPT_LIMIT)) if _is_shown(each) else _absence(each)
        )
        url = what.links.get(each.id)
        jump = f" [jump]({url})" if url else ""
        lines.append(f"{number}. {votes} · {_name(each)}: {text}{jump}")
    return fitted(lines, MESSAGE_LIMIT)


def comment_choice(each: Comment) -> str:
    """A comment as an autocomplete choice, which Discord shows as plain text."""
    text = (
        dialect.preview(each.text, CHOICE_LIMIT) if _is_shown(each) else ABSENT.get(each.status, UNREADABLE)
    )
    return f"{dialect.clip(each.author, 30)}: {text}"


def own_comment(mine: Comment) -> str:
    """A member's own comment, above the buttons to edit and withdraw it."""
    return "\n".join(["Your comment", *_quoted(mine)])


def case(view: CaseView) -> str:
    """What members have reported about a comment, above the comment itself."""
    number = len(view.case.reporters)
    told = ngettext("{number} report since {when}", "{number} reports since {when}", number)
    reasons = [
        f"- <@{user}>: {_words(reason, REPORT_LIMIT)}"
        for user, reason in zip(view.case.reporters, view.case.reasons, strict=True)
    ]
    head = [f"**{told.format(number=number, when=timestamp(view.case.opened_at))}**"]
    above = "\n".join([*head, fitted(reasons, REASONS_LIMIT)])
    return f"{above}\n{dialect.clip(comment(view.comment), MESSAGE_LIMIT - dialect.utf16_length(above) - 1)}"


def publication_line(publication: Publication, title: str, done: int, total: int) -> str:
    """A publication as one line of a list."""
    progress = "" if publication.state is PublicationState.LIVE else f", {done} of {total} messages"
    place = message_link(publication.guild_id, publication.thread_id or publication.channel_id)
    return f"- **{_words(title, NAME_LIMIT)}** in {place}: {STATES[publication.state]}{progress}"


def publication_choice(publication: Publication, title: str, channel: str) -> str:
    """A publication as an autocomplete choice; the end says which of several it is."""
    return f"{dialect.clip(title, 50)} in #{dialect.clip(channel, 30)} ({STATES[publication.state]})"


def publication_status(status: PublicationStatus, *, readable: bool) -> str:
    """All about one publication; `readable` says whether the bot has the Message Content intent."""
    publication = status.publication
    place = f"<#{publication.channel_id}>"
    lines = [
        f"**{_words(status.article.title, TITLE_LIMIT)}** in {place}: {STATES[publication.state]}",
        f"{status.done} of {status.total} messages posted, requested {timestamp(publication.requested_at)}",
    ]
    if publication.error:
        lines.append(f"It stopped: {_words(publication.error, 400)}")
    if status.comments:
        counted = ", ".join(f"{status.comments[each]} {each}" for each in Status if status.comments[each])
        lines.append(f"Comments: {counted}")
    if status.missing:
        missing = [f"- {_words(each, NAME_LIMIT)}" for each in status.missing]
        lines.append(f"Deleted in Discord, and not posted again:\n{fitted(missing, 600)}")
    if not readable:
        lines.append(
            "The *Message Content* intent is off: of most replies only the author and the time are kept. "
            "Members can use the form instead, or the intent can be switched on in the developer portal."
        )
    if status.url:
        lines.append(status.url)
    return "\n".join(lines)


def progress(publication: Publication, now: Progress) -> str:
    """How far the posting is, as a bar while it lasts."""
    place = f"<#{publication.channel_id}>"
    if now.state is PublicationState.FAILED:
        return f"Posting in {place} stopped: {dialect.escape(now.error or '')}"
    if now.state is PublicationState.POSTING:
        full = BAR_WIDTH * now.done // now.total if now.total else 0
        bar = "█" * full + "░" * (BAR_WIDTH - full)
        return f"Posting in {place}\n`{bar}` {now.done} of {now.total} messages"
    if now.state is not PublicationState.LIVE:
        return f"Posting in {place} ended: the article was retired meanwhile."
    return f"Posted in {place}, {now.total} messages: {now.url or place}"


def changes(what: Changes) -> str:
    """What an update would do to the messages of a publication."""
    return (
        f"The article has changed since it was posted. Messages to add: {what.added}, to edit: {what.edited}, "
        f"to remove: {what.removed}. New ones come at the end; replies and links stay where they are."
    )


def found(what: Found) -> str:
    """What a catch-up brought."""
    if what == Found():
        return "Nothing was missed."
    return f"Caught up: {what.new} new, {what.edited} edited, {what.deleted} deleted."


def _line(view: CommentView, each: Comment) -> str:
    text = dialect.escape(dialect.preview(each.text, EXCERPT_LIMIT)) if _is_shown(each) else _absence(each)
    return f"{_name(each)}: {text}{_link(view, each)}"


def _name(each: Comment) -> str:
    when = f", {timestamp(each.created_at)}" if each.created_at else ""
    edited = ", edited" if each.edited_at else ""
    return f"**{_words(each.author, NAME_LIMIT)}**{when}{edited}"


def _quoted(each: Comment) -> list[str]:
    """A comment's text as a block quote, cut where it is long; nothing for a text without words."""
    if not _is_shown(each):
        return [f"> {_absence(each)}"]
    pages = dialect.messages(Document((Quote(markdown.parse(each.text).blocks),)), limit=TEXT_LIMIT)
    return pages if len(pages) < 2 else [pages[0], "> …"]


def _is_shown(each: Comment) -> bool:
    return each.status is Status.VISIBLE and (bool(each.text) or each.content_state is ContentState.SHOWN)


def _absence(each: Comment) -> str:
    return f"*{ABSENT.get(each.status, UNREADABLE)}*"


def _link(view: CommentView, each: Comment) -> str:
    url = view.links.get(each.id)
    return f" [jump]({url})" if url else ""


def _words(text: str, limit: int) -> str:
    """Foreign text on one line, cut and then escaped, which may make it longer again."""
    return dialect.escape(dialect.clip(" ".join(text.split()), limit))
