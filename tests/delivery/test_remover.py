from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.delivery.remover import Remover
from bot.delivery.wire import Wire
from bot.demo.stage import BOT_PERMISSIONS
from bot.model import Actor, ChannelId, CommentId, MessageId, Status
from bot.sandbox import Message, Permissions, Thread
from bot.store.database import Database
from bot.store.member_comments import MemberComments
from bot.store.removals import Removals
from tests.delivery.absence import back, publish
from tests.delivery.test_failures import refused
from tests.stage import Production


@pytest.fixture
async def database(production: Production) -> AsyncIterator[Database]:
    production.stage.server.grant(
        production.stage.server.role_of(production.stage.app), BOT_PERMISSIONS | Permissions.MANAGE_MESSAGES
    )
    await publish(production)
    async with production.database() as database:
        yield database


async def said(production: Production, database: Database, text: str) -> tuple[Message, CommentId]:
    """A message of Alice's, once it is stored."""
    message = await production.stage.alice.say(production.thread, text)

    async def stored() -> CommentId | None:
        found = await database.fetch_value("SELECT id FROM comment WHERE message_id = ?", (message.id,))
        return found if found is None else CommentId(found)

    await production.stage.discord.until(stored)
    identifier = await stored()
    assert identifier is not None
    return message, identifier


async def hide(database: Database, comment: CommentId) -> None:
    """Hide a comment in one transaction with the request to remove its message."""
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(comment, Status.HIDDEN, Actor.MODERATOR)
        await Removals(tx).request(tx, [comment], datetime.now(UTC))


async def row(database: Database, comment: CommentId) -> tuple[Any, ...]:
    found = await database.fetch_one(
        "SELECT c.status, c.text, r.removed_at IS NOT NULL, r.error FROM comment AS c "
        "LEFT JOIN removal AS r ON r.message_id = c.message_id WHERE c.id = ?",
        (comment,),
    )
    assert found is not None
    return tuple(found)


def stands(message: Message, thread: Thread) -> bool:
    return message.id in thread.messages


async def test_a_hidden_message_leaves_discord_and_keeps_its_text(
    production: Production, database: Database
) -> None:
    async with back(production) as bot:
        message, comment = await said(production, database, "Rude.")
        await production.stage.mo.change_thread(production.thread, archived=True)
        await hide(database, comment)
        bot.remover.wake()
        await production.stage.discord.until(lambda: not stands(message, production.thread))
        await production.stage.discord.until(lambda: _done(database))
        await bot.capture.flush()
        assert await row(database, comment) == ("hidden", "Rude.", 1, None)
    async with back(production):  # catch-up finds nothing gone that it did not know of
        assert await row(database, comment) == ("hidden", "Rude.", 1, None)


async def _done(database: Database) -> bool:
    return await Removals(database).channels() == []


@pytest.mark.parametrize("carried_out", [False, True], ids=["asked", "deleted"])
async def test_a_kill_between_request_and_answer_changes_nothing(
    production: Production, database: Database, carried_out: bool
) -> None:
    async with back(production):
        message, comment = await said(production, database, "Rude.")
    await hide(database, comment)
    async with database.transaction() as tx:
        await Removals(tx).begin(tx, MessageId(message.id), datetime.now(UTC))
    if carried_out:  # Discord did it, but neither the answer nor the event came through
        await production.stage.mo.delete(message)
    async with back(production):
        await production.stage.discord.until(lambda: _done(database))
        assert not stands(message, production.thread)
        assert await row(database, comment) == ("hidden", "Rude.", 1, None)


async def test_without_the_permission_the_refusal_is_noted_and_the_next_start_tries_again(
    production: Production, database: Database
) -> None:
    server = production.stage.server
    server.grant(server.role_of(production.stage.app), BOT_PERMISSIONS & ~Permissions.MANAGE_MESSAGES)
    async with back(production) as bot:
        message, comment = await said(production, database, "Rude.")
        await hide(database, comment)
        bot.remover.wake()
        await production.stage.discord.until(lambda: _done(database))
        status, text, removed, error = await row(database, comment)
        assert (status, text, removed) == ("hidden", "Rude.", 0)
        assert "permission" in error
        assert stands(message, production.thread)
    async with back(production):  # and a start without the permission still tells it once
        await production.stage.discord.until(lambda: _done(database))
    told = await database.fetch_all("SELECT action, comment_id, reason FROM trail_entry")
    assert [tuple(each) for each in told] == [("removal_refused", comment, error)]
    server.grant(server.role_of(production.stage.app), BOT_PERMISSIONS | Permissions.MANAGE_MESSAGES)
    async with back(production):
        await production.stage.discord.until(lambda: not stands(message, production.thread))
        await production.stage.discord.until(lambda: _done(database))
        assert await row(database, comment) == ("hidden", "Rude.", 1, None)


@pytest.mark.parametrize("lost", [refused(503, 0), discord.RateLimited(0.01), OSError("broken off")])
async def test_what_passes_is_waited_for(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch, lost: Exception
) -> None:
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 0.01)
    async with back(production):
        message, comment = await said(production, database, "Rude.")
    async with _failing_once(monkeypatch, lost):
        await hide(database, comment)
        async with back(production):
            await production.stage.discord.until(lambda: not stands(message, production.thread))
            await production.stage.discord.until(lambda: _done(database))
    assert await row(database, comment) == ("hidden", "Rude.", 1, None)


@asynccontextmanager
async def _failing_once(monkeypatch: pytest.MonkeyPatch, error: Exception) -> AsyncIterator[None]:
    real, failed = Wire.delete, asyncio.Event()

    async def delete(self: Wire, channel: Any, message: Any) -> None:
        if not failed.is_set():
            failed.set()
            raise error
        await real(self, channel, message)

    monkeypatch.setattr(Wire, "delete", delete)
    yield
    assert failed.is_set()


async def test_a_message_that_its_author_deletes_first_is_withdrawn(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def idle(self: Remover) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Remover, "run", idle)
    async with back(production):
        message, comment = await said(production, database, "Mine.")
        await hide(database, comment)
        await production.stage.alice.delete(message)

        async def withdrawn() -> bool:
            return (await row(database, comment))[:2] == ("deleted", "")

        await production.stage.discord.until(withdrawn)


class OneOutOfReach(Wire):
    """Channels of which one cannot be reached at the moment."""

    def __init__(self) -> None:
        self.deleted: list[int] = []

    async def delete(self, channel: ChannelId, message: MessageId) -> None:
        if channel == 30:
            raise refused(503, 0)
        self.deleted.append(message)


async def test_a_channel_that_must_wait_holds_up_no_other_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 3600.0)
    wire = OneOutOfReach()
    async with Database.open(tmp_path / "oped.db") as database:
        async with database.transaction() as tx:
            for channel, message in ((30, 100), (40, 101), (30, 102), (40, 103)):
                await Removals(tx).request_message(
                    tx, ChannelId(channel), MessageId(message), datetime.now(UTC)
                )
        task = asyncio.create_task(Remover(database, wire).run())
        async with asyncio.timeout(30):
            while len(wire.deleted) < 2:
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert wire.deleted == [101, 103]
