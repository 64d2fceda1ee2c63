from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discussion import plan
from bot.discussion.forms import Forms, FormTarget
from bot.discussion.plan import Changes
from bot.model import (
    Actor,
    CommentId,
    MessageId,
    Publication,
    PublicationState,
    SourceComment,
    SourceSection,
    Status,
)
from bot.store.database import Database
from bot.store.member_comments import MemberComments
from bot.store.placements import Placements
from bot.store.publications import Publications
from tests.discussion.posting import MODERATOR, THREAD, carry_out, post, publishing, request, shown
from tests.discussion.sources import article, comment, imported

A_WORD = [comment("1"), comment("2", parent="1"), comment("3")]
THREE = (SourceSection(None, "Once"), SourceSection("Birds", "They sing"), SourceSection("Bees", "They hum"))


async def update(database: Database, publication: Publication) -> Changes:
    """Bring the publication to what its source says now; what that was announced and turned out to be."""
    announced = await publishing(database).changes(MODERATOR, publication.id)
    assert await publishing(database).update(MODERATOR, publication.id) == announced
    await carry_out(database, publication)
    return announced


def comments_in(messages: dict[int, str]) -> list[str]:
    """What the mirrored comments say, in order."""
    return [content.split("\n", 1)[1] for content in messages.values() if content.startswith("-# Ann")]


async def test_an_article_is_posted_in_reading_order_and_stating_it_again_changes_nothing(
    database: Database,
) -> None:
    await imported(database, article(), *A_WORD)
    publication = await request(database, "a-bench")
    done = await carry_out(database, publication)
    assert [each.split("\n")[0] for each in done] == [
        "create # A Bench",
        "create Once upon a time",
        "create ## Birds",
        "edit # A Bench",
        "edit Once upon a time",
        "create ## Comments (3)",
        *["create -# Ann"] * 3,
    ], "before the comments come, sections and contents can be jumped to"
    before = await shown(database, publication)
    assert f"https://discord.com/channels/10/20/{sorted(before)[2]}" in before[min(before)]
    assert await update(database, publication) == Changes()
    assert await shown(database, publication) == before


async def test_a_changed_article_edits_only_the_messages_that_differ(database: Database) -> None:
    await imported(database, article(sections=THREE), *A_WORD)
    publication = await post(database, "a-bench")
    before = await shown(database, publication)
    changed = (THREE[0], SourceSection("Birds", "They sing at dawn"), THREE[2])
    await imported(database, article(sections=changed), *A_WORD)
    assert await update(database, publication) == Changes(edited=1)
    after = await shown(database, publication)
    assert {each for each in before if before[each] != after[each]} == {sorted(before)[2]}


@pytest.mark.parametrize(
    ("sections", "kept"),
    [
        ((THREE[0], THREE[2]), {0, 1, 3}),
        ((THREE[0], SourceSection("Trees", "Tall and green"), *THREE[1:]), {0, 1, 2, 3}),
        ((THREE[0], SourceSection("Birds", "They sing They hum")), {0, 1, 2}),
        ((*THREE[:2], SourceSection("Nests", "Of twigs"), THREE[2]), {0, 1, 2, 3}),
        ((THREE[2], THREE[0], THREE[1]), {0, 1, 2, 3}),
    ],
    ids=["removed", "added", "merged", "split", "moved"],
)
async def test_sections_keep_their_messages_whatever_becomes_of_the_others(
    database: Database, sections: tuple[SourceSection, ...], kept: set[int]
) -> None:
    await imported(database, article(sections=THREE), *A_WORD)
    publication = await post(database, "a-bench")
    before = await shown(database, publication)
    await imported(database, article(sections=sections), *A_WORD)
    await update(database, publication)
    after = await shown(database, publication)
    assert before.keys() <= after.keys(), "nothing is deleted: threads and links stay where they are"
    present = {section.heading for section in sections}
    for place, message in enumerate(sorted(before)):
        if place in {1, 2, 3}:
            gone = THREE[place - 1].heading not in present
            assert ("no longer part of the article" in after[message]) == gone
        if place in kept - {0}:
            assert after[message].split("\n")[0] == before[message].split("\n")[0]
    assert await update(database, publication) == Changes()


async def test_a_withdrawn_section_that_was_never_posted_is_not_posted(database: Database) -> None:
    await imported(database, article(sections=THREE))
    publication = await request(database, "a-bench")
    await imported(database, article(sections=THREE[:2]))
    done = await _restated(database, publication)
    assert not any("Bees" in each or "no longer" in each for each in done)


async def _restated(database: Database, publication: Publication) -> list[str]:
    await publishing(database).update(MODERATOR, publication.id)
    return await carry_out(database, publication)


async def test_a_section_that_shrinks_gives_up_its_last_messages(database: Database) -> None:
    long = SourceSection("Birds", "\n\n".join("word " * 200 for _ in range(5)))
    await imported(database, article(sections=(THREE[0], long)))
    publication = await post(database, "a-bench")
    before = await shown(database, publication)
    await imported(database, article(sections=THREE[:2]))
    changes = await update(database, publication)
    assert (changes.edited, changes.removed) == (2, len(before) - 4), "the opening's reading time shrinks too"
    assert len(await shown(database, publication)) == 4


async def test_comments_at_the_source_are_added_edited_and_withdrawn(database: Database) -> None:
    await imported(database, article(), *A_WORD)
    publication = await post(database, "a-bench")
    before = await shown(database, publication)
    await imported(
        database,
        article(),
        comment("1"),
        comment("2", "text of 2, and more", parent="1"),
        comment("4", parent="2"),
        comment("5"),
    )
    assert await update(database, publication) == Changes(added=2, edited=3)
    after = await shown(database, publication)
    assert comments_in(after) == [
        "text of 1",
        "text of 2, and more",
        "*This comment was withdrawn.*",
        "text of 4",
        "text of 5",
    ]
    assert before.keys() < after.keys()
    assert "## Comments (4)" in after[sorted(after)[3]]


async def test_a_comment_withdrawn_before_it_was_posted_is_not_posted(database: Database) -> None:
    await imported(database, article(), *A_WORD)
    publication = await request(database, "a-bench")
    await imported(database, article(), *A_WORD[:2])
    await _restated(database, publication)
    assert comments_in(await shown(database, publication)) == ["text of 1", "text of 2"]


async def test_a_withdrawn_comment_with_replies_that_was_never_shown_leaves_them_in_place(
    database: Database,
) -> None:
    await imported(database, article(), comment("1", status=Status.HIDDEN), comment("2", parent="1"))
    publication = await post(database, "a-bench")
    assert comments_in(await shown(database, publication)) == ["text of 2"]


async def test_what_people_deleted_is_not_posted_again(database: Database) -> None:
    await imported(database, article(), *A_WORD)
    publication = await post(database, "a-bench")
    before = await shown(database, publication)
    opening, introduction, *_ = sorted(before)
    last = max(before)
    async with database.transaction() as tx:
        await Placements(tx).lose(tx, [MessageId(introduction), MessageId(last)])
    await imported(database, article(), *A_WORD[:2], comment("3", "text of 3, and more"))
    await update(database, publication)
    after = await shown(database, publication)
    assert after.keys() == before.keys() - {introduction, last}
    assert after[opening] == before[opening]

    assert await publishing(database).repair(MODERATOR, publication.id) == 1
    await carry_out(database, publication)
    assert comments_in(await shown(database, publication)) == ["text of 1", "text of 2"]
    assert list((await shown(database, publication)).values())[-1] == "Once upon a time"


# --- Long discussions ---------------------------------------------------------------------------------------


def branches(*sizes: int) -> list[SourceComment]:
    """Top-level comments, each with so many in its branch, itself included."""
    return [
        comment(f"{number}.{place}", parent=f"{number}.0" if place else None)
        for number, size in enumerate(sizes)
        for place in range(size)
    ]


async def test_of_a_long_discussion_the_most_answered_branches_are_mirrored_whole(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MIRRORED", 6)
    monkeypatch.setattr(plan, "MORE", 2)
    await imported(database, article(), *branches(1, 4, 2, 3, 1, 1))
    publication = await post(database, "a-bench")
    first = await shown(database, publication)
    assert {each.removeprefix("text of ")[0] for each in comments_in(first)} == {"1", "3"}
    assert len(comments_in(first)) == 7, "whole branches, until there are enough"
    closing = next(each for each in first.values() if each.startswith("## Comments"))
    assert closing.startswith("## Comments (12)\nThe thread begins with the most answered ones.")

    more = [await publishing(database).show_more(MODERATOR, publication.id) for _ in range(2)]
    await carry_out(database, publication)
    assert [each.added for each in more] == [2, 2]
    await publishing(database).show_more(MODERATOR, publication.id)
    await carry_out(database, publication)
    last = await shown(database, publication)
    assert len(comments_in(last)) == 12
    assert not any("most answered" in each for each in last.values()), "now all of them are there"
    assert (await publishing(database).show_more(MODERATOR, publication.id)).added == 0


async def test_replies_are_posted_after_what_they_answer_also_when_the_source_changed_meanwhile(
    database: Database,
) -> None:
    await imported(database, article(), *branches(1, 1, 2))
    publication = await request(database, "a-bench")
    await imported(
        database, article(), *branches(1, 1, 1), comment("x", parent="2.0"), comment("y", parent="x")
    )
    await _restated(database, publication)
    said = comments_in(await shown(database, publication))
    assert said.index("text of 2.0") < said.index("text of x") < said.index("text of y")


async def test_of_a_hundred_thousand_comments_only_the_chosen_are_laid_out(database: Database) -> None:
    await imported(database, article(), comment("1"))
    await _multiply(database, 100_000)
    publication = await request(database, "a-bench")
    placements = await database.fetch_value("SELECT count(*) FROM placement WHERE kind = 'comment'")
    assert placements == 500
    assert await publishing(database).changes(MODERATOR, publication.id) == Changes()


async def _multiply(database: Database, number: int) -> None:
    """Make so many more comments at the source, in branches of a hundred."""
    async with database.transaction() as tx:
        await tx.execute(
            "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i <= ?) "
            "INSERT INTO comment (id, article_id, parent_id, commenter_id, origin, status, text, source, source_id, "
            "source_rank) SELECT i, 1, iif(i % 100, i - i % 100, NULL), 1, 'imported', 'visible', 'words', "
            "(SELECT source FROM comment WHERE id = 1), 's' || i, i FROM n WHERE i >= 100 OR i % 100 = 0",
            (number,),
        )


# --- Beside others ----------------------------------------------------------------------------------------------


async def test_a_plan_worked_out_before_a_moderator_hid_a_comment_is_worked_out_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(database, article(), *A_WORD)
    publication = await post(database, "a-bench")
    await imported(database, article(), *A_WORD[:2], comment("3", "text of 3, now rude"))
    real = plan.work_out
    hidden: list[bool] = []

    async def slow(*arguments: object, **options: object) -> plan.Plan:
        worked_out = await real(*arguments, **options)  # type: ignore[arg-type]  # as they came
        if not hidden:
            hidden.append(True)
            async with database.transaction() as tx:
                await MemberComments(tx).set_status(CommentId(3), Status.HIDDEN, Actor.MODERATOR)
        return worked_out

    monkeypatch.setattr(plan, "work_out", slow)
    await _restated(database, publication)
    assert comments_in(await shown(database, publication))[-1] == "*This comment was hidden by a moderator.*"


async def test_what_members_entered_by_form_is_no_business_of_the_plan(database: Database) -> None:
    await imported(database, article(), *A_WORD)
    publication = await post(database, "a-bench")
    forms = Forms(database, lambda: None)
    target = FormTarget(publication.id, THREAD, CommentId(1), None, "")
    await forms.enter(MODERATOR, target, text="By form.", author="Mel", submission_id=5)
    await carry_out(database, publication)
    before = await shown(database, publication)
    assert await update(database, publication) == Changes()
    await imported(database, article())
    await update(database, publication)
    assert (await shown(database, publication))[max(before)] == before[max(before)]


async def test_an_ended_publication_gets_no_more_messages(database: Database) -> None:
    await imported(database, article(), *A_WORD)
    publication = await post(database, "a-bench")
    await publishing(database).retire(MODERATOR, publication.id)
    await carry_out(database, publication)
    await imported(database, article(), *A_WORD, comment("9"))
    assert await plan.bring_up_to_date(database, publication) == Changes()
    ended = await shown(database, publication)
    assert "text of 9" not in comments_in(ended)
    assert any("This discussion is closed." in each for each in ended.values())


async def test_retiring_before_all_is_posted_lets_go_of_the_rest(database: Database) -> None:
    await imported(database, article(), *A_WORD)
    publication = await request(database, "a-bench")
    await publishing(database).retire(MODERATOR, publication.id)
    assert await carry_out(database, publication) == []
    found = await Publications(database).by_id(publication.id)
    assert found is not None
    assert found.state is PublicationState.RETIRING


# --- Any change, and back -----------------------------------------------------------------------------------------

texts = st.sampled_from(["short", "word " * 500, "**x**"])
Source = tuple[list[tuple[str, str]], list[tuple[int, str, int]]]
sources = st.tuples(
    st.lists(st.tuples(st.sampled_from("BCD"), texts), max_size=3, unique_by=lambda each: each[0]),
    st.lists(
        st.tuples(st.integers(0, 5), texts, st.integers(-1, 5)), max_size=6, unique_by=lambda each: each[0]
    ),
)


async def _load(database: Database, source: Source) -> None:
    """Import a source of these sections and comments, and of a comment that is always there."""
    sections = (SourceSection(None, "Once"), *(SourceSection(*each) for each in source[0]))
    here = {number for number, _, _ in source[1]}
    comments = [
        comment(str(number), text, parent=str(parent) if parent in here and parent < number else None)
        for number, text, parent in source[1]
    ]
    await imported(database, article(sections=sections), comment("always"), *comments)


@settings(max_examples=20)
@given(first=sources, second=sources)
def test_whatever_the_source_becomes_its_messages_follow_and_come_back(first: Source, second: Source) -> None:
    async def play(database: Database) -> None:
        await _load(database, first)
        publication = await post(database, "a-bench")
        before = await shown(database, publication)
        await _load(database, second)
        await update(database, publication)
        assert await update(database, publication) == Changes()
        between = await shown(database, publication)
        assert min(before) in between
        await _load(database, first)
        await update(database, publication)
        assert await update(database, publication) == Changes()
        after = await shown(database, publication)
        # The contents may jump elsewhere: parts deleted in between stand at the end now.
        kept = (before.keys() & between.keys()) - {min(before)}
        assert {each: after[each] for each in kept} == {each: before[each] for each in kept}

    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with Database.open(Path(folder) / "oped.db") as database:
                await play(database)

    asyncio.run(run())
