from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import CommentId, MessageId, UserId
from bot.store.database import Database
from bot.store.erasing import erase_some
from bot.store.personal import TRACES, Personal
from tests.store.making import (
    DAWN,
    claim,
)

MEL, BEN = UserId(7), UserId(8)
NOW = datetime(2024, 6, 1, tzinfo=UTC)
PERSON = re.compile(r"(^|_)(user|actor|member|moderator|reporter|author|person|voter|follower|owner)_id$")


async def test_every_column_that_names_a_person_says_what_becomes_of_it(database: Database) -> None:
    columns = await database.fetch_all(
        'SELECT t.name AS "table", c.name AS "column" FROM pragma_table_list AS t, pragma_table_info(t.name) AS c '
        "WHERE t.schema = 'main' AND t.type = 'table' AND NOT EXISTS ("
        'SELECT 1 FROM pragma_foreign_key_list(t.name) AS f WHERE f."from" = c.name)'
    )
    found = {(row["table"], row["column"]) for row in columns if PERSON.search(row["column"])}
    assert found == {(trace.table, trace.column) for trace in TRACES}


async def test_messages_from_before_an_erasure_and_of_those_who_opted_out_are_unwelcome(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await Personal(tx).begin_erasure(tx, MEL, NOW)
    async with database.transaction() as tx:
        assert await Personal(tx).opt_out(tx, BEN)
        assert not await Personal(tx).opt_out(tx, BEN)
    later = NOW + timedelta(seconds=1)
    written = [(1, MEL, NOW), (2, MEL, later), (3, BEN, NOW), (4, BEN, later), (5, UserId(9), NOW)]
    unwelcome = await Personal(database).unwelcome([(MessageId(m), user, at) for m, user, at in written])
    assert unwelcome == {1, 3, 4}
    async with database.transaction() as tx:
        await Personal(tx).forget_erasures(tx, later)
        assert await Personal(tx).unfinished_erasures() == [(MEL, NOW)], "it is still to be done"
        await erase_some(tx, MEL, at=NOW, limit=9)
        await Personal(tx).forget_erasures(tx, later)
        assert await Personal(tx).opt_in(tx, BEN)
        assert not await Personal(tx).opt_in(tx, BEN)
    assert await Personal(database).unwelcome([(MessageId(m), user, at) for m, user, at in written]) == set()


async def test_a_person_is_told_all_that_is_theirs_and_nothing_of_others(discussed: Database) -> None:
    await claim(discussed, CommentId(1), MEL)
    told: dict[str, list[Any]] = {}
    async for table, row in Personal(discussed).all_of(MEL):
        told.setdefault(table, []).append(row)
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
    assert [(each["comment_id"], each["text"]) for each in told["revisions"]] == [
        (written["id"], "secret first words")
    ]
    assert [each["state"] for each in told["claim"]] == ["confirmed"]
    about, by = told["trail_entry"]
    assert (about["user_id"], "actor_id" in about, "reason" in about) == ("7", False, False)
    assert (by["actor_id"], "user_id" in by) == ("7", False)
    assert "Ben" not in str({key: value for key, value in told.items() if key != "trail_entry"})
