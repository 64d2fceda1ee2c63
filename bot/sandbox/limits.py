"""Rate limits: buckets by route and top-level id, and the global one (topics/rate-limits)."""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.sandbox.errors import Json

CREATE_MESSAGE = "POST /channels/{channel_id}/messages"
EDIT_MESSAGE = "PATCH /channels/{channel_id}/messages/{message_id}"
DELETE_MESSAGE = "DELETE /channels/{channel_id}/messages/{message_id}"
START_FROM_MESSAGE = "POST /channels/{channel_id}/messages/{message_id}/threads"
START_THREAD = "POST /channels/{channel_id}/threads"
REACT = "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_token")
_UNCOUNTED = ("/interactions/", "/webhooks/")


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds. A hidden one shows in no header before it is hit."""

    requests: int
    seconds: float
    hidden: bool = False
    code: int = 0


@dataclass(frozen=True)
class RateLimits:
    """The limits of a server: for each route one or more, for all others `otherwise`, and the global one."""

    otherwise: Limit
    overall: Limit
    routes: Mapping[str, Limit] = field(default_factory=dict)
    rename: Limit | None = None
    """Name or topic changes, for each channel."""
    old_edits: Limit | None = None
    """Edits of messages over an hour old, for each channel."""

    @classmethod
    def real(cls) -> RateLimits:
        """Return the limits observed at Discord."""
        return cls(
            otherwise=Limit(10, 5),
            overall=Limit(50, 1),
            routes={
                CREATE_MESSAGE: Limit(5, 5),
                EDIT_MESSAGE: Limit(5, 5),
                DELETE_MESSAGE: Limit(5, 1),
                START_FROM_MESSAGE: Limit(50, 300),
                START_THREAD: Limit(50, 300),
                REACT: Limit(1, 0.25),
            },
            rename=Limit(2, 600, hidden=True),
            old_edits=Limit(30, 300, hidden=True, code=30046),
        )

    @classmethod
    def relaxed(cls) -> RateLimits:
        """Return limits that no ordinary test meets; the headers are there all the same."""
        return cls(otherwise=Limit(1000, 1), overall=Limit(10_000, 1))

    def faster(self, factor: float) -> RateLimits:
        """Return the same limits with every span of time divided by a factor."""

        def shorter(limit: Limit) -> Limit:
            return Limit(limit.requests, limit.seconds / factor, limit.hidden, limit.code)

        return RateLimits(
            otherwise=shorter(self.otherwise),
            overall=shorter(self.overall),
            routes={route: shorter(limit) for route, limit in self.routes.items()},
            rename=shorter(self.rename) if self.rename else None,
            old_edits=shorter(self.old_edits) if self.old_edits else None,
        )


@dataclass(frozen=True)
class Verdict:
    """Whether a request may pass, with the headers of the answer and, if not, its body."""

    headers: dict[str, str]
    body: Json | None = None

    @property
    def passes(self) -> bool:
        """Whether the request may pass."""
        return self.body is None


@dataclass
class _Bucket:
    limit: Limit
    ends: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        if now >= self.ends:
            self.ends = now + self.limit.seconds
            self.used = 0
        if self.used >= self.limit.requests:
            return False
        self.used += 1
        return True


class Limiter:
    """Counts the requests of all bots against the limits. Time here is the machine's, since clients really wait."""

    def __init__(self, limits: RateLimits, time_source: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._time = time_source
        self._buckets: dict[tuple[str, ...], _Bucket] = {}

    def judge(self, who: str, route: str, path: dict[str, str], extra: str | None = None) -> Verdict:
        """Count one request. `extra` names a hidden limit it falls under besides: rename or old_edits."""
        now = self._time()
        if not any(part in route for part in _UNCOUNTED):
            overall = self._bucket(("global", who), self.limits.overall)
            if not overall.take(now):
                return _refused(overall, now, {"X-RateLimit-Global": "true"}, scope="global")
        limit = self.limits.routes.get(route, self.limits.otherwise)
        major = tuple(path[name] for name in _MAJOR if name in path)
        bucket = self._bucket((who, route, *major), limit)
        passes = bucket.take(now)
        headers = _headers(bucket, route, now)
        if not passes:
            return _refused(bucket, now, headers, scope="user")
        hidden = getattr(self.limits, extra) if extra else None
        if hidden is not None:
            sub = self._bucket((who, extra or "", *major), hidden)
            if not sub.take(now):
                return _refused(sub, now, headers, scope="shared")
        return Verdict(headers)

    def _bucket(self, key: tuple[str, ...], limit: Limit) -> _Bucket:
        return self._buckets.setdefault(key, _Bucket(limit))


def _headers(bucket: _Bucket, route: str, now: float) -> dict[str, str]:
    left = max(bucket.ends - now, 0.001)
    return {
        "X-RateLimit-Limit": str(bucket.limit.requests),
        "X-RateLimit-Remaining": str(bucket.limit.requests - bucket.used),
        "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": hashlib.blake2b(route.encode(), digest_size=16).hexdigest(),
    }


def _refused(bucket: _Bucket, now: float, headers: dict[str, str], *, scope: str) -> Verdict:
    left = math.ceil(max(bucket.ends - now, 0.001) * 1000) / 1000
    return Verdict(
        headers | {"Retry-After": str(math.ceil(left)), "X-RateLimit-Scope": scope},
        {
            "message": "You are being rate limited.",
            "retry_after": left,
            "global": scope == "global",
            "code": bucket.limit.code,
        },
    )
