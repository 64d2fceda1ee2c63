"""`oped setup` at a real (pseudo-)terminal, on the embedded Discord."""

from __future__ import annotations

import asyncio
import codecs
import os
import re
import signal
import stat
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.demo.stage import BOT_PERMISSIONS, BotProcess, Stage, set_stage
from bot.sandbox import Message, Permissions
from bot.settings import Settings

PATIENCE = 30.0
SILENCE = 3.0
"""After which nobody believes that a key was noticed; in seconds."""
STOPPED = re.compile(r"Stopped\.")
STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
SAMPLE = "The Neighbour Who Is Not in the Room"


class Terminal:
    """What a person sees of a command, and types."""

    def __init__(self, process: Process, descriptor: int) -> None:
        self.process = process
        self.seen = ""
        self._read = 0
        self._descriptor = descriptor
        self._closed = False
        self._more = asyncio.Event()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        asyncio.get_running_loop().add_reader(descriptor, self._take)

    def _take(self) -> None:
        try:
            arrived = os.read(self._descriptor, 65_536)
        except OSError:  # the program has closed its side
            arrived = b""
        if not arrived:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            self._closed = True
        self.seen += STEERING.sub("", self._decoder.decode(arrived))
        self._more.set()

    async def expect(self, words: str) -> str:
        """Wait for words, wherever lines break; what came since the last ones, up to them."""
        pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._until_shown(pattern)
        except (TimeoutError, AssertionError):
            pytest.fail(f"{words!r} did not come after: {self.seen}", pytrace=False)
        since, self._read = self.seen[self._read : found.end()], found.end()
        return " ".join(since.split())

    async def _until_shown(self, pattern: re.Pattern[str]) -> re.Match[str]:
        while (found := pattern.search(self.seen, self._read)) is None:
            assert not self._closed
            self._more.clear()
            await self._more.wait()
        return found

    def type(self, line: str = "") -> None:
        os.write(self._descriptor, f"{line}\n".encode())

    async def interrupt(self) -> None:
        """Press Ctrl-C until the program says that it stops: once more where nothing comes of it, as people do.

        Python misses a signal that comes just after a question's last character and before the wait for its answer.
        """
        async with asyncio.timeout(PATIENCE):
            while not STOPPED.search(self.seen, self._read):
                self.process.send_signal(signal.SIGINT)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._until_shown(STOPPED), SILENCE)

    async def ended(self) -> int:
        """The exit code; all that was left to show has been seen."""
        async with asyncio.timeout(PATIENCE):
            while not self._closed:
                self._more.clear()
                await self._more.wait()
            return await self.process.wait()

    async def close(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        asyncio.get_running_loop().remove_reader(self._descriptor)
        os.close(self._descriptor)


class Desk:
    """A place to work at, with an embedded Discord in reach and nothing set up."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.folder = folder
        self.bot = BotProcess(stage, folder / "data" / "oped.db", folder / "bot.log")
        self._open: list[Terminal] = []

    @property
    def settings(self) -> Path:
        return self.folder / ".env"

    @property
    def environment(self) -> dict[str, str]:
        unset = {"DISCORD_TOKEN", "DATABASE_URL"}
        kept = {key: value for key, value in self.bot.environment.items() if key not in unset}
        return kept | {"COLUMNS": "80", "TERM": "dumb"}

    async def setup(self, **environment: str) -> Terminal:
        ours, theirs = os.openpty()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "setup",
                env=self.environment | environment,
                cwd=self.folder,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        self._open.append(Terminal(process, ours))
        return self._open[-1]

    async def close(self) -> None:
        for terminal in self._open:
            await terminal.close()
        await self.bot.stop()

    def posted(self) -> list[Message]:
        return [
            message
            for message in self.stage.discord.messages(self.stage.articles)
            if message.author is self.stage.app.bot
        ]


@pytest.fixture
async def desk(workplace: Path) -> AsyncIterator[Desk]:
    (workplace / "data").mkdir()
    async with set_stage() as stage:
        found = Desk(stage, workplace)
        try:
            yield found
        finally:
            await found.close()


async def test_a_newcomer_is_led_from_a_token_to_a_posted_article(desk: Desk) -> None:
    stage = desk.stage
    stage.server.remove(stage.app)
    stage.app.message_content = False
    stage.app.code_grant = True

    setup = await desk.setup()
    await setup.expect("https://discord.com/developers/applications")
    await setup.expect("Token (it stays invisible):")
    setup.type("not.the.token")
    await setup.expect("Discord does not accept the token.")
    await setup.expect("Token (it stays invisible):")
    setup.type(stage.app.token)
    await setup.expect("Discord accepts it. It is kept in .env, which only you can read.")

    told = await setup.expect("Look again? [Y/n]:")
    page = f"https://discord.com/developers/applications/{stage.app.id}/bot"
    assert (
        f"Message Content Intent is off: Discord hides the text of most replies. Switch it on at {page}"
        in told
    )
    assert f"Switch Requires OAuth2 Code Grant off at {page}." in told
    stage.app.message_content = True
    setup.type()
    assert "Message Content" not in await setup.expect("Look again? [Y/n]:")
    stage.app.code_grant = False
    setup.type("y")
    await setup.expect("The application's switches are as they should be.")

    invitation = await setup.expect("only whoever owns the application can add it.")
    assert f"https://discord.com/oauth2/authorize?client_id={stage.app.id}&" in invitation
    assert f"scope=bot+applications.commands&permissions={int(BOT_PERMISSIONS)}" in invitation
    before = len(stage.discord.requests)
    await stage.discord.until(lambda: len(stage.discord.requests) > before, PATIENCE)
    stage.server.install(stage.app, permissions=BOT_PERMISSIONS)
    await setup.expect("The bot has joined The Daily Thread.")

    shown = await setup.expect("Post the sample article in which channel? (a number; nothing: in none):")
    assert "1 #articles The Daily Thread text" in shown
    assert "2 #debate The Daily Thread forum" in shown
    setup.type("3")
    await setup.expect("A number from 1 to 2, please.")
    setup.type("1")
    await setup.expect("messages: https://discord.com/channels/")
    await setup.expect("its buttons work once you start it.")
    await setup.expect("oped doctor")
    assert await setup.ended() == 0

    assert SAMPLE in desk.posted()[0].content
    assert not stage.discord.is_connected(stage.app)
    assert stage.app.token not in setup.seen
    assert stat.S_IMODE(desk.settings.stat().st_mode) == 0o600
    kept = Settings.load({}, desk.settings).discord_token
    assert kept is not None
    assert kept.get_secret_value() == stage.app.token


async def test_another_run_goes_on_with_what_is_done(desk: Desk) -> None:
    stage = desk.stage
    desk.settings.write_text(f"# Mine\nDISCORD_TOKEN={stage.app.token}\nOPED_LOG=json\n", encoding="utf-8")
    before = desk.settings.read_bytes()
    await desk.bot.start()

    setup = await desk.setup()
    await setup.expect(f"Discord accepts the token that is set, as that of {stage.app.bot.name}")
    await setup.expect("Go on with this bot? [Y/n]:")
    setup.type()
    await setup.expect("The bot is on The Daily Thread.")
    await setup.expect("Invite it to another server? [y/N]:")
    setup.type()
    await setup.expect("(a number; nothing: in none):")
    setup.type("1")
    await setup.expect("messages: https://discord.com/channels/")
    assert "its buttons work once" not in await setup.expect("oped doctor")
    assert await setup.ended() == 0
    # The bot that runs has posted it, and is still there.
    assert stage.discord.is_connected(stage.app)
    assert desk.settings.read_bytes() == before

    # Done once more, the sample is not posted a second time.
    number = len(desk.posted())
    setup = await desk.setup()
    for _ in range(2):
        await setup.expect("]:")
        setup.type()
    await setup.expect("in none):")
    setup.type("1")
    await setup.expect(f"“{SAMPLE}” is already posted here: https://discord.com/channels/")
    assert await setup.ended() == 0
    assert len(desk.posted()) == number


async def test_a_new_token_takes_the_place_of_the_old_one_and_nothing_else_changes(desk: Desk) -> None:
    stage = desk.stage
    desk.settings.write_text("# Mine\nexport OPED_LOG=json\nDISCORD_TOKEN=old\n# The end", encoding="utf-8")
    desk.settings.chmod(0o644)
    setup = await desk.setup()
    await setup.expect("Discord does not accept the token.")
    await setup.expect("invisible):")
    setup.type(stage.app.token)
    await setup.expect("another server? [y/N]:")
    await setup.interrupt()
    await setup.expect("`oped setup` goes on from there.")
    assert setup.seen.splitlines()[-1].startswith("Stopped. What is done is kept;")
    assert await setup.ended() == 130
    assert "Traceback" not in setup.seen
    assert desk.settings.read_text(encoding="utf-8") == (
        f"# Mine\nexport OPED_LOG=json\nDISCORD_TOKEN={stage.app.token}\n# The end"
    )
    assert stat.S_IMODE(desk.settings.stat().st_mode) == 0o600


async def test_a_token_of_the_environment_is_said_to_go_first(desk: Desk) -> None:
    setup = await desk.setup(DISCORD_TOKEN="old")
    await setup.expect("invisible):")
    setup.type(desk.stage.app.token)
    await setup.expect("Take DISCORD_TOKEN out of the environment, though: it goes before the file.")


async def test_waiting_for_the_bot_to_join_can_be_interrupted(desk: Desk) -> None:
    stage = desk.stage
    stage.server.remove(stage.app)
    stage.app.message_content = False
    setup = await desk.setup(DISCORD_TOKEN=stage.app.token)
    await setup.expect("Go on with this bot? [Y/n]:")
    setup.type()
    await setup.expect("Look again? [Y/n]:")
    setup.type("n")  # The bot does without the intent.
    await setup.expect("only whoever owns the application can add it.")
    before = len(stage.discord.requests)
    await stage.discord.until(lambda: len(stage.discord.requests) >= before + 2, PATIENCE)
    await setup.interrupt()
    await setup.expect("Stopped.")
    assert await setup.ended() == 130
    assert "Traceback" not in setup.seen


async def test_waiting_outlasts_an_outage(desk: Desk) -> None:
    stage = desk.stage
    stage.server.remove(stage.app)
    setup = await desk.setup(DISCORD_TOKEN=stage.app.token)
    await setup.expect("Go on with this bot? [Y/n]:")
    setup.type()
    await setup.expect("only whoever owns the application can add it.")
    await stage.discord.stop()
    stage.server.install(stage.app, permissions=BOT_PERMISSIONS)
    await stage.discord.start()
    await setup.expect("The bot has joined The Daily Thread.")


async def test_what_the_bot_lacks_in_each_channel_is_named_until_one_will_do(desk: Desk) -> None:
    stage = desk.stage
    role = stage.server.role_of(stage.app)
    lacking = Permissions.SEND_MESSAGES | Permissions.MANAGE_THREADS
    stage.server.set_permissions(stage.articles, role, deny=lacking)
    stage.server.set_permissions(stage.forum, role, deny=Permissions.VIEW_CHANNEL)
    stage.server.add_forum("letters", require_tag=True)
    setup = await desk.setup(DISCORD_TOKEN=stage.app.token)
    for _ in range(2):
        await setup.expect("]:")
        setup.type()
    told = await setup.expect("Look again? [Y/n]:")
    for words in (
        "the bot lacks Send",
        "Manage Threads",
        "View Channel",
        "wants a tag",
        "There is no channel in which the bot may post an article.",
        "under Permissions, for the bot's role.",
    ):
        assert words in told
    stage.server.set_permissions(stage.forum, role)
    setup.type()
    shown = await setup.expect("in none):")
    assert "1 #debate" in shown
    assert "– #articles" in shown
    setup.type()
    await setup.expect("oped doctor")
    assert await setup.ended() == 0
    assert [line for line in setup.seen.splitlines() if len(line.rstrip()) > 80] == []


async def test_without_a_network_nothing_is_written(desk: Desk) -> None:
    await desk.stage.discord.stop()
    setup = await desk.setup()
    await setup.expect("invisible):")
    setup.type("any.token")
    await setup.expect("Discord cannot be reached.")
    await setup.expect("Check the network and try again.")
    assert await setup.ended() == 1
    assert not desk.settings.exists()


async def test_without_a_terminal_it_says_what_to_do_instead(desk: Desk) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "setup"),
        env=desk.environment,
        cwd=desk.folder,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )
    output, errors = await process.communicate()
    assert (process.returncode, output) == (1, b"")
    sentence, remedy = errors.decode().splitlines()
    assert sentence == "oped: `oped setup` asks questions, and there is no terminal here to answer them."
    assert "DISCORD_TOKEN" in remedy
    assert "oped doctor" in remedy
