"""The judge itself: it must find what goes against Discord's description."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.sandbox.rest.call import Call
from bot.sandbox.world import World
from tests.sandbox.judge import Judge

if TYPE_CHECKING:
    from bot.sandbox.errors import Json

MESSAGES = "/channels/{channel_id}/messages"


@pytest.fixture
def strict(discord_spec: Path) -> Judge:
    return Judge(discord_spec)


def call(method: str, route: str, sent: Json | None = None) -> Call:
    return Call(World(), method, route, {}, {}, sent)


def test_what_is_described_passes(strict: Judge) -> None:
    sent = {
        "content": "hello",
        "nonce": "n" * 25,
        "message_reference": {"message_id": 1 << 60},
        "allowed_mentions": {"parse": []},
    }
    strict.hear(call("PUT", f"{MESSAGES}/{{message_id}}/reactions/{{emoji_name}}/@me"), {}, 204, None)
    strict.hear(
        call("POST", MESSAGES, sent), {}, 400, {"code": 50006, "message": "Cannot send an empty message"}
    )
    strict.raise_if_violated()


@pytest.mark.parametrize(
    ("method", "route", "sent", "query", "status", "answer", "complaint"),
    [
        ("POST", MESSAGES, {"nonce": "n" * 26}, {}, 204, None, "nonce"),
        ("GET", MESSAGES, None, {"limit": "101"}, 200, [], "limit"),
        ("GET", MESSAGES, None, {"newest": "1"}, 200, [], "unknown query"),
        ("GET", MESSAGES, {"limit": 1}, {}, 200, [], "has a body"),
        ("GET", MESSAGES, None, {}, 200, [{"id": "1"}], "required property"),
        ("GET", MESSAGES, None, {}, 404, {"message": "Unknown Channel"}, "code"),
        ("DELETE", f"{MESSAGES}/{{message_id}}", None, {}, 200, {}, "not described"),
        ("GET", "/nowhere", None, {}, 200, {}, "no such operation"),
    ],
)
def test_what_is_not_described_is_found(
    strict: Judge,
    method: str,
    route: str,
    sent: Json | None,
    query: dict[str, str],
    status: int,
    answer: object,
    complaint: str,
) -> None:
    strict.hear(call(method, route, sent), query, status, answer)
    with pytest.raises(AssertionError, match=complaint):
        strict.raise_if_violated()
