from __future__ import annotations

import pytest

from bot.discussion.access import Viewer
from bot.errors import NotFoundError, RefusedError
from bot.model import (
    ChannelId,
    ChannelKind,
    GuildId,
    MessageId,
    PublicationId,
    PublicationState,
    Status,
    UserId,
)
from bot.store.database import Database
from bot.store.incoming import Incoming
from bot.store.placements import Placements
from bot.store.publications import Publications
from tests.discussion.posting import (
    CHANNEL,
    GUILD,
    MODERATOR,
    THREAD,
    carry_out,
    post,
    publishing,
    request,
    shown,
)
from tests.discussion.sources import article, comment, imported
from tests.store.making import message

STRANGER = Viewer(GuildId(11), UserId(1), lambda channel: True)
OUTSIDER = Viewer(GUILD, UserId(1), lambda channel: False)


@pytest.fixture
async def bench(database: Database) -> Database:
    """A database with an article and a comment."""
    await imported(database, article(), comment("1"))
    return database


async def fail(database: Database, publication: PublicationId, sentence: str = "It is locked.") -> None:
    async with database.transaction() as tx:
        await Publications(tx).set_state(tx, publication, PublicationState.FAILED, error=sentence)


# --- Requests -----------------------------------------------------------------------------------------------


async def test_a_second_request_leads_to_the_first(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    opening = min(await shown(bench, publication))
    with pytest.raises(RefusedError) as refusal:
        await request(bench, "a-bench")
    assert f"https://discord.com/channels/10/20/{opening}" in refusal.value.sentence()


async def test_asked_again_the_one_that_is_up_is_retired_properly(bench: Database) -> None:
    first = await post(bench, "a-bench")
    second = await request(bench, "a-bench", again=True)
    found = await Publications(bench).by_id(first.id)
    assert found is not None
    assert found.state is PublicationState.RETIRING, "its buttons and its thread are still to be closed"
    await carry_out(bench, second)
    closing = [each for each in (await shown(bench, second)).values() if "Comments (1)" in each]
    assert len(closing) == 1
    with pytest.raises(RefusedError):
        await request(bench, "a-bench")
    third = await request(bench, "a-bench", again=True)
    assert len({first.id, second.id, third.id}) == 3


async def test_an_unknown_article_is_refused_with_where_to_look(bench: Database) -> None:
    with pytest.raises(NotFoundError, match="no article"):
        await request(bench, "a-chair")


async def test_an_article_is_posted_in_the_servers_named_only(bench: Database) -> None:
    elsewhere = publishing(bench, 11)
    assert await elsewhere.articles_offered(MODERATOR, "") == []
    assert [each.slug for each in await elsewhere.articles_offered(STRANGER, "bench")] == ["a-bench"]
    with pytest.raises(NotFoundError):
        await elsewhere.request("a-bench", guild_id=GUILD, channel_id=CHANNEL, channel_kind=ChannelKind.TEXT)
    assert await Publications(bench).not_retired() == []


async def test_without_servers_named_the_first_publication_decides(bench: Database) -> None:
    assert await publishing(bench).articles_offered(STRANGER, "")
    await request(bench, "a-bench")
    assert await publishing(bench).articles_offered(STRANGER, "") == []
    assert await publishing(bench).articles_offered(MODERATOR, "BENCH")
    with pytest.raises(NotFoundError):
        await publishing(bench).request(
            "a-bench", guild_id=STRANGER.guild_id, channel_id=CHANNEL, channel_kind=ChannelKind.TEXT
        )


# --- What may be seen ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", [STRANGER, OUTSIDER], ids=["another server", "a channel out of sight"])
async def test_a_publication_exists_only_where_the_viewer_may_see_it(bench: Database, viewer: Viewer) -> None:
    publication = await post(bench, "a-bench")
    mine = publishing(bench)
    assert await mine.publications(viewer) == ([], 0)
    assert await mine.publications_offered(viewer, "") == []
    for use in (
        mine.find,
        mine.status,
        mine.retire,
        mine.retry,
        mine.changes,
        mine.update,
        mine.repair,
        mine.show_more,
    ):
        with pytest.raises(NotFoundError):
            await use(viewer, publication.id)


async def test_publications_are_offered_by_slug_and_title(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    mine = publishing(bench)
    assert [each.publication.id for each in await mine.publications_offered(MODERATOR, "BENCH")] == [
        publication.id
    ]
    assert await mine.publications_offered(MODERATOR, "chair") == []
    (summary,), in_all = await mine.publications(MODERATOR)
    assert in_all == 1
    assert (summary.title, summary.done, summary.total) == ("A Bench", 5, 5)


# --- The life of a publication -------------------------------------------------------------------------------


async def test_status_tells_what_is_missing_why_it_stopped_and_how_many_comments_there_are(
    bench: Database,
) -> None:
    publication = await post(bench, "a-bench")
    _, introduction, birds, closing, _ = await shown(bench, publication)
    async with bench.transaction() as tx:
        await Placements(tx).lose(tx, [MessageId(each) for each in (introduction, birds, closing)])
    await fail(bench, publication.id)
    status = await publishing(bench).status(MODERATOR, publication.id)
    assert status.missing == ("the introduction", "Birds", "the closing message")
    assert status.publication.error == "It is locked."
    assert (status.done, status.total, status.comments) == (5, 5, {Status.VISIBLE: 1})
    assert status.url is not None


async def test_status_counts_no_comments_that_one_may_not_see(bench: Database) -> None:
    here = await post(bench, "a-bench")
    elsewhere = Viewer(GuildId(11), UserId(1), lambda channel: True)
    there = await publishing(bench, 10, 11).request(
        "a-bench", guild_id=GuildId(11), channel_id=ChannelId(21), channel_kind=ChannelKind.TEXT
    )
    await carry_out(bench, there)
    last = max(await shown(bench, there))
    async with bench.transaction() as tx:
        room = await Publications(tx).by_id(there.id)
        assert room is not None
        assert room.thread_id is not None
        await Incoming(tx).store([message(last + 1, channel=room.thread_id)])
    for viewer, publication, seen in ((MODERATOR, here, 1), (elsewhere, there, 2)):
        status = await publishing(bench).status(viewer, publication.id)
        assert status.comments == {Status.VISIBLE: seen}


async def test_progress_counts_messages(bench: Database) -> None:
    publication = await request(bench, "a-bench")
    progress = await publishing(bench).progress(publication.id)
    assert (progress.state, progress.done, progress.total) == (PublicationState.POSTING, 0, 5)
    assert progress.url == "https://discord.com/channels/10/20"
    await carry_out(bench, publication)
    progress = await publishing(bench).progress(publication.id)
    assert (progress.state, progress.done) == (PublicationState.LIVE, 5)


async def test_trying_again_is_for_what_failed(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    with pytest.raises(RefusedError, match="nothing to try again"):
        await publishing(bench).retry(MODERATOR, publication.id)
    await fail(bench, publication.id)
    retried = await publishing(bench).retry(MODERATOR, publication.id)
    assert (retried.state, retried.error) == (PublicationState.POSTING, None)


async def test_a_failed_publication_can_be_retired_and_a_retired_one_not_again(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    await fail(bench, publication.id)
    retired = await publishing(bench).retire(MODERATOR, publication.id)
    assert retired.state is PublicationState.RETIRING
    mine = publishing(bench)
    for use in (mine.retire, mine.update, mine.repair, mine.show_more):
        with pytest.raises(RefusedError, match="retired"):
            await use(MODERATOR, publication.id)


async def test_a_repaired_section_is_posted_at_the_end_and_linked_again(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    before = await shown(bench, publication)
    birds = sorted(before)[2]
    async with bench.transaction() as tx:
        await Placements(tx).lose(tx, [MessageId(birds)])
    await carry_out(bench, publication)
    assert str(birds) not in (await shown(bench, publication))[min(before)], (
        "nothing jumps to what is not there"
    )
    assert await publishing(bench).repair(MODERATOR, publication.id) == 1
    await carry_out(bench, publication)
    after = await shown(bench, publication)
    assert after[max(after)] == before[birds]
    assert f"/20/{max(after)}" in after[min(after)]
    assert (await publishing(bench).status(MODERATOR, publication.id)).missing == ()


async def test_a_forum_post_is_linked_once_it_is_there(bench: Database) -> None:
    publication = await publishing(bench).request(
        "a-bench", guild_id=GUILD, channel_id=CHANNEL, channel_kind=ChannelKind.FORUM
    )
    assert (await publishing(bench).progress(publication.id)).url is None
    async with bench.transaction() as tx:
        await Publications(tx).set_thread(tx, publication.id, THREAD)
    assert (await publishing(bench).progress(publication.id)).url == "https://discord.com/channels/10/30"
