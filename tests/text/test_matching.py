from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.matching import Words, folded, has_invite, has_link, same_text

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u0301\u0336"
DISGUISES = {
    "a": "aA\u0430\u0410\u03b1\uff41\u00e1@4",
    "e": "eE\u0435\u0415\u03b5\uff45\u00e9\U0001d41e3",
    "i": "iI\u0456\u0406\u00ef1",
    "o": "oO\u043e\u041e\u03bf\uff4f\u00f60",
    "s": "sS\u0455\uff53\u015f$5",
    "t": "tT\u0442\uff547",
    "b": "bB\uff42",
}


@st.composite
def disguised(draw: st.DrawFn, word: str) -> str:
    """A word as somebody writes it who wants to get past a list."""
    spelt = ""
    for each in word:
        spelt += draw(st.sampled_from(DISGUISES.get(each, each)))
        spelt += draw(st.text(st.sampled_from(INVISIBLE), max_size=2))
    return spelt


@given(
    st.sampled_from(["boat", "bit", "tea", "estate"]).flatmap(
        lambda word: st.tuples(st.just(word), disguised(word))
    )
)
def test_a_word_is_found_however_it_is_disguised(found: tuple[str, str]) -> None:
    word, spelt = found
    assert Words([word]).found_in(f"Buy my {spelt}, now") == word


@given(st.text(), st.text())
def test_a_text_holds_its_own_words_and_folding_is_settled(before: str, after: str) -> None:
    assert folded(folded(before)) == folded(before)
    assert same_text(same_text(before)) == same_text(before)
    # Between others, a word that is whole is found.
    assert Words(["river"]).found_in(f"{before} river {after}") == "river"


@given(st.text(st.characters(whitelist_categories=["Ll"], max_codepoint=0x24F), min_size=1))
def test_nothing_is_found_where_no_word_is_wanted(text: str) -> None:
    assert Words([]).found_in(text) is None


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("ass", "a class of grass", None),
        ("dry run", "It was a DRY-RUN.", "dry run"),
        ("dry run", "dry runner", None),
        ("річка", "Моя РІЧКА тече", "річка"),
        ("вий", "вии", None),
        ("广告", "这是广告内容", "广告"),
        ("naïve", "How naive", "naïve"),
        ("ﬁne", "a fine day", "ﬁne"),
        ("boat", "bo-at", None),
    ],
)
def test_words_are_found_whole(wanted: str, text: str, found: str | None) -> None:
    assert Words([wanted]).found_in(text) == found


@pytest.mark.parametrize(
    ("text", "link", "invite"),
    [
        ("no link at all", False, False),
        ("http and www are words", False, False),
        ("https://example.com", True, False),
        ("HTTP://EXAMPLE.COM", True, False),
        ("www.example.com", True, False),
        ("[here](//example.com)", True, False),
        ("h\u200bttps://example.com", True, False),
        ("https://discord.gg/abc", True, True),
        ("discord.gg/abc", False, True),
        ("discord\u200b.gg/abc", False, True),
        ("https://discordapp.com/invite/abc", True, True),
        ("Discord is not an invitation", False, False),
    ],
)
def test_links_and_invitations(text: str, link: bool, invite: bool) -> None:
    assert (has_link(text), has_invite(text)) == (link, invite)


@pytest.mark.parametrize(
    "text", ["a" * 4000, "a " * 2000, "\u0430\u0301" * 2000, "https:/" * 571, "](" * 2000, "广" * 4000]
)
def test_no_text_takes_long(text: str) -> None:
    words = Words([f"word {number}" for number in range(100)] + [f"词{number}" for number in range(100)])
    begun = time.process_time()
    for _ in range(5):
        assert words.found_in(text) is None
        has_link(text)
        has_invite(text)
    # A hundred times what it takes: whatever grows faster than the text takes far longer.
    assert time.process_time() - begun < 5
