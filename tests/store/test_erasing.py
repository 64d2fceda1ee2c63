from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.model import CaseId, CommentId, GuildId, MessageId, Status, UserId
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.erasing import FORMER_MEMBER, WITHDRAWN, erase_some
from bot.store.personal import Erased, Personal
from bot.store.placements import Placements
from bot.store.reports import Reports
from tests.store.making import (
    DAWN,
    THREAD,
    capture,
    claim,
    content,
    message,
)

MEL, BEN = UserId(7), UserId(8)
NOW = datetime(2024, 6, 1, tzinfo=UTC)
_P = re.compile(r"(^|_)(user|actor|member|moderator|reporter|author|person|voter|follower|owner)_id$")


async def erase(database: Database, user: UserId = MEL, at: datetime = NOW, limit: int = 2) -> Erased:
    async with database.transaction() as tx:
        await Personal(tx).begin_erasure(tx, user, at)
    erased = await Personal(database).standing(user, at)
    more = True
    while more:
        async with database.transaction() as tx:
            more = await erase_some(tx, user, at=at, limit=limit)
    return erased


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
    await claim(discussed, imported, MEL)
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


async def test_an_erasure_broken_off_anywhere_and_gone_on_with_leaves_the_same(discussed: Database) -> None:
    """A row at a time, each time as if somebody else went on with it; and noted until nothing is left."""
    await everywhere(discussed)
    before = await discussed.fetch_value("SELECT count(*) FROM comment")
    async with discussed.transaction(discard=True) as tx:
        await Personal(tx).begin_erasure(tx, MEL, NOW)
        while await erase_some(tx, MEL, at=NOW, limit=99):
            pass
        at_once = await content(tx)
    async with discussed.transaction() as tx:
        await Personal(tx).begin_erasure(tx, MEL, NOW)
    more, transactions = True, 0
    while more:
        assert await Personal(discussed).unfinished_erasures() == [(MEL, NOW)]
        async with discussed.transaction() as tx:
            more = await erase_some(tx, MEL, at=NOW, limit=1)
            transactions += 1
    assert transactions > 9
    assert await Personal(discussed).unfinished_erasures() == []
    assert await content(discussed) == at_once
    assert await discussed.fetch_value("SELECT count(*) FROM comment") == before


async def everywhere(database: Database) -> None:
    """Mel did whatever can be done."""
    await claim(database, CommentId(1), MEL)
    bens = await database.fetch_value("SELECT id FROM comment WHERE message_id = 201")
    async with database.transaction() as tx:
        for comment, reporter in ((CommentId(2), BEN), (bens, MEL)):
            await Reports(tx).add(tx, GuildId(10), comment, reporter, "secret words", DAWN)
        for statement in (
            (
                "INSERT INTO vote SELECT message_id, value, 7, comment.id, publication_id FROM comment, "
                "json_each('[1, 2]') WHERE message_id IS NOT NULL"
            ),
            "INSERT INTO digest VALUES (7, 10, 24, 0, 'en')",
            "INSERT INTO notice_refusal VALUES (7, 10), (7, 11)",
            "INSERT INTO follow (user_id, guild_id, article_id, told) VALUES (7, 10, 1, 0), (7, 11, 1, 0)",
            (
                "INSERT INTO notice (user_id, publication_id, comment_id, nonce, at, channel_id, message_id) "
                "VALUES (7, 1, 1, 'a', 0, 30, 900)"
            ),
            "INSERT INTO search_query VALUES (1, 10, 7, 0, 'words', NULL, NULL, NULL, NULL)",
            "INSERT INTO audit_note (entry_id, channel_id, actor_id, user_id, many, at) VALUES (1, 30, 8, 7, 0, 0)",
        ):
            await tx.execute(statement)
