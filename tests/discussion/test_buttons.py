from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.discussion import buttons
from bot.model import ArticleId, CommentId

LARGEST = 2**63 - 1
ALL = [
    (buttons.ENTER_COMMENT, buttons.enter_comment),
    (buttons.MORE_COMMENTS, buttons.more_comments),
    (buttons.COMMENT_FORM, lambda number: buttons.comment_form(number, LARGEST)),
    (buttons.EDIT_FORM, buttons.edit_form),
    (buttons.WITHDRAW, buttons.withdraw),
    (buttons.REPAIR, buttons.repair),
    (buttons.UPDATE, buttons.update),
    (buttons.TRY_AGAIN, buttons.try_again),
    (buttons.FOUND, lambda number: buttons.found(number, 999)),
    (buttons.TREE, lambda number: buttons.tree(ArticleId(number), CommentId(LARGEST), "best", 99_999)),
]


@pytest.mark.parametrize(("pattern", "custom_id"), ALL)
def test_each_custom_id_is_read_as_it_was_written_and_by_nobody_else(
    pattern: re.Pattern[str], custom_id: Callable[[int], str]
) -> None:
    for number in (1, LARGEST):
        written = custom_id(number)
        assert len(written) <= 100
        found = pattern.fullmatch(written)
        assert found is not None
        assert str(number) in found.groups()
        assert [other for other, _ in ALL if other.fullmatch(written)] == [pattern]


@pytest.mark.parametrize(("pattern", "custom_id"), ALL)
def test_only_plain_digits_are_numbers(pattern: re.Pattern[str], custom_id: Callable[[int], str]) -> None:
    written = custom_id(5)
    assert pattern.fullmatch(written.replace("5", "\u0665")) is None
    assert pattern.fullmatch(written + "\n") is None
