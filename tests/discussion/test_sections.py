from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.discussion.sections import match_sections
from bot.model import Section, SectionId, SourceSection


def stored(*sections: tuple[str | None, str]) -> list[Section]:
    return [Section(SectionId(number), number, *each) for number, each in enumerate(sections, start=1)]


def incoming(*sections: tuple[str | None, str]) -> list[SourceSection]:
    return [SourceSection(*each) for each in sections]


ARTICLE = ((None, "Once upon a time"), ("Birds", "They sing in trees"), ("Bees", "They hum in flowers"))


def test_the_same_article_matches_itself() -> None:
    assert match_sections(stored(*ARTICLE), [], incoming(*ARTICLE)) == [1, 2, 3]


def test_a_section_put_in_between_is_new_and_the_rest_stay() -> None:
    changed = incoming(ARTICLE[0], ("Trees", "Green and tall"), *ARTICLE[1:])
    assert match_sections(stored(*ARTICLE), [], changed) == [1, None, 2, 3]


def test_sections_are_followed_when_they_change_places() -> None:
    assert match_sections(stored(*ARTICLE), [], incoming(ARTICLE[0], ARTICLE[2], ARTICLE[1])) == [1, 3, 2]


def test_a_rewritten_text_is_known_by_its_heading_and_a_renamed_one_by_its_text() -> None:
    changed = incoming(
        (None, "All new words here"), ("BIRDS ", "Nothing as before"), ("Insects", ARTICLE[2][1])
    )
    assert match_sections(stored(*ARTICLE), [], changed) == [1, 2, 3]


def test_a_renamed_and_slightly_edited_section_is_known_by_its_words_in_its_place() -> None:
    changed = incoming(ARTICLE[0], ("On birds", "They often sing in trees"), ARTICLE[2])
    assert match_sections(stored(*ARTICLE), [], changed) == [1, 2, 3]


def test_another_text_under_another_heading_is_another_section() -> None:
    changed = incoming(ARTICLE[0], ("Cars", "Loud and fast"), ARTICLE[2])
    assert match_sections(stored(*ARTICLE), [], changed) == [1, None, 3]


def test_equal_headings_are_taken_in_order() -> None:
    twice = ((None, "a"), ("Note", "b"), ("Note", "c"))
    assert match_sections(stored(*twice), [], incoming((None, "a"), ("Note", "c"), ("Note", "d"))) == [
        1,
        3,
        2,
    ]


def test_a_withdrawn_section_comes_back_under_its_heading() -> None:
    withdrawn = [Section(SectionId(9), 2, "Birds", "They sang")]
    assert match_sections(stored(ARTICLE[0], ARTICLE[2]), withdrawn, incoming(*ARTICLE)) == [1, 9, 2]


sections = st.lists(
    st.tuples(st.none() | st.sampled_from(["A", "B", "C"]), st.sampled_from(["x y", "y z", "z x y", ""])),
    max_size=6,
)


@given(sections, sections, sections)
def test_no_stored_section_is_taken_twice_and_what_did_not_change_is_found(
    before: list[tuple[str | None, str]],
    gone: list[tuple[str | None, str]],
    after: list[tuple[str | None, str]],
) -> None:
    present = stored(*before)
    withdrawn = [
        Section(SectionId(each.id + 100), each.number, each.heading, each.text) for each in stored(*gone)
    ]
    found = [each for each in match_sections(present, withdrawn, incoming(*after)) if each is not None]
    assert len(found) == len(set(found))
    assert set(found) <= {each.id for each in present + withdrawn}
    assert match_sections(present, withdrawn, incoming(*before)) == [each.id for each in present]
