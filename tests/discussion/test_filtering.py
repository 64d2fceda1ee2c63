from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.discussion.access import Viewer
from bot.discussion.filtering import WORD_LIMIT, WORDS_LIMIT, Filtering
from bot.errors import RefusedError
from bot.model import Filter, FilterAction, FilterKind, GuildId, UserId
from bot.store.database import Database
from bot.store.filters import Filters

MODERATOR = Viewer(GuildId(10), UserId(1), lambda channel: True, lambda channel: True)
MEMBER = Viewer(GuildId(10), UserId(2), lambda channel: True)


async def test_words_are_listed_once_and_kept_when_only_the_action_changes(database: Database) -> None:
    filtering = Filtering(database)
    await filtering.set(MODERATOR, FilterKind.WORDS, FilterAction.HOLD, " Boats,  dry   run\nBoats, ,")
    found = await filtering.set(MODERATOR, FilterKind.WORDS, FilterAction.HIDE)
    assert found == (Filter(FilterKind.WORDS, FilterAction.HIDE, ("Boats", "dry run")),)
    assert await filtering.filters(MODERATOR) == found
    for _again in range(2):
        assert await filtering.set(MODERATOR, FilterKind.WORDS, None) == ()
    rows = await database.fetch_all("SELECT action, actor_id, details FROM trail_entry ORDER BY id")
    assert [(row["action"], row["actor_id"]) for row in rows] == [("filter_changed", 1)] * 3
    assert json.loads(rows[-1]["details"]) == {"filter": "words", "action": None}


@pytest.mark.parametrize(
    ("kind", "words", "why"),
    [
        (FilterKind.WORDS, "", "Give the words"),
        (FilterKind.WORDS, " , ", "Give the words"),
        (FilterKind.LINKS, "boats", "takes words"),
        (FilterKind.WORDS, "x" * (WORD_LIMIT + 1), "can look for"),
        (FilterKind.WORDS, ",".join(f"w{number}" for number in range(WORDS_LIMIT + 1)), "can look for"),
        (FilterKind.WORDS, "boats, !?", "no letter"),
        (FilterKind.WORDS, ",".join(f"{number:050}a" for number in range(80)), "characters in all"),
    ],
)
async def test_what_cannot_be_looked_for_is_refused(
    database: Database, kind: FilterKind, words: str, why: str
) -> None:
    with pytest.raises(RefusedError, match=why):
        await Filtering(database).set(MODERATOR, kind, FilterAction.HOLD, words)
    assert await Filtering(database).filters(MODERATOR) == ()


async def test_a_list_from_before_lists_were_bounded_still_does_its_work(database: Database) -> None:
    words = tuple(f"{number:050}a" for number in range(80))
    async with database.transaction() as tx:
        await Filters(tx).save(tx, GuildId(10), Filter(FilterKind.WORDS, FilterAction.HOLD, words))
    found = await Filtering(database).set(MODERATOR, FilterKind.WORDS, FilterAction.HIDE)
    assert found == (Filter(FilterKind.WORDS, FilterAction.HIDE, words),)


async def test_who_manages_the_server_sets_filters_too(database: Database) -> None:
    manager = replace(MEMBER, manages_server=True)
    found = await Filtering(database).set(manager, FilterKind.LINKS, FilterAction.HOLD)
    assert (
        await Filtering(database).filters(manager) == found == (Filter(FilterKind.LINKS, FilterAction.HOLD),)
    )


async def test_members_neither_set_nor_see_filters(database: Database) -> None:
    with pytest.raises(RefusedError, match="Only moderators"):
        await Filtering(database).set(MEMBER, FilterKind.LINKS, FilterAction.HOLD)
    with pytest.raises(RefusedError, match="Only moderators"):
        await Filtering(database).filters(MEMBER)
