from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.discussion.access import Viewer
from bot.discussion.automod import AutoMod
from bot.discussion.claiming import Claiming, Which
from bot.discussion.finishing import Finishing
from bot.discussion.indexing import Indexing
from bot.discussion.outline import Outline
from bot.discussion.privacy import Erased, Privacy, check_stored
from bot.discussion.reports import Reporting
from bot.discussion.searching import PAGE, Asked, Searching
from bot.errors import RefusedError
from bot.model import ClaimId, ClaimState, CommentId, GuildId, UserId
from bot.store.database import Database
from tests.discussion.posting import GUILD, THREAD, post
from tests.discussion.sources import article, comment, imported
from tests.store.making import capture, message

MEL = Viewer(GUILD, UserId(7), lambda channel: True)
BEN = Viewer(GUILD, UserId(8), lambda channel: True)
MO = Viewer(GUILD, UserId(9), lambda channel: True, lambda channel: True)
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
async def bench(database: Database) -> Database:
    """A posted article with an imported comment and one of Mel's."""
    await imported(database, article(), comment("1"))
    await post(database, "a-bench")
    await capture(database, message(9999, "Mel's words", channel=THREAD))
    return database


def privacy(database: Database) -> Privacy:
    return Privacy(database, lambda: None)


async def test_an_export_is_json_that_a_person_can_read(bench: Database) -> None:
    (part,) = [each async for each in privacy(bench).export(MEL.user_id, NOW, limit=1 << 20)]
    exported = part.document
    assert part.last
    told = json.loads(exported)
    assert (told["user_id"], told["made_at"]) == ("7", NOW.isoformat())
    assert [each["text"] for each in told["comments"]] == ["Mel's words"]
    assert "Mel's words" in exported.decode()


async def test_an_erasure_wakes_whoever_deletes_messages(bench: Database) -> None:
    woken: list[bool] = []
    erased = await Privacy(bench, lambda: woken.append(True)).erase(MEL.user_id, NOW)
    assert erased == Erased(messages=1, entered=0, claimed=0)
    assert woken == [True]
    assert await privacy(bench).standing(MEL.user_id) == Erased(0, 0, 0)


async def test_others_are_captured_between_two_batches_of_an_erasure(
    bench: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await capture(bench, *(message(10_000 + each, "Mel's words", channel=THREAD) for each in range(6)))
    left: list[int] = []
    breath = asyncio.sleep

    async def look(seconds: float) -> None:
        bens = message(20_000 + len(left), "Ben's words", channel=THREAD, author="Ben")
        await capture(bench, replace(bens, user_id=BEN.user_id))
        left.append((await privacy(bench).standing(MEL.user_id)).messages)
        await breath(seconds)

    monkeypatch.setattr("bot.discussion.privacy.BATCH", 2)
    monkeypatch.setattr("bot.discussion.batches.asyncio.sleep", look)
    assert await privacy(bench).erase(MEL.user_id, NOW) == Erased(messages=7, entered=0, claimed=0)
    assert left[:4] == [5, 3, 1, 0]
    bens_words = "SELECT count(*) FROM comment WHERE text = 'Ben''s words'"
    assert await bench.fetch_value(bens_words) == len(left)


async def test_an_erasure_that_is_broken_off_is_finished_by_the_bot(
    bench: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await capture(bench, *(message(10_000 + each, "Mel's words", channel=THREAD) for each in range(6)))
    with monkeypatch.context() as patch:
        patch.setattr("bot.discussion.privacy.BATCH", 2)
        patch.setattr("bot.discussion.batches.asyncio.sleep", _killed)
        with pytest.raises(asyncio.CancelledError):
            await privacy(bench).erase(MEL.user_id, NOW)
    assert await privacy(bench).standing(MEL.user_id) == Erased(5, 0, 0)
    woken: list[bool] = []
    finishing = Finishing(bench, lambda: woken.append(True))
    await finishing.round()
    await finishing.round()
    assert await privacy(bench).standing(MEL.user_id) == Erased(0, 0, 0)
    assert await bench.fetch_value("SELECT count(*) FROM commenter WHERE name = 'Mel'") == 0
    assert woken == [True], "once, for what is to be deleted in Discord"


async def _killed(_seconds: float) -> None:
    raise asyncio.CancelledError


async def test_nothing_is_stored_of_who_opted_out(bench: Database) -> None:
    await check_stored(bench, MEL.user_id)
    assert await privacy(bench).opt_out(MEL.user_id)
    with pytest.raises(RefusedError, match="opted out"):
        await check_stored(bench, MEL.user_id)
    with pytest.raises(RefusedError, match="opted out"):
        await Reporting(bench).report(MEL, CommentId(1), reason="It is rude.")
    await AutoMod(bench).acted(GuildId(GUILD), THREAD, MEL.user_id, rule=1, did="blocked")
    (entry,) = await bench.fetch_all("SELECT action, user_id FROM trail_entry")
    assert tuple(entry) == ("automod_acted", None)
    assert await privacy(bench).opt_in(MEL.user_id)
    await Reporting(bench).report(MEL, CommentId(1), reason="It is rude.")


async def test_a_search_by_who_opted_out_is_answered_and_not_kept(bench: Database) -> None:
    await capture(bench, *(message(10_000 + each, f"words {each}", channel=THREAD) for each in range(9)))
    await Indexing(bench).enter_all()
    await privacy(bench).opt_out(BEN.user_id)
    for who, kept in ((BEN, 0), (MEL, 1)):
        found = await Searching(bench).search(who, Asked("words"))
        assert len(found.results) == PAGE
        assert (found.id is not None) == bool(kept)
        assert await bench.fetch_value("SELECT count(*) FROM search_query") == kept
    await privacy(bench).erase(MEL.user_id, NOW)
    assert await bench.fetch_value("SELECT count(*) FROM search_query") == 0


async def test_a_claimed_comment_is_among_ones_own(bench: Database) -> None:
    await Claiming(bench).ask(MEL, Which(CommentId(1)))
    assert [each.id for each in (await Outline(bench).own(MEL, 0)).comments] == [2]
    await Claiming(bench).decide(MO, ClaimId(1), ClaimState.CONFIRMED)
    assert [each.id for each in (await Outline(bench).own(MEL, 0)).comments] == [2, 1]
    assert (await Outline(bench).own(BEN, 0)).comments == ()
