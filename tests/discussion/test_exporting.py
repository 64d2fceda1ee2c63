from __future__ import annotations

import io
import json

import pytest

from bot.discussion.access import Viewer
from bot.discussion.exporting import Bounded, Exporting, export, show
from bot.errors import NotFoundError, RefusedError
from bot.formats import oped_json, wordpress_rest
from bot.formats.base import Export, Format, ReadOptions
from bot.model import GuildId, PublicationId, Status, UserId
from bot.store.database import Database
from tests.discussion.sources import article, comment, imported, listed, outline, publish


async def exported(database: Database, slug: str = "a-bench") -> dict[str, object]:
    stream = io.BytesIO()
    await export(database, slug, oped_json.write, stream)
    content = json.loads(stream.getvalue())
    assert isinstance(content, dict)
    return content


async def test_the_export_is_the_json_that_other_programs_read(database: Database) -> None:
    await imported(database, article(url="https://blog.example/bench"), comment("7", minute=90, section=2))
    discussion = await publish(database)
    await discussion.answer(500, (await listed(database))[0].comment.id)
    assert await exported(database) == {
        "slug": "a-bench",
        "title": "A Bench",
        "author": None,
        "source_url": "https://blog.example/bench",
        "published_at": None,
        "sections": [
            {"number": 1, "heading": None, "text": "Once upon a time"},
            {"number": 2, "heading": "Birds", "text": "They sing"},
        ],
        "comments": [
            {
                "id": "1",
                "source_id": "7",
                "parent_id": None,
                "section": 2,
                "author": "Ann",
                "created_at": "2024-01-01T01:30:00Z",
                "edited_at": None,
                "origin": "imported",
                "status": "visible",
                "text": "text of 7",
                "message_id": "1001",
            },
            {
                "id": "2",
                "source_id": None,
                "parent_id": "1",
                "section": None,
                "author": "Mel",
                "created_at": "2024-01-01T00:00:00Z",
                "edited_at": None,
                "origin": "discord",
                "status": "visible",
                "text": "a member's words",
                "message_id": "500",
            },
        ],
    }


async def test_an_article_is_shown_with_depths_and_messages(database: Database) -> None:
    await imported(database, article(), comment("1"), comment("2", parent="1"), comment("3", parent="2"))
    await publish(database)
    async with show(database, "a-bench") as (shown, comments):
        assert shown.title == "A Bench"
        assert [(each.depth, each.message_id) async for each in comments] == [(0, 1001), (1, 1002), (2, 1003)]


async def test_what_is_written_meanwhile_is_not_in_it(database: Database) -> None:
    await imported(database, article(), *(comment(str(number), minute=number) for number in range(1200)))
    discussion = await publish(database)
    async with show(database, "a-bench") as (_, comments):
        assert (await anext(comments)).comment.text == "text of 0"
        await discussion.answer(500, None)
        await imported(database, article("Another title"))
        assert len([each async for each in comments]) == 1199
    assert (await outline(database))[-1] == "Mel: a member's words"


async def test_thousands_of_comments_are_written_in_order(database: Database) -> None:
    await imported(database, article(), *(comment(str(number), minute=number) for number in range(1100)))
    content = await exported(database)
    comments = content["comments"]
    assert isinstance(comments, list)
    assert [each["source_id"] for each in comments] == [str(number) for number in range(1100)]


async def test_an_export_imported_elsewhere_is_the_same_discussion(database: Database) -> None:
    await imported(database, article(), comment("1"), comment("2", parent="1", name=None))
    await publish(database)
    stream = io.BytesIO()
    await export(database, "a-bench", oped_json.write, stream)
    stream.seek(0)
    records = list(oped_json.FORMAT.read(stream, ReadOptions()))
    copy = await imported(database, *records, slug="copy")
    assert (copy.slug, copy.result, copy.comments.created) == ("copy", "created", 2)
    assert await outline(database, 2) == await outline(database, 1)


async def test_an_unknown_slug_is_told(database: Database) -> None:
    with pytest.raises(NotFoundError, match="no article “nowhere”"):
        await exported(database, "nowhere")


async def test_a_writer_that_fails_ends_the_export(database: Database) -> None:
    await imported(database, article(), comment("1"))

    def failing(exported: Export, stream: io.BytesIO) -> None:
        next(iter(exported.comments))
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await export(database, "a-bench", failing, io.BytesIO())  # type: ignore[arg-type]  # any stream would do
    assert (await exported(database))["slug"] == "a-bench"


async def taken(
    database: Database, viewer: Viewer, form: Format = oped_json.FORMAT, *, hidden: bool = False
) -> tuple[str, dict[str, object]]:
    stream = Bounded(1 << 20)
    name = await Exporting(database).write(viewer, PublicationId(1), form, stream, hidden=hidden)
    return name, {each["text"]: each for each in json.loads(stream.getvalue())["comments"]}


def viewer(*unreadable: int, guild: int = 10) -> Viewer:
    return Viewer(GuildId(guild), UserId(1), lambda channel: channel not in unreadable)


async def test_a_server_takes_along_what_its_own_publications_show(database: Database) -> None:
    await imported(database, article(), comment("1"))
    top = (await listed(database))[0].comment.id
    await publish(database)
    discussion = await publish(database)
    await discussion.answer(500, top, "written here")
    await discussion.answer(501, top, "written there")
    async with database.transaction() as tx:
        await tx.execute("UPDATE publication SET guild_id = 99 WHERE id = 2")
        await tx.execute("UPDATE comment SET publication_id = 2 WHERE message_id = 501")
    name, comments = await taken(database, viewer())
    assert name == "a-bench.json"
    assert list(comments) == ["text of 1", "written here"]


async def test_channels_that_the_asker_cannot_read_stay_out(database: Database) -> None:
    await imported(database, article(), comment("1"))
    top = (await listed(database))[0].comment.id
    await publish(database)
    discussion = await publish(database)
    await discussion.answer(500, top, "written here")
    secret = await discussion.answer(501, top, "written there")
    await discussion.answer(502, secret, "an answer to that")
    async with database.transaction() as tx:
        await tx.execute("UPDATE comment SET publication_id = 2 WHERE message_id > 500")
    assert list((await taken(database, viewer(21)))[1]) == ["text of 1", "written here"]
    with pytest.raises(NotFoundError):
        await taken(database, viewer(20))
    with pytest.raises(NotFoundError):
        await taken(database, viewer(guild=11))


async def test_what_is_hidden_stays_out_unless_asked_for(database: Database) -> None:
    await imported(
        database, article(), comment("1", "secret", status=Status.HIDDEN), comment("2", "answer", parent="1")
    )
    await publish(database)
    _, comments = await taken(database, viewer())
    assert list(comments) == ["", "answer"]
    assert "secret" not in str(comments)
    assert "Ann" not in str(comments[""])
    assert list((await taken(database, viewer(), hidden=True))[1]) == ["secret", "answer"]


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED])
async def test_that_a_comment_was_held_is_not_even_to_be_guessed(database: Database, status: Status) -> None:
    await imported(
        database,
        article(),
        comment("1", "seen"),
        comment("2", "secret", parent="1", status=status),
        comment("3", "answer", parent="2"),
    )
    await publish(database)
    _, comments = await taken(database, viewer())
    assert list(comments) == ["seen", "answer"]
    seen, answer = comments["seen"], comments["answer"]
    assert isinstance(seen, dict)
    assert isinstance(answer, dict)
    assert answer["parent_id"] == seen["id"]
    assert list((await taken(database, viewer(), hidden=True))[1]) == ["seen", "secret", "answer"]


async def test_an_export_that_discord_would_not_take_is_refused(database: Database) -> None:
    await imported(database, article(), comment("1", "x" * 5000))
    await publish(database)
    with pytest.raises(RefusedError, match="larger than"):
        await Exporting(database).write(
            viewer(), PublicationId(1), oped_json.FORMAT, Bounded(4000), hidden=False
        )


async def test_a_format_that_cannot_be_written_is_refused(database: Database) -> None:
    await imported(database, article(), comment("1"))
    await publish(database)
    with pytest.raises(NotFoundError):
        await taken(database, viewer(), wordpress_rest.FORMAT)
