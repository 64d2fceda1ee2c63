"""What the use cases' callers need of the side that talks to Discord unasked."""

from __future__ import annotations

from typing import Protocol

from bot.discussion.events import Found
from bot.model import Publication


class CatchingUp(Protocol):
    """Reads from Discord what live events did not tell."""

    async def of(self, publication: Publication) -> Found:
        """Read a publication's channels now; what that brought, once it is stored."""
