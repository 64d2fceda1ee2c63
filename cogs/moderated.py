"""How comments read to moderators, who see hidden ones too, and what they are told of their own deeds."""

from __future__ import annotations

from collections.abc import Sequence

from bot.discussion.access import message_link
from bot.discussion.deeds import Case, Deed
from bot.discussion.layout import timestamp
from bot.language import gettext as _
from bot.model import Action, Comment, ContentState, Origin, Revision, Status
from bot.text import dialect, markdown
from bot.text.tree import Document, Quote

NAME_LIMIT = 80
TITLE_LIMIT = 200
TEXT_LIMIT = 1200
CHOICE_LIMIT = 100


def states() -> dict[Status, str]:
    """What a comment's status is called among moderators."""
    return {
        Status.VISIBLE: _("visible"),
        Status.PENDING: _("waits for a moderator"),
        Status.REJECTED: _("not accepted"),
        Status.HIDDEN: _("hidden"),
        Status.DELETED: _("deleted"),
    }


def heading(case: Case) -> str:
    """Whose comment it is, where, and in which state."""
    comment = case.comment
    told = _("**{author}** on **{title}**: {state}")
    if comment.created_at is not None:
        told = _("**{author}**, {when}, on **{title}**: {state}")
    line = told.format(
        author=_words(comment.author, NAME_LIMIT),
        when=timestamp(comment.created_at) if comment.created_at else "",
        title=_words(case.article_title, TITLE_LIMIT),
        state=states()[comment.status],
    )
    if case.channel_id is None or case.message_id is None or comment.status is not Status.VISIBLE:
        return line
    return (
        f"{line} [{_('jump')}]({message_link(case.publication.guild_id, case.channel_id, case.message_id)})"
    )


def panel(case: Case) -> str:
    """A comment above the buttons that moderate it, its text even where members do not see it."""
    lines = [heading(case), *_quoted(case.comment, case.comment.text)]
    if case.comment.attachments:
        names = ", ".join(_words(each.name, NAME_LIMIT) for each in case.comment.attachments[:10])
        lines.append(_("With {names}").format(names=names))
    return "\n".join(lines)


def choice(each: Comment) -> str:
    """A comment as an autocomplete choice for moderators, its text even where members do not see it."""
    state = "" if each.status is Status.VISIBLE else f" ({states()[each.status]})"
    text = dialect.preview(each.text, CHOICE_LIMIT)
    return f"{dialect.clip(each.author, 30)}{state}: {text}"


def history(case: Case, revisions: Sequence[Revision]) -> str:
    """What a comment said, oldest first; longer than a message where it was."""
    if case.comment.status is Status.DELETED:
        return f"{heading(case)}\n{_('Its text is erased, and so is what it said before.')}"
    lines = [heading(case)]
    if not revisions:
        lines.append(_("It was never edited."))
    for each in revisions:
        lines.append(_("Until {when}").format(when=timestamp(each.replaced_at)))
        lines += _quoted(case.comment, each.text, limit=10_000)
    if revisions:
        lines.append(_("Now"))
    return "\n".join([*lines, *_quoted(case.comment, case.comment.text, limit=10_000)])


def history_file(case: Case, revisions: Sequence[Revision]) -> str:
    """The same as plain text, whole."""
    pieces = [f"{each.replaced_at:%Y-%m-%d %H:%M} UTC\n\n{each.text}" for each in revisions]
    return "\n\n----\n\n".join([*pieces, case.comment.text]) + "\n"


def done(deed: Deed, *, undone: bool) -> str:
    """What a moderator is told of a deed, or of what has `undone` another."""
    comment = deed.comment
    if undone and deed.action is Action.COMMENT_MOVED:
        return _("The comment of {author} is back where it was, with its replies.").format(
            author=_words(comment.author, NAME_LIMIT)
        )
    if deed.action is Action.COMMENT_PUT_BACK and comment.origin is Origin.IMPORTED:
        return _("The comment of {author} is kept back again, as on its own site.").format(
            author=_words(comment.author, NAME_LIMIT)
        )
    if _is_not_posted(deed):
        return _(
            "The comment of {author} is shown in the tree and in searches. The discussion is over, so it is not posted."
        ).format(author=_words(comment.author, NAME_LIMIT))
    members = comment.origin is Origin.DISCORD and not comment.by_form
    told = {
        Action.COMMENT_HIDDEN: _("The comment of {author} is hidden. Moderators can still read it."),
        Action.COMMENT_RESTORED: _("The comment of {author} is visible again."),
        Action.COMMENT_APPROVED: _("The comment of {author} is approved: members see it now."),
        Action.COMMENT_REJECTED: _("The comment of {author} is rejected: members do not see it."),
        Action.COMMENT_PUT_BACK: _("The comment of {author} waits in /moderation queue again."),
        Action.COMMENT_DELETED: _("The comment of {author} is deleted and its text erased for good."),
        Action.COMMENT_MOVED: _(
            "The comment of {author} is moved with its replies. Messages in Discord still refer to what they "
            "answered there: the tree, the search and the exports show the new place."
        ),
        Action.COMMENT_PINNED: _("The comment of {author} is pinned."),
        Action.COMMENT_UNPINNED: _("The comment of {author} is no longer pinned."),
    }[deed.action].format(author=_words(comment.author, NAME_LIMIT))
    if members and deed.action in {Action.COMMENT_HIDDEN, Action.COMMENT_DELETED}:
        return f"{told} {_('The message is being removed from Discord.')}"
    if members and deed.action is Action.COMMENT_RESTORED and comment.message_id is None:
        return f"{told} {_('As its message was removed, I post it under the name of its author.')}"
    return told


def _is_not_posted(deed: Deed) -> bool:
    """Whether members see a comment again, but not in the channel, where nothing stands of it any more."""
    shown = deed.action in {Action.COMMENT_RESTORED, Action.COMMENT_APPROVED}
    gone = deed.comment.origin is Origin.DISCORD and deed.comment.message_id is None
    return shown and gone and deed.over


def _quoted(comment: Comment, text: str, *, limit: int = TEXT_LIMIT) -> list[str]:
    if comment.status is Status.DELETED:
        return [f"> *{_('erased')}*"]
    if not text and comment.content_state is ContentState.HIDDEN:
        return [f"> *{_('Discord did not let me read this text')}*"]
    if not text:
        return [f"> *{_('without words')}*"]
    pages = dialect.messages(Document((Quote(markdown.parse(text).blocks),)), limit=min(limit, 1900))
    return pages if len(pages) < 2 or limit > TEXT_LIMIT else [pages[0], "> …"]


def _words(text: str, limit: int) -> str:
    return dialect.escape(dialect.clip(" ".join(text.split()), limit))
