from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli
from bot.errors import OpedError
from tests.cli.conftest import Oped

OPED = [sys.executable, "-m", "bot"]


def test_help_names_every_command(oped: Oped) -> None:
    ended = oped("--help")
    assert ended.code == 0
    assert ended.err == ""
    for command in ("import", "articles", "show", "post", "run", "demo", "export", "db"):
        assert f"\n  {command} " in ended.out
    assert all(len(line) <= 80 for line in ended.out.splitlines())


def test_help_waits_for_nothing_heavy() -> None:
    heavy = {"discord", "aiohttp", "aiosqlite", "sqlite3", "lxml", "pydantic", "rich", "structlog"}
    program = f"import sys, bot.cli; bot.cli.main(['--help']); sys.exit(' '.join({heavy!r} & set(sys.modules)) or 0)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_without_a_command_it_helps(oped: Oped) -> None:
    assert oped().out == oped("--help").out


def test_it_tells_its_version(oped: Oped) -> None:
    assert oped("--version").out.startswith("oped ")


@pytest.mark.parametrize(
    ("arguments", "message", "remedy"),
    [
        (["imprt"], "No such command 'imprt'. Did you mean 'import'?", "See `oped --help`."),
        (["import"], "Missing argument 'SOURCE'.", "See `oped import --help`."),
        (["import", "x", "--frmat", "y"], "No such option: --frmat", "See `oped import --help`."),
        (["show"], "Missing argument 'SLUG'.", "See `oped show --help`."),
        (["post", "x"], "Missing option '--channel'.", "See `oped post --help`."),
        (["db"], "Missing command.", "See `oped db --help`."),
    ],
)
def test_wrong_usage_is_explained(oped: Oped, arguments: list[str], message: str, remedy: str) -> None:
    ended = oped(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.lines[0].startswith(f"oped: {message}")
    assert ended.lines[1] == remedy


def test_wrong_usage_is_json_where_json_was_asked_for(oped: Oped) -> None:
    ended = oped("articles", "--json", "--nonsense")
    assert ended.code == 2
    assert ended.err == ""
    assert ended.json == {
        "error": {
            "message": "No such option: --nonsense",
            "remedy": "See `oped articles --help`.",
            "place": None,
        }
    }


def test_an_expected_failure_is_a_sentence_and_a_remedy(oped: Oped) -> None:
    ended = oped("import", "nowhere.txt")
    assert (ended.code, ended.out) == (1, "")
    assert ended.lines == ["oped: nowhere.txt: There is no such file.", "Check its name and folder."]


def test_an_expected_failure_is_json_where_json_was_asked_for(oped: Oped) -> None:
    ended = oped("import", "nowhere.txt", "--json")
    assert (ended.code, ended.err) == (1, "")
    assert set(ended.json) == {"error"}
    assert set(ended.json["error"]) == {"message", "remedy", "place"}
    assert ended.json["error"]["place"] == "nowhere.txt"


def test_a_setting_is_named_once(oped: Oped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_API_URL", "http://example.org/api")
    assert oped("articles").lines[0].count("DISCORD_API_URL") == 1
    assert oped("articles", "--json").json["error"]["place"] == "DISCORD_API_URL"


@pytest.fixture
def broken(imported: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours in the middle of `oped articles`."""

    async def summaries(_self: object) -> None:
        raise RuntimeError("token-of-discord\x1b[31m")

    monkeypatch.setattr("bot.store.articles.Articles.summaries", summaries)
    monkeypatch.setenv("DISCORD_TOKEN", "token-of-discord")


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("as_json", [False, True])
def test_an_unforeseen_failure_has_no_traceback(oped: Oped, as_json: bool) -> None:
    ended = oped("articles", *(["--json"] if as_json else []))
    assert ended.code == 1
    assert "Traceback" not in ended.out + ended.err
    assert "OPED_DEBUG=1" in (ended.json["error"]["remedy"] if as_json else ended.lines[1])
    assert "RuntimeError" in (ended.json["error"]["message"] if as_json else ended.lines[0])


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("log_format", ["console", "json"])
def test_an_unforeseen_failure_shows_its_traceback_on_request(
    oped: Oped, monkeypatch: pytest.MonkeyPatch, log_format: str
) -> None:
    monkeypatch.setenv("OPED_DEBUG", "1")
    monkeypatch.setenv("OPED_LOG", log_format)
    ended = oped("articles", "--json")
    assert set(ended.json) == {"error"}
    assert "Traceback" in ended.err
    assert "in summaries" in ended.err
    assert "\x1b" not in ended.err
    assert "token-of-discord" not in ended.err


def test_an_interrupted_command_ends_as_shells_expect(
    oped: Oped, imported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def interrupted(_self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.store.articles.Articles.summaries", interrupted)
    ended = oped("articles")
    assert (ended.code, ended.out, ended.err) == (130, "", "")


def test_settings_that_cannot_be_used_are_all_named(oped: Oped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://db")
    monkeypatch.setenv("OPED_GUILDS", "home")
    ended = oped("articles", "--json")
    assert ended.code == 1
    assert ended.json["error"]["place"] == "DATABASE_URL, OPED_GUILDS"


def test_foreign_words_in_a_failure_do_not_steer_the_terminal(oped: Oped) -> None:
    ended = oped("import", "a\x1b[2J\nb")
    assert ended.code == 1
    assert ended.lines[0].startswith("oped: a\\x1b[2J\\nb: ")


def test_a_reader_that_has_seen_enough_is_no_failure_to_explain(workplace: Path) -> None:
    # Help is longer than nothing, and `true` reads none of it.
    ended = subprocess.run(
        ["/bin/sh", "-c", f"({sys.executable} -m bot --help; echo $? >code) | true"],
        capture_output=True,
        check=True,
    )
    assert ended.stderr == b""
    assert (workplace / "code").read_text() in {"0\n", "1\n"}


def test_the_module_is_the_command(workplace: Path) -> None:
    ended = subprocess.run([*OPED, "articles", "--json"], capture_output=True, check=False)
    assert ended.returncode == 1
    assert set(json.loads(ended.stdout)) == {"error"}


def test_a_locale_that_cannot_show_a_character_is_no_failure(oped: Oped, imported: str) -> None:
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(cli.__file__).parents[2])}
    ended = subprocess.run([*OPED, "show", imported], capture_output=True, check=False, env=environment)
    assert ended.returncode == 0
    assert b"in a caf\\xe9." in ended.stdout


def test_an_error_knows_what_a_person_needs() -> None:
    error = OpedError("It failed.", remedy="Do this.", place="here")
    assert error.sentence() == "It failed. Do this."


def test_logging_is_left_alone_by_help(oped: Oped) -> None:
    before = logging.getLogger().handlers[:]
    oped("--help")
    assert logging.getLogger().handlers == before
