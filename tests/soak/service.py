"""The bot as a service manager keeps it: started again whenever it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from pathlib import Path

from bot.demo.stage import BotProcess, Stage
from bot.sandbox import Act, Fault

NETWORK = ("aiohttp.", "discord.errors.", "ConnectionResetError")
"""How the names of exceptions begin that faults bring about."""

PAUSE = 0.1
"""Seconds before it is started again."""


class Service:
    """Runs the bot until told to stop, through kills and failed starts."""

    def __init__(self, stage: Stage, database: Path) -> None:
        self._bot = BotProcess(stage, database, database.with_name("bot.log"), module="tests.soak.bot")
        self._log = database.with_name("bot.log")
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.kills = 0
        self.starts: list[float] = []
        """When, on the machine's monotonic clock."""
        self.ends: list[int] = []
        """The exit codes of bots that nobody had asked to stop, kills left out."""
        if stage.discord.faults is not None:
            stage.discord.faults.on(Act.KILL, self.kill)

    async def start(self) -> None:
        """Begin to keep the bot running."""
        self._keeper = asyncio.create_task(self._keep())

    async def kill(self, fault: Fault | None = None) -> None:
        """Kill the bot, if it runs, and wait until it is dead."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        self.kills += 1
        _signal(process, signal.SIGKILL)
        await process.wait()

    async def stop(self) -> int | None:
        """Ask the bot to end, as a service manager does; its exit code."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None
        if self._process is None:
            return None
        if self._process.returncode is None:
            _signal(self._process, signal.SIGTERM)
        return await self._process.wait()

    def unforeseen(self) -> list[str]:
        """The exceptions in the bot's log that no fault of the network's explains."""
        found = []
        for line in self._log.read_text(encoding="utf-8", errors="replace").splitlines():
            entry = json.loads(line) if line.startswith("{") else {}
            last = str(entry.get("exception", "")).strip().rpartition("\n")[2].strip()
            if last and entry["logger"].startswith(("bot.", "cogs.")) and not last.startswith(NETWORK):
                found.append(f"{entry['event']}: {last}")
        return sorted(set(found))

    async def _keep(self) -> None:
        while True:
            # A start that is broken off must not leave a bot behind that nobody knows.
            starting = asyncio.ensure_future(self._bot.begin())
            try:
                self._process = await asyncio.shield(starting)
            except asyncio.CancelledError:
                self._process = await starting
                raise
            self.starts.append(time.monotonic())
            code = await self._process.wait()
            if code != -signal.SIGKILL:
                self.ends.append(code)
            await asyncio.sleep(PAUSE)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal, also to one that has just ended. Its own `kill` would then take the exit code from asyncio."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, number)
