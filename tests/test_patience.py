from __future__ import annotations

import asyncio

import pytest
import structlog

from bot.errors import StorageError
from bot.patience import LONGEST_WAIT, Patience

FULL = StorageError("The disk is full.", remedy="Make room.")


def test_waits_grow_up_to_a_limit_and_begin_anew_after_success() -> None:
    patience = Patience("work")
    waits = [patience.after(FULL) for _ in range(10)]
    assert waits[:3] == [1.0, 2.0, 4.0]
    assert waits[-1] == LONGEST_WAIT
    patience.over()
    assert patience.after(FULL) == 1.0


def test_each_cause_is_told_once_until_it_is_over() -> None:
    with structlog.testing.capture_logs() as logs:
        patience = Patience("work", publication=7)
        for _ in range(3):
            patience.after(FULL)
        patience.after(StorageError("The database is locked."))
        patience.over()
        patience.over()
        patience.after(FULL)
    assert [each["event"] for each in logs] == ["work_waits", "work_waits", "work_goes_on", "work_waits"]
    assert {each["publication"] for each in logs} == {7}


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("y")])
def test_what_nobody_foresaw_is_told_with_its_traceback(error: Exception) -> None:
    with structlog.testing.capture_logs() as logs:
        Patience("work").after(error)
    assert (logs[0]["event"], logs[0]["log_level"], logs[0]["exc_info"]) == (
        "work_interrupted",
        "error",
        error,
    )


async def test_work_is_tried_until_it_is_done_and_its_error_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 0.0)
    errors = [FULL, FULL, KeyError("x")]

    async def work() -> str:
        if errors:
            raise errors.pop(0)
        return "done"

    with structlog.testing.capture_logs() as logs:
        assert await Patience("work").until_done(work) == "done"
    assert [each["event"] for each in logs] == ["work_waits", "work_interrupted", "work_goes_on"]


async def test_an_end_is_no_error_and_ends_the_work_also_while_it_waits() -> None:
    patience, failed = Patience("work"), asyncio.Event()

    async def work() -> None:
        failed.set()
        raise FULL

    task = asyncio.create_task(patience.until_done(work))
    await failed.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
