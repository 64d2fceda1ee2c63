from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.discussion import recording
from bot.discussion.events import MessagesDeleted
from bot.discussion.recording import Result
from bot.model import (
    Actor,
    CommentId,
    Discussion,
    Filter,
    FilterAction,
    FilterKind,
    GuildId,
    MessageId,
    Mode,
    PublicationId,
    RoleId,
    Sanction,
    SanctionKind,
    Server,
    Status,
    UserId,
)
from bot.store.database import Database
from bot.store.discussions import Discussions
from bot.store.filters import Filters
from bot.store.incoming import MessageWritten
from bot.store.member_comments import MemberComments
from bot.store.removals import Removals
from bot.store.sanctions import Sanctions
from bot.store.servers import Servers
from bot.store.warned import Sign, Warned
from tests.store.making import DAWN, THREAD, add_article, add_publication, message

HERE = GuildId(10)
BEN = UserId(8)


@pytest.fixture
async def publication(database: Database) -> PublicationId:
    """A live publication with a thread."""
    return await add_publication(database, await add_article(database))


async def record(database: Database, *written: MessageWritten) -> Result:
    async with database.transaction() as tx:
        return await recording.record(tx, written)


async def statuses(database: Database) -> list[tuple[str, str]]:
    rows = await database.fetch_all("SELECT text, status FROM comment ORDER BY message_id")
    return [(row["text"], row["status"]) for row in rows]


async def removed(database: Database) -> list[int]:
    return [
        row["message_id"] for row in await database.fetch_all("SELECT message_id FROM removal ORDER BY 1")
    ]


async def actions(database: Database) -> list[tuple[str, str]]:
    rows = await database.fetch_all(
        "SELECT action, json_extract(details, '$.because') AS why FROM trail_entry ORDER BY id"
    )
    return [(row["action"], row["why"]) for row in rows]


async def set_mode(database: Database, mode: Mode) -> None:
    async with database.transaction() as tx:
        await Servers(tx).save(tx, Server(HERE, mode=mode))


async def set_filters(database: Database, filters: Sequence[Filter]) -> None:
    async with database.transaction() as tx:
        for each in filters:
            await Filters(tx).save(tx, HERE, each)


async def test_all_pass_where_nobody_asked_for_anything(
    database: Database, publication: PublicationId
) -> None:
    result = await record(database, message(200, "one"))
    assert await statuses(database) == [("one", "visible")]
    assert not result.screened.removing


async def test_in_one_batch_every_comment_of_a_newcomer_is_held(
    database: Database, publication: PublicationId
) -> None:
    await record(database, replace(message(100, "long here"), user_id=BEN))
    await set_mode(database, Mode.FIRST_HELD)
    result = await record(
        database, message(200, "one"), message(201, "two"), replace(message(202, "three"), user_id=BEN)
    )
    assert await statuses(database) == [
        ("long here", "visible"),
        ("one", "pending"),
        ("two", "pending"),
        ("three", "visible"),
    ]
    assert await removed(database) == [200, 201]
    assert result.screened.removing
    assert await actions(database) == [("comment_held", "first_held")] * 2


async def test_a_held_comment_is_news_once_it_is_approved(
    database: Database, publication: PublicationId
) -> None:
    await set_mode(database, Mode.ALL_HELD)
    await record(database, message(200, "one"))
    assert await database.fetch_value("SELECT count(*) FROM news") == 0
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(CommentId(1), Status.VISIBLE, Actor.MODERATOR)
    assert await database.fetch_value("SELECT count(*) FROM news") == 1


async def test_a_discussions_own_mode_counts_before_its_servers(
    database: Database, publication: PublicationId
) -> None:
    await set_mode(database, Mode.ALL_HELD)
    async with database.transaction() as tx:
        await Discussions(tx).save(tx, Discussion(publication, mode=Mode.OPEN))
    await record(database, message(200, "one"))
    assert await statuses(database) == [("one", "visible")]


async def test_moderators_and_edits_pass_the_mode(database: Database, publication: PublicationId) -> None:
    await record(database, message(200, "one"))
    await set_mode(database, Mode.ALL_HELD)
    await record(database, message(200, "won", edited=1), replace(message(201, "two"), moderates=True))
    assert await statuses(database) == [("won", "visible"), ("two", "visible")]


async def test_whoever_has_a_role_that_moderates_passes_like_a_moderator(
    database: Database, publication: PublicationId
) -> None:
    async with database.transaction() as tx:
        server = Server(HERE, mode=Mode.ALL_HELD, moderator_roles=frozenset({RoleId(5)}))
        await Servers(tx).save(tx, server)
    roles = {200: frozenset({RoleId(5), RoleId(6)}), 201: frozenset({RoleId(6)})}
    await record(database, *(replace(message(each), roles=those) for each, those in roles.items()))
    assert [status for _text, status in await statuses(database)] == ["visible", "pending"]


async def test_the_gravest_ruling_counts(database: Database, publication: PublicationId) -> None:
    await set_filters(
        database,
        [
            Filter(FilterKind.LINKS, FilterAction.WARN),
            Filter(FilterKind.WORDS, FilterAction.HIDE, ("boats",)),
        ],
    )
    await set_mode(database, Mode.ALL_HELD)
    await record(database, message(200, "Buy boats at https://boats.example"))
    assert await statuses(database) == [("Buy boats at https://boats.example", "hidden")]
    assert await actions(database) == [("comment_hidden", "words")]


async def test_a_warned_comment_stays_and_its_author_is_to_be_told(
    database: Database, publication: PublicationId
) -> None:
    await set_filters(database, [Filter(FilterKind.LINKS, FilterAction.WARN)])
    result = await record(database, message(200, "https://example.com"))
    assert await statuses(database) == [("https://example.com", "visible")]
    assert await removed(database) == []
    assert result.screened.warning
    sign = Sign(CommentId(1), THREAD, MessageId(200), wanted=True)
    assert await Warned(database).next_sign(THREAD, besides=()) == sign
    async with database.transaction() as tx:
        await Warned(tx).note(tx, sign)
    assert await Warned(database).next_sign(THREAD, besides=()) is None
    assert await Warned(database).reasons([CommentId(1)]) == {1: "links"}
    # Changed, it needs no sign any more.
    result = await record(database, message(200, "no link", edited=1))
    assert result.screened.warning
    assert await Warned(database).next_sign(THREAD, besides=()) == replace(sign, wanted=False)
    assert await Warned(database).reasons([CommentId(1)]) == {}


async def test_an_edit_within_the_same_batch_is_judged_too(
    database: Database, publication: PublicationId
) -> None:
    await set_filters(database, [Filter(FilterKind.WORDS, FilterAction.HOLD, ("boats",))])
    await record(database, message(200, "rivers"), message(200, "boats", edited=1))
    assert await statuses(database) == [("boats", "pending")]
    # Held once, it is not held again by what its author still does to the message.
    await record(database, message(200, "boats!", edited=2))
    assert await statuses(database) == [("boats!", "pending")]
    assert await actions(database) == [("comment_held", "words")]


async def test_the_same_text_again_is_found_also_within_a_batch(
    database: Database, publication: PublicationId
) -> None:
    await set_filters(database, [Filter(FilterKind.REPEATS, FilterAction.HOLD)])
    spam = "Buy my wonderful boats"
    await record(
        database, message(200, spam), message(201, spam.upper()), replace(message(202, spam), user_id=BEN)
    )
    later = replace(message(203, spam), created_at=DAWN + timedelta(minutes=59))
    await record(database, later, message(204, "Yes"), message(205, "Yes"))
    late = replace(message(206, "Buy my wonderful boats"), created_at=DAWN + timedelta(hours=3))
    await record(database, late)
    found = dict(zip(range(200, 207), [status for _, status in await statuses(database)], strict=True))
    assert [number for number, status in found.items() if status == "pending"] == [201, 203]


async def test_newcomers_are_those_who_joined_today(database: Database, publication: PublicationId) -> None:
    await set_filters(database, [Filter(FilterKind.NEWCOMERS, FilterAction.HOLD)])
    fresh = replace(message(200, "new"), joined_at=DAWN - timedelta(hours=23))
    settled = replace(message(201, "old"), user_id=BEN, joined_at=DAWN - timedelta(hours=25))
    await record(database, fresh, settled)
    assert await statuses(database) == [("new", "pending"), ("old", "visible")]


@pytest.mark.parametrize("kind", list(SanctionKind))
async def test_nothing_is_kept_of_what_people_under_a_sanction_write(
    database: Database, publication: PublicationId, kind: SanctionKind
) -> None:
    await record(database, message(200, "before"))
    async with database.transaction() as tx:
        await Sanctions(tx).impose(tx, HERE, UserId(7), Sanction(kind))
    await record(
        database, message(201, "after"), replace(message(202, "an answer", reply_to=201), user_id=BEN)
    )
    assert await statuses(database) == [("before", "visible"), ("", "deleted"), ("an answer", "visible")]
    assert await removed(database) == [201]
    assert await database.fetch_value("SELECT parent_id FROM comment WHERE message_id = 202") == 2
    # What they wrote before stays theirs; changed, it waits for a moderator.
    await record(database, message(200, "changed", edited=1))
    assert (await statuses(database))[0] == ("changed", "pending")


async def test_a_held_message_that_its_author_deletes_first_is_withdrawn(
    database: Database, publication: PublicationId
) -> None:
    await set_mode(database, Mode.ALL_HELD)
    await record(database, message(200, "one"))
    async with database.transaction() as tx:
        await recording.record(tx, [MessagesDeleted(THREAD, (MessageId(200),))])
    assert await statuses(database) == [("", "deleted")]
    assert await Removals(database).next_to_do(THREAD) is None
