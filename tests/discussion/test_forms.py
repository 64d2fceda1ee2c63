from __future__ import annotations

import pytest

from bot.discussion.access import Viewer
from bot.discussion.forms import Forms, FormTarget
from bot.errors import NotFoundError, RefusedError
from bot.model import Actor, Comment, CommentId, GuildId, MessageId, Publication, Status, UserId
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.incoming import Incoming
from bot.store.removals import Removals
from tests.discussion.posting import GUILD, MODERATOR, THREAD, carry_out, post, publishing, request, shown
from tests.discussion.sources import article, comment, imported
from tests.store.making import message

MEL = Viewer(GUILD, UserId(7), lambda channel: True)
BEN = Viewer(GUILD, UserId(8), lambda channel: True)
STRANGER = Viewer(GuildId(11), UserId(7), lambda channel: True)


@pytest.fixture
async def bench(database: Database) -> Database:
    """A database with an article of two sections and two comments, one in answer to the other."""
    await imported(database, article(), comment("1", section=2), comment("2", parent="1"))
    return database


def forms(database: Database) -> Forms:
    return Forms(database, lambda: None)


async def enter(
    database: Database, target: FormTarget, text: str = "By form.", *, submission: int = 1, who: Viewer = MEL
) -> list[Comment]:
    """Send the form, have it posted; all comments entered by form."""
    await forms(database).enter(who, target, text=text, author="Mel", submission_id=submission)
    return await entered(database)


async def entered(database: Database) -> list[Comment]:
    ids = await database.fetch_all("SELECT id FROM comment WHERE by_form = 1 ORDER BY id")
    return [each for row in ids if (each := await Comments(database).by_id(CommentId(row["id"])))]


async def on_article(database: Database, publication: Publication) -> FormTarget:
    return await forms(database).target(MEL, publication_id=publication.id)


async def test_the_form_says_what_it_answers(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    opening, _, birds, _, first, _ = sorted(await shown(bench, publication))
    found = {
        each: await forms(bench).target(MEL, message_id=MessageId(each)) for each in (opening, birds, first)
    }
    assert [each.heading for each in found.values()] == [
        "A comment",
        "A comment on this section",
        "In answer to Ann",
    ]
    assert [(each.parent_id, each.section_id, each.thread_id) for each in found.values()] == [
        (None, None, THREAD),
        (None, 2, THREAD),
        (1, None, THREAD),
    ]
    assert (await on_article(bench, publication)).heading == "A comment on “A Bench”"


async def test_a_reply_by_form_is_posted_as_a_child_on_its_parents_section(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    first = sorted(await shown(bench, publication))[4]
    target = await forms(bench).target(MEL, message_id=MessageId(first))
    (mine,) = await enter(bench, target)
    assert (mine.parent_id, mine.section, mine.text, mine.status) == (1, 2, "By form.", Status.VISIBLE)
    await carry_out(bench, publication)
    posted = await shown(bench, publication)
    assert posted[max(posted)].startswith("-# Mel · <t:")
    (mine,) = await entered(bench)
    assert mine.message_id == max(posted)


async def test_the_same_submission_twice_is_one_comment(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    target = await on_article(bench, publication)
    await enter(bench, target)
    assert len(await enter(bench, target)) == 1
    assert len(await enter(bench, target, submission=2)) == 2


async def test_what_is_entered_goes_to_the_end_whatever_is_still_to_be_posted(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    await enter(bench, await on_article(bench, publication))
    await imported(bench, article(), comment("1", section=2), comment("2", parent="1"), comment("3"))
    await publishing(bench).update(MODERATOR, publication.id)
    await carry_out(bench, publication)
    posted = list((await shown(bench, publication)).values())
    assert [each.split("\n")[1] for each in posted[-2:]] == ["text of 3", "By form."]


async def test_its_author_may_edit_it_and_nobody_else(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    (mine,) = await enter(bench, await on_article(bench, publication))
    await carry_out(bench, publication)
    await forms(bench).edit(MEL, mine.id, text="word " * 900)
    await carry_out(bench, publication)
    posted = list((await shown(bench, publication)).values())
    assert sum("word" in each for each in posted) == 3
    await forms(bench).edit(MEL, mine.id, text="Shorter.")
    await carry_out(bench, publication)
    last = list((await shown(bench, publication)).values())[-1]
    assert last.endswith(" · edited\nShorter.")
    assert await bench.fetch_value("SELECT count(*) FROM revision") == 2
    for who in (BEN, STRANGER):
        with pytest.raises((RefusedError, NotFoundError)):
            await forms(bench).edit(who, mine.id, text="Mine now.")
        with pytest.raises((RefusedError, NotFoundError)):
            await forms(bench).withdraw(who, mine.id)


async def test_a_withdrawn_comment_is_erased_and_its_messages_go(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    before = await shown(bench, publication)
    (mine,) = await enter(bench, await on_article(bench, publication))
    await carry_out(bench, publication)
    message_id = max(await shown(bench, publication))
    async with bench.transaction() as tx:
        await Incoming(tx).store([message(9999, channel=THREAD, reply_to=message_id)])
    await forms(bench).withdraw(MEL, mine.id)
    await carry_out(bench, publication)
    assert await shown(bench, publication) == before
    (mine,) = await entered(bench)
    assert (mine.status, mine.text) == (Status.DELETED, "")
    assert await bench.fetch_value("SELECT parent_id FROM comment WHERE message_id = 9999") == mine.id
    with pytest.raises(RefusedError, match="withdrawn"):
        await forms(bench).own(MEL, comment_id=mine.id)


async def test_in_a_closed_discussion_it_can_be_withdrawn_and_not_edited(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    (mine,) = await enter(bench, await on_article(bench, publication))
    await carry_out(bench, publication)
    message_id = max(await shown(bench, publication))
    await publishing(bench).retire(MODERATOR, publication.id)
    with pytest.raises(RefusedError, match="closed"):
        await forms(bench).own_to_edit(MEL, mine.id)
    with pytest.raises(RefusedError, match="closed"):
        await forms(bench).edit(MEL, mine.id, text="Shorter.")
    await forms(bench).withdraw(MEL, mine.id)
    (mine,) = await entered(bench)
    assert (mine.status, mine.text) == (Status.DELETED, "")
    removal = await Removals(bench).next_to_do(THREAD)
    assert removal is not None
    assert removal.message_id == message_id


async def test_one_withdrawn_before_it_was_posted_is_never_posted(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    before = await shown(bench, publication)
    (mine,) = await enter(bench, await on_article(bench, publication))
    await forms(bench).withdraw(MEL, mine.id)
    assert await carry_out(bench, publication) == []
    assert await shown(bench, publication) == before


@pytest.mark.parametrize(
    ("status", "why"), [("hidden", "hidden by a moderator"), ("rejected", "was not accepted")]
)
async def test_a_comment_that_may_not_be_seen_can_be_withdrawn_and_not_changed(
    bench: Database, status: str, why: str
) -> None:
    publication = await post(bench, "a-bench")
    (mine,) = await enter(bench, await on_article(bench, publication))
    await bench_execute(bench, "UPDATE comment SET status = ? WHERE by_form = 1", status)
    with pytest.raises(RefusedError, match=why):
        await forms(bench).own_to_edit(MEL, mine.id)
    with pytest.raises(RefusedError, match=why):
        await forms(bench).edit(MEL, mine.id, text="Better?")
    await forms(bench).withdraw(MEL, mine.id)
    (now,) = await entered(bench)
    assert (now.status, now.status_by, now.text) == (Status.DELETED, Actor.AUTHOR, "")


@pytest.mark.parametrize("status", ["hidden", "rejected"])
async def test_a_message_that_was_removed_is_withdrawn_by_its_author_alone(
    bench: Database, status: str
) -> None:
    await post(bench, "a-bench")
    async with bench.transaction() as tx:
        await Incoming(tx).store([message(9999, channel=THREAD)])
    await bench_execute(bench, "UPDATE comment SET status = ? WHERE message_id = 9999", status)
    identifier = CommentId(await bench.fetch_value("SELECT id FROM comment WHERE message_id = 9999"))
    with pytest.raises(RefusedError, match="not a comment of yours"):
        await forms(bench).withdraw(MODERATOR, identifier)
    await forms(bench).withdraw(MEL, identifier)
    row = await bench.fetch_one("SELECT status, status_by, text FROM comment WHERE message_id = 9999")
    assert tuple(row or ()) == ("deleted", "author", "")


async def test_one_hidden_while_its_author_edits_it_stays_as_it_was(
    bench: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = await post(bench, "a-bench")
    (mine,) = await enter(bench, await on_article(bench, publication))
    at_work = forms(bench)
    looked_up = at_work.own_to_edit

    async def hidden_meanwhile(viewer: Viewer, comment_id: CommentId) -> Comment:
        found = await looked_up(viewer, comment_id)
        await bench_execute(bench, "UPDATE comment SET status = 'hidden' WHERE by_form = 1")
        return found

    monkeypatch.setattr(at_work, "own_to_edit", hidden_meanwhile)
    with pytest.raises(RefusedError, match="hidden by a moderator"):
        await at_work.edit(MEL, mine.id, text="Better?")
    (now,) = await entered(bench)
    assert (now.status, now.text) == (Status.HIDDEN, mine.text)


async def bench_execute(database: Database, sql: str, *values: str) -> None:
    async with database.transaction() as tx:
        await tx.execute(sql, values)


async def test_a_message_written_by_hand_is_changed_by_hand(bench: Database) -> None:
    await post(bench, "a-bench")
    async with bench.transaction() as tx:
        await Incoming(tx).store([message(9999, channel=THREAD)])
    with pytest.raises(RefusedError, match="wrote this message yourself"):
        await forms(bench).own(MEL, message_id=MessageId(9999))
    with pytest.raises(RefusedError, match="not a comment of yours"):
        await forms(bench).own(MEL, message_id=MessageId(12))


async def test_where_there_is_no_open_discussion_there_is_no_form(bench: Database) -> None:
    publication = await request(bench, "a-bench")
    with pytest.raises(RefusedError, match="still being posted"):
        await on_article(bench, publication)
    await carry_out(bench, publication)
    for who in (STRANGER, Viewer(GUILD, UserId(7), lambda channel: False)):
        with pytest.raises(NotFoundError):
            await forms(bench).target(who, publication_id=publication.id)
    with pytest.raises(NotFoundError):
        await forms(bench).target(MEL, message_id=MessageId(12))
    await publishing(bench).retire(MODERATOR, publication.id)
    with pytest.raises(RefusedError, match="closed"):
        await on_article(bench, publication)


@pytest.mark.parametrize("text", ["", " \n\t "])
async def test_an_empty_comment_is_refused(bench: Database, text: str) -> None:
    publication = await post(bench, "a-bench")
    with pytest.raises(RefusedError, match="empty"):
        await enter(bench, await on_article(bench, publication), text)


async def test_slow_mode_counts_from_messages_and_forms_alike(bench: Database) -> None:
    publication = await post(bench, "a-bench")
    assert await forms(bench).last_written(MEL.user_id, THREAD) is None
    async with bench.transaction() as tx:
        await Incoming(tx).store([message(9999, channel=THREAD)])
    by_hand = await forms(bench).last_written(MEL.user_id, THREAD)
    await enter(bench, await on_article(bench, publication))
    by_form = await forms(bench).last_written(MEL.user_id, THREAD)
    assert by_hand is not None
    assert by_form is not None
    assert by_form > by_hand
