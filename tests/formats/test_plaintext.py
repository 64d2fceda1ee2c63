"""The plain-text form, read and written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.formats.fields import one_line
from bot.formats.plaintext import END, FORMAT
from bot.model import Comment, Status
from tests.conftest import require
from tests.formats.reading import article, comment, read, stored, trees, written

SAMPLE = Path(__file__).parents[2] / "data" / "sample.txt"
TREE = [("1", None), ("2", None), ("3", "2"), ("4", "3")]

SMALL = """A title


The first paragraph.

A heading

The second paragraph.


  1. One.

  2. Two,
    continued.

    And more.

    • A reply.

      • A reply to the reply.

        Its second paragraph.

  3. Three.

Enter comments here:
"""


def test_sample_has_five_sections_and_four_comments_in_a_tree() -> None:
    reading = read(FORMAT, SAMPLE.read_bytes())
    assert reading.article.title == "The Neighbour Who Is Not in the Room"
    assert [heading is None for heading in reading.headings] == [True, False, False, False, False]
    assert reading.tree() == TREE
    assert reading.notices == []
    assert reading.omissions == []


def test_sample_keeps_every_word() -> None:
    reading = read(FORMAT, SAMPLE.read_bytes())
    words = SAMPLE.read_text().removesuffix(f"{END}\n").split()
    kept = [reading.article.title]
    for section in reading.article.sections:
        kept += [section.heading or "", section.text]
    kept += reading.texts
    assert " ".join(kept).split() == [word for word in words if word not in {"1.", "2.", "•"}]


def test_form_of_small_text() -> None:
    reading = read(FORMAT, SMALL)
    assert reading.headings == [None, "A heading"]
    assert [section.text.strip() for section in reading.article.sections] == [
        "The first paragraph.",
        "The second paragraph.",
    ]
    assert reading.tree() == [("1", None), ("2", None), ("3", "2"), ("4", "3"), ("5", None)]
    assert reading.texts[1].split("\n\n")[1] == "And more."
    assert reading.texts[3].split("\n\n") == ["A reply to the reply.", "Its second paragraph."]
    assert {entry.author.name for entry in reading.comments} == {None}


def test_real_article_is_read_whole(real_data: Path) -> None:
    source = next((real_data.parent / "seed").glob("*.txt"), None)
    require("the original article as plain text", source, "put it into a folder seed beside OPED_REAL_DATA")
    assert source
    reading = read(FORMAT, source.read_bytes())
    assert len(reading.article.sections) == 5
    assert reading.tree() == TREE
    words = source.read_text().removesuffix(END).split()
    kept = " ".join(
        [reading.article.title]
        + [f"{section.heading or ''} {section.text}" for section in reading.article.sections]
        + reading.texts
    )
    assert kept.split() == [word for word in words if word not in {"1.", "2.", "•"}]
    assert reading.notices == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_text_with_a_byte_order_mark_is_read(encoding: str) -> None:
    reading = read(FORMAT, SMALL.replace("One.", "Été – Україна.").encode(encoding))
    assert reading.article.title == "A title"
    assert reading.texts[0] == "Été – Україна."


def test_windows_line_ends_are_line_ends() -> None:
    assert read(FORMAT, SMALL.replace("\n", "\r\n")) == read(FORMAT, SMALL)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\n\t\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"\xff\xfeA\x00 \x00\x00\xd8", "UTF-16"),
        (("  1. A comment without an article.\n\n" + END).encode(), "title is missing"),
        (END.encode(), "title is missing"),
        (b"Only a title", "no text"),
        (b"A title so long" * 16 + b"\n\nText.", "240 characters; a title has 200 at most"),
        (
            (" ".join(["A first paragraph where a title should be."] * 3) + "\n\nMore.").encode(),
            "title is missing",
        ),
    ],
)
def test_what_is_no_article_is_refused_in_one_sentence(content: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as refusal:
        read(FORMAT, content)
    assert refusal.value.remedy
    assert "\n" not in refusal.value.message


def test_a_list_that_only_looks_like_comments_is_noticed() -> None:
    reading = read(FORMAT, SMALL.replace("    And more.", "And more."))
    assert reading.comments == []
    assert "And more." in reading.article.sections[1].text
    assert [(notice.code, notice.place) for notice in reading.notices] == [("no-comments", "line 16")]


def test_what_was_read_is_written_to_the_letter() -> None:
    content = SAMPLE.read_bytes()
    assert written(FORMAT, *stored(read(FORMAT, content))) == content


def test_an_article_without_comments_is_fine() -> None:
    reading = read(FORMAT, "A title\n\nText.\n")
    assert reading.comments == []
    assert reading.notices == []


def test_comments_without_the_last_line_are_read_and_noticed() -> None:
    reading = read(FORMAT, SMALL.replace(END, ""))
    assert len(reading.comments) == 5
    assert reading.codes == ["no-end-line"]


def test_a_numbered_list_in_the_article_stays_there() -> None:
    text = SMALL.replace("The second paragraph.", "  1. First\n\n  2. Second\n\nThe second paragraph.")
    reading = read(FORMAT, text)
    assert len(reading.comments) == 5
    assert "First" in reading.article.sections[1].text


def test_a_numbered_list_that_ends_the_article_stays_there() -> None:
    text = SMALL.replace("The second paragraph.", "The second paragraph.\n\n1. First\n2. Second")
    reading = read(FORMAT, text)
    assert len(reading.comments) == 5
    assert "Second" in reading.article.sections[1].text


def test_a_list_without_indent_or_last_line_is_no_comments() -> None:
    reading = read(FORMAT, "A title\n\nText.\n\n1. First\n\n2. Second\n")
    assert reading.comments == []
    assert "First" in reading.article.sections[0].text


def test_a_list_without_indent_above_the_last_line_is_comments() -> None:
    reading = read(FORMAT, f"A title\n\nText.\n\n1. First\n\n  • Reply\n\n2. Second\n\n{END}\n")
    assert reading.tree() == [("1", None), ("2", "1"), ("3", None)]


def test_numbers_aligned_to_the_right_are_top_level() -> None:
    items = "\n\n".join(f"{number:>3}. Comment {number}" for number in range(1, 101))
    reading = read(FORMAT, f"A title\n\nText.\n\n{items}\n\n{END}")
    assert len(reading.comments) == 100
    assert all(entry.parent_ref is None for entry in reading.comments)


def test_a_reply_that_jumps_two_levels_goes_to_the_nearest_comment() -> None:
    reading = read(FORMAT, f"A title\n\nText.\n\n  1. One\n\n    • Two\n\n          • Deep\n\n{END}")
    assert reading.tree() == [("1", None), ("2", "1"), ("3", "2")]
    assert [(notice.code, notice.place) for notice in reading.notices] == [("nesting-jump", "line 9")]


def test_what_stands_below_the_last_line_is_left_out_and_noticed() -> None:
    reading = read(FORMAT, SMALL + "\n\nCopyright of somebody\n")
    assert "Copyright" not in " ".join(reading.texts)
    assert reading.codes == ["text-after-end"]


def test_ten_thousand_comments_two_hundred_deep() -> None:
    lines = ["A title", "", "Text.", ""]
    for number in range(1, 51):
        lines += [f"  {number}. Top", ""]
        lines += [f"{' ' * (2 + 2 * depth)}• Reply {depth}" for depth in range(1, 200)]
        lines.append("")
    reading = read(FORMAT, "\n".join([*lines, END]))
    assert len(reading.comments) == 10_000
    assert reading.comments[199].parent_ref == reading.comments[198].ref
    assert reading.notices == []


def test_legacy_encodings_are_read_and_noticed() -> None:
    cyrillic = read(FORMAT, "Заголовок\n\n\nТекст статьи.\n\nЕщё абзац.".encode("cp1251"))
    assert cyrillic.article.title == "Заголовок"
    western = read(FORMAT, "Un été à la plage\n\n\nLa forêt – déjà.".encode("cp1252"))
    assert western.article.title == "Un été à la plage"
    assert western.codes == cyrillic.codes == ["encoding"]


def test_removed_comments_keep_their_place_only_under_visible_replies() -> None:
    content = written(
        FORMAT,
        article(),
        [
            comment(1, text="Secret", status=Status.HIDDEN),
            comment(2, 1, "Answer"),
            comment(3, text="Gone", status=Status.DELETED),
        ],
    )
    reading = read(FORMAT, content)
    assert reading.texts == ["(removed)", "Answer"]
    assert reading.tree() == [("1", None), ("2", "1")]


def test_bullets_in_a_comment_do_not_become_replies() -> None:
    reading = read(FORMAT, written(FORMAT, article(), [comment(1, text="Points:\n\n• one\n\n• two")]))
    assert len(reading.comments) == 1


def test_an_article_that_ends_in_a_list_has_no_comments_after_a_round_trip() -> None:
    reading = read(FORMAT, written(FORMAT, article(sections=[(None, "Text.\n\n1. one\n2. two")])))
    assert reading.comments == []


paragraphs = st.lists(st.text(max_size=60), min_size=1, max_size=4).map("\n\n".join)


@given(st.text(max_size=30), paragraphs, trees(paragraphs))
@settings(max_examples=60)
def test_what_was_written_from_text_is_read_back_the_same(
    title: str, body: str, comments: list[Comment]
) -> None:
    original = article(one_line(title) or "T", [(None, f"Begin. {body}")])
    once = read(FORMAT, written(FORMAT, original, comments))
    again = read(FORMAT, written(FORMAT, *stored(once)))
    assert again == once
    assert len(once.comments) == len(comments)
    assert once.article.title == original.title
