from __future__ import annotations

from bot.sandbox import Answer
from tests.cogs.stage import Stage


async def labels(answer: Answer) -> list[str]:
    return [each["label"] for row in answer.components for each in row["components"]]


async def test_a_member_claims_and_a_moderator_decides_and_thinks_again(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("So do I.", thread)
        answer = await stage.alice.command("comment claim", here=thread, comment=str(mirrored.id))
        assert answer.ephemeral
        assert "A moderator will decide" in answer.content
        asked = await stage.mo.command("comment claims", here=stage.channel)
        assert f"<@{stage.alice.id}> says that this comment is theirs" in asked.content
        assert "So do I." in asked.content
        assert await labels(asked) == ["Confirm", "Refuse", "Skip"]
    async with stage.bot():  # the buttons outlive a restart
        done = await stage.turn(stage.mo, asked, "Confirm", "Confirmed")
        waiting = await stage.turn(stage.mo, done, "Undo", "says that this comment is theirs")
        refused = await stage.turn(stage.mo, waiting, "Refuse", "Refused")
        nothing = await stage.turn(stage.mo, refused, "Next", "No claim is waiting")
        decided = await stage.turn(stage.mo, nothing, "Decided ones", "was not confirmed")
        assert await labels(decided) == ["Take back", "Older"]
        await stage.turn(stage.mo, decided, "Older", "no further ones")


async def test_claims_that_were_skipped_are_not_lost(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        for words in ("I live by one.", "So do I."):
            mirrored = await stage.shown(words, thread)
            await stage.alice.command("comment claim", here=thread, comment=str(mirrored.id))
        asked = await stage.mo.command("comment claims", here=stage.channel)
        second = await stage.turn(stage.mo, asked, "Skip", "So do I.")
        last = await stage.turn(stage.mo, second, "Skip", "Those you skipped still wait")
        assert await labels(last) == ["Waiting ones", "Decided ones"]
        await stage.turn(stage.mo, last, "Waiting ones", "I live by one.")


async def test_who_decides_too_late_is_told_and_goes_on_with_the_next(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        for words in ("I live by one.", "So do I."):
            mirrored = await stage.shown(words, thread)
            await stage.alice.command("comment claim", here=thread, comment=str(mirrored.id))
        fast, slow = [await stage.mo.command("comment claims", here=stage.channel) for _ in range(2)]
        await stage.turn(stage.mo, fast, "Confirm", "Confirmed")
        late = await stage.turn(stage.mo, slow, "Refuse", "Somebody else has decided this in the meantime.")
        assert "So do I." in late.content
        assert await labels(late) == ["Confirm", "Refuse", "Skip"]


async def test_members_do_not_see_the_claims(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        answer = await stage.alice.command("comment claims", here=stage.channel)
    assert answer.content == "Only moderators can do this."


async def test_what_is_no_imported_comment_cannot_be_claimed(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        for nothing in ("nonsense", "#999", "1" * 18):
            answer = await stage.alice.command("comment claim", here=stage.channel, comment=nothing)
            assert answer.content.startswith("There is no such comment here.")
        offered = await stage.alice.autocomplete("comment claim", "comment", "live by", here=stage.channel)
        assert len(offered) == 1


async def test_a_claimed_comment_is_erased_with_the_message_that_mirrors_it(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        mirrored = await stage.shown("So do I.", thread)
        await stage.alice.command("comment claim", here=thread, comment=str(mirrored.id))
        asked = await stage.mo.command("comment claims", here=stage.channel)
        await stage.turn(stage.mo, asked, "Confirm", "Confirmed")
        asked = await stage.alice.command("privacy erase", here=stage.channel)
        assert "1 imported comment of yours" in asked.content
        await stage.turn(stage.alice, asked, "Erase everything", "Erased.")
        await stage.discord.until(lambda: mirrored.deleted)
    assert (await stage.stored())[1][2:] == ("Former member", "", "deleted")
