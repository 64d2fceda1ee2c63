"""What all ways out of WordPress have in common, so that one comment is the same whichever way it came."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.formats.addresses import parts_of
from bot.formats.base import ReadOptions, Unpublished
from bot.formats.fields import one_line, time_of
from bot.model import Notice, Status

KIND = "wordpress"

_AVATAR = re.compile(r"/avatar/([0-9a-f]{64}|[0-9a-f]{32})\b")
_SHA256_SINCE = (6, 8)
_DEFAULT_PORT = {"http": ":80", "https": ":443"}
_APPROVED = {
    "1": None,
    "approve": None,
    "approved": None,
    "": None,  # before comments were held there was nothing to approve
    "0": Unpublished.PENDING,
    "hold": Unpublished.PENDING,
    "spam": Unpublished.SPAM,
    "trash": Unpublished.TRASH,
    "post-trashed": Unpublished.TRASH,
}
_WHY = {
    Unpublished.PENDING: "It awaits moderation.",
    Unpublished.SPAM: "It is marked as spam.",
    Unpublished.TRASH: "It is in the trash.",
}
_TYPES = {
    "pingback": "It is a pingback, not a comment.",
    "trackback": "It is a trackback, not a comment.",
    "note": "It is an editor's note, not a comment.",
}


def site_of(url: str) -> str:
    """A site's name as a part of its articles' identity: host, port unless it is the usual one, and path."""
    parts = parts_of(url)
    host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    path = re.sub(r"/(?:wp-json|index\.php)(?:/.*)?$", "", parts.path).rstrip("/")
    return host.removesuffix(_DEFAULT_PORT.get(parts.scheme, "")) + path


def key_of_email(email: str, version: tuple[int, ...] = ()) -> str | None:
    """What tells a commenter from others of the same name: the hash that the site's pages show in the avatar.

    Pages and REST give nobody's address, but that hash; so all ways lead to the same person.
    """
    address = email.strip().lower().encode("utf-8", "replace")
    if not address:
        return None
    new = version >= _SHA256_SINCE
    return f"avatar:{(hashlib.sha256(address) if new else hashlib.md5(address, usedforsecurity=False)).hexdigest()}"


def key_of_avatar(url: str) -> str | None:
    """The same key from the address of somebody's avatar."""
    match = _AVATAR.search(url)
    return f"avatar:{match[1]}" if match else None


def key_of_user(user_id: str) -> str | None:
    """A key for an account that shows neither address nor avatar."""
    return f"user:{user_id}" if user_id not in ("", "0") else None


def omitted_type(comment_type: str) -> str | None:
    """Why something of that type is not imported, None for a comment."""
    if comment_type in ("", "comment"):
        return None
    return _TYPES.get(comment_type, f"It is of type “{one_line(comment_type)[:40]}”, not a comment.")


def status_of(approved: str, options: ReadOptions) -> Status | str:
    """A comment's status here, or why it is left out."""
    if approved not in _APPROVED:
        return f"Its state “{one_line(approved)[:40]}” is not known."
    held = _APPROVED[approved]
    if held is None:
        return Status.VISIBLE
    return held.status if held in options.include else _WHY[held]


@dataclass(slots=True)
class Clock:
    """Times as the site has them, twice: in UTC, and in its own zone, whose offset is learnt on the way."""

    last: tuple[datetime, str] | None = None
    """The time in UTC that came last, and what stood beside it."""

    def time(
        self, gmt: str, local: str, place: str, notices: list[Notice], article_ref: str | None
    ) -> datetime | None:
        """The time in UTC; where only the local one is known, by the last offset seen, and with a notice."""
        if in_utc := time_of(gmt):
            if local:
                self.last = (in_utc, local)
            return in_utc
        in_zone = time_of(local)
        if in_zone is None:
            return None
        offset = self._offset()
        known = "as UTC, since the site's offset is not known" if offset is None else "by the site's offset"
        message = f"The time in UTC is missing; the local one was taken {known}."
        notices.append(Notice("gmt-missing", place, message, article_ref))
        try:
            return (in_zone - (offset or timedelta())).astimezone(UTC)
        except OverflowError:
            return None

    def _offset(self) -> timedelta | None:
        in_utc, local = self.last or (None, "")
        in_zone = time_of(local)
        return in_zone - in_utc if in_utc and in_zone else None
