from __future__ import annotations

import pytest

from bot.discussion.policy import policy
from bot.language import Language, speaking
from bot.text import dialect

EMBED_LIMIT = 4096


@pytest.mark.parametrize("language", Language)
def test_the_policy_fits_into_one_embed_and_names_the_times(language: Language) -> None:
    with speaking(language):
        text = policy(backup_days=36_500, purge_days=1)
    assert dialect.utf16_length(text) <= EMBED_LIMIT
    assert {Language.ENGLISH: "36500 days", Language.UKRAINIAN: "36500 днів"}[language] in text
    assert {Language.ENGLISH: "1 day.", Language.UKRAINIAN: "1 день."}[language] in text
