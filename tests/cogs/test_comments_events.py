from __future__ import annotations

from bot.sandbox import Channel, Permissions
from bot.sandbox.channels import delete_channel
from tests.cogs.stage import Stage, Stored, eventually


async def last(stage: Stage, text: str) -> Stored:
    """The newest comment, as soon as it reads like that."""
    stored = await eventually(stage.stored, lambda stored: stored[-1].text == text)
    return stored[-1]


async def test_what_members_write_edit_and_delete_is_kept_in_step(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        message = await stage.alice.say(thread, "I fish there.")
        assert (await last(stage, "I fish there.")).name == "Alice"

        await stage.alice.edit(message, "I fished there.")
        await last(stage, "I fished there.")

        await stage.alice.delete(message)
        assert (await last(stage, "")).status == "deleted"


async def test_a_reply_is_a_comment_on_the_comment_it_answers(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        first = await stage.alice.reply(await stage.shown("So do I.", thread), "We all do.")
        await stage.ben.reply(first, "Not I.")
        await last(stage, "Not I.")
        _, mirrored, alices, bens = await stage.stored()
        assert alices.parent_id == mirrored.id
        assert bens.parent_id == alices.id


async def test_a_purge_and_a_deleted_thread_erase_what_stood_there(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        purged = [await stage.alice.say(thread, text) for text in ("One.", "Two.")]
        await stage.ben.say(thread, "Three.")
        await last(stage, "Three.")

        await stage.mo.bulk_delete(purged)
        await eventually(
            stage.stored, lambda stored: [each.text for each in stored[-3:]] == ["", "", "Three."]
        )

        await stage.mo.delete_thread(thread)
        assert (await last(stage, "")).status == "deleted"


async def test_a_deleted_channel_erases_what_stood_in_its_threads(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.ben.say(thread, "Gone soon.")
        await last(stage, "Gone soon.")
        owner = stage.server.add_member("Olga", permissions=Permissions.MANAGE_CHANNELS)
        delete_channel(stage.discord.world, owner.member, stage.channel)
        assert (await last(stage, "")).status == "deleted"
        status = await stage.mo.command("article list", here=stage.forum)
        assert status.content.startswith("No article is posted here yet.")


async def test_messages_elsewhere_are_nobodys_comments(stage: Stage) -> None:
    lounge: Channel = stage.server.add_text_channel("lounge")
    async with stage.bot():
        thread = await stage.post()
        before = len(await stage.stored())
        await stage.alice.say(lounge, "Off topic.")
        await stage.alice.say(thread, "On topic.")
        await last(stage, "On topic.")
        assert len(await stage.stored()) == before + 1


async def test_without_the_content_intent_a_reply_is_kept_though_its_text_is_hidden(stage: Stage) -> None:
    stage.app.message_content = False
    async with stage.bot():
        thread = await stage.post()
        await stage.alice.say(thread, "You cannot read this.")
        kept = await last(stage, "")
        assert (kept.name, kept.status) == ("Alice", "visible")

        await stage.alice.reply(await stage.shown("So do I.", thread), "You can read this.", ping=True)
        await last(stage, "You can read this.")
