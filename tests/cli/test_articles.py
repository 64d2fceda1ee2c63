from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Oped

SLUG = "a-slug-that-is-longer-than-any-column-of-a-table-on-a-narrow-terminal"
SOURCE = {
    "slug": SLUG,
    "title": "A title",
    "author": "Zoë",
    "source_url": "https://example.org/2024/01/a-title",
    "published_at": "2024-01-31T23:30:00+02:00",
    "sections": [
        {"number": 1, "heading": None, "text": "An *introduction*."},
        {"number": 2, "heading": "Then", "text": "More."},
    ],
}


def comment(number: int, parent: int | None = None, **fields: object) -> dict[str, object]:
    """A comment as the JSON contract has it."""
    empty = {"section": None, "created_at": None, "edited_at": None, "message_id": None}
    return {
        **empty,
        "id": str(number),
        "source_id": str(number),
        "parent_id": parent and str(parent),
        "author": f"Commenter {number}",
        "origin": "imported",
        "status": "visible",
        "text": f"Text {number}.",
        **fields,
    }


@pytest.fixture
def slug(oped: Oped) -> str:
    comments = [
        comment(1, created_at="2024-02-01T08:00:00Z", section=2),
        *(comment(number, number - 1) for number in range(2, 15)),
        comment(20, status="hidden", created_at="2024-02-02T08:00:00Z", text="Not for everybody. " * 9),
    ]
    source = json.dumps(SOURCE | {"comments": comments}).encode()
    assert oped("import", "-", "--slug", SLUG, stdin=source).code == 0
    return SLUG


def test_the_list_has_what_the_contract_says(oped: Oped, slug: str) -> None:
    assert oped("articles", "--json").json == [
        {
            "slug": slug,
            "title": "A title",
            "source_url": "https://example.org/2024/01/a-title",
            "sections": 2,
            "comments": 14,
            "publications": [],
        }
    ]


def test_the_list_fits_a_terminal_and_has_slugs_whole(oped: Oped, slug: str) -> None:
    assert oped("articles").out == f"{slug}\n  A title\n  sections: 2, comments: 14, posted: nowhere\n"


def test_the_list_says_where_articles_are_posted(oped: Oped, slug: str) -> None:
    with closing(sqlite3.connect(Path("data/oped.db"))) as connection:
        for channel, state in ((11, "live"), (12, "live"), (13, "retired")):
            connection.execute(
                "INSERT INTO publication (article_id, guild_id, channel_id, channel_kind, state, requested_at) "
                "VALUES (1, 10, ?, 'text', ?, 0)",
                (channel, state),
            )
        connection.commit()
    (article,) = oped("articles", "--json").json
    assert article["publications"][0] == {"guild_id": "10", "channel_id": "11", "state": "live"}
    assert "posted: 2 live, 1 retired" in oped("articles").out


def test_an_article_is_shown_as_it_reads(oped: Oped, slug: str) -> None:
    shown = oped("show", slug).out
    assert shown.startswith(
        "A title\nby Zoë · 2024-01-31 21:30 UTC\nhttps://example.org/2024/01/a-title\n\n"
        "1. Introduction\nAn *introduction*.\n\n2. Then\nMore.\n\n"
    )
    assert (
        "\nCommenter 1 · 2024-02-01 08:00 UTC · on section 2\nText 1.\n\n  Commenter 2\n  Text 2.\n" in shown
    )
    assert shown.endswith("\n\nComments: 15\n")


def test_a_section_is_wrapped_without_spaces_at_the_ends_of_lines(oped: Oped, workplace: Path) -> None:
    (workplace / "long.txt").write_text("A Title\n\n" + "Words that go on. " * 30, encoding="utf-8")
    oped("import", "long.txt")
    lines = oped("show", "a-title").out.splitlines()
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines)


def test_replies_are_indented_as_far_as_there_is_room(oped: Oped, slug: str) -> None:
    lines = oped("show", slug).out.splitlines()
    assert f"{' ' * 20}Commenter 11" in lines
    assert f"{' ' * 20}Commenter 14 · level 14" in lines
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines)


def test_what_is_not_for_all_to_see_is_shown_as_such(oped: Oped, slug: str) -> None:
    assert "\nCommenter 20 · 2024-02-02 08:00 UTC · hidden" in oped("show", slug).out


def test_what_hangs_on_a_comment_is_named(oped: Oped, slug: str) -> None:
    with closing(sqlite3.connect(Path("data/oped.db"))) as connection:
        connection.execute("UPDATE comment SET text = '' WHERE id = 1")
        connection.executemany(
            "INSERT INTO attachment (comment_id, position, kind, name) VALUES (1, ?, ?, ?)",
            [(0, "file", "cat\x1b[2J.png"), (1, "poll", "Which step?")],
        )
        connection.commit()
    shown = oped("show", slug).out
    assert "on section 2\nWith the file “cat" in shown
    assert "the poll “Which step?”\n" in shown
    assert "\x1b" not in shown


def test_json_has_what_the_contract_says(oped: Oped, slug: str) -> None:
    shown = oped("show", slug, "--json").json
    assert {key: shown[key] for key in SOURCE} == SOURCE | {"published_at": "2024-01-31T21:30:00Z"}
    first, second = shown["comments"][:2]
    assert first == {
        "id": first["id"],
        "source_id": "1",
        "parent_id": None,
        "section": 2,
        "author": "Commenter 1",
        "created_at": "2024-02-01T08:00:00Z",
        "edited_at": None,
        "origin": "imported",
        "status": "visible",
        "text": "Text 1.",
        "message_id": None,
    }
    assert second["parent_id"] == first["id"]
