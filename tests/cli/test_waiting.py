from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from bot.cli import waiting
from bot.cli.waiting import until_posted
from bot.discussion.publish import Publishing
from bot.errors import DeliveryError
from bot.model import ChannelId, ChannelKind, GuildId, Publication, PublicationState
from bot.settings import DEFAULT_DATABASE_URL
from bot.store.database import Database
from bot.store.publications import Publications


@pytest.fixture
async def database(imported: str) -> AsyncIterator[Database]:
    async with Database.open(DEFAULT_DATABASE_URL) as database:
        yield database


@pytest.fixture
async def requested(database: Database, imported: str) -> Publication:
    """A publication that no bot carries out."""
    publishing = Publishing(database, guilds=frozenset(), wake=lambda: None)
    return await publishing.request(
        imported, guild_id=GuildId(1), channel_id=ChannelId(2), channel_kind=ChannelKind.TEXT
    )


async def becomes(
    database: Database, publication: Publication, state: PublicationState, error: str | None = None
) -> None:
    """What the bot, in its own process, writes down."""
    async with database.transaction() as tx:
        await Publications(tx).set_state(tx, publication.id, state, error=error)


async def test_it_waits_until_the_article_is_up_and_links_it(
    database: Database, requested: Publication, capsys: pytest.CaptureFixture[str]
) -> None:
    waiter = asyncio.create_task(until_posted(DEFAULT_DATABASE_URL, requested.id))
    await becomes(database, requested, PublicationState.LIVE)
    await waiter
    assert "https://discord.com/channels/1/2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("state", "error", "told"),
    [
        (PublicationState.FAILED, "Oped may not write in #articles.", "Oped may not write in #articles."),
        (PublicationState.RETIRED, None, "The publication is retired."),
    ],
)
async def test_a_publication_that_ends_otherwise_is_a_failure(
    database: Database, requested: Publication, state: PublicationState, error: str | None, told: str
) -> None:
    await becomes(database, requested, state, error)
    with pytest.raises(DeliveryError) as caught:
        await until_posted(DEFAULT_DATABASE_URL, requested.id)
    assert caught.value.message == told


async def test_whoever_waits_in_vain_is_asked_once_whether_the_bot_runs(
    database: Database,
    requested: Publication,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    polls = iter(range(5))

    async def poll(_seconds: float) -> None:
        if next(polls, None) is None:
            await becomes(database, requested, PublicationState.LIVE)

    monkeypatch.setattr(waiting, "_SILENCE_SECONDS", -1.0)
    monkeypatch.setattr("bot.cli.waiting.asyncio.sleep", poll)
    await until_posted(DEFAULT_DATABASE_URL, requested.id)
    assert capsys.readouterr().err.count("Is `oped run` running?") == 1


@pytest.mark.parametrize("terminal", [True, False])
async def test_a_bar_shows_how_far_it_is_where_a_terminal_can(
    database: Database,
    requested: Publication,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    terminal: bool,
) -> None:
    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")

    async def poll(_seconds: float) -> None:
        await becomes(database, requested, PublicationState.LIVE)

    monkeypatch.setattr("bot.cli.waiting.asyncio.sleep", poll)
    await until_posted(DEFAULT_DATABASE_URL, requested.id)
    shown = capsys.readouterr()
    drawn = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown.err)
    assert bool(re.search(r"━ +0/\d+ messages", drawn)) is terminal
    assert shown.err == "" or terminal
    assert "━" not in shown.out
