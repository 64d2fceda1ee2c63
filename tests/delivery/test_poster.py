"""The poster on its way: what stops it, what it waits for, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
import pytest
import structlog

from bot.delivery.wire import Wire
from bot.discussion.forms import Forms, FormTarget
from bot.errors import StorageError
from bot.model import ChannelId, CommentId, MessageId, PublicationState, Status
from bot.sandbox import Permissions
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.publications import Publications
from tests.delivery.scene import Scene
from tests.delivery.test_failures import refused
from tests.discussion.sources import article, comment, imported


def failing(monkeypatch: pytest.MonkeyPatch, request: str, *errors: Exception) -> None:
    """Let requests of one kind go wrong in these ways, before the network, then work."""
    real, left = getattr(Wire, request), list(errors)

    async def fail(*arguments: Any, **options: Any) -> Any:
        if left:
            raise left.pop(0)
        return await real(*arguments, **options)

    monkeypatch.setattr(Wire, request, fail)


async def stopped(scene: Scene) -> str:
    """Request the article and wait until it stops; why."""
    found = await scene.until(await scene.request(), PublicationState.FAILED)
    return found.error or ""


# --- What stops a publication --------------------------------------------------------------------------------


async def test_a_missing_permission_stops_it_with_a_sentence_and_trying_again_goes_on(scene: Scene) -> None:
    server, role = scene.stage.server, scene.stage.server.role_of(scene.stage.app)
    server.set_permissions(scene.stage.articles, role, deny=Permissions.SEND_MESSAGES_IN_THREADS)
    await imported(scene.database, article("A Chair", post_id="8"), comment("9"))
    async with scene.poster():
        assert await stopped(scene) == (
            "Oped lacks a permission in the channel. Allow it there to view the channel, read its history, send "
            "messages, also in threads, create public threads and manage threads."
        )
        await scene.post("a-chair", scene.stage.forum)  # others go on meanwhile
        server.set_permissions(scene.stage.articles, role)
        publication = (await Publications(scene.database).not_retired())[0]
        await scene.publishing.retry(scene.moderator, publication.id)
        await scene.live(publication)
    thread = next(each for each in server.guild.threads.values() if each.parent is scene.stage.articles)
    assert scene.said(thread) == ["text of 1", "text of 2"]


@pytest.mark.parametrize("code", [50001, 50035, 160005, 200000, 240000])
async def test_whatever_is_refused_for_good_stops_it_without_trying_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    failing(monkeypatch, "send", refused(400, code))
    async with scene.poster():
        assert await stopped(scene)
    assert scene.ours(scene.stage.articles) == []


async def test_a_locked_thread_stops_it(scene: Scene) -> None:
    async with scene.poster():
        publication = await scene.post()
        server = scene.stage.server
        await scene.stage.mo.change_thread(scene.thread, locked=True)
        everything_else = server.role_of(scene.stage.app).permissions & ~Permissions.MANAGE_THREADS
        server.grant(server.role_of(scene.stage.app), everything_else)
        await imported(scene.database, article(), comment("1"), comment("2", parent="1"), comment("3"))
        await scene.publishing.update(scene.moderator, publication.id)
        found = await scene.until(publication, PublicationState.FAILED)
    assert found.error == "The thread is locked. Unlock it, or give Oped the Manage Threads permission."


async def test_what_a_member_entered_stops_nothing_but_itself(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.poster():
        publication = await scene.post()
        forms = Forms(scene.database, scene.wake)
        target = FormTarget(publication.id, ChannelId(scene.thread.id), None, None, "")
        failing(monkeypatch, "send", refused(400, 200000))
        await forms.enter(scene.moderator, target, text="Rude.", author="Mel", submission_id=1)
        await scene.stage.discord.until(lambda: _status(scene.database, 3, Status.REJECTED))
        await forms.enter(scene.moderator, target, text="Kind.", author="Mel", submission_id=2)
        await scene.stage.discord.until(lambda: "Kind." in scene.said(scene.thread))
    assert "Rude." not in scene.said(scene.thread)
    assert await _status(scene.database, 4, Status.VISIBLE)


async def _status(database: Database, comment_id: int, status: Status) -> bool:
    found = await Comments(database).by_id(CommentId(comment_id))
    return found is not None and found.status is status


# --- What passes -------------------------------------------------------------------------------------------------


async def test_a_discord_that_is_away_is_waited_for(scene: Scene) -> None:
    async with scene.poster():
        publication = await scene.request()
        await scene.stage.discord.until(lambda: len(scene.ours(scene.stage.articles)) >= 2)
        await scene.stage.discord.stop()
        await scene.stage.discord.start()
        await scene.live(publication)
    assert len(scene.ours(scene.stage.articles)) == 4
    assert scene.said(scene.thread) == ["text of 1", "text of 2"]


@pytest.mark.parametrize(
    "error",
    [
        discord.RateLimited(0.01),
        refused(429, 0),
        refused(503, 0),
        refused(401, 0),
        StorageError("The disk is full."),
        KeyError("unforeseen"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("request_of", ["send", "start_thread", "edit"])
async def test_what_passes_is_waited_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception, request_of: str
) -> None:
    failing(monkeypatch, request_of, error, error)
    async with scene.poster():
        await scene.post()
    assert len(scene.ours(scene.stage.articles)) == 4
    assert scene.said(scene.thread) == ["text of 1", "text of 2"]


async def test_a_database_that_refuses_is_told_of_once_and_waited_for(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = Publications.with_work, [True] * 3

    async def with_work(self: Publications) -> Any:
        if left:
            left.pop()
            raise StorageError("The database is locked.", remedy="Wait.")
        return await real(self)

    monkeypatch.setattr(Publications, "with_work", with_work)
    with structlog.testing.capture_logs() as logs:
        async with scene.poster():
            await scene.post()
    assert [each["event"] for each in logs if each["event"].startswith("posting")] == [
        "posting_waits",
        "posting_goes_on",
    ]


async def test_too_many_open_threads_make_room_for_one_another(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.starting.ACTIVE_LIMIT", 1)
    await imported(scene.database, article("A Chair", post_id="8"), comment("9"))
    async with scene.poster():
        await scene.post()
        first = scene.thread
        await scene.post("a-chair", scene.stage.forum)
    assert first.archived
    assert scene.said(scene.thread) == ["text of 9"]


async def test_where_none_of_the_open_threads_is_ours_a_moderator_must_make_room(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.starting.ACTIVE_LIMIT", 1)
    await scene.stage.alice.open_thread(scene.stage.articles, "Lunch")
    async with scene.poster():
        assert "Archive some" in await stopped(scene)


# --- Edits and deletions ------------------------------------------------------------------------------------------


async def edited(scene: Scene, *, before: Callable[[], Any]) -> None:
    """Post, do something, and bring a change of the first comment at its source."""
    publication = await scene.post()
    await before()
    await imported(scene.database, article(), comment("1", "now another"), comment("2", parent="1"))
    await scene.publishing.update(scene.moderator, publication.id)
    await scene.live(publication)


async def test_an_edit_opens_an_archived_thread(scene: Scene) -> None:
    async with scene.poster():
        await edited(scene, before=lambda: scene.stage.mo.change_thread(scene.thread, archived=True))
    assert scene.said(scene.thread)[0] == "now another"


async def test_a_message_that_people_deleted_is_not_made_anew_by_an_edit(scene: Scene) -> None:
    async with scene.poster():
        await edited(scene, before=lambda: scene.stage.mo.delete(scene.ours(scene.thread)[0]))
    assert scene.said(scene.thread) == ["text of 2"]
    assert await _status(scene.database, 1, Status.HIDDEN)


async def test_deleting_what_is_gone_counts_as_done(scene: Scene) -> None:
    async with scene.poster():
        publication = await scene.post()
        forms = Forms(scene.database, scene.wake)
        target = FormTarget(publication.id, ChannelId(scene.thread.id), None, None, "")
        await forms.enter(scene.moderator, target, text="By form.", author="Mel", submission_id=1)
        await scene.stage.discord.until(lambda: "By form." in scene.said(scene.thread))
        mine = scene.ours(scene.thread)[-1]
        await scene.stage.discord.until(lambda: _knows(scene.database, mine.id))
        await scene.stage.mo.delete(mine)
        await forms.withdraw(scene.moderator, CommentId(3))
        await scene.stage.discord.until(lambda: _forgot(scene.database, mine.id))


async def _knows(database: Database, message: int) -> bool:
    return await Comments(database).by_message(MessageId(message)) is not None


async def _forgot(database: Database, message: int) -> bool:
    return not await database.fetch_value("SELECT count(*) FROM placement WHERE message_id = ?", (message,))


# --- Retiring -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("archived", [False, True])
async def test_a_retired_publication_is_closed_and_nothing_of_it_deleted(
    scene: Scene, archived: bool
) -> None:
    async with scene.poster():
        publication = await scene.post()
        if archived:
            await scene.stage.mo.change_thread(scene.thread, archived=True)
        before = len(scene.ours(scene.stage.articles)) + len(scene.ours(scene.thread))
        await scene.publishing.retire(scene.moderator, publication.id)
        await scene.until(publication, PublicationState.RETIRED)
    closing = scene.ours(scene.stage.articles)[-1]
    assert "closed" in closing.content
    assert closing.components[0]["components"][0]["disabled"]
    assert scene.thread.locked
    assert len(scene.ours(scene.stage.articles)) + len(scene.ours(scene.thread)) == before


async def test_asked_again_the_old_one_is_closed_while_the_new_one_is_posted(scene: Scene) -> None:
    async with scene.poster():
        first = await scene.post()
        old = scene.thread
        second = await scene.request(again=True)
        await scene.live(second)
        await scene.until(first, PublicationState.RETIRED)
    assert old.locked
    assert not scene.thread.locked
    closings = [each for each in scene.ours(scene.stage.articles) if "## Comments (" in each.content]
    assert [each.components[0]["components"][0].get("disabled", False) for each in closings] == [True, False]


async def test_what_cannot_be_closed_any_more_is_retired_all_the_same(scene: Scene) -> None:
    async with scene.poster():
        publication = await scene.post()
        role = scene.stage.server.role_of(scene.stage.app)
        scene.stage.server.set_permissions(scene.stage.articles, role, deny=Permissions.VIEW_CHANNEL)
        await scene.publishing.retire(scene.moderator, publication.id)
        asked = len(scene.stage.discord.requests)
        await scene.until(publication, PublicationState.RETIRED)
    assert len(scene.stage.discord.requests) - asked <= 5, "it does not ask again and again"
