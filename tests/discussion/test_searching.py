from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sized
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discussion import searching
from bot.discussion.indexing import Indexing
from bot.discussion.lookup import Lookup
from bot.discussion.publish import OFFERED
from bot.discussion.searching import PAGE, Asked, Results, Searching
from bot.errors import OpedError, RefusedError
from bot.store import searches
from bot.store.database import Database
from tests.discussion.posting import MODERATOR, post, publishing
from tests.discussion.sources import article, comment, imported

FREQUENT = "the river is as wide as it is long"


@asynccontextmanager
async def filled(file: Path, comments: int) -> AsyncIterator[Database]:
    """A posted article with comments that have the same words, each besides them its number as a word."""
    async with Database.open(file) as database:
        said = (comment(str(each), f"{FREQUENT}, wrote number{each}") for each in range(comments))
        await imported(database, article("A long River"), *said)
        await post(database, "a-long-river")
        await Indexing(database).enter_all()
        yield database


@pytest.fixture
async def frequent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """Where a search considers less than half of the comments."""
    monkeypatch.setattr(searches, "CONSIDERED", 12)
    async with filled(tmp_path / "oped.db", 30) as database:
        yield database


def numbers(found: Results) -> list[int]:
    """The comments found, each by the number in it."""
    return [int(each.comment.text.split("number")[1]) for each in found.results if each.comment]


async def test_of_frequent_words_the_newest_comments_are_considered_and_one_is_told(
    frequent: Database,
) -> None:
    found = await Searching(frequent).search(MODERATOR, Asked("wide"))
    assert not found.whole
    assert len(found.results) == PAGE
    assert min(numbers(found)) >= 30 - 12
    seen, page = [*numbers(found)], found
    while page.more:
        assert page.id is not None
        page = await Searching(frequent).turn(MODERATOR, page.id, page.page + 1)
        seen += numbers(page)
    assert sorted(seen) == list(range(18, 30))


async def test_articles_are_found_by_words_that_very_many_comments_have(frequent: Database) -> None:
    found = await Searching(frequent).search(MODERATOR, Asked("river"))
    pages = [found]
    while pages[-1].more:
        assert found.id is not None
        pages.append(await Searching(frequent).turn(MODERATOR, found.id, len(pages)))
    assert [each.section for page in pages for each in page.results if each.comment is None] == [1]


async def test_a_rare_word_among_frequent_ones_is_found_wherever_it_is(frequent: Database) -> None:
    found = await Searching(frequent).search(MODERATOR, Asked("river number3"))
    assert numbers(found) == [3]
    assert found.whole


async def test_many_words_at_once_find_the_newest_first(frequent: Database) -> None:
    found = await Searching(frequent).search(MODERATOR, Asked(FREQUENT))
    assert numbers(found) == [29, 28, 27, 26, 25]


async def test_a_search_that_takes_too_long_is_given_up_and_the_next_one_works(
    frequent: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PATIENCE", 0.0)
    with pytest.raises(RefusedError, match="too long"):
        await Searching(frequent).search(MODERATOR, Asked("river"))
    monkeypatch.undo()
    assert (await Searching(frequent).search(MODERATOR, Asked("river"))).results


SPECIAL = [
    '"',
    "*",
    "(",
    ")",
    "-",
    "^",
    ":",
    "+",
    "'",
    "\\",
    "{",
    "}",
    "\0",
    "\ud83d",
    "%",
    "_",
    "\x02",
    "\x1e",
    "\u200b",
]
WORDS = [
    "river",
    "number7",
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "words",
    "marks",
    "a1",
    "ріка",
    "河流",
    "é",
    "I\u0307",
    "rank",
]
questions = st.one_of(
    st.text(max_size=250),
    st.lists(st.sampled_from([*SPECIAL, *WORDS, " ", " "]), max_size=60).map("".join),
    st.lists(st.sampled_from([*WORDS, "wid*", "riv*", "num*", '"the river"']), max_size=70).map(" ".join),
    st.sampled_from(['"', "*"]).map(lambda each: each * 200),
    st.sampled_from(["w", "x ", '"', "*", "wid* ", "河", "\n"]).map(lambda each: each * 2_000),
)


@given(asked=st.lists(questions, min_size=4, max_size=8))
@settings(max_examples=12)
def test_whatever_is_asked_or_typed_is_answered(asked: list[str]) -> None:
    async def outcome(ask: Callable[[str], Awaitable[Results]], words: str) -> None:
        with contextlib.suppress(OpedError):  # a sentence for whoever asked
            assert len((await ask(words)).results) <= PAGE

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with filled(Path(folder) / "oped.db", 9) as database:
                search = Searching(database)
                for words in asked:
                    await outcome(lambda each: search.search(MODERATOR, Asked(each)), words)
                    await outcome(lambda each: search.search(MODERATOR, Asked("river", author=each)), words)
                    await outcome(lambda each: search.search(MODERATOR, Asked("river", article=each)), words)
                    await outcome(lambda each: search.search(MODERATOR, Asked("river", since=each)), words)
                    offered: list[Sized] = [
                        await Lookup(database).comments_offered(MODERATOR, words),
                        await search.authors_offered(MODERATOR, words),
                        await search.articles_offered(MODERATOR, words),
                        await publishing(database).publications_offered(MODERATOR, words),
                        await publishing(database).articles_offered(MODERATOR, words),
                    ]
                    assert all(len(each) <= OFFERED for each in offered)
                # Nothing of this has kept anything else from working.
                assert numbers(await search.search(MODERATOR, Asked("number7"))) == [7]

    asyncio.run(run())
