from __future__ import annotations

from bot.store.clearing import KEYS, delete_some
from bot.store.database import Database
from bot.store.departures import OF_SERVERS
from bot.store.personal import TRACES


async def test_every_table_that_is_cleared_is_known_by_its_key(database: Database) -> None:
    rows = await database.fetch_all(
        "SELECT t.name, c.name AS key FROM pragma_table_list AS t, pragma_table_info(t.name) AS c "
        "WHERE t.schema = 'main' AND t.wr AND c.pk ORDER BY t.name, c.pk"
    )
    keys: dict[str, list[str]] = {}
    for row in rows:
        keys.setdefault(row["name"], []).append(row["key"])
    cleared = {*OF_SERVERS, *(trace.table for trace in TRACES), "notice", "vote"}
    assert {table: ", ".join(key) for table, key in keys.items() if table in cleared} == KEYS


async def test_no_more_rows_are_deleted_than_asked(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO notice_refusal SELECT value, 10 FROM json_each('[1, 2, 3, 4, 5]')")
        deleted = [
            await delete_some(tx, "notice_refusal", "user_id <= :last", {"last": 4}, 3) for _ in range(3)
        ]
    assert deleted == [3, 1, 0]
    assert await database.fetch_value("SELECT user_id FROM notice_refusal") == 5
