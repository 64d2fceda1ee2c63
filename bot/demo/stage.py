"""What every demonstration stands on: a server with channels and people, and the bot as a process of its own."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox import Application, Channel, Permissions, Person, RateLimits, Sandbox, Schedule, Server
from bot.sandbox.wire import Judge

BOT_PERMISSIONS = (
    Permissions.VIEW_CHANNEL
    | Permissions.SEND_MESSAGES
    | Permissions.SEND_MESSAGES_IN_THREADS
    | Permissions.CREATE_PUBLIC_THREADS
    | Permissions.READ_MESSAGE_HISTORY
    | Permissions.MANAGE_THREADS
    | Permissions.MANAGE_MESSAGES
    | Permissions.ADD_REACTIONS
    | Permissions.PIN_MESSAGES
    | Permissions.VIEW_AUDIT_LOG
)
"""Just what the README asks for."""

KEEPS_ORDER = Permissions.MANAGE_MESSAGES | Permissions.MANAGE_THREADS
"""What a moderator has who keeps order and does not manage the server."""

MODERATOR = Permissions.MANAGE_GUILD | KEEPS_ORDER


@dataclass(frozen=True, slots=True)
class Stage:
    """An embedded Discord with one server on it, the bot installed but not running."""

    discord: Sandbox
    app: Application
    server: Server
    articles: Channel
    forum: Channel
    alice: Person
    ben: Person
    mo: Person


@asynccontextmanager
async def set_stage(
    *,
    port: int = 0,
    limits: RateLimits | None = None,
    judge: Judge | None = None,
    schedule: Schedule | None = None,
) -> AsyncIterator[Stage]:
    """Start an embedded Discord with a newspaper's server: two members, a moderator, a channel, a forum."""
    async with Sandbox(port=port, limits=limits, judge=judge, schedule=schedule) as discord:
        app = discord.add_application("Oped", token=secrets.token_hex(24))
        server = discord.add_guild("The Daily Thread")
        server.install(app, permissions=BOT_PERMISSIONS)
        yield Stage(
            discord=discord,
            app=app,
            server=server,
            articles=server.add_text_channel("articles"),
            forum=server.add_forum("debate", tags=["opinion", "news"]),
            alice=server.add_member("Alice"),
            ben=server.add_member("Ben"),
            mo=server.add_member("Mo", permissions=MODERATOR),
        )


class BotProcess:
    """The real bot, as `oped run` starts it, on an embedded Discord and a database file.

    `module` is what `python -m` runs as the bot: a test may have prepared it. It ends with this process.
    """

    def __init__(self, stage: Stage, database: Path, log: Path, *, module: str = "bot.demo.child") -> None:
        self._stage = stage
        self._module = module
        self._database = database
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a command of Oped's must find in its environment to work on the same things."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("OPED_")}
        return kept | {
            "DISCORD_TOKEN": self._stage.app.token,
            "DISCORD_API_URL": self._stage.discord.api_url,
            "DATABASE_URL": f"sqlite:///{self._database.resolve()}",
        }

    async def start(self, *, patience: float = 30.0) -> None:
        """Start the bot and wait until it is connected. Raises RuntimeError with its log where it ends instead."""
        process = self._process = await self.begin()
        connected = self._stage.discord.is_connected
        await self._stage.discord.until(
            lambda: process.returncode is not None or connected(self._stage.app), timeout=patience
        )
        if process.returncode is not None:
            raise RuntimeError(f"the bot ended at once:\n{self._log.read_text(errors='replace')[-2000:]}")

    async def begin(self) -> asyncio.subprocess.Process:
        """Start the bot, its log behind what is there already, and do not wait."""
        with self._log.open("ab") as log:
            return await self._run(self._module, "run", stdin=PIPE, stdout=log, stderr=log)

    async def stop(self) -> int:
        """Ask the bot to end, as a service manager would; its exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int:
        """End the bot without warning."""
        return await self._end(signal.SIGKILL)

    async def run(
        self, *arguments: str, stdout: object = None, stderr: object = None
    ) -> asyncio.subprocess.Process:
        """Start `oped` with arguments in the bot's environment, away from any `.env` of the reader's."""
        return await self._run("bot", *arguments, stdout=stdout, stderr=stderr)

    async def _run(self, *arguments: str, **streams: object) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *arguments,
            env=self.environment,
            cwd=self._database.parent,
            **streams,  # type: ignore[arg-type]  # typeshed wants the union that subprocess takes
        )

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()
