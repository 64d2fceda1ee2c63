from __future__ import annotations

import pytest

from bot.discussion.access import Viewer
from bot.discussion.lookup import AROUND, Lookup
from bot.errors import NotFoundError
from bot.model import CommentId, GuildId, MessageId, UserId
from bot.store.database import Database
from bot.store.incoming import Incoming
from tests.discussion.posting import GUILD, MODERATOR, THREAD, post, shown
from tests.discussion.sources import article, comment, imported
from tests.store.making import message

STRANGER = Viewer(GuildId(11), UserId(1), lambda channel: True)
OUTSIDER = Viewer(GUILD, UserId(1), lambda channel: False)


@pytest.fixture
async def bench(database: Database) -> Database:
    """A posted article with two comments, and a member's answer to the second."""
    await imported(database, article(), comment("1", "Oak or elm?"), comment("2", "Elm.", parent="1"))
    publication = await post(database, "a-bench")
    last = max(await shown(database, publication))
    async with database.transaction() as tx:
        await Incoming(tx).store([message(9_999_999, "Elm it is.", channel=THREAD, reply_to=last)])
    return database


async def test_a_comment_comes_with_what_it_answers_and_what_answers_it(bench: Database) -> None:
    view = await Lookup(bench).comment(MODERATOR, comment_id=CommentId(2))
    assert view.comment.text == "Elm."
    assert [each.text for each in view.ancestors] == ["Oak or elm?"]
    assert [each.text for each in view.replies] == ["Elm it is."]
    assert view.article_title == "A Bench"
    assert view.links[view.replies[0].id] == f"https://discord.com/channels/10/{THREAD}/9999999"
    assert len(view.links) == 3


async def test_of_very_many_replies_the_first_come_along_and_all_are_counted(bench: Database) -> None:
    async with bench.transaction() as tx:
        await Incoming(tx).store(
            [message(10_000_000 + number, channel=THREAD, reply_to=9_999_999) for number in range(100)]
        )
    view = await Lookup(bench).comment(MODERATOR, comment_id=CommentId(3))
    assert [each.message_id for each in view.replies] == list(range(10_000_000, 10_000_000 + AROUND))
    assert view.answered == 100
    assert len(view.links) == 1 + len(view.ancestors) + AROUND


async def test_a_message_of_ours_leads_to_the_comment_that_it_shows(bench: Database) -> None:
    link = (await Lookup(bench).comment(MODERATOR, comment_id=CommentId(2))).links[CommentId(2)]
    found = await Lookup(bench).comment(MODERATOR, message_id=MessageId(int(link.rsplit("/")[-1])))
    assert found.comment.id == 2


@pytest.mark.parametrize("viewer", [STRANGER, OUTSIDER], ids=["another server", "a channel out of sight"])
async def test_nothing_is_found_or_offered_where_it_may_not_be_seen(bench: Database, viewer: Viewer) -> None:
    for comment_id in (1, 3):
        with pytest.raises(NotFoundError):
            await Lookup(bench).comment(viewer, comment_id=CommentId(comment_id))
    with pytest.raises(NotFoundError):
        await Lookup(bench).comment(viewer, message_id=MessageId(9_999_999))
    assert await Lookup(bench).comments_offered(viewer, "elm") == []


async def test_what_is_unknown_is_not_found(bench: Database) -> None:
    for wanted in ({"comment_id": CommentId(77)}, {"message_id": MessageId(77)}, {}):
        with pytest.raises(NotFoundError):
            await Lookup(bench).comment(MODERATOR, **wanted)


async def test_comments_are_offered_by_words_and_author_newest_first(bench: Database) -> None:
    async def offered(words: str) -> list[str]:
        return [each.text for each in await Lookup(bench).comments_offered(MODERATOR, words)]

    assert await offered("ELM") == ["Elm it is.", "Elm.", "Oak or elm?"]
    assert await offered("mel") == ["Elm it is."]
    assert await offered("birch") == []
