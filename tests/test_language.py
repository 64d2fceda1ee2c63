from __future__ import annotations

import asyncio

import pytest

from bot.language import Language, gettext, language_of, speak, speaking

SENTENCE = "There is no such discussion here."


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("uk", Language.UKRAINIAN),
        ("en-GB", Language.ENGLISH),
        ("pt-BR", Language.ENGLISH),
        (None, Language.ENGLISH),
    ],
)
def test_discords_locales_lead_to_a_language_with_a_catalogue(locale: str | None, language: Language) -> None:
    assert language_of(locale) is language


def test_a_sentence_comes_in_the_language_of_the_block_it_stands_in() -> None:
    with speaking(Language.UKRAINIAN):
        assert gettext(SENTENCE) == "Тут немає такого обговорення."
    assert gettext(SENTENCE) == SENTENCE


async def test_two_people_served_at_once_are_each_answered_in_their_language() -> None:
    async def answered(language: Language) -> str:
        speak(language)
        await asyncio.sleep(0)
        return gettext(SENTENCE)

    english, ukrainian = await asyncio.gather(answered(Language.ENGLISH), answered(Language.UKRAINIAN))
    assert (english, ukrainian) == (SENTENCE, "Тут немає такого обговорення.")
