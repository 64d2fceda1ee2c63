"""What was missed is found: written, edited and deleted, wherever and whatever became of the place."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
import structlog

from bot.demo.stage import BOT_PERMISSIONS, Stage
from bot.discussion import capture
from bot.discussion.access import Viewer
from bot.discussion.events import Found
from bot.model import ChannelId, GuildId, Publication, PublicationState, Status, UserId
from bot.sandbox import Channel, Message, Permissions, Person, Thread
from bot.store.comments import Comments
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.scope import Scope
from tests.delivery.absence import back, differences, publish, reaches
from tests.stage import Production


@pytest.fixture
async def database(production: Production) -> AsyncIterator[Database]:
    """The bot's database, also while the bot is away."""
    async with production.database() as database:
        yield database


async def same(production: Production, database: Database, *channels: Channel) -> None:
    """Wait until what is stored is what was said."""
    found = ["not compared yet"]
    try:
        async with asyncio.timeout(30):
            while found := await differences(production, database, channels):
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail("\n".join(found))


def author(production: Production, message: Message) -> Person:
    people = {each.id: each for each in (production.stage.alice, production.stage.ben)}
    return people[message.author.id]


async def status_of(database: Database, source_id: str) -> str:
    return str(await database.fetch_value("SELECT status FROM comment WHERE source_id = ?", (source_id,)))


async def visible(database: Database) -> set[str]:
    """The texts that stand."""
    rows = await database.fetch_all("SELECT text FROM comment WHERE status = 'visible'")
    return {row["text"] for row in rows}


async def counts(database: Database, publication: Publication) -> Counter[Status]:
    """How many comments there are in a publication's channel, by status."""
    scope = Scope(publication.guild_id, frozenset({publication.channel_id}))
    return await Comments(database).counts(publication.article_id, scope)


async def test_an_eventful_absence(production: Production, database: Database) -> None:
    stage, chance = production.stage, random.Random(1)  # noqa: S311 - a schedule, not a secret
    publication = await publish(production)
    thread = production.thread
    _, introduction, birds, _ = production.ours(stage.articles)
    async with back(production):
        said = [await stage.alice.say(thread, f"Word {number}") for number in range(30)]
        aside = await stage.ben.open_thread(birds, "On birds")
        said += [await stage.ben.say(aside, f"Aside {number}") for number in range(5)]
        doomed = await stage.ben.open_thread(introduction, "Soon gone")
        await stage.ben.say(doomed, "Nobody will read this.")
        in_channel = await stage.alice.reply(birds, "In the channel.")
        await same(production, database, thread, aside, doomed, stage.articles)

    for each in chance.sample(said, 12):
        await author(production, each).edit(each, f"{each.content}, better")
    for each in chance.sample(said, 8):
        await stage.mo.delete(each)
    await stage.mo.delete(production.ours(thread)[1])
    await stage.alice.edit(in_channel, "In the channel, still.")
    new = [await stage.alice.say(thread, f"New {number}") for number in range(250)]
    await stage.mo.bulk_delete(new[100:110])
    await stage.alice.reply(birds, "Also in the channel.")
    await stage.mo.change_thread(aside, archived=True)
    await stage.ben.say(aside, "Open again.")
    await stage.mo.change_thread(aside, archived=True)
    late = await stage.ben.open_thread(await stage.ben.say(stage.articles, "Chatter."), "Chatter on")
    await stage.ben.say(late, "None of ours.")
    await stage.mo.delete_thread(doomed)

    async with back(production):
        await same(production, database, thread, aside, stage.articles)
        async with asyncio.timeout(30):  # threads that are gone are noticed one by one, beside the reading
            while "Nobody will read this." in (texts := await visible(database)):
                await asyncio.sleep(0.02)
    assert {"In the channel, still.", "Also in the channel.", "Open again."} <= texts
    assert not texts & {"Chatter.", "None of ours."}
    assert await status_of(database, "2") == "hidden"
    statuses = await counts(database, publication)
    # Ten of the new ones were never known.
    assert (statuses[Status.DELETED], statuses[Status.HIDDEN]) == (8 + 1, 1)
    assert aside.archived, "reading does not open a thread"


async def test_a_forum_post_is_caught_up_too(production: Production, database: Database) -> None:
    stage = production.stage
    await publish(production, stage.forum)
    post = production.thread
    opening, introduction, *_ = production.ours(post)
    await stage.alice.say(post, "Top-level.")
    await stage.alice.reply(introduction, "On the introduction.")
    await stage.alice.reply(opening, "On the article.")
    await stage.mo.change_thread(post, archived=True)
    async with back(production):
        await same(production, database, post)
    rows = await database.fetch_all(
        "SELECT text, section_id FROM comment WHERE origin = 'discord' ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        ("Top-level.", None),
        ("On the introduction.", 1),
        ("On the article.", None),
    ]


async def test_what_became_of_places_is_found(production: Production, database: Database) -> None:
    """A thread deleted, and a channel, while nobody was there to hear it."""
    stage = production.stage
    in_channel, in_forum = await publish(production), await publish(production, stage.forum)
    async with back(production):
        for thread in stage.server.guild.threads.values():
            await stage.alice.say(thread, "Soon gone.")
        await same(production, database, *stage.server.guild.threads.values())
    assert in_channel.thread_id is not None
    await stage.mo.delete_thread(stage.server.guild.threads[in_channel.thread_id])
    async with back(production):
        failed = await reaches(database, in_channel.id, PublicationState.FAILED)
        assert failed.error is not None
        assert "thread was deleted" in failed.error
        counted = await counts(database, in_channel)
        assert (counted[Status.DELETED], counted[Status.HIDDEN]) == (1, 0)
    live = await reaches(database, in_forum.id, PublicationState.LIVE)
    assert live.error is None


async def test_a_thread_deleted_before_it_was_ever_read_again_is_noticed(
    production: Production, database: Database
) -> None:
    """Killed between a comment in a new thread and that thread's first catch-up, the bot has no cursor of it."""
    stage = production.stage
    await publish(production)
    async with back(production):
        thread = await stage.ben.open_thread(production.ours(stage.articles)[1], "Soon gone")
        await stage.ben.say(thread, "Nobody will read this.")
        await same(production, database, thread)
    async with database.transaction() as tx:
        await Cursors(tx).forget(tx, ChannelId(thread.id))
    await stage.mo.delete_thread(thread)
    async with back(production), asyncio.timeout(30):
        while "Nobody will read this." in await visible(database):
            await asyncio.sleep(0.02)


async def test_a_channel_out_of_sight_stops_its_publication_and_loses_nothing(
    production: Production, database: Database
) -> None:
    stage = production.stage
    publication, other = await publish(production), await publish(production, stage.forum)
    thread = next(each for each in stage.server.guild.threads.values() if each.parent is stage.articles)
    role = stage.server.role_of(stage.app)
    async with back(production):
        await stage.alice.say(thread, "Before.")
        await same(production, database, thread)
    stage.server.set_permissions(stage.articles, role, deny=Permissions.VIEW_CHANNEL)
    await stage.alice.say(thread, "Unseen.")
    async with back(production):
        failed = await reaches(database, publication.id, PublicationState.FAILED)
        assert failed.error is not None
        assert "View Channel" in failed.error
        assert (await reaches(database, other.id, PublicationState.LIVE)).error is None
        assert await database.fetch_value("SELECT count(*) FROM comment WHERE status = 'deleted'") == 0
        stage.server.set_permissions(stage.articles, role)
        # The first word that is heard again tells that there is something to catch up.
        await stage.alice.say(thread, "Seen again.")
        await same(production, database, thread)


def hide_by_overwrite(stage: Stage, *, hidden: bool) -> None:
    denied = Permissions.VIEW_CHANNEL if hidden else Permissions.NONE
    stage.server.set_permissions(stage.articles, stage.server.role_of(stage.app), deny=denied)


def hide_by_role(stage: Stage, *, hidden: bool) -> None:
    stage.server.grant(stage.server.role_of(stage.app), Permissions.NONE if hidden else BOT_PERMISSIONS)


def hide_by_half(stage: Stage, *, hidden: bool) -> None:
    """What it takes to see is split between two roles, of which one changes."""
    rest = BOT_PERMISSIONS & ~Permissions.VIEW_CHANNEL
    if stage.server.role_of(stage.app).permissions != rest:
        stage.server.grant(stage.server.guild.everyone, Permissions.VIEW_CHANNEL)
        stage.server.grant(stage.server.role_of(stage.app), rest)
    stage.server.grant(stage.server.guild.everyone, Permissions.NONE if hidden else Permissions.VIEW_CHANNEL)


def hide_by_a_role_that_is_deleted(stage: Stage, *, hidden: bool) -> None:
    if hidden:
        hide_by_another_role(stage, hidden=True)
    else:
        stage.server.delete_role(next(r for r in stage.server.guild.roles.values() if r.name == "Hiding"))


def hide_by_outage(stage: Stage, *, hidden: bool) -> None:
    stage.server.set_available(not hidden)


def hide_by_another_role(stage: Stage, *, hidden: bool) -> None:
    hiding = next((each for each in stage.server.guild.roles.values() if each.name == "Hiding"), None)
    if hiding is None:
        hiding = stage.server.add_role("Hiding", Permissions.NONE)
        stage.server.set_permissions(stage.articles, hiding, deny=Permissions.VIEW_CHANNEL)
    stage.server.assign(stage.app, hiding, given=hidden)


@pytest.mark.parametrize(
    "hide",
    [
        hide_by_overwrite,
        hide_by_role,
        hide_by_half,
        hide_by_outage,
        hide_by_another_role,
        hide_by_a_role_that_is_deleted,
    ],
)
async def test_what_was_written_while_the_bot_could_not_see_the_channel_is_read_once_it_can(
    production: Production, database: Database, hide: Callable[..., None]
) -> None:
    stage = production.stage
    await publish(production)
    async with back(production):
        aside = await stage.alice.open_thread(production.ours(stage.articles)[1], "Aside")
        before = await stage.alice.say(aside, "Before.")
        await same(production, database, aside)
        await stage.alice.delete(before)
        await same(production, database, aside)
        hide(stage, hidden=True)
        await stage.ben.say(aside, "Unseen.")
        hide(stage, hidden=False)
        await stage.alice.say(aside, "Seen again.")
        await same(production, database, aside)


async def test_without_the_right_to_read_history_nothing_is_taken_for_deleted(
    production: Production, database: Database
) -> None:
    stage = production.stage
    publication = await publish(production)
    role, thread = stage.server.role_of(stage.app), production.thread
    async with back(production):
        await stage.alice.say(thread, "Before.")
        await same(production, database, thread)
    stage.server.set_permissions(stage.articles, role, deny=Permissions.READ_MESSAGE_HISTORY)
    async with back(production):
        failed = await reaches(database, publication.id, PublicationState.FAILED)
        assert failed.error is not None
        assert "Read Message History" in failed.error
    counted = await counts(database, publication)
    assert counted == {Status.VISIBLE: 3}


async def test_a_right_is_not_taken_for_missing_before_discord_has_told_of_the_server(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.SERVERS_SECONDS", 0.05)
    stage = production.stage
    publication = await publish(production)
    role = stage.server.role_of(stage.app)
    stage.server.set_permissions(stage.articles, role, deny=Permissions.READ_MESSAGE_HISTORY)
    stage.server.set_available(False)
    with structlog.testing.capture_logs() as logs:
        async with production.running():
            await stage.discord.until(lambda: any(each["event"].startswith("catch_up_") for each in logs))
            assert (await reaches(database, publication.id, PublicationState.LIVE)).error is None
            stage.server.set_available(True)
            failed = await reaches(database, publication.id, PublicationState.FAILED)
            assert "Read Message History" in str(failed.error)
    assert "catch_up_interrupted" not in {each["event"] for each in logs}, "it is foreseen"


async def test_a_session_lost_while_catching_up_leaves_no_gap(
    production: Production, database: Database
) -> None:
    stage = production.stage
    await publish(production)
    thread = production.thread
    for number in range(120):
        await stage.alice.say(thread, f"Missed {number}")
    asked = len(stage.discord.requests)
    with structlog.testing.capture_logs() as logs:
        async with production.running():
            await stage.discord.until(
                lambda: any("/messages" in each.path for each in stage.discord.requests[asked:])
            )
            await stage.discord.gateway.lose_sessions()
            for number in range(20):
                await stage.ben.say(thread, f"In between {number}")
            await stage.discord.until(lambda: sum(each["event"] == "ready" for each in logs) == 2)
            await stage.ben.say(thread, "After.")
            await same(production, database, thread)


async def test_a_flood_beyond_the_queue_is_caught_up_by_itself(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "QUEUE_LIMIT", 10)
    stage = production.stage
    await publish(production)
    with structlog.testing.capture_logs() as logs:
        async with back(production):
            for number in range(150):
                await stage.alice.say(production.thread, f"Flood {number}")
            await same(production, database, production.thread)
    overflows = [each for each in logs if each["event"] == "capture_overflow"]
    assert len(overflows) < 20, "told once for each time it comes to that"


@asynccontextmanager
async def refusing(database: Database, trouble: str) -> AsyncIterator[None]:
    """A database that is full, or locked by another program, for a while."""
    if trouble == "locked":
        other = sqlite3.connect(database.path, isolation_level=None, check_same_thread=False)
        # Beside the loop: the bot may be in a transaction itself, which ends only where the loop goes on.
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.close()
        return
    async with database.transaction() as tx:
        await tx.fetch_value(f"PRAGMA max_page_count = {await tx.fetch_value('PRAGMA page_count')}")
    yield
    async with database.transaction() as tx:
        await tx.fetch_value("PRAGMA max_page_count = 1000000")


@pytest.mark.parametrize("trouble", ["full", "locked"])
async def test_a_database_that_refuses_for_a_while_loses_nothing(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(capture, "QUEUE_LIMIT", 20)
    monkeypatch.setattr(capture, "RETRY_SECONDS", 0.05)
    stage = production.stage
    await publish(production)  # beside the bot, which writes too: with the patience that programs have
    monkeypatch.setattr("bot.store.connection._BUSY_SECONDS", 0.05)
    with structlog.testing.capture_logs() as logs:
        async with back(production) as bot:
            async with refusing(bot.database, trouble):
                for number in range(60):
                    await stage.alice.say(production.thread, f"Number {number} {'x' * 1900}")
                await stage.discord.until(lambda: any(each["event"] == "capture_waits" for each in logs))
            await same(production, database, production.thread)
    waits = [each for each in logs if each["event"] == "capture_waits"]
    assert waits
    assert trouble in waits[0]["reason"]
    assert not [each for each in logs if each.get("exc_info")], "no traceback for what an operator can mend"


async def test_quiet_threads_are_not_read(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = production.stage
    publication = await publish(production)
    async with back(production):
        said = await stage.alice.say(production.thread, "Long ago.")
        await same(production, database, production.thread)
    async with back(production):
        pass
    monkeypatch.setattr("bot.delivery.survey.ACTIVE", timedelta(0))
    asked = len(stage.discord.requests)
    async with back(production):
        paths = [each.path for each in stage.discord.requests[asked:]]
        assert not any(f"/channels/{publication.thread_id}/messages" in path for path in paths)
        # Live events move its cursor all the same.
        later = await stage.alice.say(production.thread, "And now.")
        await same(production, database, production.thread)
    assert await Cursors(database).of(ChannelId(production.thread.id)) == later.id > said.id


async def test_asked_for_one_article_all_of_it_is_read_and_counted(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.reading.BACK_MESSAGES", 1)
    monkeypatch.setattr("bot.delivery.reading.BACK_AGE", timedelta(0))
    stage = production.stage
    publication = await publish(production)
    async with back(production):
        said = [await stage.alice.say(production.thread, f"Number {number}") for number in range(5)]
        await same(production, database, production.thread)
    await stage.alice.edit(said[0], "Number zero")
    await stage.alice.delete(said[1])
    async with back(production) as bot:
        assert await differences(production, database, [production.thread]) != [], "it is too far back"
        assert await bot.catch_up.of(publication) == Found(new=0, edited=1, deleted=1)
        assert await differences(production, database, [production.thread]) == []


async def test_after_trying_again_a_failed_publication_is_live_and_captured(
    production: Production, database: Database
) -> None:
    stage = production.stage
    publication = await publish(production)
    role = stage.server.role_of(stage.app)
    stage.server.set_permissions(stage.articles, role, deny=Permissions.VIEW_CHANNEL)
    async with back(production) as bot:
        await reaches(database, publication.id, PublicationState.FAILED)
        stage.server.set_permissions(stage.articles, role)
        who = Viewer(GuildId(stage.server.id), UserId(stage.mo.id), lambda channel: True)
        await bot.publishing.retry(who, publication.id)
        await reaches(database, publication.id, PublicationState.LIVE)
        await stage.alice.say(production.thread, "Here again.")
        await same(production, database, production.thread)


async def test_what_a_moderator_deletes_in_one_channel_is_hidden_in_the_other_at_once(
    production: Production, database: Database
) -> None:
    stage = production.stage
    publications = [await publish(production), await publish(production, stage.forum)]
    here, there = [stage.server.guild.threads[each.thread_id or 0] for each in publications]

    def showing(words: str, thread: Thread) -> list[Message]:
        return [each for each in stage.discord.messages(thread) if words in each.content]

    async with back(production):
        (mirrored,) = showing("text of 1", here)
        await stage.mo.delete(mirrored)
        await stage.discord.until(lambda: not showing("text of 1", there))
    assert len(showing("This comment was hidden by a moderator.", there)) == 1
