from __future__ import annotations

from typing import Any

import pytest

from bot.model import Filter, FilterAction, FilterKind, GuildId
from bot.sandbox import Answer, Permissions
from bot.store.filters import Filters
from tests.cogs.stage import Stage, eventually

CHOOSE = "Choose a filter to change it"
WHAT_BECOMES = "What becomes of such comments"


async def page(stage: Stage, kind: str, says: str) -> Answer:
    """The page of a filter, as somebody comes to it who manages the server and moderates nothing."""
    panel = await stage.mo.command("settings", here=stage.channel)
    return await stage.turn(stage.mo, panel, CHOOSE, says, kind)


async def kept(stage: Stage) -> tuple[Filter, ...]:
    async with stage.production.database() as database:
        return await Filters(database).of(GuildId(stage.server.id))


@pytest.fixture(autouse=True)
def manages_only(stage: Stage) -> None:
    role = stage.server.add_role("Owner's friends", Permissions.MANAGE_GUILD)
    stage.mo.member.role_ids = {stage.server.members_role.id, role.id}


async def test_a_filter_is_chosen_set_and_told_in_one_message(stage: Stage) -> None:
    async with stage.bot():
        shown = await page(stage, "links", "Links: off")
        assert shown.ephemeral
        assert len(shown.message.components) <= 5
        await stage.turn(stage.mo, shown, WHAT_BECOMES, "Links: held for a moderator", "hold")
        assert await kept(stage) == (Filter(FilterKind.LINKS, FilterAction.HOLD),)
        await stage.turn(stage.mo, shown, CHOOSE, "Accounts or members less than a day old: off", "newcomers")
        await stage.turn(stage.mo, shown, WHAT_BECOMES, "less than a day old: shown, with a warning", "warn")
        await stage.turn(stage.mo, shown, "Back to the settings", "Settings of this server")
        assert (
            "- Links: held for a moderator\n- Accounts or members less than a day old: shown" in shown.content
        )
        await stage.turn(stage.mo, shown, CHOOSE, "Filters of this server", "links")
        await stage.turn(stage.mo, shown, WHAT_BECOMES, "Links: off", "off")
    assert await kept(stage) == (Filter(FilterKind.NEWCOMERS, FilterAction.WARN),)


async def test_each_change_stands_in_the_log_with_what_was_changed(stage: Stage) -> None:
    async with stage.bot():
        shown = await page(stage, "links", "Links: off")
        await stage.turn(stage.mo, shown, WHAT_BECOMES, "Links: hidden", "hide")
        again = await stage.turn(stage.mo, shown, WHAT_BECOMES, "Links: hidden", "hide")
        await stage.discord.until(lambda: again.edits)
        await stage.turn(stage.mo, shown, WHAT_BECOMES, "Links: off", "off")
        reader = stage.server.add_member("Reader", permissions=Permissions.MANAGE_MESSAGES)
        log = await reader.command("moderation log", here=stage.channel)
    told = [line.partition(f"<@{stage.mo.id}> ")[2] for line in log.content.splitlines()]
    assert told == ["changed the filters. Links: off.", "changed the filters. Links: hidden."]


async def test_words_are_asked_for_before_their_filter_is_set(stage: Stage) -> None:
    async with stage.bot():
        shown = await page(stage, "words", "Words: off")
        form = await stage.mo.press(shown, WHAT_BECOMES, values=["hold"])
        assert form.is_form
        assert await kept(stage) == ()
        await stage.mo.fill_in(form, "boats, dry run\nrafts")
        await stage.discord.until(lambda: "held for a moderator (||boats, dry run, rafts||)" in shown.content)
        await stage.turn(stage.mo, shown, WHAT_BECOMES, "Words: hidden", "hide")
        form = await stage.mo.press(shown, "Change the words")
        assert form.form["components"][0]["component"]["value"] == "boats, dry run, rafts"
        await stage.mo.fill_in(form, "rafts")
        await stage.discord.until(lambda: "Words: hidden (||rafts||)" in shown.content)
        thread = await stage.post()
        await stage.alice.say(thread, "Mind the rafts.")
        await eventually(stage.stored, lambda stored: "hidden" in {each.status for each in stored})


async def test_words_that_cannot_be_looked_for_are_given_back_below_the_reason(stage: Stage) -> None:
    async with stage.bot():
        shown = await page(stage, "words", "Words: off")
        await stage.mo.fill_in(await stage.mo.press(shown, WHAT_BECOMES, values=["warn"]), "boats, !?")
        await stage.discord.until(lambda: "There is no letter in" in shown.content)
        assert shown.message.embeds[0]["description"] == "boats, !?"
        await stage.mo.fill_in(await stage.mo.press(shown, WHAT_BECOMES, values=["warn"]), "boats")
        await stage.discord.until(lambda: "Words: shown, with a warning" in shown.content)
        assert not shown.message.embeds
    assert await kept(stage) == (Filter(FilterKind.WORDS, FilterAction.WARN, ("boats",)),)


async def test_what_a_moderator_set_while_the_words_were_typed_stands(stage: Stage) -> None:
    other = stage.server.add_member("Other", permissions=Permissions.MANAGE_MESSAGES)
    sails: dict[str, Any] = {"kind": "words", "action": "hold", "words": "sails"}
    async with stage.bot():
        shown = await page(stage, "words", "Words: off")
        form = await stage.mo.press(shown, WHAT_BECOMES, values=["hide"])
        await other.command("discussion filter", here=stage.channel, **sails)
        await stage.mo.fill_in(form, "boats")
        # What becomes of comments is as the moderator chose, the words are those sent last.
        await stage.discord.until(lambda: "Words: held for a moderator (||boats||)" in shown.content)


async def test_who_lost_the_right_meanwhile_is_refused(stage: Stage) -> None:
    async with stage.bot():
        shown = await page(stage, "words", "Words: off")
        form = await stage.mo.press(shown, WHAT_BECOMES, values=["hide"])
        stage.mo.member.role_ids = {stage.server.members_role.id}
        refused = await stage.mo.fill_in(form, "boats")
        assert await stage.beside(refused) == "Only moderators can do this."
    assert await kept(stage) == ()


async def test_a_list_too_long_for_a_form_is_replaced_by_a_new_one(stage: Stage) -> None:
    words = tuple(f"{number:050}a" for number in range(80))
    async with stage.production.database() as database, database.transaction() as tx:
        known = Filter(FilterKind.WORDS, FilterAction.HOLD, words)
        await Filters(tx).save(tx, GuildId(stage.server.id), known)
    async with stage.bot():
        shown = await page(stage, "words", "Filters of this server")
        form = await stage.mo.press(shown, "Change the words")
        await stage.mo.fill_in(form, "boats")
        await eventually(lambda: kept(stage), lambda found: found[0].words == ("boats",))
