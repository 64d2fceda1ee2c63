from __future__ import annotations

from types import SimpleNamespace

import aiohttp
import discord
import pytest

from bot.delivery.failures import Kind, PublicationStopped, sort_failure
from bot.errors import StorageError


def refused(status: int, code: int) -> discord.HTTPException:
    """What discord.py raises for an answer of Discord's."""
    kinds = {403: discord.Forbidden, 404: discord.NotFound}
    kind = discord.DiscordServerError if status >= 500 else kinds.get(status, discord.HTTPException)
    response = SimpleNamespace(status=status, reason="")
    return kind(response, {"code": code, "message": "secret words"})


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (404, 10003, Kind.PERMANENT, "no longer exists"),
        (404, 10008, Kind.MISSING, "no longer exists"),
        (403, 50001, Kind.PERMANENT, "View Channel"),
        (403, 50013, Kind.PERMANENT, "lacks a permission"),
        (400, 50035, Kind.PERMANENT, "malformed"),
        (400, 160005, Kind.PERMANENT, "locked"),
        (403, 160002, Kind.PERMANENT, "Read Message History"),
        (400, 40067, Kind.PERMANENT, "tag"),
        (400, 200000, Kind.PERMANENT, "AutoMod"),
        (400, 200001, Kind.PERMANENT, "AutoMod"),
        (400, 240000, Kind.PERMANENT, "harmful"),
        (400, 99999, Kind.PERMANENT, "code 99999"),
        (400, 50083, Kind.ARCHIVED, "archived"),
        (400, 160006, Kind.CROWDED, "open threads"),
        (429, 0, Kind.PASSING, "patience"),
        (429, 30046, Kind.PASSING, "patience"),
        (503, 130000, Kind.PASSING, "patience"),
        (401, 0, Kind.PASSING, "token"),
        (500, 0, Kind.UNCERTAIN, "500"),
        (503, 0, Kind.UNCERTAIN, "503"),
    ],
)
def test_each_answer_has_its_consequence_and_its_sentence(
    status: int, code: int, kind: Kind, words: str
) -> None:
    failure = sort_failure(refused(status, code))
    assert failure is not None
    assert failure.kind is kind
    assert words in failure.sentence
    assert failure.sentence.endswith((".", ").")), "a sentence that a moderator can read"
    assert "secret" not in failure.sentence


def test_what_never_reached_discord_and_what_may_have_are_told_apart() -> None:
    key = SimpleNamespace(ssl=True, host="discord.example", port=443, is_ssl=True)
    unreached = aiohttp.ClientConnectorError(key, OSError("no route"))  # type: ignore[arg-type]  # as above
    for error, kind in (
        (unreached, Kind.PASSING),
        (aiohttp.ServerDisconnectedError(), Kind.UNCERTAIN),
        (ConnectionResetError(), Kind.UNCERTAIN),
        (TimeoutError(), Kind.UNCERTAIN),
        (StorageError("The disk is full.", remedy="Free some space."), Kind.PASSING),
        (PublicationStopped("Do this."), Kind.PERMANENT),
    ):
        failure = sort_failure(error)
        assert failure is not None
        assert failure.kind is kind


def test_a_long_limit_says_how_long() -> None:
    failure = sort_failure(discord.RateLimited(240.5))
    assert failure is not None
    assert (failure.kind, failure.retry_after) == (Kind.PASSING, 240.5)


def test_mistakes_of_our_own_are_none_of_discords() -> None:
    assert sort_failure(KeyError("x")) is None
