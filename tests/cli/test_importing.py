from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.conftest import ARTICLE, Ended, Oped


def stored(oped: Oped) -> list[str]:
    """The slugs of what the database holds, which may not exist."""
    ended = oped("articles", "--json")
    return [article["slug"] for article in ended.json] if ended.code == 0 else []


def refused(ended: Ended) -> str:
    """The sentence on standard error, where that and a remedy is all a command has printed."""
    assert (ended.code, ended.out) == (1, "")
    sentence, remedy = ended.lines
    assert sentence.startswith("oped: ")
    assert remedy
    return sentence.removeprefix("oped: ")


def test_json_tells_all_that_was_done(oped: Oped, article: Path) -> None:
    ended = oped("import", article, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.json == {
        "articles": [
            {
                "slug": "a-title",
                "title": "A Title",
                "format": "plaintext",
                "result": "created",
                "sections": 2,
                "comments": {"read": 3, "created": 3, "updated": 0, "unchanged": 0, "skipped": 0},
                "skipped": [],
                "warnings": [],
            }
        ]
    }


def test_a_person_is_told_in_lines_that_fit(oped: Oped, article: Path) -> None:
    ended = oped("import", article)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("created a-title\n  A Title\n")
    assert (
        "  format: plaintext, sections: 2\n  comments: 3 new, 0 changed, 0 unchanged, 0 left out\n"
        in ended.out
    )
    assert all(len(line) <= 80 for line in ended.out.splitlines())


def test_a_long_slug_stays_whole_to_be_copied(oped: Oped, article: Path) -> None:
    slug = "a-title-" * 9 + "of-many-words"
    assert oped("import", article, "--slug", slug).out.startswith(f"created {slug}\n")


def test_again_changes_nothing(oped: Oped, article: Path, imported: str) -> None:
    before = oped("show", imported, "--json").out
    again = oped("import", article, "--json").json["articles"][0]
    assert again["result"] == "unchanged"
    assert again["comments"] == {"read": 3, "created": 0, "updated": 0, "unchanged": 3, "skipped": 0}
    assert oped("show", imported, "--json").out == before


def test_what_the_source_changed_is_brought_up_to_date(oped: Oped, article: Path, imported: str) -> None:
    article.write_text(ARTICLE.replace("A reply to it.", "A reply to it, thought over."), encoding="utf-8")
    again = oped("import", article, "--json").json["articles"][0]
    assert (again["slug"], again["result"], again["comments"]["updated"]) == (imported, "updated", 1)
    comments = oped("show", imported, "--json").json["comments"]
    assert [comment["text"] for comment in comments] == [
        "First comment.",
        "A reply to it, thought over.",
        "Second comment.",
    ]


def test_standard_input_is_a_source(oped: Oped) -> None:
    assert oped("import", "-", stdin=ARTICLE.encode()).code == 0
    assert stored(oped) == ["a-title"]


def test_a_compressed_file_is_a_source(oped: Oped, workplace: Path) -> None:
    file = workplace / "article.gz"
    file.write_bytes(gzip.compress(ARTICLE.encode()))
    assert oped("import", file).code == 0


def test_the_slug_can_be_chosen(oped: Oped, article: Path) -> None:
    assert oped("import", article, "--slug", "mine").code == 0
    assert stored(oped) == ["mine"]
    assert "“Not A Slug”" in refused(oped("import", article, "--slug", "Not A Slug"))


def test_an_unknown_format_is_wrong_usage(oped: Oped, article: Path) -> None:
    ended = oped("import", article, "--format", "wordstar")
    assert ended.code == 2
    assert "“wordstar”" in ended.lines[0]
    assert "plaintext" in ended.lines[0]


@pytest.mark.parametrize("as_json", [False, True])
def test_a_dry_run_tells_the_same_and_writes_nothing(
    oped: Oped, article: Path, workplace: Path, as_json: bool
) -> None:
    options = ["--json"] if as_json else []
    dry = oped("import", article, "--dry-run", *options)
    assert dry.code == 0
    assert sorted(path.name for path in workplace.iterdir()) == ["article.txt"]
    wet = oped("import", article, *options)
    assert dry.out.splitlines()[0 if as_json else 1 :] == wet.out.splitlines()


def test_a_dry_run_beside_a_database_leaves_it_alone(oped: Oped, article: Path, imported: str) -> None:
    before = oped("show", imported, "--json").out
    article.write_text(ARTICLE.replace("First comment.", "First comment, changed."), encoding="utf-8")
    dry = oped("import", article, "--dry-run", "--json").json["articles"][0]
    assert (dry["result"], dry["comments"]["updated"]) == ("updated", 1)
    assert oped("show", imported, "--json").out == before


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(500), "binary"),
        (bytes(50 << 20), "larger than 32 MiB"),
        (b"word " * (1 << 20), "title"),
        (b"  1. A comment without an article.\n", "title"),
        (b"Only a title\n", "title"),
        (b"\x1f\x8b\x08\x00damaged", "damaged"),
        (b'{"neither": "this", "nor": "that"}', "format"),
        (b'[{"id": 1}, ', "format"),
        (b"<?xml version='1.0'?><svg/>", "format"),
    ],
    ids=[
        "empty",
        "white space",
        "picture",
        "50 MB of zeros",
        "5 MB on one line",
        "no title",
        "no text",
        "damaged gzip",
        "other JSON",
        "half a JSON",
        "other XML",
    ],
)
def test_a_source_that_is_no_article_is_refused_by_name(
    oped: Oped, workplace: Path, content: bytes, complaint: str
) -> None:
    (workplace / "source").write_bytes(content)
    sentence = refused(oped("import", "source"))
    assert sentence.startswith("source")
    assert complaint in sentence
    assert stored(oped) == []


def test_a_source_that_cannot_be_opened_is_refused_by_name(oped: Oped, workplace: Path) -> None:
    assert refused(oped("import", "nowhere.txt")) == "nowhere.txt: There is no such file."
    assert refused(oped("import", workplace)) == f"{workplace}: This is a folder."
    assert "cannot be opened" in refused(oped("import", "x" * 300))
    assert "cannot be opened" in refused(oped("import", "nul\0byte"))


def test_a_failure_names_its_line(oped: Oped) -> None:
    ended = oped("import", "-", "--json", stdin=b"\n\n  1. A comment without an article.\n")
    assert ended.json["error"]["place"] == "standard input, line 3"


def test_another_encoding_is_read_and_told(oped: Oped) -> None:
    report = oped("import", "-", "--json", stdin=ARTICLE.encode("cp1252")).json["articles"][0]
    assert [warning["code"] for warning in report["warnings"]] == ["encoding"]
    assert "café" in oped("show", "a-title").out


def test_an_article_without_comments_is_an_article(oped: Oped) -> None:
    assert oped("import", "-", stdin=b"A Title\n\nNothing but an introduction.\n").code == 0
    assert oped("show", "a-title", "--json").json["comments"] == []


def test_a_list_that_is_no_comments_stays_in_the_article(oped: Oped) -> None:
    source = b"A Title\n\nBuy these:\n\n  1. Milk\n  2. Bread\n\nThat was all, and we went home.\n"
    assert oped("import", "-", stdin=source).code == 0
    shown = oped("show", "a-title", "--json").json
    assert shown["comments"] == []
    assert "Milk" in shown["sections"][0]["text"]


def test_a_reply_that_skips_a_level_answers_the_comment_above_it(oped: Oped) -> None:
    source = "A Title\n\nText.\n\n  1. Top\n\n        • Deep\n\n    • Back\n\nEnter comments here:\n"
    ended = oped("import", "-", stdin=source.encode())
    assert ended.code == 0
    assert "  notice: A reply is indented by more than one level" in ended.out
    top, deep, back = oped("show", "a-title", "--json").json["comments"]
    assert (deep["parent_id"], back["parent_id"]) == (top["id"], top["id"])


def test_what_is_said_of_many_places_is_said_once(oped: Oped) -> None:
    jumps = "".join(f"  {number}. Top\n\n        • Deep\n\n    • Back\n\n" for number in range(1, 13))
    ended = oped("import", "-", stdin=f"A Title\n\nText.\n\n{jumps}Enter comments here:\n".encode())
    assert ended.out.count("notice: ") == 1
    assert "(line 7, line 13, line 19, line 25, line 31 and 7 more)" in " ".join(ended.out.split())


def test_ten_thousand_comments_200_deep_come_through_whole(oped: Oped, workplace: Path) -> None:
    lines = ["A Title", "", "Text.", ""]
    for thread in range(1, 51):
        lines += [f"  {thread}. Top {thread}", ""]
        for depth in range(1, 200):
            lines += [f"  {'  ' * depth}• Reply {thread}.{depth}", ""]
    (workplace / "deep.txt").write_text("\n".join([*lines, "Enter comments here:", ""]), encoding="utf-8")
    assert oped("import", "deep.txt", "--json").json["articles"][0]["comments"]["created"] == 10_000
    comments = oped("show", "a-title", "--json").json["comments"]
    assert [comment["text"] for comment in comments[200:203]] == ["Top 2", "Reply 2.1", "Reply 2.2"]
    parents = {comment["id"]: comment["parent_id"] for comment in comments}
    depth, comment = 0, comments[-1]["id"]
    while comment := parents[comment]:
        depth += 1
    assert depth == 199


def test_hostile_names_and_texts_do_not_reach_the_terminal(oped: Oped) -> None:
    ended = oped("import", "-", stdin="A \x1b]0;Title\x07 \u202ereversed [red]\n\nText \x9b2J.\n".encode())
    assert ended.code == 0
    shown = oped("show", oped("articles", "--json").json[0]["slug"])
    for printed in (ended.out, shown.out, oped("articles").out):
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed)
        assert "[red]" in printed


def test_what_awaits_moderation_stays_where_the_site_shows_what_is_published_only(
    oped: Oped, workplace: Path
) -> None:
    post = {
        "id": 7,
        "type": "post",
        "link": "https://blog.example/a/",
        "title": {"rendered": "A"},
        "content": {"rendered": "<p>Text.</p>"},
        "_links": {"self": [{"href": "https://blog.example/wp-json/wp/v2/posts/7"}]},
    }
    both = [
        {
            "id": number,
            "post": 7,
            "author_name": "Ann",
            "content": {"rendered": f"<p>{number}</p>"},
            "status": state,
        }
        for number, state in ((1, "approved"), (2, "hold"))
    ]
    for answers, options in ((both, ("--include", "pending")), (both[:1], ())):
        (workplace / "rest.json").write_text(json.dumps([post, *answers]))
        (told,) = oped("import", "rest.json", *options, "--json").json["articles"]
    assert told["result"] == "unchanged"
    shown = oped("show", told["slug"], "--json").json["comments"]
    assert [each["status"] for each in shown] == ["visible", "pending"]
