from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import (
    Actor,
    ArticleId,
    CommentId,
    GuildId,
    MessageId,
    PublicationId,
    Sanction,
    SanctionKind,
    Status,
    UserId,
)
from bot.store.database import Database
from bot.store.member_comments import MemberComments
from bot.store.placements import Placements
from bot.store.sanctions import Sanctions
from bot.store.tombstones import Tombstones
from bot.store.votes import Voted, Votes
from tests.store.making import DAWN, add_article, add_imported, add_publication, capture, message, place

UP, HEART = "👍", "❤️"
ANN, BEN = UserId(1), UserId(2)
MIRRORED = MessageId(50)


@pytest.fixture
async def article(database: Database) -> ArticleId:
    return await add_article(database)


@pytest.fixture
async def publication(database: Database, article: ArticleId) -> PublicationId:
    return await add_publication(database, article)


@pytest.fixture
async def comment(database: Database, article: ArticleId, publication: PublicationId) -> CommentId:
    """A mirrored comment of two messages: 50 and 51."""
    made = await add_imported(database, article, "1")
    await place(database, publication, MIRRORED, comment=made)
    await place(database, publication, MIRRORED + 1, comment=made, part=1)
    return made


async def cast(database: Database, message: int, emoji: str = UP, *voters: UserId) -> int:
    async with database.transaction() as tx:
        return await Votes(tx).cast(tx, MessageId(message), emoji, voters or [ANN], DAWN)


async def take_back(database: Database, message: int, emoji: str = UP, voter: UserId = ANN) -> None:
    async with database.transaction() as tx:
        await Votes(tx).take_back(tx, MessageId(message), emoji, voter)


async def best(database: Database, *publications: int) -> list[tuple[int, int]]:
    found = await Votes(database).best([PublicationId(each) for each in publications or (1,)], limit=10)
    return [(each.comment_id, each.votes) for each in found]


async def test_a_member_has_one_vote_a_comment_however_often_they_react(
    database: Database, comment: CommentId
) -> None:
    await cast(database, 50)
    await cast(database, 50)
    await cast(database, 50, HEART)
    await cast(database, 51)
    assert await best(database) == [(comment, 1)]
    await take_back(database, 50)
    await take_back(database, 50, HEART)
    assert await best(database) == [(comment, 1)], "the reaction to the second part stands"
    await take_back(database, 51)
    await take_back(database, 51)
    assert await best(database) == []


async def test_what_is_no_comment_has_no_votes(
    database: Database, article: ArticleId, publication: PublicationId
) -> None:
    section = await database.fetch_value("SELECT id FROM section WHERE number = 1")
    await place(database, publication, 60, section=section)
    assert await cast(database, 60) == 0
    assert await cast(database, 999) == 0
    assert await Votes(database).open_among([MessageId(60), MessageId(999)]) == set()


async def test_who_is_banned_from_the_server_has_no_vote_until_that_ends(
    database: Database, comment: CommentId
) -> None:
    async with database.transaction() as tx:
        for guild, user, kind, until in (
            (GuildId(10), ANN, SanctionKind.BAN, None),
            (GuildId(10), BEN, SanctionKind.BAN, DAWN),
            (GuildId(10), UserId(3), SanctionKind.MUTE, None),
            (GuildId(11), UserId(4), SanctionKind.BAN, None),
        ):
            await Sanctions(tx).impose(tx, guild, user, Sanction(kind, until))
    assert await cast(database, 50, UP, ANN, BEN, UserId(3), UserId(4)) == 3
    assert await cast(database, 50, HEART, ANN) == 0


async def test_a_retired_publication_takes_no_more_votes_but_lets_them_go(
    database: Database, comment: CommentId
) -> None:
    await cast(database, 50)
    async with database.transaction() as tx:
        await tx.execute("UPDATE publication SET state = 'retired'")
    assert await cast(database, 50, UP, BEN) == 0
    assert await best(database) == [(comment, 1)]
    await take_back(database, 50)
    assert await best(database) == []


async def test_the_best_come_first_and_only_visible_ones(
    database: Database, comment: CommentId, article: ArticleId
) -> None:
    first, _ = await capture(database, message(100))
    hidden, _ = await capture(database, message(101))
    await cast(database, 100, UP, ANN, BEN)
    await cast(database, 50)
    await cast(database, 101, UP, ANN, BEN, UserId(3))
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(hidden, Status.HIDDEN, Actor.MODERATOR)
    assert await best(database) == [(first, 2), (comment, 1)]
    assert await Votes(database).best([PublicationId(1)], limit=1) == [Voted(first, 2)]


async def test_votes_elsewhere_do_not_count_here_and_nobody_counts_twice(
    database: Database, comment: CommentId, article: ArticleId
) -> None:
    elsewhere = await add_publication(database, article, channel=40)
    await place(database, elsewhere, 70, comment=comment)
    await cast(database, 50, UP, ANN)
    await cast(database, 70, UP, ANN, BEN)
    assert await best(database, 1) == [(comment, 1)]
    assert await best(database, 1, elsewhere) == [(comment, 2)]


async def test_votes_go_with_the_comment_and_with_the_message(database: Database, comment: CommentId) -> None:
    await capture(database, message(100))
    await cast(database, 100)
    await cast(database, 50)
    await cast(database, 51, UP, BEN)
    async with database.transaction() as tx:
        await Tombstones(tx).put([MessageId(100)])
        await Placements(tx).unwant(tx, [])
        await tx.execute("UPDATE placement SET wanted = 'x'")
        await Placements(tx).lose(tx, [MIRRORED])
    assert await database.fetch_all("SELECT * FROM vote WHERE message_id IN (50, 100)") == []
    assert await database.fetch_value("SELECT votes FROM tally") == 1
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM placement")
    assert await database.fetch_all("SELECT * FROM tally") == []


async def test_reactions_are_cleared_all_or_of_one_kind(database: Database, comment: CommentId) -> None:
    await cast(database, 50, UP, ANN, BEN)
    await cast(database, 50, HEART, ANN)
    async with database.transaction() as tx:
        await Votes(tx).clear(tx, MIRRORED, UP)
    assert await Votes(database).counts([MIRRORED]) == {(MIRRORED, HEART): 1}
    async with database.transaction() as tx:
        await Votes(tx).clear(tx, MIRRORED)
    assert await best(database) == []


steps = st.lists(
    st.tuples(
        st.sampled_from(["cast", "take back", "clear", "keep"]),
        st.sampled_from([50, 51]),
        st.sampled_from([UP, HEART]),
        st.sampled_from([ANN, BEN]),
    ),
    max_size=12,
)


async def test_the_tally_is_always_what_counting_would_give(database: Database, comment: CommentId) -> None:
    @settings(max_examples=25)
    @given(steps)
    def plan(drawn: list[tuple[str, int, str, UserId]]) -> None:
        plans.append(drawn)

    plans: list[list[tuple[str, int, str, UserId]]] = []
    plan()
    for drawn in plans:
        for act, where, emoji, voter in drawn:
            async with database.transaction() as tx:
                votes = Votes(tx)
                if act == "cast":
                    await votes.cast(tx, MessageId(where), emoji, [voter], DAWN)
                elif act == "take back":
                    await votes.take_back(tx, MessageId(where), emoji, voter)
                elif act == "clear":
                    await votes.clear(tx, MessageId(where), emoji)
                else:
                    await votes.keep_only(tx, MessageId(where), emoji, [voter])
            counted = await database.fetch_value("SELECT count(DISTINCT user_id) FROM vote")
            assert (await database.fetch_value("SELECT sum(votes) FROM tally") or 0) == counted
