from __future__ import annotations

import ctypes
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.store.lock import only_bot
from tests.cli.conftest import ARTICLE, Ended, Oped

DATABASE = Path("data/oped.db")


def refused(ended: Ended) -> str:
    """The sentence on standard error, where that and a remedy is all a command has printed."""
    assert (ended.code, ended.out) == (1, "")
    sentence, remedy = ended.lines
    assert remedy
    return sentence.removeprefix("oped: ")


@contextmanager
def no_override() -> Iterator[None]:
    """The rights of files hold for root as well (capabilities(7); CAP_DAC_OVERRIDE is number 1)."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    reduced = (ctypes.c_uint32 * 6)(*before)
    reduced[0] &= ~(1 << 1)
    assert libc.capset(header, reduced) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Writing beyond `size` fails, as on a disk without space; Python ignores the signal that comes with it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    "command", [["articles"], ["show", "a-title"], ["export", "a-title"]], ids=lambda command: command[0]
)
def test_without_a_database_a_person_is_told_how_to_get_one(oped: Oped, command: list[str]) -> None:
    assert oped("db", "upgrade").code == 0
    DATABASE.unlink()
    ended = oped(*command)
    assert "no database yet" in refused(ended)
    assert "oped import" in ended.lines[1]
    assert not DATABASE.exists()


@pytest.mark.parametrize("command", ["show", "export"])
def test_an_unknown_article_is_no_success(oped: Oped, imported: str, command: str) -> None:
    ended = oped(command, "nothing-of-that-name")
    assert "There is no article “nothing-of-that-name”." in refused(ended)
    assert "oped articles" in ended.lines[1]


def test_a_folder_that_does_not_exist_is_named(
    oped: Oped, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///elsewhere/oped.db")
    assert "elsewhere" in refused(oped("import", article))
    assert not Path("elsewhere").exists()


def test_an_absolute_path_has_four_slashes(
    oped: Oped, article: Path, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{workplace}/other.db")
    assert oped("import", article).code == 0
    assert (workplace / "other.db").exists()


@pytest.mark.parametrize("command", [["articles"], ["import", "article.txt"], ["db", "upgrade"]], ids=str)
def test_a_newer_schema_is_left_alone(oped: Oped, article: Path, imported: str, command: list[str]) -> None:
    with closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    before = DATABASE.read_bytes()
    assert "newer Oped" in refused(oped(*command))
    assert DATABASE.read_bytes() == before


def test_the_database_of_another_program_is_left_alone(oped: Oped, article: Path) -> None:
    DATABASE.parent.mkdir()
    with closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute("CREATE TABLE theirs (value)")
    before = DATABASE.read_bytes()
    assert "belongs to another program" in refused(oped("import", article))
    assert DATABASE.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(oped: Oped, article: Path) -> None:
    DATABASE.parent.mkdir()
    DATABASE.write_text(ARTICLE * 10, encoding="utf-8")
    assert "not a database" in refused(oped("import", article))
    assert DATABASE.read_text(encoding="utf-8") == ARTICLE * 10


def test_a_database_that_may_not_be_written_is_named(oped: Oped, article: Path, imported: str) -> None:
    article.write_text(ARTICLE.replace("First comment.", "First comment, changed."), encoding="utf-8")
    DATABASE.chmod(0o444)
    with no_override():
        sentence = refused(oped("import", article))
    assert sentence == f"{DATABASE}: The database cannot be written to."
    DATABASE.chmod(0o600)
    assert oped("show", imported, "--json").json["comments"][0]["text"] == "First comment."


def test_a_folder_that_may_not_be_written_is_named(oped: Oped, article: Path) -> None:
    DATABASE.parent.mkdir(mode=0o555)
    with no_override():
        assert "cannot be made" in refused(oped("import", article))
    assert not list(DATABASE.parent.iterdir())


def test_a_locked_database_is_waited_for_and_then_said_to_be(
    oped: Oped, article: Path, imported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.connection._BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "locked" in refused(oped("import", article))
        assert oped("articles", "--json").code == 0
    assert oped("import", article).code == 0


@pytest.mark.parametrize("size", [150_000, 450_000], ids=["while reading", "while writing"])
def test_a_full_disk_loses_nothing_and_leaves_nothing_half_written(
    oped: Oped, imported: str, longer: Path, size: int
) -> None:
    before = oped("show", imported, "--json").out
    with files_no_larger_than(size):
        assert "disk" in refused(oped("import", longer))
    assert oped("show", imported, "--json").out == before
    assert oped("import", longer, "--json").json["articles"][0]["comments"]["created"] == 2_000


def test_a_sound_database_is_said_to_be(oped: Oped, imported: str) -> None:
    ended = oped("db", "check")
    assert (ended.code, ended.out, ended.lines) == (0, "", ["The database is sound."])


def test_what_is_wrong_with_a_database_is_listed(oped: Oped, imported: str) -> None:
    with closing(sqlite3.connect(DATABASE)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE comment SET parent_id = 9999 WHERE parent_id IS NOT NULL")
        connection.commit()
    ended = oped("db", "check")
    assert ended.code == 1
    assert "refer to a comment that does not exist" in ended.out
    assert "backup" in ended.lines[1]


def test_an_upgrade_is_not_done_under_a_running_bot(oped: Oped, imported: str) -> None:
    with only_bot(DATABASE):
        assert f"(process {os.getpid()})" in refused(oped("db", "upgrade"))
    assert oped("db", "upgrade").code == 0


def test_an_upgrade_makes_a_database_where_there_is_none(oped: Oped) -> None:
    assert oped("db", "upgrade").code == 0
    assert oped("articles", "--json").json == []
    assert "no articles yet" in oped("articles").out
