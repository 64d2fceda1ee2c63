"""How an article and its comments are laid out in Discord: which messages, in which order, with which words.

Pure: stored texts in, the payloads of messages out. Every foreign word passes through `bot.text` on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.discussion.buttons import Buttons
from bot.language import gettext as _
from bot.language import ngettext
from bot.model import (
    Actor,
    Article,
    Comment,
    Part,
    Payload,
    PlacementKind,
    Section,
    SectionId,
    Status,
    UserId,
)
from bot.text import dialect, markdown
from bot.text.duration import reading_minutes
from bot.text.tree import Document, Paragraph, Span, Style

MESSAGE_LIMIT = 2000
"""What Discord accepts in one message, counted here in UTF-16 units (resources/message, Create Message)."""

NAME_LIMIT = 80
"""How much of a commenter's name its header shows, in UTF-16 units; some sites allow names of any length."""

TITLE_LIMIT = 500
THREAD_NAME_LIMIT = 100

CLOSING_ORDINAL = 1_000_000
FIRST_COMMENT_ORDINAL = 2_000_000
FIRST_ENTERED_ORDINAL = 2_000_000_000
"""Where comments entered by form begin: after all that came from the source, in the order of their ids."""


def opening(article: Article, links: Mapping[SectionId, str]) -> list[Part]:
    """The title, byline and contents; headings become jump links where `links` knows their messages."""
    lines = [f"# {dialect.escape(dialect.clip(article.title, TITLE_LIMIT))}", f"-# {_byline(article)}"]
    headed = [section for section in article.sections if section.heading]
    if headed:
        lines.append(f"**{_('In this article')}**")
        lines.extend(f"- {_linked(section, links)}" for section in headed)
    *before, last = _packed(lines)
    return [
        Part(PlacementKind.OPENING, None, None, part, 0, payload)
        for part, payload in enumerate([*map(Payload, before), Payload(last, Buttons.READ)])
    ]


def section(
    each: Section,
    buttons: Buttons = Buttons.DISCUSS,
    *,
    previous: str | None = None,
    following: str | None = None,
) -> list[Part]:
    """A section's text below its heading, in as many messages as it needs, and buttons below the last of them."""
    *before, last = section_pages(each)
    return [
        Part(PlacementKind.SECTION, each.id, None, part, each.number, payload)
        for part, payload in enumerate([*map(Payload, before), Payload(last, buttons, previous, following)])
    ]


def section_pages(each: Section, limit: int = MESSAGE_LIMIT) -> list[str]:
    """A section's text below its heading, divided so that each piece takes at most `limit` UTF-16 units."""
    prefix = f"## {dialect.escape(dialect.clip(each.heading, 500))}\n" if each.heading else ""
    return dialect.messages(markdown.parse(each.text), first_prefix=prefix, limit=limit)


def withdrawn_section(section_id: SectionId) -> Part:
    """What stands where a section was that the article no longer has: its thread and replies stay."""
    payload = Payload(f"*{_('This section is no longer part of the article.')}*")
    return Part(PlacementKind.SECTION, section_id, None, 0, CLOSING_ORDINAL - 1, payload)


def closing(imported: int, buttons: Buttons) -> list[Part]:
    """The message that ends the article and opens its discussion.

    `imported` is how many comments came along: a number that stays, since editing it for each new comment
    would spend the small quota that Discord has for old messages.
    """
    heading = _("Comments ({number})").format(number=imported)
    title = f"## {heading}"
    invitation = _(
        "Reply to any message in the thread, or press the button to use a form. What you write is kept with "
        "the article."
    )
    content = {
        Buttons.ENTER: f"{title}\n{invitation}",
        Buttons.ENTER_OR_MORE: f"{title}\n{_('The thread begins with the most answered ones.')} {invitation}",
        Buttons.ENTER_CLOSED: f"{title}\n{_('This discussion is closed.')}",
    }[buttons]
    return [Part(PlacementKind.CLOSING, None, None, 0, CLOSING_ORDINAL, Payload(content, buttons))]


def comment(each: Comment, ordinal: int) -> list[Part]:
    """A comment under its header line, which says who wrote it and when."""
    header = comment_header(each)
    if each.status is not Status.VISIBLE:
        contents = [f"{header}\n*{_absence(each)}*"]
    else:
        contents = dialect.messages(_body(each), first_prefix=f"{header}\n", limit=MESSAGE_LIMIT)
    return [
        Part(PlacementKind.COMMENT, None, each.id, part, ordinal, Payload(content))
        for part, content in enumerate(contents)
    ]


def _body(each: Comment) -> Document:
    """A comment's text, and the names of what hung on the message that it was: of files nothing else is kept."""
    body = markdown.parse(each.text)
    if not each.attachments:
        return body
    names = ", ".join(dialect.clip(each.name, NAME_LIMIT) for each in each.attachments)
    told = _("With {names}, which went with the message.").format(names=names)
    return Document((*body.blocks, Paragraph((Span(told, Style.EMPHASIS),))))


def comment_header(each: Comment) -> str:
    """The `-#` line above a mirrored comment. Foreign text cannot form such a line, so none can be forged."""
    parts = [dialect.escape(dialect.clip(each.author, NAME_LIMIT))]
    if each.created_at is not None:
        parts.append(timestamp(each.created_at))
    if each.section is not None and each.parent_id is None:
        parts.append(_("on section {number}").format(number=each.section))
    if each.edited_at is not None:
        parts.append(_("edited"))
    return f"-# {' · '.join(parts)}"


NOTICE_MARK = "-# <@"
"""How notices begin, and nothing else of ours: names are escaped, so that no header can begin like this."""


def notice(user: UserId) -> str:
    """What tells a member that their comment was answered, in an answer to that answer."""
    return f"{NOTICE_MARK}{user}> " + _("Your comment was answered.")


def section_thread_name(article: Article, section_id: SectionId | None) -> str:
    """The name of a section's thread: its heading, or the title for the introduction."""
    heading = next((each.heading for each in article.sections if each.id == section_id), None)
    return dialect.clip(_one_line(heading or article.title) or article.slug, THREAD_NAME_LIMIT)


def thread_name(article: Article) -> str:
    """The name of the comments' thread, within Discord's 100 characters."""
    return dialect.clip(_("Comments: {title}").format(title=_one_line(article.title)), THREAD_NAME_LIMIT)


def post_name(article: Article) -> str:
    """The name of the forum post, within Discord's 100 characters."""
    return dialect.clip(_one_line(article.title) or article.slug, THREAD_NAME_LIMIT)


def timestamp(moment: datetime, style: str = "f") -> str:
    """A time that Discord shows in each reader's own zone."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _byline(article: Article) -> str:
    parts = []
    if article.author:
        author = dialect.escape(dialect.clip(article.author, NAME_LIMIT))
        parts.append(_("By {author}").format(author=author))
    if article.published_at:
        parts.append(timestamp(article.published_at, "D"))
    minutes = reading_minutes(each.text for each in article.sections)
    parts.append(
        ngettext("{minutes} minute to read", "{minutes} minutes to read", minutes).format(minutes=minutes)
    )
    if article.source_url:
        link = Span(_("Original article"), link=article.source_url)
        parts.append(dialect.render(Document((Paragraph((link,)),))))
    return " · ".join(parts)


def _linked(each: Section, links: Mapping[SectionId, str]) -> str:
    heading = dialect.escape(dialect.clip(each.heading or "", 200))
    link = links.get(each.id)
    return f"[{heading}]({link})" if link else heading


def _absence(each: Comment) -> str:
    if each.status is Status.DELETED and each.status_by is Actor.MODERATOR:
        return _("This comment was deleted by a moderator.")
    return {
        Status.DELETED: _("This comment was withdrawn."),
        Status.HIDDEN: _("This comment was hidden by a moderator."),
        Status.PENDING: _("This comment waits for a moderator."),
        Status.REJECTED: _("This comment was not accepted."),
    }[each.status]


def _packed(lines: Iterable[str]) -> list[str]:
    """Lines joined into as few messages as hold them."""
    messages: list[str] = []
    for line in lines:
        if messages and dialect.utf16_length(messages[-1]) + 1 + dialect.utf16_length(line) <= MESSAGE_LIMIT:
            messages[-1] += f"\n{line}"
        else:
            messages.append(line)
    return messages
