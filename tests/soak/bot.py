"""`python -m tests.soak.bot run` is `oped run` with shorter waits, which are long for Discord's sake alone."""

from __future__ import annotations

import sys
from datetime import timedelta

from bot import client, patience
from bot.cli import main
from bot.delivery import creation
from bot.demo.child import end_with_parent


async def _at_once(self: client.Oped, shard_id: int | None, *, initial: bool = False) -> None:
    """Identify again without the five seconds that Discord asks for."""


if __name__ == "__main__":
    end_with_parent()
    client.GUILD_READY_SECONDS = 0.2
    creation.LATE_POST = timedelta(seconds=2)
    patience.FIRST_WAIT, patience.LONGEST_WAIT = 0.2, 2.0
    client.Oped.before_identify_hook = _at_once  # type: ignore[method-assign,assignment]  # for this process alone
    sys.exit(main())
