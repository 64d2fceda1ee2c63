from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discussion.slugs import is_slug, numbered, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("A Bench, a Tree & 3 Birds!", "a-bench-a-tree-3-birds"),
        ("Привет, мир: съёмка в Щёлково", "privet-mir-syomka-v-shchyolkovo"),
        ("Їжак і Ґава – зв’язок Європи", "yizhak-i-gava-zvyazok-yevropi"),
        ("Мова ўсіх беларусаў", "mova-usikh-belarusau"),
        ("Crème brûlée für Łódź", "creme-brulee-fur-lodz"),
        ("Don't", "dont"),
        ("日本語", "article"),
        ("", "article"),
        ("word " * 30, "-".join(["word"] * 20)),
        ("x" * 150, "x" * 100),
    ],
)
def test_titles_become_slugs(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_composed_and_decomposed_letters_give_one_slug() -> None:
    assert slug_of("и\u0306од") == slug_of("йод") == "yod"


@given(st.text(), st.integers(1, 10**6))
def test_whatever_the_title_the_slug_is_one_that_a_person_may_give(title: str, number: int) -> None:
    assert is_slug(slug_of(title))
    assert is_slug(numbered(slug_of(title), number))


@given(st.text(alphabet="ab- ", min_size=90, max_size=120))
def test_numbers_keep_long_slugs_apart(title: str) -> None:
    assert len({numbered(slug_of(title), number) for number in range(1, 200)}) == 199


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "A", "a b", "ä", "a/b", "../a", "x" * 101])
def test_what_is_no_slug(text: str) -> None:
    assert not is_slug(text)
