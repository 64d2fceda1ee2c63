from __future__ import annotations

import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cli.env_file import write_setting


def read(file: Path) -> dict[str, str | None]:
    return dict(dotenv_values(file, interpolate=False))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(value=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_any_value_reads_back_as_it_was(tmp_path: Path, value: str) -> None:
    file = tmp_path / ".env"
    file.write_text("# Above\nDATABASE_URL=x\nDISCORD_TOKEN='old'\nOPED_LOG=json # why\n", encoding="utf-8")
    write_setting(file, "DISCORD_TOKEN", value)
    assert read(file) == {"DATABASE_URL": "x", "DISCORD_TOKEN": value, "OPED_LOG": "json"}
    lines = file.read_text(encoding="utf-8").split("\n")
    assert (lines[0], lines[-2]) == ("# Above", "OPED_LOG=json # why")
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    write_setting(tmp_path / ".env", "DISCORD_TOKEN", "a.b-c_d")
    assert (tmp_path / ".env").read_text(encoding="utf-8") == "DISCORD_TOKEN=a.b-c_d\n"
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    target = tmp_path / "kept" / "secrets"
    target.write_text("OPED_DEBUG=1", encoding="utf-8")
    (tmp_path / ".env").symlink_to(target)
    write_setting(tmp_path / ".env", "DISCORD_TOKEN", "new")
    assert (tmp_path / ".env").is_symlink()
    assert target.read_text(encoding="utf-8") == "OPED_DEBUG=1\nDISCORD_TOKEN=new\n"


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_setting(file, "DISCORD_TOKEN", "new")
    assert list(tmp_path.iterdir()) == [file]
