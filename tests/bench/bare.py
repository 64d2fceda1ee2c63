"""The peers: the least that a bot on discord.py can do, each a program of its own.

`python -m tests.bench.bare count N` ends when it has heard N messages; `… read CHANNEL` when it has read all of a
channel's history, and prints the seconds that took.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

import discord
import yarl
from discord.ext import commands


class Counter(commands.Bot):
    """Counts messages, and does nothing with them."""

    def __init__(self, wanted: int) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=discord.Intents(guilds=True, guild_messages=True, message_content=True),
            max_messages=None,
        )
        self._left = wanted

    async def on_message(self, message: discord.Message, /) -> None:
        """Count down to the end."""
        self._left -= 1
        if not self._left:
            await self.close()


async def read(channel: int) -> None:
    """Read a channel's whole history."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(os.environ["DISCORD_TOKEN"])
        begun = time.perf_counter()
        async for _ in client.get_partial_messageable(channel).history(limit=None, oldest_first=True):
            pass
        print(time.perf_counter() - begun)  # noqa: T201 - what the measuring program reads


def main() -> None:
    """Do what the command line asks."""
    what, number = sys.argv[1], int(sys.argv[2])
    discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GATEWAY_URL"])
    if what == "count":
        Counter(number).run(os.environ["DISCORD_TOKEN"], log_handler=None)
    else:
        asyncio.run(read(number))


if __name__ == "__main__":
    main()
