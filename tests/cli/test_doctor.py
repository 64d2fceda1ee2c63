"""`oped doctor` in each state that it may find, on the embedded Discord."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import namedtuple
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.cli import main
from bot.demo.stage import BOT_PERMISSIONS, BotProcess, Stage, set_stage
from bot.sandbox import Clock, Permissions
from bot.store.database import Database
from tests.cli.test_storage import no_override

Usage = namedtuple("Usage", "total used free")


@dataclass(slots=True)
class Clinic:
    """An installation on an embedded Discord, all in order but that the bot does not run."""

    stage: Stage
    folder: Path
    screen: pytest.CaptureFixture[str]
    slug: str = "a-title"

    @property
    def database(self) -> Path:
        return self.folder / "data" / "oped.db"

    async def oped(self, *arguments: str) -> tuple[int, str]:
        """Run a command; its exit code and standard output."""
        self.screen.readouterr()
        # A thread, since the command has an event loop of its own, and the embedded Discord lives in this one.
        code = await asyncio.to_thread(main, arguments)
        return code, self.screen.readouterr().out

    async def checks(self) -> tuple[int, dict[str, Any]]:
        """What the doctor finds, by the names of the checks; of several with one name the worst."""
        code, out = await self.oped("doctor", "--json")
        found = json.loads(out)
        assert set(found) == {"checks"}
        order = ["failure", "warning", "ok"]
        by_name: dict[str, Any] = {}
        for check in sorted(found["checks"], key=lambda each: order.index(each["state"])):
            assert set(check) == {"name", "state", "message", "remedy"}
            assert (check["remedy"] is None) == (check["state"] == "ok")
            by_name.setdefault(check["name"], check)
        assert code == any(check["state"] == "failure" for check in found["checks"])
        return code, by_name

    async def request_post(self, *options: str) -> None:
        """Ask for the article to be posted, which makes its channel one of the bot's."""
        code, _ = await self.oped("post", self.slug, "--channel", str(self.stage.articles.id), *options)
        assert code == 0

    @property
    def channel(self) -> str:
        return f"channel {self.stage.articles.id}"


@pytest.fixture
async def clinic(
    workplace: Path, article: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Clinic]:
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
    async with set_stage() as stage:
        monkeypatch.setenv("DISCORD_TOKEN", stage.app.token)
        monkeypatch.setenv("DISCORD_API_URL", stage.discord.api_url)
        found = Clinic(stage, workplace, capsys)
        assert (await found.oped("import", str(article)))[0] == 0
        yield found


async def test_when_all_is_well_it_says_so_beside_a_running_bot(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = BotProcess(clinic.stage, clinic.database, tmp_path / "bot.log")
    await bot.start()
    try:
        await clinic.request_post("--wait")
        before = len(clinic.stage.discord.requests)
        code, checks = await clinic.checks()
        asked = clinic.stage.discord.requests[before:]
        _, shown = await clinic.oped("doctor")
    finally:
        await bot.stop()
    assert code == 0
    assert [name for name, check in checks.items() if check["state"] != "ok"] == []
    assert list(checks) == [
        *("versions", "settings", "disk", "database", "bot", "network", "clock"),
        *("token", "intent", "servers", "commands", clinic.channel),
    ]
    assert "discord.py" in checks["versions"]["message"]
    assert "(process " in checks["bot"]["message"]
    assert shown.endswith("All is well.\n")
    ours = [request for request in asked if not request.path.endswith("/messages")]
    assert {request.method for request in ours} == {"GET"}


async def test_its_table_is_read_in_words_and_in_eighty_columns(clinic: Clinic) -> None:
    clinic.stage.app.message_content = False
    clinic.stage.server.guild.name = "\x1b[2J[bold]The very long name of a newspaper's server " * 4
    clinic.stage.discord.advance(hours=1)
    code, shown = await clinic.oped("doctor")
    assert code == 1
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in shown
    assert any(line.split()[:2] == ["clock", "failure"] for line in lines)
    assert any(line.split()[:2] == ["intent", "warning"] for line in lines)
    assert any(line.split()[:2] == ["token", "ok"] for line in lines)
    assert f"https://discord.com/developers/applications/{clinic.stage.app.id}/bot," in shown
    assert lines[-1] == "Failures: 1, warnings: 3."


async def test_before_the_first_import_there_is_no_database(clinic: Clinic) -> None:
    for file in clinic.database.parent.iterdir():
        file.unlink()
    code, checks = await clinic.checks()
    assert (code, checks["database"]["state"]) == (0, "warning")
    assert "oped import" in checks["database"]["remedy"]
    assert list(clinic.database.parent.iterdir()) == []


async def damage(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(clinic.database.read_bytes())
    content[8192:16384] = b"\xff" * 8192
    clinic.database.write_bytes(content)


async def take_from_newer(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(clinic.database)) as connection:
        connection.execute("PRAGMA user_version = 9999")


async def point_into_nowhere(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///elsewhere/oped.db")


async def contradict(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Database.open(clinic.database) as database, database.transaction() as tx:
        await tx.execute("UPDATE section SET number = number + 1 WHERE number = 2")


@pytest.mark.parametrize(
    ("spoil", "message", "remedy"),
    [
        (damage, "damaged", "backup"),
        (take_from_newer, "newer Oped", "Install the newer Oped"),
        (point_into_nowhere, "does not exist", "DATABASE_URL"),
        (contradict, "section numbers with gaps", "oped db restore"),
    ],
)
async def test_a_database_that_will_not_do_is_a_failure(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, spoil: Any, message: str, remedy: str
) -> None:
    await spoil(clinic, monkeypatch)
    code, checks = await clinic.checks()
    assert (code, checks["database"]["state"]) == (1, "failure")
    assert message in checks["database"]["message"]
    assert remedy in checks["database"]["remedy"]
    assert checks["token"]["state"] == "ok"


async def test_a_database_that_stays_locked_is_a_failure(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.connection._BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(clinic.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, checks = await clinic.checks()
    assert (code, checks["database"]["state"]) == (1, "failure")
    assert "locked" in checks["database"]["message"]
    assert (await clinic.checks())[0] == 0


def test_a_database_that_may_not_be_written_is_a_failure(
    workplace: Path, article: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["import", str(article)]) == 0
    Path("data/oped.db").chmod(0o444)
    # Nothing listens there; the rights of a thread's process are what this test is about.
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:9/api/v10")
    capsys.readouterr()
    with no_override():
        assert main(["doctor", "--json"]) == 1
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["database"]["message"] == "The database cannot be written to."
    assert checks["network"]["message"].startswith("http://127.0.0.1:9/api/v10 cannot be reached (")
    assert "token" not in checks


@pytest.mark.parametrize(("free", "state"), [(500_000_000, "warning"), (5_000_000, "failure")])
async def test_a_disk_that_is_nearly_full_is_told(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: Usage(10**12, 10**12 - free, free))
    _, checks = await clinic.checks()
    assert checks["disk"]["state"] == state
    assert "Free some space" in checks["disk"]["remedy"]


async def test_an_old_sqlite_is_a_failure(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 34, 1))
    _, checks = await clinic.checks()
    assert checks["versions"]["state"] == "failure"
    assert "3.37.0" in checks["versions"]["remedy"]


async def test_unusable_settings_are_a_failure(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPED_GUILDS", "home")
    code, checks = await clinic.checks()
    assert (code, list(checks)) == (1, ["settings"])
    assert "OPED_GUILDS" in checks["settings"]["message"]


async def test_a_settings_file_that_others_may_read_is_told(clinic: Clinic) -> None:
    file = clinic.folder / ".env"
    file.touch(mode=0o600)
    assert (await clinic.checks())[1]["settings"]["state"] == "ok"
    file.chmod(0o644)
    code, checks = await clinic.checks()
    assert (code, checks["settings"]["state"]) == (0, "warning")
    assert "chmod 600 .env" in checks["settings"]["remedy"]


@pytest.mark.parametrize(
    ("token", "message", "remedy"),
    [
        ("wrong.token", "Discord does not accept the token.", "Reset Token"),
        ("", "There is no token for Discord.", "oped setup"),
    ],
)
async def test_a_token_that_will_not_do_is_a_failure(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, token: str, message: str, remedy: str
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    code, checks = await clinic.checks()
    assert (code, checks["token"]["state"]) == (1, "failure")
    assert checks["token"]["message"] == message
    assert remedy in checks["token"]["remedy"]
    assert "servers" not in checks


async def test_switches_of_the_portal_are_named_with_their_place(clinic: Clinic) -> None:
    app = clinic.stage.app
    app.message_content = False
    _, checks = await clinic.checks()
    assert checks["intent"]["state"] == "warning"
    assert f"/applications/{app.id}/bot, under Privileged Gateway Intents" in checks["intent"]["remedy"]
    app.code_grant = True
    _, checks = await clinic.checks()
    assert (checks["portal"]["state"], "Code Grant" in checks["portal"]["remedy"]) == ("failure", True)
    app.interactions_url = "https://example.com/interactions"
    _, checks = await clinic.checks()
    assert "not to the bot" in checks["portal"]["message"]
    assert f"/applications/{app.id}/information" in checks["portal"]["remedy"]


async def test_a_bot_on_no_server_is_a_failure_with_its_invitation(clinic: Clinic) -> None:
    clinic.stage.server.remove(clinic.stage.app)
    code, checks = await clinic.checks()
    assert (code, checks["servers"]["state"]) == (1, "failure")
    link = (
        f"client_id={clinic.stage.app.id}&scope=bot+applications.commands&permissions={int(BOT_PERMISSIONS)}"
    )
    assert link in checks["servers"]["remedy"]
    assert "channels" not in checks


async def test_configured_servers_that_the_bot_is_not_on_are_told(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPED_GUILDS", f"{clinic.stage.server.id},81384788765712384")
    _, checks = await clinic.checks()
    assert checks["servers"]["state"] == "warning"
    assert checks["servers"]["message"].endswith("not on: 81384788765712384.")


async def test_no_usable_channel_is_told_before_anything_is_posted(clinic: Clinic) -> None:
    role = clinic.stage.server.role_of(clinic.stage.app)
    assert "channels" not in (await clinic.checks())[1]
    clinic.stage.server.grant(role, BOT_PERMISSIONS & ~Permissions.MANAGE_THREADS)
    code, checks = await clinic.checks()
    assert (code, checks["channels"]["state"]) == (0, "warning")
    assert "oped setup" in checks["channels"]["remedy"]


async def test_what_is_missing_in_the_channel_of_a_publication_is_named(clinic: Clinic) -> None:
    stage = clinic.stage
    await clinic.request_post()
    lacking = Permissions.SEND_MESSAGES_IN_THREADS | Permissions.READ_MESSAGE_HISTORY
    stage.server.set_permissions(stage.articles, stage.server.role_of(stage.app), deny=lacking)
    code, checks = await clinic.checks()
    assert (code, checks[clinic.channel]["state"]) == (1, "failure")
    lacks = "the bot lacks Send Messages in Threads, Read Message History."
    assert checks[clinic.channel]["message"] == f"In #articles on The Daily Thread {lacks}"


async def test_a_channel_or_server_that_is_gone_is_told(clinic: Clinic) -> None:
    stage = clinic.stage
    await clinic.request_post()
    del stage.server.guild.channels[stage.articles.id]
    _, checks = await clinic.checks()
    assert "no longer exists on The Daily Thread" in checks[clinic.channel]["message"]
    stage.server.remove(stage.app)
    _, checks = await clinic.checks()
    assert "no longer on its server" in checks[clinic.channel]["message"]


async def test_a_publication_that_stopped_says_why(clinic: Clinic) -> None:
    await clinic.request_post()
    async with Database.open(clinic.database) as database, database.transaction() as tx:
        await tx.execute("UPDATE publication SET state = 'failed', error = 'AutoMod refused it.'")
    _, checks = await clinic.checks()
    assert checks[clinic.channel]["state"] == "failure"
    assert "AutoMod refused it." in checks[clinic.channel]["message"]


async def test_commands_that_discord_does_not_have_are_told(clinic: Clinic) -> None:
    code, checks = await clinic.checks()
    assert (code, checks["commands"]["state"]) == (0, "warning")
    assert "Discord has some otherwise or not at all: " in checks["commands"]["message"]
    assert "Reply" in checks["commands"]["message"]
    assert checks["bot"]["state"] == "warning"


@pytest.mark.parametrize(
    ("ahead", "state", "message"),
    [
        (timedelta(seconds=1), "ok", "It agrees with Discord's."),
        (timedelta(seconds=40), "warning", "seconds behind Discord's."),
        (timedelta(hours=3), "failure", "It is 3 hours behind Discord's."),
        (timedelta(days=-3), "failure", "It is 3 days ahead of Discord's."),
    ],
)
async def test_a_clock_that_is_off_is_told(
    clinic: Clinic, ahead: timedelta, state: str, message: str
) -> None:
    clinic.stage.discord.world.clock = Clock(ahead)
    _, checks = await clinic.checks()
    assert checks["clock"]["state"] == state
    assert checks["clock"]["message"].endswith(message)


async def test_without_a_network_the_rest_is_still_looked_at(clinic: Clinic) -> None:
    await clinic.stage.discord.stop()
    code, checks = await clinic.checks()
    assert code == 1
    assert next(iter(checks)) == "network"
    assert checks["database"]["state"] == "ok"
    assert "DISCORD_API_URL" in checks["network"]["remedy"]
    assert "token" not in checks
