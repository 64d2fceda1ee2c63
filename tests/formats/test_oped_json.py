"""Oped's own JSON, which other programs rely on."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.formats.oped_json import FORMAT
from bot.model import ChannelId, CommentId, MessageId, Origin, Status
from tests.formats.reading import article, comment, depth_first, read, stored, written

WRITTEN_AT = datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)


def test_the_contract_of_show_json() -> None:
    content = written(
        FORMAT,
        article("Título", [(None, "Intro."), ("Head", "**Text**")], author="Ann", published_at=WRITTEN_AT),
        [
            comment(7, source_id="3", created_at=WRITTEN_AT),
            comment(
                8,
                7,
                "Hi",
                origin=Origin.DISCORD,
                message_id=MessageId(99),
                channel_id=ChannelId(5),
                section=2,
            ),
        ],
    )
    assert json.loads(content) == {
        "slug": "a-title",
        "title": "Título",
        "author": "Ann",
        "source_url": None,
        "published_at": "2022-08-16T18:04:11Z",
        "sections": [
            {"number": 1, "heading": None, "text": "Intro."},
            {"number": 2, "heading": "Head", "text": "**Text**"},
        ],
        "comments": [
            {
                "id": "7",
                "source_id": "3",
                "parent_id": None,
                "section": None,
                "author": "Ada",
                "created_at": "2022-08-16T18:04:11Z",
                "edited_at": None,
                "origin": "imported",
                "status": "visible",
                "text": "A comment.",
                "message_id": None,
            },
            {
                "id": "8",
                "source_id": None,
                "parent_id": "7",
                "section": 2,
                "author": "Ada",
                "created_at": None,
                "edited_at": None,
                "origin": "discord",
                "status": "visible",
                "text": "Hi",
                "message_id": "99",
            },
        ],
    }


def test_an_article_without_comments_is_valid_json() -> None:
    assert json.loads(written(FORMAT, article()))["comments"] == []


def test_fields_in_any_order_are_read() -> None:
    fields = json.loads(written(FORMAT, article(), [comment(1), comment(2, 1)]))
    reading = read(FORMAT, json.dumps(dict(reversed(fields.items()))))
    assert reading.tree() == [("1", None), ("2", "1")]
    assert reading.article.title == "A title"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("{}", "no article"),
        ('{"title": 3', "too early"),
        ("nonsense", "not JSON"),
        ('{"title": "T", "comments": [{"text": "no id"}]}', "no id"),
        ('{"title": "T", "comments": [{"id": "1", "status": "shiny"}]}', "shiny"),
        ('{"title": "T", "comments": [' + "[" * 200_000, "too deep"),
        (b'{"title": "\xff"}', "UTF-8"),
    ],
)
def test_what_is_no_export_is_refused(content: str | bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(FORMAT, content)


def test_a_cut_export_is_an_error_that_names_the_line() -> None:
    content = written(FORMAT, article(), [comment(1), comment(2)])
    with pytest.raises(SourceError) as refusal:
        read(FORMAT, content[:-30])
    assert refusal.value.place == "line 3"


times = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


@given(
    st.lists(
        st.tuples(
            st.text(max_size=40),
            st.sampled_from(Status),
            times,
            st.integers(0, 9),
            st.none() | st.integers(1, 5),
        ),
        max_size=8,
    )
)
@settings(max_examples=60)
def test_nothing_is_lost_on_the_way_out_and_in(
    rows: list[tuple[str, Status, datetime | None, int, int | None]],
) -> None:
    comments = depth_first(
        comment(
            number,
            number - back if 0 < back < number else None,
            "" if status is Status.DELETED else "".join(filter(str.isprintable, text)),
            status=status,
            created_at=time,
            section=section,
        )
        for number, (text, status, time, back, section) in enumerate(rows, start=1)
    )
    reading = read(FORMAT, written(FORMAT, article(), comments))
    assert [CommentId(int(entry.ref)) for entry in reading.comments] == [entry.id for entry in comments]
    assert reading.texts == [entry.text for entry in comments]
    assert [entry.status for entry in reading.comments] == [entry.status for entry in comments]
    assert [entry.created_at for entry in reading.comments] == [entry.created_at for entry in comments]
    assert [entry.section for entry in reading.comments] == [entry.section for entry in comments]
    once = written(FORMAT, *stored(reading))
    assert written(FORMAT, *stored(read(FORMAT, once))) == once
