from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.store.lock import lock_path, only_bot, only_import


def test_a_second_bot_is_refused_with_the_process_id_of_the_first(tmp_path: Path) -> None:
    database = tmp_path / "oped.db"
    with only_bot(database):
        running = rf"already running .*process {os.getpid()}\)"
        with pytest.raises(StorageError, match=running) as refusal, only_bot(database):
            pytest.fail("entered")
        assert refusal.value.place == str(database)
    with only_bot(database):
        pass


def test_other_databases_are_free(tmp_path: Path) -> None:
    with only_bot(tmp_path / "one.db"), only_bot(tmp_path / "two.db"):
        assert lock_path(tmp_path / "one.db") != lock_path(tmp_path / "two.db")


def test_a_killed_bot_holds_no_lock(tmp_path: Path) -> None:
    database = tmp_path / "oped.db"
    program = (
        "import sys\nfrom pathlib import Path\nfrom bot.store.lock import only_bot\n"
        "with only_bot(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == b"held\n"
        with pytest.raises(StorageError, match=f"process {bot.pid}"), only_bot(database):
            pytest.fail("entered")
        bot.kill()
        bot.wait()
        with only_bot(database):
            pass


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match="cannot be made") as refusal,
        only_bot(tmp_path / "no" / "oped.db"),
    ):
        pytest.fail("entered")
    assert refusal.value.remedy


async def test_an_import_waits_for_the_one_before_it(tmp_path: Path) -> None:
    database, order = tmp_path / "oped.db", list[str]()

    async def second() -> None:
        async with only_import(database):
            order.append("second")

    async with only_import(database):
        with only_bot(database):
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0)
            order.append("first")
    await waiting
    assert order == ["first", "second"]
