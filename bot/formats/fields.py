"""Single values of foreign records, made safe to keep: text without control characters, times in UTC."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

from bot.text.canonical import clean

_OFFSET = re.compile(r"(?<=\d) ([+-]\d\d:?\d\d)$")
_PLAIN_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", re.ASCII)
_LONGEST_TIME = 60
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def one_line(text: str) -> str:
    """Text for a title, a heading or a name: clean, on a single line, without outer space."""
    return " ".join(clean(text).split())


def unescaped_line(text: str) -> str:
    """A single line of text out of HTML that holds no more than entities and inline tags."""
    return one_line(html.unescape(_TAG.sub("", text)))


def text_in(record: Mapping[str, object], key: str) -> str:
    """A record's field as text: numbers in digits, anything else that is no text as the empty string."""
    value = record.get(key)
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def line_in(record: Mapping[str, object], key: str) -> str:
    """A record's field as a single line of text, see `text_in`."""
    return one_line(text_in(record, key))


def parent_in(record: Mapping[str, object], key: str) -> str | None:
    """What a record refers to as its parent; at the top there is none, which some call 0."""
    parent = line_in(record, key)
    return None if parent in ("", "0") else parent


def records_in(value: object) -> list[dict[str, object]]:
    """The objects in what should be a list of objects."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def time_of(text: str, zone: tzinfo = UTC) -> datetime | None:
    """A time in UTC from ISO 8601 or RFC 2822 or None; without an offset it is taken to be in `zone`."""
    text = text.strip()
    if not text or len(text) > _LONGEST_TIME or text.startswith("0000"):
        return None
    if _PLAIN_TIME.fullmatch(text) and zone is UTC:
        try:
            return datetime.fromisoformat(f"{text}+00:00")
        except ValueError:
            return None
    text = _OFFSET.sub(r"\1", text)
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            time = parse(text)
            return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def time_from_epoch(seconds: object) -> datetime | None:
    """A time in UTC from seconds since 1970, or None where that is not a date."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def iso(time: datetime | None) -> str | None:
    """A time as the exports write it: ISO 8601 in UTC, ending in Z."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z") if time else None
