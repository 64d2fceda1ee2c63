"""The plain-text form: a title, an article, and a numbered list of comments with bulleted replies.

The title, and two empty lines

A paragraph of the introduction.

A short line without a full stop, alone between paragraphs, is a heading

A paragraph of that section, and two empty lines

  1. A comment at top level.
    Its further lines are indented.

    • A reply to it.

Enter comments here:
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from bot.errors import SourceError
from bot.formats.base import Export, Format, ReadOptions
from bot.formats.decoding import decode
from bot.formats.fields import one_line
from bot.formats.outline import public
from bot.formats.stream import whole
from bot.formats.unformatted import unformatted
from bot.model import Notice, SourceArticle, SourceAuthor, SourceComment, SourceRecord, SourceSection
from bot.text import markdown, plain

KIND = "plaintext"
END = "Enter comments here:"
REMOVED = "(removed)"

_REF = "article"
_TAB = 4
_LISTS = 1000  # numbered lists that are looked at: each look may go to the end of the text
_MARGIN, _STEP = 2, 2
_TITLE_LENGTH, _SENTENCE_LENGTH, _HEADING_LENGTH = 200, 80, 100

_ITEM = re.compile(r"(\d{1,9})\.(?:\s+(.*))?$")
_END = re.compile(r"enter comments? here\s*:?$", re.IGNORECASE)
_FULL_STOP = re.compile(r"[.…]['\"’”»)\]]*$")
_NO_HEADING_START = re.compile(r"[-•*·–—#>|+]|\d+[.)]\s|\w+://")
_NO_HEADING_END = re.compile(r"[.,;:…]['\"’”»)\]]*$")


@dataclass(slots=True)
class _Line:
    """A line without its outer space; empty lines are kept, since they part paragraphs."""

    number: int
    indent: int
    text: str

    @property
    def place(self) -> str:
        return f"line {self.number}"


@dataclass(slots=True)
class _Thread:
    """A comment while its lines are collected; `column` is where its number or bullet stands."""

    ref: str
    column: int
    parent_ref: str | None
    lines: list[str] = field(default_factory=list)


def recognises(head: bytes) -> bool:
    """Plain text has no mark of its own, so it is only ever asked for, or taken when nothing else fits."""
    return b"enter comments here" in head[-200:].lower()


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """The one article of a plain-text file and its comments, whose authors and times are not known."""
    text, notices = decode(whole(stream))
    title, body = _title(_lines(text))
    body, ended = _before_end(body, notices)
    start = _start_of_comments(body, notices, ended=ended)
    sections = _sections(body[:start])
    comments = _comments(body[start:], notices)
    if not sections and not comments:
        raise SourceError(
            "There is a title, but no text below it.",
            remedy="Put the article under the title, with an empty line between paragraphs.",
        )
    if comments and not ended:
        notices.append(Notice("no-end-line", body[-1].place, f"The comments do not end with “{END}”."))
    yield SourceArticle(ref=_REF, title=title, sections=sections, kind=KIND)
    for notice in notices:
        yield replace(notice, article_ref=_REF)
    for comment in comments:
        yield SourceComment(
            article_ref=_REF,
            ref=comment.ref,
            author=SourceAuthor(name=None),
            text=_stored(comment.lines),
            parent_ref=comment.parent_ref,
        )


def _lines(text: str) -> list[_Line]:
    lines = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.expandtabs(_TAB).rstrip()
        stripped = line.lstrip()
        lines.append(_Line(number, len(line) - len(stripped), stripped))
    while lines and not lines[-1].text:
        lines.pop()
    return lines


def _title(lines: list[_Line]) -> tuple[str, list[_Line]]:
    first = next((index for index, line in enumerate(lines) if line.text), None)
    if first is None:
        raise SourceError(
            "The text is empty.", remedy="Give a file with a title, an article and its comments."
        )
    line = lines[first]
    stands_apart = not any(below.text for below in lines[first + 1 : first + 3])
    is_sentence = len(line.text) > _SENTENCE_LENGTH and _FULL_STOP.search(line.text)
    is_long = len(line.text) > _TITLE_LENGTH
    if is_long and not (stands_apart or is_sentence):
        raise SourceError(
            f"The first line has {len(line.text)} characters; a title has {_TITLE_LENGTH} at most.",
            remedy="If it is the title, leave two empty lines below it; else put the title above it.",
            place=line.place,
        )
    is_item = line.indent and _ITEM.match(line.text)
    if (is_sentence and not stands_apart) or is_item or _END.match(line.text):
        raise SourceError(
            "The title is missing: the first line is not one.",
            remedy="Put the title alone on the first line.",
            place=line.place,
        )
    return one_line(line.text), lines[first + 1 :]


def _before_end(lines: list[_Line], notices: list[Notice]) -> tuple[list[_Line], bool]:
    """The lines above the line that ends the comments, and whether there is one."""
    last = len(lines) - 1
    for index in range(last, -1, -1):
        line = lines[index]
        if _END.match(line.text) and (line.indent == 0 or index == last):
            if index < last:
                notices.append(
                    Notice("text-after-end", line.place, f"What stands below “{END}” was left out.")
                )
            return _trimmed(lines[:index]), True
    return _trimmed(lines), False


def _trimmed(lines: list[_Line]) -> list[_Line]:
    end = len(lines)
    while end and not lines[end - 1].text:
        end -= 1
    return lines[:end]


def _start_of_comments(lines: list[_Line], notices: list[Notice], *, ended: bool) -> int:
    """Where the numbered list begins that reaches to the end; a list with article text below it is no such.

    A list that is not indented could well be the article's own, so it needs the line that ends the comments.
    """
    starts = [
        index
        for index, line in enumerate(lines)
        if (item := _ITEM.match(line.text))
        and int(item[1]) == 1
        and (index == 0 or not lines[index - 1].text)
    ]
    indented = [index for index in starts if lines[index].indent]
    flush = [index for index in starts if not lines[index].indent] if ended else []
    doubt: Notice | None = None
    for index in (indented + flush)[:_LISTS]:
        broken_by = _break_in_list(lines, index)
        if broken_by is None:
            return index
        message = (
            f"The list from {lines[index].place} is no comments, since this line is not indented like them."
        )
        doubt = Notice("no-comments", broken_by.place, message)
    if ended and doubt:
        notices.append(doubt)
    return len(lines)


def _break_in_list(lines: list[_Line], start: int) -> _Line | None:
    """The first line that cannot belong to the numbered list that starts there."""
    margin, last = lines[start].indent, 0
    for index in range(start, len(lines)):
        line = lines[index]
        if line.text and line.indent <= margin:
            item = _ITEM.match(line.text)
            if not item or int(item[1]) <= last:
                return line
            last = int(item[1])
    return None


def _sections(lines: list[_Line]) -> tuple[SourceSection, ...]:
    blocks = _blocks(lines)
    if not blocks:
        return ()
    heading: str | None = None
    sections: list[SourceSection] = []
    text: list[str] = []
    for index, block in enumerate(blocks):
        between = 0 < index < len(blocks) - 1
        if between and _may_be_heading(block) and not _may_be_heading(blocks[index + 1]):
            sections.append(SourceSection(heading, _stored(text)))
            heading, text = one_line(block[0]), []
        else:
            text += ["", *block]
    sections.append(SourceSection(heading, _stored(text)))
    return tuple(sections)


def _blocks(lines: list[_Line]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.text:
            blocks[-1].append(line.text)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _may_be_heading(block: list[str]) -> bool:
    line = block[0]
    return (
        len(block) == 1
        and len(line) <= _HEADING_LENGTH
        and any(character.isalnum() for character in line)
        and not _NO_HEADING_START.match(line)
        and not _NO_HEADING_END.search(line)
    )


def _comments(lines: list[_Line], notices: list[Notice]) -> list[_Thread]:
    if not lines:
        return []
    margin = lines[0].indent
    bullets = [line.indent for line in lines if line.text.startswith("•") and line.indent > margin]
    step = min([bullet - margin for bullet in bullets] + [_TAB])
    comments: list[_Thread] = []
    path: list[_Thread] = []  # the comment being read and all that it replies to
    gap = False
    for line in lines:
        if not line.text:
            gap = True
            continue
        item = _ITEM.match(line.text) if line.indent <= margin else None
        column = margin if item else line.indent
        while path and path[-1].column >= column:
            path.pop()
        text = line.text
        if item or text.startswith("•"):
            parent = path[-1] if path else None
            if parent and column - parent.column >= 2 * step:
                message = "A reply is indented by more than one level; it was given to the comment above it."
                notices.append(Notice("nesting-jump", line.place, message))
            text = (item[2] or "") if item else text[1:].strip()
            path.append(_Thread(str(len(comments) + 1), column, parent.ref if parent else None))
            comments.append(path[-1])
            gap = False
        path[-1].lines += ["", text] if gap else [text]
        gap = False
    return comments


def _stored(lines: list[str]) -> str:
    return markdown.write(plain.parse("\n".join(lines).strip("\n")))


def write(export: Export, stream: BinaryIO) -> None:
    """The article and what anybody may read of its comments; formatting, names and times are left out."""
    article = export.article
    blocks = [f"{article.title}\n"]
    for section in article.sections:
        blocks += [one_line(section.heading)] if section.heading else []
        blocks += [_article_text(section.text)] if section.text else []
    stream.write("\n\n".join(blocks).encode() + b"\n")
    number = 0
    for entry in public(export.comments):
        number += entry.depth == 0
        marker = f"{number}." if entry.depth == 0 else "•"
        margin = " " * (_MARGIN + _STEP * entry.depth)
        text = REMOVED if entry.removed else _comment_text(entry.comment.text)
        first, *further = text.split("\n")
        stream.write(b"\n" * (1 + (number == 1 and entry.depth == 0)))
        stream.write(f"{margin}{marker} {first}".rstrip().encode() + b"\n")
        stream.writelines(f"{margin}{' ' * _STEP}{line}".rstrip().encode() + b"\n" for line in further)
    if number:
        stream.write(f"\n{END}\n".encode())


def _article_text(text: str) -> str:
    lines = [line.strip() for line in unformatted(markdown.parse(text)).split("\n")]
    return "\n".join(f"{line.rstrip(' :')}." if _END.match(line) else line for line in lines)


def _comment_text(text: str) -> str:
    lines = unformatted(markdown.parse(text)).split("\n")
    return "\n".join(re.sub(r"^\s*•", "-", line) for line in lines)


FORMAT = Format(KIND, "Plain text", recognises, read, write, aliases=("text", "txt", "plain"))
