from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Answer, Message, Permissions, Thread
from tests.cogs.stage import Stage, eventually, turn


async def search(stage: Stage, words: str, **more: Any) -> Answer:
    """Ask as Alice does."""
    return await stage.alice.command("comment search", here=stage.channel, words=words, **more)


async def indexed(stage: Stage) -> None:
    """Wait until all that is stored can be found."""
    async with stage.production.database() as database:
        await eventually(
            lambda: database.fetch_value("SELECT count(*) FROM search_todo"), lambda waiting: waiting == 0
        )


async def said(stage: Stage, thread: Thread, *texts: str) -> list[Message]:
    """What Ben says in the thread, once it is stored and indexed."""
    messages = [await stage.ben.say(thread, each) for each in texts]
    await eventually(stage.stored, lambda stored: len(stored) == 2 + len(texts))
    await indexed(stage)
    return messages


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.discussion.indexing.PAUSE", 0.05)


async def test_comments_sections_and_articles_are_found_with_links(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        (reply,) = await said(stage, thread, "My *river* is wide.")
        mirrored = await stage.shown("I live by one.", thread)
        link = f"https://discord.com/channels/{stage.server.id}"

        answer = await search(stage, "river")
        assert answer.ephemeral
        assert answer.content.splitlines()[0] == "Found for “river”:"
        assert "- **Ben** on **On rivers**, <t:" in answer.content
        assert f"[jump]({link}/{thread.id}/{reply.id})\n> My **river** is wide." in answer.content

        answer = await search(stage, "LIVE one")
        assert f"- **Reader 1** on **On rivers** [jump]({link}/{thread.id}/{mirrored.id})" in answer.content
        assert "> I **live** by **one**." in answer.content

        answer = await search(stage, "began")
        section = stage.showing("It began there.", stage.channel)
        assert section is not None
        assert (
            f"- **On rivers**, section 2: Upstream [jump]({link}/{stage.channel.id}/{section.id})"
            in answer.content
        )
        assert "- The article **On rivers**" in (await search(stage, "run")).content


async def test_words_that_begin_alike_are_offered_where_nothing_else_is_found(stage: Stage) -> None:
    async with stage.bot():
        await said(stage, await stage.post(), "Дві річки і місто 北京的河流")
        answer = await search(stage, "річка")
        assert answer.content.startswith("Nothing has exactly the words “річка”.")
        assert "Дві **річки** і місто" in answer.content
        assert "北京的**河流**" in (await search(stage, "河流")).content


async def test_of_very_many_comments_with_the_words_one_is_told_that_the_newest_were_looked_at(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.searches.CONSIDERED", 3)
    async with stage.bot():
        await said(stage, await stage.post(), *(f"A pebble, number {number}" for number in range(6)))
        answer = await search(stage, "pebble")
        assert (
            "-# These words stand in so many comments that I looked at the newest of them only."
            in answer.content
        )
        assert answer.content.count("**pebble**") == 3
        assert "number 5" in answer.content
        assert "newest of them" not in (await search(stage, "pebble 4")).content


async def test_pages_are_turned_in_one_message_also_after_a_restart(stage: Stage) -> None:
    async with stage.bot():
        await said(stage, await stage.post(), *(f"A pebble, number {number}" for number in range(7)))
        first = await search(stage, "pebble")
        assert first.content.count("**pebble**") == 5
    shown = first.content
    async with stage.bot():
        second = await turn(stage, first, "Next page")
        assert second.content.splitlines()[0] == "Found for “pebble”, page 2:"
        assert second.content.count("**pebble**") == 2
        again = await turn(stage, second, "Previous page")
        assert again.content == shown

        async with stage.production.database() as database, database.transaction() as tx:
            await tx.execute("UPDATE search_query SET asked_at = 0")
        answer = await stage.alice.press(again, "Next page")
        told = "This search was a while ago and is forgotten. Search once more."
        assert await stage.beside(answer) == told
        # What was found stays, with the links in it.
        assert again.content == shown


async def test_the_conditions_narrow_what_is_found(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await said(stage, thread, "A boat of Ben")
        await stage.mo.say(thread, "A boat of Mo")
        await eventually(stage.stored, lambda stored: len(stored) == 4)
        await indexed(stage)

        assert [
            name
            for name, _ in await stage.alice.autocomplete(
                "comment search", "author", "BE", here=stage.channel, words="boat"
            )
        ] == ["Ben"]
        assert await stage.alice.autocomplete(
            "comment search", "article", "RIV", here=stage.channel, words="boat"
        ) == [("On rivers", "on-rivers")]

        for conditions, found in (
            ({"author": "ben"}, {"Ben"}),
            ({"author": "nobody"}, set()),
            ({"article": "on-rivers"}, {"Ben", "Mo"}),
            ({"from": "2020", "to": "2999-12"}, {"Ben", "Mo"}),
            ({"from": "2999-12-31"}, set()),
            ({"to": "2020-02"}, set()),
        ):
            answer = await search(stage, "boat", **conditions)
            assert {name for name in ("Ben", "Mo") if f"**{name}**" in answer.content} == found

        for conditions, sentence in (
            ({"article": "elsewhere"}, "There is no such article here."),
            ({"from": "yesterday"}, "I cannot read this as a date."),
            ({"to": "2024-13"}, "I cannot read this as a date."),
            ({"to": "9999"}, "I cannot read this as a date."),
        ):
            assert (await search(stage, "boat", **conditions)).content.startswith(sentence)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('"', "There is no word in this to search for."),
        ("*", "There is no word in this to search for."),
        (" ", "There is no word in this to search for."),
        ("?!…", "There is no word in this to search for."),
        ("w" * 2_000, "This is too long to search for."),
        ("NEAR(", "Nothing was found for “NEAR(”."),
        ('marks:"a1', 'Nothing was found for “marks:"a1”.'),
        ("@everyone", "Nothing was found for “\\@everyone”."),
    ],
)
async def test_what_cannot_be_searched_for_is_answered_with_a_sentence(
    stage: Stage, words: str, sentence: str
) -> None:
    async with stage.bot():
        await stage.post()
        await indexed(stage)
        answer = await search(stage, words)
        assert answer.ephemeral
        assert answer.content.startswith(sentence)


async def test_nobody_finds_what_they_may_not_see(stage: Stage) -> None:
    _, stranger, elsewhere = stage.another_server()
    async with stage.bot():
        thread = await stage.post()
        first, _ = await said(stage, thread, "A pebble that goes", "A pebble that stays")
        stage.server.set_permissions(stage.channel, stage.ben, deny=Permissions.VIEW_CHANNEL)
        lounge = stage.server.add_text_channel("lounge")
        for who, where in ((stranger, elsewhere), (stage.ben, lounge)):
            answer = await who.command("comment search", here=where, words="pebble")
            assert answer.content == "Nothing was found for “pebble”."
            for condition in ("author", "article"):
                assert not await who.autocomplete("comment search", condition, "", here=where, words="a")

        # What is withdrawn is found no more, from the same moment on.
        assert "goes" in (await search(stage, "pebble")).content
        await stage.mo.delete(first)
        await eventually(stage.stored, lambda stored: stored[2].status == "deleted")
        answer = await search(stage, "pebble")
        assert "goes" not in answer.content
        assert "stays" in answer.content
        assert (await search(stage, "goes")).content == "Nothing was found for “goes”."


async def test_a_page_is_turned_by_nobody_else(stage: Stage) -> None:
    async with stage.bot():
        await said(stage, await stage.post(), *(f"A pebble, number {number}" for number in range(7)))
        await search(stage, "pebble")
        async with stage.production.database() as database:
            assert await database.fetch_value("SELECT count(*) FROM search_query") == 1
            assert await database.fetch_value("SELECT user_id FROM search_query") == stage.alice.id
