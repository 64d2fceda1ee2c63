"""`oped run` and `oped post` as processes of their own, on the embedded Discord."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.stage import BotProcess, Stage, set_stage
from tests.cli.conftest import Ended

PATIENCE = 40.0
"""Seconds within which each command must have ended."""


class Terminal:
    """A shell whose settings lead to the embedded Discord."""

    def __init__(self, stage: Stage, bot: BotProcess) -> None:
        self.stage = stage
        self.bot = bot

    async def __call__(self, *arguments: str, **settings: str) -> Ended:
        """Run a command to its end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            env=self.bot.environment | settings,
            stdout=PIPE,
            stderr=PIPE,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                output, errors = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        return Ended(process.returncode or 0, output.decode(), errors.decode())


@pytest.fixture
async def shell(workplace: Path) -> AsyncIterator[Terminal]:
    async with set_stage() as stage:
        bot = BotProcess(stage, workplace / "oped.db", workplace / "bot.log")
        try:
            yield Terminal(stage, bot)
        finally:
            await bot.stop()


async def test_an_article_is_posted_by_the_running_bot(shell: Terminal, article: Path) -> None:
    channel = shell.stage.articles
    assert (await shell("import", str(article))).code == 0
    await shell.bot.start()

    posted = await shell("post", "a-title", "--channel", str(channel.id), "--wait")
    assert posted.code == 0
    assert f"/{channel.id}/" in posted.out
    assert any("A Title" in message.content for message in shell.stage.discord.messages(channel))

    again, unknown_article, unknown_channel = await asyncio.gather(
        shell("post", "a-title", "--channel", str(channel.id)),
        shell("post", "nothing-of-that-name", "--channel", str(channel.id)),
        shell("post", "a-title", "--channel", "1"),
    )
    assert again.lines[0].startswith("oped: “A Title” is already posted here: https://discord.com/channels/")
    assert unknown_article.lines[0].startswith("oped: There is no article “nothing-of-that-name”")
    assert unknown_channel.lines[0] == "oped: There is no channel 1 that Oped can see."
    assert {again.code, unknown_article.code, unknown_channel.code} == {1}


async def test_a_second_bot_is_refused_and_ctrl_c_ends_the_first(shell: Terminal) -> None:
    first = await shell.bot.run("run", stdout=PIPE, stderr=PIPE)
    await shell.stage.discord.until(lambda: shell.stage.discord.is_connected(shell.stage.app))
    second = await shell("run")
    assert (second.code, second.out) == (1, "")
    assert f"A bot is already running on this database (process {first.pid})." in second.err
    assert "Traceback" not in second.err

    first.send_signal(signal.SIGINT)
    output, errors = await first.communicate()
    assert (first.returncode, output) == (0, b"")
    assert b"Traceback" not in errors


async def test_a_wrong_token_is_told_in_a_sentence(shell: Terminal) -> None:
    ended = await shell("run", DISCORD_TOKEN="wrong.token")
    assert (ended.code, ended.out) == (1, "")
    assert ended.lines[-2] == "oped: DISCORD_TOKEN: Discord does not accept the token."
    assert "Reset Token" in ended.lines[-1]
    assert "wrong.token" not in ended.err
    assert "Traceback" not in ended.err
