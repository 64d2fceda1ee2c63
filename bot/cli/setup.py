"""`oped setup`: from a new application in Discord's portal to a bot that can post in a channel.

Questions are asked between the requests, never during one: Ctrl-C then ends a question at once. What was done
until then stays done, and another run goes on from there.
"""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import aiohttp
import discord
import typer
from pydantic import SecretStr
from rich.box import SIMPLE_HEAD
from rich.status import Status
from rich.table import Table
from rich.text import Text

from bot import logs
from bot.app import request_post, running_bot
from bot.cli.env_file import write_setting
from bot.cli.importing import Wishes, import_source
from bot.cli.output import busy, note, say, terminal
from bot.cli.waiting import until_posted
from bot.delivery.endpoint import logged_in
from bot.delivery.places import Home, Place, homes, places
from bot.delivery.portal import PORTAL, invite_link, wrong_switches
from bot.demo.sample import sample_path
from bot.errors import ConfigurationError, OpedError
from bot.printable import printable
from bot.settings import Settings
from bot.store.database import database_path
from bot.store.lock import holder

POLL_SECONDS = 2.0
"""Between two looks at whether the bot has joined a server."""

T = TypeVar("T")


def set_up(settings: Settings, file: Path, environ: Mapping[str, str]) -> None:
    """Go through everything with the person at the terminal, and keep the token in `file`.

    Raises `ConfigurationError` where there is no terminal, `DeliveryError` where Discord cannot be reached.
    """
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "`oped setup` asks questions, and there is no terminal here to answer them.",
            remedy="Put DISCORD_TOKEN into .env yourself, as .env.example shows, then run `oped doctor`.",
        )
    try:
        with _Conversation(settings, file, environ) as conversation:
            conversation.go_through()
    except (KeyboardInterrupt, typer.Abort):
        note("")  # ends the line of the question
        note("Stopped. What is done is kept; `oped setup` goes on from there.")
        raise


@dataclass(slots=True)
class _Conversation:
    """The settings as they become, and the client that is logged in with them."""

    settings: Settings
    file: Path
    environ: Mapping[str, str]
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    _resources: AsyncExitStack = field(default_factory=AsyncExitStack)
    _client: discord.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._await(self._resources.aclose())
        self._runner.close()

    def go_through(self) -> None:
        """Token, switches, server, channel, and what comes next."""
        client = self._log_in()
        self._see_to_switches(client)
        found = self._join(client)
        chosen = self._choose(client, found)
        if chosen is not None:
            self._post_sample(chosen)
        say(
            "\nNext:\n"
            "  oped run              start the bot, and leave it running\n"
            "  oped import ARTICLE   read in an article; /article post in Discord posts it\n"
            "  oped doctor           check all of this again"
        )

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    # The token

    def _log_in(self) -> discord.Client:
        known = self.settings.discord_token
        if known is not None and (client := self._try(known.get_secret_value())):
            say(f"Discord accepts the token that is set, as that of {client.user}.")
            if typer.confirm("Go on with this bot?", default=True):
                return client
        else:
            say(
                f"Oped needs a bot of your own:\n"
                f"1. Make an application at {PORTAL} (New Application).\n"
                "2. On its page Bot, press Reset Token and copy what it shows."
            )
        while True:
            token = _read_hidden("Token (it stays invisible): ").strip()
            if token and (client := self._try(token)):
                self._keep(token)
                return client

    def _try(self, token: str) -> discord.Client | None:
        """A client that is logged in, None where Discord does not accept the token."""
        logs.configure(
            self.settings.log_format, quiet=True, debug=self.settings.debug, secrets=[token]
        )  # before anything could name it
        try:
            with busy("Asking Discord…"):
                return self._await(
                    self._resources.enter_async_context(logged_in(token, self.settings.discord_api_url))
                )
        except ConfigurationError as error:
            say(f"{error.message} Copy it once more; Reset Token makes a new one.")
            return None

    def _keep(self, token: str) -> None:
        write_setting(self.file, "DISCORD_TOKEN", token)
        self.settings = self.settings.model_copy(update={"discord_token": SecretStr(token)})
        say(f"Discord accepts it. It is kept in {self.file}, which only you can read.")
        if self.environ.get("DISCORD_TOKEN", "").strip():
            say("Take DISCORD_TOKEN out of the environment, though: it goes before the file.")

    # The portal

    def _see_to_switches(self, client: discord.Client) -> None:
        while wrong := wrong_switches(self._await(client.application_info())):
            for switch in wrong:
                say(f"\n{switch.effect}\n{switch.remedy}")
            if not typer.confirm("\nLook again?", default=True):
                return
        say("The application's switches are as they should be.")

    def _join(self, client: discord.Client) -> list[Home]:
        found = self._await(homes(client))
        if found:
            say(f"The bot is on {', '.join(home.name for home in found)}.")
            if not typer.confirm("Invite it to another server?", default=False):
                return found
        application = self._await(client.application_info())
        say("\nInvite the bot with this link; it asks for just the permissions that Oped needs:")
        say(invite_link(application))
        if not application.bot_public:
            say("The bot is not public: only whoever owns the application can add it.")
        with busy("Waiting for the bot to join a server… (Ctrl-C to stop)") as status:
            joined = self._await(_joined(client, found, status))
        say(f"The bot has joined {', '.join(home.name for home in joined)}.")
        return joined

    # The sample

    def _choose(self, client: discord.Client, found: Sequence[Home]) -> Place | None:
        """The channel in which to post the sample, None for nowhere."""
        while True:
            offered = [(home, place) for home in found for place in self._await(places(client, home.id))]
            usable = [place for _, place in offered if not _obstacle(place)]
            _show_places(offered, usable)
            if usable:
                return _pick(usable)
            say(
                "There is no channel in which the bot may post an article. Allow what it lacks in a channel's "
                "settings, under Permissions, for the bot's role."
            )
            if not typer.confirm("Look again?", default=True):
                return None

    def _post_sample(self, place: Place) -> None:
        try:
            self._await(_post(self.settings, place))
        except OpedError as error:
            say(error.sentence())


def _read_hidden(prompt: str) -> str:
    # Not typer.prompt, which shows its prompt before the terminal has stopped showing what is typed.
    try:
        return getpass.getpass(prompt)
    except EOFError as error:
        raise typer.Abort from error


async def _joined(client: discord.Client, before: Sequence[Home], status: Status) -> list[Home]:
    """The servers that the bot was not on before, as soon as there are any."""
    known = {home.id for home in before}
    while True:
        try:
            if new := [home for home in await homes(client) if home.id not in known]:
                return new
            status.update("Waiting for the bot to join a server… (Ctrl-C to stop)")
        except (discord.DiscordServerError, aiohttp.ClientError, OSError):
            status.update("Discord cannot be reached just now. Trying again… (Ctrl-C to stop)")
        await asyncio.sleep(POLL_SECONDS)


async def _post(settings: Settings, place: Place) -> None:
    """Import the sample and have it posted: by the bot that runs, or by one that runs for just as long."""
    sample = str(sample_path())
    report = await import_source(settings.database_url, sample, Wishes())
    slug = report.articles[0].slug
    async with AsyncExitStack() as bot:
        running = holder(database_path(settings.database_url)) is not None
        if not running:
            await bot.enter_async_context(running_bot(settings))
        publication = await request_post(settings, slug, place.id, again=False)
        await until_posted(settings.database_url, publication.id)
    if not running:
        say("The bot has posted it and is off again: its buttons work once you start it.")


def _obstacle(place: Place) -> str:
    """Why the sample cannot be posted in a place; nothing where it can."""
    if place.missing:
        return f"the bot lacks {', '.join(place.missing)}"
    return "wants a tag on every post: use /article post" if place.wants_tag else ""


def _show_places(offered: Sequence[tuple[Home, Place]], usable: Sequence[Place]) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("No.", justify="right", no_wrap=True)
    table.add_column("Channel", overflow="fold", ratio=2)
    table.add_column("Server", overflow="fold", ratio=2)
    table.add_column("Kind", no_wrap=True)
    table.add_column("", overflow="fold", ratio=3)
    for home, place in offered:
        number = str(usable.index(place) + 1) if place in usable else "–"
        cells = (number, f"#{place.name}", home.name, str(place.kind), _obstacle(place))
        table.add_row(*(Text(printable(cell)) for cell in cells))
    terminal().print(table)


def _pick(usable: Sequence[Place]) -> Place | None:
    while True:
        answer = typer.prompt(
            "Post the sample article in which channel? (a number; nothing: in none)",
            default="",
            show_default=False,
        ).strip()
        if not answer:
            return None
        if answer.isdecimal() and 1 <= int(answer) <= len(usable):
            return usable[int(answer) - 1]
        say(f"A number from 1 to {len(usable)}, please.")
