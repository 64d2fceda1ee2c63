from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import ARTICLE, Oped
from tests.cli.test_storage import files_no_larger_than


def test_an_export_is_what_show_prints(oped: Oped, imported: str) -> None:
    exported = oped("export", imported)
    assert (exported.code, exported.err) == (0, "")
    assert exported.json == oped("show", imported, "--json").json


def test_an_export_in_its_own_format_is_the_source(oped: Oped, imported: str) -> None:
    exported = oped("export", imported, "--format", "plaintext").out
    assert [line for line in exported.splitlines() if line] == [line for line in ARTICLE.splitlines() if line]


def test_an_export_imported_again_is_the_same_discussion(oped: Oped, imported: str) -> None:
    exported = oped("export", imported).out
    assert oped("import", "-", "--slug", "second", stdin=exported.encode()).code == 0
    first, second = oped("show", imported, "--json").json, oped("show", "second", "--json").json
    assert [each["text"] for each in first["comments"]] == [each["text"] for each in second["comments"]]
    assert first["sections"] == second["sections"]


def test_a_format_that_does_not_exist_is_wrong_usage(oped: Oped, imported: str) -> None:
    ended = oped("export", imported, "--format", "papyrus")
    assert ended.code == 2
    assert "papyrus" in ended.lines[0]


def test_a_file_is_written_whole(oped: Oped, imported: str, workplace: Path) -> None:
    (workplace / "out.json").write_text("something longer than nothing")
    ended = oped("export", imported, "-o", "out.json")
    assert (ended.code, ended.out) == (0, "")
    assert (workplace / "out.json").read_text(encoding="utf-8") == oped("export", imported).out
    assert sorted(path.name for path in workplace.iterdir()) == ["article.txt", "data", "out.json"]


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(
    oped: Oped, imported: str, longer: Path, workplace: Path
) -> None:
    assert oped("import", longer).code == 0
    (workplace / "out.json").write_text("as it was")
    with files_no_larger_than(100_000):
        ended = oped("export", imported, "-o", "out.json")
    assert ended.code == 1
    assert ended.lines[0].startswith("oped: out.json: The file cannot be written: ")
    assert (workplace / "out.json").read_text() == "as it was"
    assert not list(workplace.glob(".out.json*"))


def test_a_folder_that_does_not_exist_is_said_to_be(oped: Oped, imported: str) -> None:
    ended = oped("export", imported, "-o", "nowhere/out.json")
    assert ended.code == 1
    assert "nowhere/out.json" in ended.lines[0]


def test_a_link_is_followed_and_a_device_is_kept(oped: Oped, imported: str, workplace: Path) -> None:
    (workplace / "link.json").symlink_to("out.json")
    assert oped("export", imported, "-o", "link.json").code == 0
    assert (workplace / "link.json").is_symlink()
    assert (workplace / "out.json").is_file()
    os.mkfifo(workplace / "pipe")
    reader = os.open(workplace / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert oped("export", imported, "-o", "pipe").code == 0
        assert os.read(reader, 1 << 16).decode() == oped("export", imported).out
    finally:
        os.close(reader)
    assert (workplace / "pipe").is_fifo()


def test_a_dash_is_standard_output(oped: Oped, imported: str) -> None:
    assert oped("export", imported, "-o", "-").out == oped("export", imported).out


def test_standard_output_without_space_is_said_to_be(
    oped: Oped, imported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a stream is what stands for standard output
        monkeypatch.setattr("sys.stdout", full)
        ended = oped("export", imported)
    assert ended.code == 1
    assert ended.lines[0] == "oped: The system refuses: No space left on device."
