from __future__ import annotations

import asyncio
import stat
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discussion.identity import Identities, key_path
from bot.errors import StorageError
from bot.model import SourceArticle, SourceAuthor

BLOG = SourceArticle("1", "Title", (), "wordpress", "blog.example", "1")
OTHER_SITE = SourceArticle("1", "Title", (), "wordpress", "other.example", "1")
OTHER_POST = SourceArticle("2", "Title", (), "wordpress", "blog.example", "2")
IDENTITIES = Identities(b"k" * 32)


def modes(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    database = tmp_path / "oped.db"
    first = Identities.beside(database).author(BLOG, SourceAuthor("Ann"))
    assert first == Identities.beside(database).author(BLOG, SourceAuthor("Ann"))
    assert modes(key_path(database)) == 0o600
    assert list(tmp_path.iterdir()) == [key_path(database)], "nothing else is left beside the database"


def test_two_databases_know_nobody_in_common(tmp_path: Path) -> None:
    one, other = (Identities.beside(tmp_path / name) for name in ("one.db", "other.db"))
    assert one.author(BLOG, SourceAuthor("Ann")) != other.author(BLOG, SourceAuthor("Ann"))


async def test_programs_that_start_at_once_get_one_key(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom bot.discussion.identity import Identities\n"
        "from bot.model import SourceArticle, SourceAuthor\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "article = SourceArticle('', '', (), '')\n"
        "print(Identities.beside(Path(sys.argv[1])).author(article, SourceAuthor('Ann')).hex())\n"
    )
    programs = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program, str(tmp_path / "oped.db")), stdin=PIPE, stdout=PIPE
        )
        for _ in range(4)
    ]
    for each in programs:
        assert each.stdout is not None
        await each.stdout.readline()
    answers = await asyncio.gather(*(each.communicate(b"go\n") for each in programs))
    assert len({answer for answer, _ in answers}) == 1
    assert answers[0][0].strip()


def test_a_damaged_key_is_refused_rather_than_replaced(tmp_path: Path) -> None:
    key = key_path(tmp_path / "oped.db")
    key.write_bytes(b"short")
    with pytest.raises(StorageError, match="damaged") as refusal:
        Identities.beside(tmp_path / "oped.db")
    assert refusal.value.place == str(key)
    assert key.read_bytes() == b"short"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read or made"):
        Identities.beside(tmp_path / "no" / "oped.db")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SourceAuthor("Ann"), SourceAuthor("Bea")),
        (SourceAuthor("Ann", "ann@a.example"), SourceAuthor("Ann", "ann@b.example")),
        (SourceAuthor("Ann", "a@a.example"), SourceAuthor("Ann")),
        (SourceAuthor("Ann", "a@a.example"), SourceAuthor("Anna", "a@a.example")),
        (SourceAuthor("ab", "c"), SourceAuthor("b", "ca")),
    ],
)
def test_people_are_told_apart_by_key_and_name(one: SourceAuthor, other: SourceAuthor) -> None:
    assert IDENTITIES.author(BLOG, one) != IDENTITIES.author(BLOG, other)


def test_a_person_is_the_same_across_a_site_and_another_one_elsewhere() -> None:
    ann = SourceAuthor("Ann", "ann@a.example")
    assert IDENTITIES.author(BLOG, ann) == IDENTITIES.author(OTHER_POST, ann)
    assert IDENTITIES.author(BLOG, ann) != IDENTITIES.author(OTHER_SITE, ann)


def test_somebody_without_a_name_is_known_within_one_article_or_not_at_all() -> None:
    unnamed = SourceAuthor(" ", "somebody@a.example")
    assert IDENTITIES.author(BLOG, SourceAuthor(None)) is None
    assert IDENTITIES.author(BLOG, unnamed) == IDENTITIES.author(BLOG, unnamed)
    assert IDENTITIES.author(BLOG, unnamed) != IDENTITIES.author(OTHER_POST, unnamed)


@given(st.text(), st.text())
def test_a_comment_is_known_by_its_words_whatever_the_space_between_them(name: str, text: str) -> None:
    author = SourceAuthor(name or None)
    spaced = "\n\t " + "   \n".join(text.split()) + " "
    assert IDENTITIES.comment(BLOG, author, text) == IDENTITIES.comment(BLOG, author, spaced)
    assert IDENTITIES.comment(BLOG, author, text) != IDENTITIES.comment(BLOG, author, f"{text} more")


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(SourceAuthor("Ann", "secret@a.example"))
