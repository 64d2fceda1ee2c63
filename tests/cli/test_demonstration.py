from __future__ import annotations

import pytest

from bot.cli.demonstration import show_findings
from bot.demo.check import Finding
from bot.errors import OpedError

AGREEING = Finding("comments mirrored", "4", "4", right=True)
DIFFERING = Finding("reply by message", "[b]Hello\x1b[31m, " * 9, "gone", right=False)


def test_what_agrees_is_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    show_findings([AGREEING, AGREEING])
    assert capsys.readouterr().out.endswith("All 2 steps agree.\n")


def test_what_differs_is_a_failure_after_the_whole_table(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OpedError, match=r"1 of 3 steps do not agree\."):
        show_findings([AGREEING, DIFFERING, AGREEING])
    table = capsys.readouterr().out
    assert table.count("agrees") == 2
    assert table.count("DIFFERS") == 1
    assert "[b]Hello" in table
    assert "\x1b" not in table
    assert all(len(line) <= 80 for line in table.splitlines())
