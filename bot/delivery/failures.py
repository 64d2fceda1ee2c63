"""What an error of Discord's means for the work that met it.

The sorting follows what Discord documents for each code (topics/opcodes-and-status-codes) and what
discord.py 2.7 raises: it retries 429, 500, 502, 504 itself, but neither 503 nor a lost connection, and then
nobody knows whether the request took effect.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
import discord

from bot.errors import StorageError
from bot.language import gettext as _
from bot.language import marked

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
TOO_MANY_PINS = 30003
THREAD_ARCHIVED = 50083
THREAD_EXISTS = 160004
TOO_MANY_THREADS = 160006
OLD_EDIT_LIMIT = 30046
OVERLOADED = 130000
TEXT_REFUSED = frozenset({50035, 200000, 240000})
"""Refusals of what a message says rather than of where it stands."""


class Kind(StrEnum):
    """What to do about a failure."""

    PERMANENT = "permanent"
    """Stop this publication and tell a moderator."""
    PASSING = "passing"
    """Certainly without effect: wait, then try again."""
    UNCERTAIN = "uncertain"
    """It may have taken effect: look before trying again."""
    MISSING = "missing"
    """The message it is about no longer exists."""
    ARCHIVED = "archived"
    """The thread must be unarchived first."""
    CROWDED = "crowded"
    """Another thread must be archived first."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A sorted error: `sentence` is for a moderator, `retry_after` in seconds where Discord said it."""

    kind: Kind
    sentence: str
    retry_after: float | None = None


_PERMANENT = {
    10003: marked(
        "The channel or thread no longer exists. Retire this publication and post the article again."
    ),
    50001: marked("Oped cannot see the channel. Give it the View Channel permission there."),
    50013: marked(
        "Oped lacks a permission in the channel. Allow it there to view the channel, read its history, send "
        "messages, also in threads, create public threads and manage threads."
    ),
    160002: marked("Oped needs the Read Message History permission in the channel to write replies."),
    160005: marked("The thread is locked. Unlock it, or give Oped the Manage Threads permission."),
    40067: marked("This forum wants a tag on every post. Post the article again with a tag."),
    50035: marked(
        "Discord refused a message of the article as malformed. Please report it, with the bot's log."
    ),
    200000: marked(
        "The server's AutoMod refused a message of the article. Change the rule or exempt Oped's role."
    ),
    200001: marked("The server's AutoMod refused the title. Change the rule or exempt Oped's role."),
    240000: marked(
        "Discord refused a message because it holds a link known as harmful. Remove it at the source."
    ),
}


class PublicationStopped(Exception):  # noqa: N818 - an outcome that is handled, not a programming error
    """A publication cannot go on until somebody acts; its text is a sentence for a moderator."""


class ServerUntold(Exception):  # noqa: N818 - an outcome that is handled, not a programming error
    """A session has begun, or an outage, in which Discord has told nothing of a server yet, such as our roles."""


def sort_failure(error: Exception, *among: Kind) -> Failure | None:
    """Sort an error that a request to Discord ended in.

    None for one that has nothing to do with Discord or, where kinds are named, is of none of them.
    """
    failure = _sort(error)
    return None if failure is None or (among and failure.kind not in among) else failure


def _sort(error: Exception) -> Failure | None:
    if isinstance(error, PublicationStopped):
        return Failure(Kind.PERMANENT, str(error))
    if isinstance(error, ServerUntold):
        return Failure(Kind.PASSING, _("Discord has not told me about this server yet."))
    if isinstance(error, StorageError):
        return Failure(Kind.PASSING, error.sentence())
    if isinstance(error, discord.RateLimited):
        return Failure(Kind.PASSING, _("Discord asks for patience."), error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _sort_answer(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Failure(Kind.PASSING, _("Discord cannot be reached."))
    if isinstance(error, aiohttp.ClientError | OSError | asyncio.TimeoutError):
        return Failure(Kind.UNCERTAIN, _("The connection to Discord broke off."))
    return None


def _sort_answer(error: discord.HTTPException) -> Failure:
    if error.code == UNKNOWN_MESSAGE:
        return Failure(Kind.MISSING, _("The message no longer exists."))
    if error.code == THREAD_ARCHIVED:
        return Failure(Kind.ARCHIVED, _("The thread is archived."))
    if error.code == TOO_MANY_THREADS:
        return Failure(
            Kind.CROWDED, _("The server has as many open threads as Discord allows. Archive some of them.")
        )
    if error.code in _PERMANENT:
        return Failure(Kind.PERMANENT, _(_PERMANENT[error.code]))
    if error.status == 429 or error.code in {OLD_EDIT_LIMIT, OVERLOADED}:
        return Failure(Kind.PASSING, _("Discord asks for patience."))
    if error.status == 401:
        return Failure(Kind.PASSING, _("Discord does not accept the token any more."))
    if error.status >= 500:
        return Failure(
            Kind.UNCERTAIN,
            _("Discord answered with an error of its own ({status}).").format(status=error.status),
        )
    return Failure(
        Kind.PERMANENT,
        _("Discord refused a message of the article ({status}, code {code}).").format(
            status=error.status, code=error.code
        ),
    )
