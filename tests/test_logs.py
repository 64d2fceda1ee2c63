from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs

pytestmark = pytest.mark.usefixtures("logging_as_before")

TOKEN = "abc.d-ef.ghi"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def test_both_kinds_of_logger_write_json_lines(stream: io.StringIO) -> None:
    logs.configure("json", stream=stream)
    structlog.get_logger("bot.delivery").info("Posted", section=3)
    logging.getLogger("discord.client").warning("late by %d s", 4)
    ours, theirs = map(json.loads, stream.getvalue().splitlines())
    assert (ours["event"], ours["section"], ours["level"], ours["logger"]) == (
        "Posted",
        3,
        "info",
        "bot.delivery",
    )
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "late by 4 s",
        "warning",
        "discord.client",
    )
    assert ours["timestamp"].endswith("Z")


def test_lines_are_for_a_person_where_a_terminal_shows_them() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        logs.configure(None, stream=stream)
        structlog.get_logger("bot").info("Posted")
    assert "\x1b[" in terminal.getvalue()
    assert json.loads(pipe.getvalue())["event"] == "Posted"


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_no_token_comes_through(log_format: str, stream: io.StringIO) -> None:
    logs.configure("json" if log_format == "json" else "console", secrets=[TOKEN], stream=stream)
    log = structlog.get_logger("bot")
    log.info(
        f"in the event {TOKEN}", value=TOKEN, nested={"header": [f"Bot {TOKEN}"]}, error=ValueError(TOKEN)
    )
    logging.getLogger("discord").warning("in an argument: %s", TOKEN)
    logging.getLogger("discord.http").warning(
        "We are being rate limited. POST %s",
        "https://d.example/api/v10/webhooks/1234/aW50ZXJhY3Rpb24/messages",
    )
    try:
        raise ValueError(TOKEN)
    except ValueError:
        log.exception("in a traceback")
    assert TOKEN not in stream.getvalue()
    assert "aW50ZXJhY3Rpb24" not in stream.getvalue()
    assert stream.getvalue().count("[removed]") == 7


def test_a_token_is_masked_whole_although_another_is_part_of_it(stream: io.StringIO) -> None:
    logs.configure("json", secrets=["abc", "abcdef"], stream=stream)
    structlog.get_logger("bot").info("abcdef")
    assert json.loads(stream.getvalue())["event"] == "[removed]"


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(["console", "json"]))
def test_foreign_text_is_one_line(text: str, log_format: str) -> None:
    stream = io.StringIO()
    logs.configure("json" if log_format == "json" else "console", stream=stream)
    structlog.get_logger("bot").info(text, title=text, names=[text])
    assert len(stream.getvalue().splitlines()) == 1


def test_an_error_cannot_forge_a_line(stream: io.StringIO) -> None:
    logs.configure("console", stream=stream)
    try:
        raise ValueError("x\n2030-01-01T00:00:00Z [info     ] All is well\r\x1b[2K")
    except ValueError:
        structlog.get_logger("bot").exception("Failed")
    first, *rest = stream.getvalue().splitlines()
    assert first.endswith("Failed [bot]")
    assert any("All is well" in line for line in rest)
    assert all(line.startswith("  ") for line in rest)
    assert "\x1b" not in stream.getvalue()


def test_debug_is_ours_alone(stream: io.StringIO) -> None:
    logs.configure("json", debug=True, stream=stream)
    structlog.get_logger("bot.store").debug("ours")
    for name in ("aiosqlite", "discord.gateway", "asyncio"):
        logging.getLogger(name).debug("what a member wrote")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["ours"]


def test_without_debug_details_are_left_out(stream: io.StringIO) -> None:
    logs.configure("json", stream=stream)
    structlog.get_logger("bot.store").debug("detail")
    assert stream.getvalue() == ""


def test_quiet_lets_warnings_through(stream: io.StringIO) -> None:
    logs.configure("json", quiet=True, stream=stream)
    for name in ("bot.store", "discord.client"):
        logging.getLogger(name).info("detail")
        logging.getLogger(name).warning("beware")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["beware", "beware"]
