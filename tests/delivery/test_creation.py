"""Each message once, whatever becomes of the request for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.delivery import creation
from bot.model import ChannelId, CommentId, MessageId, PublicationState, Status
from bot.sandbox import Message, Permissions, Thread
from bot.sandbox.faults import Act, Fault, Schedule
from bot.sandbox.limits import CREATE_MESSAGE, START_FROM_MESSAGE, START_THREAD
from bot.store.comments import Comments
from bot.store.incoming import Incoming
from bot.store.placements import Placements
from tests.delivery.scene import Scene, set_scene
from tests.discussion.sources import article, comment, imported
from tests.sandbox.judge import Judge
from tests.store.making import message

ARTICLE = ["# A Bench", "Once upon a time", "## Birds", "## Comments (2)"]
FAULTS = [
    (Act.HANG_UP, False),
    (Act.HANG_UP, True),
    (Act.UNAVAILABLE, False),
    (Act.UNAVAILABLE, True),
    (Act.INTERNAL, True),
    (Act.TOO_MANY, False),
]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a forum post that is late be late by a tenth of a second only."""
    monkeypatch.setattr(creation, "LATE_POST", creation.LATE_POST / 100)


@pytest.fixture
async def faulty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judge: Judge | None, request: pytest.FixtureRequest
) -> AsyncIterator[Scene]:
    """The scene with faults."""
    schedule = Schedule(
        tuple(Fault(act, number, of, after, 0.01) for act, number, of, after in request.param)
    )
    async with set_scene(tmp_path, monkeypatch, judge, schedule=schedule) as scene:
        await imported(scene.database, article(), comment("1"), comment("2", parent="1"))
        yield scene


def faults(of: str, *numbers: int) -> list[object]:
    return [
        pytest.param([(act, number, of, after) for number in numbers], id=f"{act}{' after' * after}")
        for act, after in FAULTS
    ]


@pytest.mark.parametrize("faulty", faults(CREATE_MESSAGE, 2, 6), indirect=True)
async def test_a_message_whose_request_went_wrong_is_there_once_and_in_its_place(faulty: Scene) -> None:
    async with faulty.poster():
        await faulty.post()
    assert faulty.first_lines(faulty.stage.articles) == ARTICLE
    assert faulty.said(faulty.thread) == ["text of 1", "text of 2"]


@pytest.mark.parametrize("faulty", faults(START_FROM_MESSAGE, 1), indirect=True)
async def test_a_thread_whose_request_went_wrong_is_there_once(faulty: Scene) -> None:
    async with faulty.poster():
        await faulty.post()
    assert len(faulty.stage.server.guild.threads) == 1
    assert faulty.said(faulty.thread) == ["text of 1", "text of 2"]


@pytest.mark.parametrize("faulty", faults(START_THREAD, 1), indirect=True)
async def test_a_forum_post_whose_request_went_wrong_is_there_once(faulty: Scene) -> None:
    async with faulty.poster():
        publication = await faulty.post(channel=faulty.stage.forum)
        # Another post of ours with the same words is not taken for it.
        await imported(faulty.database, article("A Bench", post_id="7"))
        other = await faulty.post("a-bench-2", faulty.stage.forum)
    threads = list(faulty.stage.server.guild.threads.values())
    assert len(threads) == 2
    assert [faulty.first_lines(each)[0] for each in threads] == ["# A Bench"] * 2
    assert publication.id != other.id


async def test_a_poster_that_begins_anew_finds_what_the_last_one_sent(scene: Scene) -> None:
    publication = await scene.request()
    for number in range(1, 7):
        async with scene.poster():
            await scene.stage.discord.until(partial(_are_there, scene, number))
    async with scene.poster():
        await scene.live(publication)
    assert scene.first_lines(scene.stage.articles) == ARTICLE
    assert scene.said(scene.thread) == ["text of 1", "text of 2"]


def _are_there(scene: Scene, number: int) -> bool:
    """Whether so many messages of ours stand anywhere."""
    threads = scene.stage.server.guild.threads.values()
    return len(scene.ours(scene.stage.articles)) + sum(len(scene.ours(each)) for each in threads) >= number


async def _delete_when_it_comes(scene: Scene, text: str) -> Message:
    """Be faster than anybody's notice of a message."""
    found = await _sent(scene, text)
    await scene.stage.mo.delete(found)
    return found


async def _open_thread_when_it_comes(scene: Scene, text: str) -> Thread:
    return await scene.stage.alice.open_thread(await _sent(scene, text), "Aside")


async def _sent(scene: Scene, text: str) -> Message:
    with scene.stage.discord.subscribe() as events:
        async for event in events:
            if event.name == "MESSAGE_CREATE" and text in event.payload["content"]:
                channel = scene.stage.discord.world.channels[int(event.payload["channel_id"])]
                return channel.messages[int(event.payload["id"])]
    raise AssertionError


@pytest.mark.parametrize("faulty", [[(Act.HANG_UP, 2, CREATE_MESSAGE, True)]], indirect=True)
async def test_what_cannot_be_looked_for_is_not_sent_again(faulty: Scene) -> None:
    stage = faulty.stage
    role = stage.server.role_of(stage.app)

    async def hide_when_it_comes() -> None:
        await _sent(faulty, "Once upon a time")
        stage.server.set_permissions(stage.articles, role, deny=Permissions.READ_MESSAGE_HISTORY)
        # Long after Discord has forgotten what a nonce stood for.
        stage.discord.advance(hours=1)

    async with faulty.poster():
        hiding = asyncio.create_task(hide_when_it_comes())
        requested = await faulty.request()
        await hiding
        stopped = await faulty.until(requested, PublicationState.LIVE, PublicationState.FAILED)
        assert "lacks a permission" in str(stopped.error)
        stage.server.set_permissions(stage.articles, role)
        await faulty.publishing.retry(faulty.moderator, requested.id)
        await faulty.live(requested)
    assert faulty.first_lines(stage.articles) == ARTICLE


@pytest.mark.parametrize("faulty", [[(Act.HANG_UP, 3, CREATE_MESSAGE, True)]], indirect=True)
async def test_a_thread_on_a_section_is_read_that_was_opened_before_we_knew_of_the_section(
    faulty: Scene,
) -> None:
    async with faulty.poster():
        opening = asyncio.create_task(_open_thread_when_it_comes(faulty, "## Birds"))
        await faulty.post()
        thread = await opening
    assert faulty.first_lines(faulty.stage.articles) == ARTICLE
    assert ChannelId(thread.id) in faulty.opened


@pytest.mark.parametrize("faulty", [[(Act.HANG_UP, 5, CREATE_MESSAGE, True)]], indirect=True)
async def test_a_message_deleted_before_we_knew_of_it_stays_deleted(faulty: Scene) -> None:
    async with faulty.poster():
        deleting = asyncio.create_task(_delete_when_it_comes(faulty, "text of 1"))
        await faulty.post()
        deleted = await deleting
    assert deleted.deleted
    assert faulty.said(faulty.thread) == ["text of 2"]
    first = await Comments(faulty.database).by_id(CommentId(1))
    assert first is not None
    assert first.status is Status.HIDDEN


async def test_two_publications_in_one_channel_keep_out_of_each_others_way(scene: Scene) -> None:
    await imported(scene.database, article("A Chair", post_id="8"), comment("9"))
    both = [await scene.request(), await scene.request("a-chair")]
    for number in (2, 4, 6, 8):
        async with scene.poster():
            await scene.stage.discord.until(partial(_are_there, scene, number))
    async with scene.poster():
        for each in both:
            await scene.live(each)
    lines = scene.first_lines(scene.stage.articles)
    assert sorted(lines) == sorted([*ARTICLE, "# A Chair", "Once upon a time", "## Birds", "## Comments (1)"])
    assert len(scene.stage.server.guild.threads) == 2


@pytest.mark.parametrize("faulty", [[(Act.HANG_UP, 1, CREATE_MESSAGE, False)]], indirect=True)
async def test_what_another_publication_left_open_is_settled_first(
    faulty: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(faulty.database, article("A Chair", post_id="8"))
    first = await faulty.request()
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 60.0)
    async with faulty.poster():
        await faulty.stage.discord.until(lambda: bool(faulty.happened))
    async with faulty.database.transaction() as tx:
        await tx.execute("UPDATE publication SET state = 'failed', error = 'For a test.'")
    assert await Placements(faulty.database).unconfirmed_in(ChannelId(faulty.stage.articles.id)) is not None
    async with faulty.poster():
        await faulty.post("a-chair")
        await faulty.publishing.retry(faulty.moderator, first.id)
        await faulty.live(first)
    assert len(faulty.ours(faulty.stage.articles)) == 8


async def test_replies_go_to_what_they_answer_and_past_what_is_gone(scene: Scene) -> None:
    await imported(
        scene.database,
        article(),
        comment("1"),
        comment("2", parent="1"),
        comment("3", parent="2"),
        comment("4"),
    )
    async with scene.poster():
        publication = await scene.post()
        first, second, third, fourth = scene.ours(scene.thread)
        assert [each.reference and each.reference.message_id for each in (first, second, third, fourth)] == [
            None,
            first.id,
            second.id,
            None,
        ]
        await scene.stage.mo.delete(second)
        async with scene.database.transaction() as tx:
            await Placements(tx).lose(tx, [MessageId(second.id)])
        await imported(
            scene.database,
            article(),
            *(comment("1"), comment("2", parent="1"), comment("3", parent="2"), comment("4")),
            comment("5", parent="2"),
        )
        await scene.publishing.update(scene.moderator, publication.id)
        await scene.live(publication)
    answer = scene.ours(scene.thread)[-1]
    assert answer.reference is not None
    assert answer.reference.message_id == first.id


async def test_later_parts_follow_and_answer_the_first_where_somebody_wrote_in_between(scene: Scene) -> None:
    long = " ".join(f"word{number}" for number in range(500))
    await imported(scene.database, article(), comment("1", long), comment("2", parent="1"))
    async with scene.poster():
        publication = await scene.post()
        parts = [each for each in scene.ours(scene.thread) if "word" in each.content]
        assert len(parts) == 2
        assert [each.reference for each in parts] == [None, None]
        # The comment grows at its source after a member has written.
        said = await scene.stage.alice.say(scene.thread, "Long, this one.")
        async with scene.database.transaction() as tx:
            await Incoming(tx).store([message(said.id, channel=ChannelId(scene.thread.id))])
        longer = " ".join(f"word{number}" for number in range(700))
        await imported(scene.database, article(), comment("1", longer), comment("2", parent="1"))
        await scene.publishing.update(scene.moderator, publication.id)
        await scene.live(publication)
    last = scene.ours(scene.thread)[-1]
    assert "word699" in last.content
    assert last.reference is not None
    assert last.reference.message_id == parts[0].id


async def test_without_its_closing_message_there_is_no_thread_to_start(scene: Scene) -> None:
    server, channel = scene.stage.server, scene.stage.articles
    server.set_permissions(channel, server.role_of(scene.stage.app), deny=Permissions.CREATE_PUBLIC_THREADS)
    async with scene.poster():
        publication = await scene.request()
        stopped = await scene.until(publication, PublicationState.FAILED)
        assert stopped.error is not None
        assert "lacks a permission" in stopped.error
        server.set_permissions(channel, server.role_of(scene.stage.app))
        await scene.stage.mo.delete(scene.ours(channel)[-1])
        await scene.publishing.retry(scene.moderator, publication.id)
        stopped = await scene.until(publication, PublicationState.FAILED)
        assert stopped.error is not None
        assert "closing message was deleted" in stopped.error
        # Repaired, it goes on.
        await scene.publishing.repair(scene.moderator, publication.id)
        await scene.publishing.retry(scene.moderator, publication.id)
        await scene.live(publication)
    assert scene.said(scene.thread) == ["text of 1", "text of 2"]
