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
from bot.language import marked, ngettext
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

_ABSENT = {
    Status.PENDING: marked("waits for a moderator"),
    Status.REJECTED: marked("was not accepted"),
    Status.HIDDEN: marked("hidden by a moderator"),
    Status.DELETED: marked("withdrawn"),
}
_UNREADABLE = marked("Discord did not let me read this text")

_COUNTED = {
    Status.VISIBLE: marked("{number} visible"),
    Status.PENDING: marked("{number} pending"),
    Status.REJECTED: marked("{number} rejected"),
    Status.HIDDEN: marked("{number} hidden"),
    Status.DELETED: marked("{number} deleted"),
}

_STATES = {
    PublicationState.POSTING: marked("being posted"),
    PublicationState.LIVE: marked("live"),
    PublicationState.FAILED: marked("failed"),
    PublicationState.RETIRING: marked("being retired"),
    PublicationState.RETIRED: marked("retired"),
}


def comment(view: CommentView) -> str:
    """A comment with what it answers above and the replies to it below, each with a link to its message."""
    lines = [_headline(view)]
    if view.ancestors:
        parents = [f"- {_line(view, each)}" for each in view.ancestors]
        lines += [_("In answer to"), fitted(parents, PARENTS_LIMIT, in_all=view.depth)]
    lines += _quoted(view.comment)
    if view.comment.attachments and view.comment.status is Status.VISIBLE:
        names = ", ".join(_words(each.name, NAME_LIMIT) for each in view.comment.attachments[:10])
        lines.append(_("With {attachments}").format(attachments=names))
    head = dialect.clip("\n".join(lines), MESSAGE_LIMIT - 100)
    if not view.replies:
        return "\n".join([head, _("No replies yet.")])
    title = _("Replies ({number})").format(number=view.answered)
    replies = [title, *(f"- {_line(view, each)}" for each in view.replies)]
    room = MESSAGE_LIMIT - dialect.utf16_length(head) - 1
    return f"{head}\n{fitted(replies, room, in_all=1 + view.answered)}"


def comment_alone(view: CommentView) -> str:
    """A comment with a link to its message, without what stands around it."""
    return "\n".join([_headline(view), *_quoted(view.comment)])


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
        jump = f" {_jump(url)}" if url else ""
        lines.append(f"{number}. {votes} · {_name(each)}: {text}{jump}")
    return fitted(lines, MESSAGE_LIMIT)


def comment_choice(each: Comment) -> str:
    """A comment as an autocomplete choice, which Discord shows as plain text."""
    text = (
        dialect.preview(each.text, CHOICE_LIMIT)
        if _is_shown(each)
        else _(_ABSENT.get(each.status, _UNREADABLE))
    )
    return f"{dialect.clip(each.author, 30)}: {text}"


def own_comment(mine: Comment) -> str:
    """A member's own comment, above the buttons to edit and withdraw it."""
    return "\n".join([_("Your comment"), *_quoted(mine)])


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
    """A publication as one line of a list, with a link to its discussion, whose name has the title in it too."""
    sentence = (
        _("{title} in {place}: {state}")
        if publication.state is PublicationState.LIVE
        else _("{title} in {place}: {state}, {done} of {total} messages")
    )
    line = sentence.format(
        title=f"**{_words(title, NAME_LIMIT)}**",
        place=f"<#{publication.channel_id}>",
        state=_(_STATES[publication.state]),
        done=done,
        total=total,
    )
    if publication.thread_id is None:
        return f"- {line}"
    return f"- {line} [{_('jump')}]({message_link(publication.guild_id, publication.thread_id)})"


def publication_choice(publication: Publication, title: str, channel: str) -> str:
    """A publication as an autocomplete choice; the end says which of several it is."""
    return _("{title} in {channel} ({state})").format(
        title=dialect.clip(title, 50),
        channel=f"#{dialect.clip(channel, 25)}",
        state=_(_STATES[publication.state]),
    )


def publication_status(status: PublicationStatus, *, readable: bool) -> str:
    """All about one publication; `readable` says whether the bot has the Message Content intent."""
    publication = status.publication
    place = f"<#{publication.channel_id}>"
    lines = [
        _("{title} in {place}: {state}").format(
            title=f"**{_words(status.article.title, TITLE_LIMIT)}**",
            place=place,
            state=_(_STATES[publication.state]),
        ),
        _("{done} of {total} messages posted, requested {when}").format(
            done=status.done, total=status.total, when=timestamp(publication.requested_at)
        ),
    ]
    if publication.error:
        lines.append(_("It stopped: {reason}").format(reason=_words(_(publication.error), 400)))
    if status.comments:
        counted = ", ".join(
            _(_COUNTED[each]).format(number=status.comments[each]) for each in Status if status.comments[each]
        )
        lines.append(_("Comments: {counted}").format(counted=counted))
    if status.missing:
        missing = [f"- {_words(each, NAME_LIMIT)}" for each in status.missing]
        lines += [_("Deleted in Discord, and not posted again:"), fitted(missing, 600)]
    if not readable:
        lines.append(
            _(
                "The *Message Content* intent is off: of most replies only the author and the time are kept. "
                "Members can use the form instead, or the intent can be switched on in the developer portal."
            )
        )
    if status.url:
        lines.append(status.url)
    return "\n".join(lines)


def progress(publication: Publication, now: Progress) -> str:
    """How far the posting is, as a bar while it lasts."""
    place = f"<#{publication.channel_id}>"
    if now.state is PublicationState.FAILED:
        return _("Posting in {place} stopped: {reason}").format(
            place=place, reason=dialect.escape(_(now.error)) if now.error else ""
        )
    if now.state is PublicationState.POSTING:
        full = BAR_WIDTH * now.done // now.total if now.total else 0
        bar = "█" * full + "░" * (BAR_WIDTH - full)
        counted = _("{done} of {total} messages").format(done=now.done, total=now.total)
        return "\n".join([_("Posting in {place}").format(place=place), f"`{bar}` {counted}"])
    if now.state is not PublicationState.LIVE:
        return _("Posting in {place} ended: the article was retired meanwhile.").format(place=place)
    return ngettext(
        "Posted in {place}, {number} message: {url}", "Posted in {place}, {number} messages: {url}", now.total
    ).format(place=place, number=now.total, url=now.url or place)


def changes(what: Changes) -> str:
    """What an update would do to the messages of a publication."""
    return _(
        "The article has changed since it was posted. Messages to add: {added}, to edit: {edited}, "
        "to remove: {removed}. New ones come at the end; replies and links stay where they are."
    ).format(added=what.added, edited=what.edited, removed=what.removed)


def found(what: Found) -> str:
    """What a catch-up brought."""
    if what == Found():
        return _("Nothing was missed.")
    return _("Caught up: {new} new, {edited} edited, {deleted} deleted.").format(
        new=what.new, edited=what.edited, deleted=what.deleted
    )


def _line(view: CommentView, each: Comment) -> str:
    text = dialect.escape(dialect.preview(each.text, EXCERPT_LIMIT)) if _is_shown(each) else _absence(each)
    return f"{_name(each)}: {text}{_link(view, each)}"


def _name(each: Comment) -> str:
    when = f", {timestamp(each.created_at)}" if each.created_at else ""
    edited = f", {_('edited')}" if each.edited_at else ""
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
    return f"*{_(_ABSENT.get(each.status, _UNREADABLE))}*"


def _link(view: CommentView, each: Comment) -> str:
    url = view.links.get(each.id)
    return f" {_jump(url)}" if url else ""


def _jump(url: str) -> str:
    return f"[{_('jump')}]({url})"


def _headline(view: CommentView) -> str:
    """Who wrote a comment on what, with a link to its message."""
    told = _("{author} on {title}").format(
        author=_name(view.comment), title=f"**{_words(view.article_title, TITLE_LIMIT)}**"
    )
    return f"{told}{_link(view, view.comment)}"


def _words(text: str, limit: int) -> str:
    """Foreign text on one line, cut and then escaped, which may make it longer again."""
    return dialect.escape(dialect.clip(" ".join(text.split()), limit))
