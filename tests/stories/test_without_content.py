"""Life without the Message Content intent: what is kept, what members can do, and what comes back with it."""

from __future__ import annotations

import asyncio

from discord.utils import snowflake_time
from structlog.testing import capture_logs

from bot.app import run_bot
from bot.demo.sample import sample_path
from bot.model import Comment, ContentState, Status
from bot.sandbox import Message
from tests.stage import Production, by_message_id, eventually, imported, posted, stored


async def kept(production: Production, slug: str, message: Message) -> Comment:
    """What is stored of a message, once there is something."""
    rows = await eventually(production, slug, lambda rows: message.id in by_message_id(rows))
    return by_message_id(rows)[message.id]


async def test_without_the_intent_the_discussion_goes_on(production: Production) -> None:
    stage = production.stage
    stage.app.message_content = False
    slug = await imported(production, sample_path())
    with capture_logs() as logs:
        async with production.running():
            await posted(production, slug, stage.articles)
            mirrored = production.ours(production.thread)[0]
            first = by_message_id(await stored(production, slug))[mirrored.id]

            # Of what Discord hides, everything else is kept: who, when, and what it answers.
            unread = await stage.alice.say(production.thread, "You cannot read this.")
            answer = await stage.ben.reply(unread, "Nor this, which pings Alice only.")
            quiet = await stage.ben.reply(mirrored, "Nor this, since it pings nobody.", ping=False)
            for message, author, parent in [
                (unread, "Alice", None),
                (answer, "Ben", (await kept(production, slug, unread)).id),
                (quiet, "Ben", first.id),
            ]:
                row = await kept(production, slug, message)
                assert (row.author, row.parent_id, row.status) == (author, parent, Status.VISIBLE)
                assert (row.text, row.content_state) == ("", ContentState.HIDDEN)
                assert row.created_at == snowflake_time(message.id)

            # Replies that ping the bot can be read, and followed as they are edited.
            read = await stage.ben.reply(mirrored, "This you can read.")
            assert (await kept(production, slug, read)).text == "This you can read."
            await stage.ben.edit(read, "This as well.")
            await eventually(production, slug, lambda rows: "This as well." in texts(rows))

            # An edit that comes without its text is not one that left none.
            await stage.alice.edit(unread, "Still not for you.")

            # The form works as ever, from the button and from the menu of a message that cannot be read.
            closing = production.ours(stage.articles)[-1]
            await stage.alice.fill_in(await stage.alice.press(closing, "Enter a comment"), "By form.")
            await stage.ben.fill_in(await stage.ben.menu(unread, "Reply"), "By menu.")
            rows = await eventually(production, slug, lambda rows: {"By form.", "By menu."} <= texts(rows))
            by_menu = next(row.comment for row in rows if row.comment.text == "By menu.")
            assert by_menu.parent_id == by_message_id(rows)[unread.id].id

            hidden = await kept(production, slug, unread)
            assert (hidden.text, hidden.content_state) == ("", ContentState.HIDDEN)
            shown = await stage.ben.command("comment show", here=stage.articles, comment=str(unread.id))
            assert "Discord did not let me read this text" in shown.content

            # Deleting takes no text to be understood.
            await stage.ben.delete(quiet)
            rows = await eventually(
                production,
                slug,
                lambda rows: by_message_id(rows)[quiet.id].status is Status.DELETED,
            )

            offered = await stage.mo.autocomplete("article status", "publication", "", here=stage.articles)
            status = await stage.mo.command("article status", here=stage.articles, publication=offered[0][1])
            assert "The *Message Content* intent is off" in status.content
    (warning,) = [entry for entry in logs if entry["event"] == "message_content_off"]
    assert warning["log_level"] == "warning"


async def test_with_the_intent_come_the_texts_that_were_hidden(production: Production) -> None:
    stage = production.stage
    stage.app.message_content = False
    slug = await imported(production, sample_path())
    async with production.running():
        await posted(production, slug, stage.articles)
        first = await stage.alice.say(production.thread, "Written while nobody could read.")
        second = await stage.ben.reply(first, "An answer.")
        edited = await stage.alice.say(production.thread, "In a hurry.")
        gone = await stage.ben.say(production.thread, "Better unsaid.")
        before = {
            message.id: await kept(production, slug, message) for message in (first, second, edited, gone)
        }
        await stage.alice.edit(edited, "At leisure.")
    await stage.ben.delete(gone)

    stage.app.message_content = True
    async with production.running():
        rows = await eventually(
            production,
            slug,
            lambda rows: {"Written while nobody could read.", "An answer.", "At leisure."} <= texts(rows),
        )
        rows = await eventually(
            production, slug, lambda rows: by_message_id(rows)[gone.id].status is Status.DELETED
        )
    after = by_message_id(rows)
    assert len(rows) == 4 + len(before)
    for message in (first, second, edited):
        now, then = after[message.id], before[message.id]
        assert now.content_state is ContentState.SHOWN
        assert (now.id, now.author, now.parent_id, now.created_at) == (
            then.id,
            then.author,
            then.parent_id,
            then.created_at,
        )
    # To read a text for the first time is not to see it edited.
    assert (after[first.id].edited_at, after[second.id].edited_at) == (None, None)
    assert after[edited.id].edited_at is not None


async def test_losing_the_intent_loses_no_text(production: Production) -> None:
    stage = production.stage
    slug = await imported(production, sample_path())
    async with production.running():
        await posted(production, slug, stage.articles)
        first = await stage.alice.say(production.thread, "Readable once.")
        await eventually(production, slug, lambda rows: "Readable once." in texts(rows))
    stage.app.message_content = False
    async with production.running():
        # Catch-up reads the message again, and sees an empty one; so do the events.
        await stage.alice.edit(first, "Changed unseen.")
        later = await stage.ben.reply(first, "Unreadable.")
        assert (await kept(production, slug, later)).content_state is ContentState.HIDDEN
        assert (await kept(production, slug, first)).text == "Readable once."
    assert (await kept(production, slug, first)).text == "Readable once."
    stage.app.message_content = True
    async with production.running():
        await eventually(production, slug, lambda rows: {"Changed unseen.", "Unreadable."} <= texts(rows))


async def test_a_switch_turned_off_under_a_running_bot_clears_nothing(production: Production) -> None:
    stage = production.stage
    slug = await imported(production, sample_path())
    bot = asyncio.create_task(run_bot(production.settings))
    await stage.discord.until(lambda: stage.discord.is_connected(stage.app))
    try:
        await posted(production, slug, stage.articles)
        first = await stage.alice.say(production.thread, "Readable once.")
        await eventually(production, slug, lambda rows: "Readable once." in texts(rows))

        # From now on requests bring empty texts, though the session began with the intent.
        stage.app.message_content = False
        (offered, *_) = await stage.mo.autocomplete(
            "article catch-up", "publication", "", here=stage.articles
        )
        answer = await stage.mo.command("article catch-up", here=stage.articles, publication=offered[1])
        assert answer.content == "Nothing was missed."
        assert (await kept(production, slug, first)).text == "Readable once."

        # Discord refuses the next session with the intent: the bot goes on without.
        before = len(stage.discord.requests)
        await stage.discord.gateway.lose_sessions()
        await stage.discord.until(
            lambda: any(each.path.endswith("/messages") for each in stage.discord.requests[before:]), 30
        )
        later = await stage.ben.reply(first, "Unreadable.")
        assert (await kept(production, slug, later)).content_state is ContentState.HIDDEN
        status = await stage.mo.command("article status", here=stage.articles, publication=offered[1])
        assert "The *Message Content* intent is off" in status.content
        assert (await kept(production, slug, first)).text == "Readable once."
    finally:
        bot.cancel()
        await asyncio.wait([bot])
    assert bot.cancelled()


def texts(rows: object) -> set[str]:
    """The texts of stored comments."""
    assert isinstance(rows, list)
    return {row.comment.text for row in rows}
