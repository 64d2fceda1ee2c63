from __future__ import annotations

import re
from typing import Any

import pytest

from bot.discussion import buttons
from bot.discussion.custom_ids import NUMBER, SNOWFLAKE, CustomId

ALL: dict[str, Any] = {name: each for name, each in vars(buttons).items() if isinstance(each, CustomId)}


def longest(custom_id: Any) -> str:
    """A custom id of this kind with the largest values that its fields hold."""
    return str(custom_id(*(_largest(pattern) for pattern in custom_id.fields.values())))


def _largest(pattern: str) -> str:
    known = {NUMBER: str(2**63 - 1), SNOWFLAKE: str(2**64 - 1)}
    if pattern in known:
        return known[pattern]
    if counted := re.fullmatch(r"(\\d|\[a-z_?\])\{\d+,(\d+)\}", pattern):
        return ("9" if counted[1] == r"\d" else "z") * int(counted[2])
    return max(pattern.split("|"), key=len)


@pytest.mark.parametrize("name", ALL)
def test_the_longest_fits_discord_and_one_kind_only(name: str) -> None:
    written = longest(ALL[name])
    assert len(written) <= 100
    assert [other for other, each in ALL.items() if each.read(written)] == [name]
