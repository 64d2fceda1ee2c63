from __future__ import annotations

import pytest

from bot.discussion import voting


@pytest.mark.parametrize("emoji", ["👍", "👍🏽", "❤️", "❤", "⬆️", "⬆", "🔼"])
def test_these_are_votes(emoji: str) -> None:
    assert voting.counts(emoji)


@pytest.mark.parametrize("emoji", ["👎", "🎉", "", "\ufe0f", "👍👍", "thumbsup", "🏽", "💔"])
def test_others_are_not(emoji: str) -> None:
    assert not voting.counts(emoji)
