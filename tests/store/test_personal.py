from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Action, Attachment, CaseId, CommentId, GuildId, MessageId, NewEntry, Status, UserId
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.member_comments import FormComment, MemberComments
from bot.store.personal import FORMER_MEMBER, TRACES, WITHDRAWN, Erased, Personal
from bot.store.placements import Placements
from bot.store.reports import Reports
from bot.store.trail import Trail
from tests.store.making import (
    DAWN,
    THREAD,
    add_article,
    add_imported,
    add_publication,
    capture,
    message,
    place,
)

MEL, BEN = UserId(7), UserId(8)
NOW = datetime(2024, 6, 1, tzinfo=UTC)
PERSON = re.compile(r"(^|_)(user|actor|member|moderator|reporter|author|person|voter|follower|owner)_id$")


async def erase(database: Database, user: UserId = MEL, at: datetime = NOW) -> Erased:
    async with database.transaction() as tx:
        erased = await Personal(tx).erase(tx, user, at=at)
        await Personal(tx).remember_erasure(tx, user, at)
    return erased


async def claim(database: Database, comment: CommentId, user: UserId = MEL) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO claim (comment_id, user_id, guild_id, asked_at, state) VALUES (?, ?, 10, 0, 'confirmed')",
            (comment, user),
        )


@pytest.fixture
async def discussed(database: Database) -> Database:
    """Mel wrote 200 (edited, with a file), answered by Ben's 201, and one by form that two messages show."""
    article = await add_article(database)
    publication = await add_publication(database, article)
    await place(database, publication, 100, comment=await add_imported(database, article, "1"))
    await capture(database, message(200, "secret first words", reply_to=100))
    attached = (Attachment("file", "secret.png"),)
    await capture(database, message(200, "secret words", reply_to=100, edited=1, attachments=attached))
    await capture(database, replace(message(201, "an answer", reply_to=200, author="Ben"), user_id=BEN))
    async with database.transaction() as tx:
        entered = await MemberComments(tx).add_form(
            FormComment(1, publication, MEL, "Mel", "secret by form", DAWN)
        )
        await tx.execute(
            "INSERT INTO placement (publication_id, kind, comment_id, part, ordinal, channel_id, message_id, "
            "wanted, shown, gone) SELECT ?1, 'comment', ?2, value, 9, 30, 300 + value, ?3, ?3, value FROM "
            "json_each('[0, 1]')",
            (publication, entered, '{"content": "secret by form", "buttons": ""}'),
        )
        await Trail(tx).record(
            NewEntry(GuildId(10), DAWN, Action.COMMENT_HIDDEN, BEN, entered, MEL, reason="secret reason")
        )
        await Trail(tx).record(
            NewEntry(GuildId(10), DAWN, Action.COMMENT_HIDDEN, MEL, user_id=BEN, reason="Ben's")
        )
    return database


async def test_every_column_that_names_a_person_says_what_becomes_of_it(database: Database) -> None:
    columns = await database.fetch_all(
        'SELECT t.name AS "table", c.name AS "column" FROM pragma_table_list AS t, pragma_table_info(t.name) AS c '
        "WHERE t.schema = 'main' AND t.type = 'table' AND NOT EXISTS ("
        'SELECT 1 FROM pragma_foreign_key_list(t.name) AS f WHERE f."from" = c.name)'
    )
    found = {(row["table"], row["column"]) for row in columns if PERSON.search(row["column"])}
    assert found == {(trace.table, trace.column) for trace in TRACES}


async def test_what_a_person_wrote_is_erased_and_their_name_with_it(discussed: Database) -> None:
    assert await Personal(discussed).standing(MEL) == Erased(messages=1, entered=1, claimed=0)
    assert await erase(discussed) == Erased(messages=1, entered=1, claimed=0)
    mine = await Comments(discussed).by_message(MessageId(200))
    assert mine is not None
    assert (mine.author, mine.user_id, mine.text, mine.status) == (FORMER_MEMBER, None, "", Status.DELETED)
    assert mine.attachments == ()
    (answer,) = await Comments(discussed).replies(mine.id)
    assert (answer.author, answer.text) == ("Ben", "an answer")
    for table in ("comment", "revision", "placement", "attachment", "commenter", "trail_entry"):
        rows = await discussed.fetch_all(f"SELECT * FROM {table}")  # noqa: S608 - a constant
        assert "secret" not in str([tuple(row) for row in rows])
        assert "Mel" not in str([tuple(row) for row in rows])


async def test_our_messages_that_show_an_erased_text_are_to_be_deleted(discussed: Database) -> None:
    await erase(discussed)
    rows = await discussed.fetch_all("SELECT message_id, wanted, gone FROM placement WHERE message_id >= 300")
    assert [tuple(row) for row in rows] == [(300, None, 0), (301, None, 1)]
    publication = await discussed.fetch_value("SELECT id FROM publication")
    due = await Placements(discussed).next_to_do(publication)
    assert due is not None
    assert due.message_id == 300


async def test_an_erased_text_whose_sending_broke_off_is_not_sent_again(discussed: Database) -> None:
    async with discussed.transaction() as tx:
        await tx.execute(
            "UPDATE placement SET message_id = NULL, nonce = 'n', tried_at = 0 WHERE message_id = 300"
        )
    await erase(discussed)
    unconfirmed = await Placements(discussed).unconfirmed_in(THREAD)
    assert unconfirmed is not None
    assert unconfirmed.placement.wanted is None
    assert unconfirmed.placement.shown == WITHDRAWN


async def test_the_trail_forgets_who_was_moderated_and_keeps_who_moderated_others(
    discussed: Database,
) -> None:
    await erase(discussed)
    rows = await discussed.fetch_all("SELECT actor_id, user_id, reason FROM trail_entry ORDER BY id")
    assert [tuple(row) for row in rows] == [(BEN, None, None), (MEL, BEN, "Ben's")]


async def test_what_told_moderators_of_a_person_in_their_log_is_removed(discussed: Database) -> None:
    async with discussed.transaction() as tx:
        await tx.execute("UPDATE trail_entry SET log_channel_id = 50, log_message_id = 500 + id")
    await erase(discussed)
    removals = await discussed.fetch_all("SELECT message_id, channel_id FROM removal")
    assert [tuple(row) for row in removals] == [(501, 50)]


async def test_a_claimed_comment_is_erased_too(discussed: Database) -> None:
    imported = CommentId(1)
    await claim(discussed, imported)
    assert (await erase(discussed)).claimed == 1
    found = await Comments(discussed).by_id(imported)
    assert found is not None
    assert (found.author, found.text, found.status) == (FORMER_MEMBER, "", Status.DELETED)
    assert await discussed.fetch_value("SELECT count(*) FROM claim") == 0


async def test_reports_by_and_about_an_erased_person_are_gone_and_penalties_stay(discussed: Database) -> None:
    bens = await discussed.fetch_value("SELECT id FROM comment WHERE message_id = 201")
    async with discussed.transaction() as tx:
        for comment, reporter in ((CommentId(2), BEN), (bens, MEL)):
            await Reports(tx).add(tx, GuildId(10), comment, reporter, "secret words", DAWN)
        await tx.execute(
            "INSERT INTO sanction (guild_id, user_id, kind, until) VALUES (10, ?1, 'ban', NULL), (10, ?1, 'mute', 1)",
            (MEL,),
        )
    await erase(discussed)
    assert await discussed.fetch_value("SELECT count(*) FROM report") == 0
    assert await Reports(discussed).next_open(GuildId(10), CaseId(0)) is None
    assert [row["kind"] for row in await discussed.fetch_all("SELECT kind FROM sanction")] == ["ban"]


async def test_what_is_written_after_the_moment_stays(discussed: Database) -> None:
    later = replace(message(400, "later words"), created_at=NOW + timedelta(seconds=1))
    await capture(discussed, later)
    await erase(discussed)
    found = await Comments(discussed).by_message(MessageId(400))
    assert found is not None
    assert (found.author, found.text) == ("Mel", "later words")


async def test_an_erased_message_read_again_names_nobody(discussed: Database) -> None:
    await erase(discussed)
    await capture(discussed, message(200, "secret words", reply_to=100))
    assert await discussed.fetch_value("SELECT count(*) FROM commenter WHERE name = 'Mel'") == 0
    mine = await Comments(discussed).by_message(MessageId(200))
    assert mine is not None
    assert mine.text == ""


async def test_erased_twice_is_erased(discussed: Database) -> None:
    await erase(discussed)
    assert await erase(discussed) == Erased(0, 0, 0)
    assert await erase(discussed, BEN) == Erased(1, 0, 0)
    names = await discussed.fetch_all("SELECT name FROM commenter ORDER BY name")
    assert [row["name"] for row in names] == ["Ann", FORMER_MEMBER]


async def test_messages_from_before_an_erasure_and_of_those_who_opted_out_are_unwelcome(
    database: Database,
) -> None:
    await erase(database)
    async with database.transaction() as tx:
        assert await Personal(tx).opt_out(tx, BEN)
        assert not await Personal(tx).opt_out(tx, BEN)
    later = NOW + timedelta(seconds=1)
    written = [(1, MEL, NOW), (2, MEL, later), (3, BEN, NOW), (4, BEN, later), (5, UserId(9), NOW)]
    unwelcome = await Personal(database).unwelcome([(MessageId(m), user, at) for m, user, at in written])
    assert unwelcome == {1, 3, 4}
    async with database.transaction() as tx:
        await Personal(tx).forget_erasures(tx, later)
        assert await Personal(tx).opt_in(tx, BEN)
        assert not await Personal(tx).opt_in(tx, BEN)
    assert await Personal(database).unwelcome([(MessageId(m), user, at) for m, user, at in written]) == set()


async def test_a_person_is_told_all_that_is_theirs_and_nothing_of_others(discussed: Database) -> None:
    await claim(discussed, CommentId(1))
    told = await Personal(discussed).all_of(MEL)
    texts = [(each["origin"], each["text"], each["status"]) for each in told["comments"]]
    assert texts == [
        ("imported", "text of 1", "visible"),
        ("discord", "secret words", "visible"),
        ("discord", "secret by form", "visible"),
    ]
    written = told["comments"][1]
    assert written["created_at"] == DAWN.isoformat()
    assert written["message_id"] == "200"
    assert written["guild_id"] == "10"
    assert written["attachments"] == [{"kind": "file", "name": "secret.png"}]
    assert [each["text"] for each in written["history"]] == ["secret first words"]  # type: ignore[attr-defined]  # JSON
    assert [each["state"] for each in told["claim"]] == ["confirmed"]
    about, by = told["trail_entry"]
    assert (about["user_id"], "actor_id" in about, "reason" in about) == ("7", False, False)
    assert (by["actor_id"], "user_id" in by) == ("7", False)
    assert "Ben" not in str({key: value for key, value in told.items() if key != "trail_entry"})
