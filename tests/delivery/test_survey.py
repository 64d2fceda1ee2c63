from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord
import pytest
import structlog

from bot.delivery.survey import ACTIVE, Surveyor
from bot.model import ChannelId, MessageId
from bot.sandbox import Permissions
from bot.store.cursors import Cursors
from bot.store.publications import Publications
from tests.delivery.scene import Scene
from tests.delivery.test_failures import refused

NOW = datetime.now(UTC)


async def survey(scene: Scene, since: datetime | None = None) -> tuple[set[int], set[int]]:
    """The busy and the quiet places."""
    async with scene.poster() as wire:
        found = await Surveyor(scene.database, wire).survey(
            await Publications(scene.database).not_retired(), since
        )
    return set(found.busy), set(found.quiet)


async def advance(scene: Scene, channel: int, message: int) -> None:
    async with scene.database.transaction() as tx:
        await Cursors(tx).advance(tx, {ChannelId(channel): MessageId(message)})


async def test_channels_their_threads_and_threads_on_sections_are_places(scene: Scene) -> None:
    stage = scene.stage
    async with scene.poster():
        await scene.post()
    thread = scene.thread
    aside = await stage.alice.open_thread(scene.ours(stage.articles)[1], "On the introduction")
    archived = await stage.alice.open_thread(scene.ours(stage.articles)[2], "On birds")
    await stage.mo.change_thread(archived, archived=True)
    await stage.alice.open_thread(stage.articles, "Lunch")
    assert await survey(scene) == ({stage.articles.id, thread.id, aside.id, archived.id}, set())


async def test_a_thread_is_quiet_where_nothing_is_new_and_nothing_recent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.poster():
        await scene.post(channel=scene.stage.forum)
    thread = scene.thread
    assert await survey(scene) == ({thread.id}, set()), "it was never read"
    newest = scene.stage.discord.messages(thread)[-1].id
    await advance(scene, thread.id, newest)
    assert await survey(scene) == ({thread.id}, set()), "it may have edits of these days"
    monkeypatch.setattr("bot.delivery.survey.ACTIVE", -ACTIVE)
    assert await survey(scene) == (set(), {thread.id})
    await scene.stage.alice.say(thread, "News.")
    assert await survey(scene) == ({thread.id}, set())
    await scene.stage.mo.change_thread(thread, archived=True)
    assert await survey(scene, NOW - timedelta(days=1)) == ({thread.id}, set())


async def test_archived_threads_are_listed_back_to_when_nothing_had_been_missed(scene: Scene) -> None:
    stage = scene.stage
    async with scene.poster():
        await scene.post()
    aside = await stage.alice.open_thread(scene.ours(stage.articles)[1], "On the introduction")
    await stage.mo.change_thread(aside, archived=True)
    busy, _ = await survey(scene, NOW - timedelta(minutes=5))
    assert aside.id in busy
    busy, _ = await survey(scene, NOW + timedelta(days=1))
    assert aside.id not in busy
    await advance(scene, aside.id, discord.utils.time_snowflake(NOW))
    busy, _ = await survey(scene, NOW + timedelta(days=1))
    assert aside.id in busy, "known from before, it may have been deleted since"


async def test_a_server_that_cannot_be_seen_does_not_keep_others_from_being_read(scene: Scene) -> None:
    async with scene.poster():
        await scene.post()
    role = scene.stage.server.role_of(scene.stage.app)
    scene.stage.server.set_permissions(scene.stage.articles, role, deny=Permissions.VIEW_CHANNEL)
    with structlog.testing.capture_logs() as logs:
        busy, _ = await survey(scene)
    assert busy == {scene.stage.articles.id, scene.thread.id}
    assert [each["event"] for each in logs if each["event"] == "threads_not_listed"]


async def test_what_may_pass_is_passed_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.poster() as wire:
        await scene.post()

        async def broken(*arguments: object) -> None:
            raise refused(503, 0)

        monkeypatch.setattr(wire, "active_threads", broken)
        with pytest.raises(discord.DiscordServerError):
            await Surveyor(scene.database, wire).survey(
                await Publications(scene.database).not_retired(), None
            )
