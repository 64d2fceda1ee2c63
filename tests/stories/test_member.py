"""A member's path: reads, replies by message and by form, edits, withdraws, looks a comment up."""

from __future__ import annotations

from bot.demo.sample import sample_path
from bot.model import Origin, Status
from tests.stage import Production, by_message_id, eventually, imported, posted, stored


async def test_a_member_takes_part_in_a_discussion(production: Production) -> None:
    stage = production.stage
    slug = await imported(production, sample_path())
    async with production.running():
        await posted(production, slug, stage.articles)
        opening, first_section, *_ = production.ours(stage.articles)
        comments = production.ours(production.thread)

        # Alice answers a mirrored comment: hers becomes its child.
        reply = await stage.alice.reply(comments[1], "I would put it **differently**.")
        rows = await eventually(production, slug, lambda rows: len(rows) == 5)
        by_message = by_message_id(rows)
        mine = by_message[reply.id]
        assert mine.parent_id == by_message[comments[1].id].id
        assert (mine.author, mine.text, mine.origin) == (
            "Alice",
            "I would put it **differently**.",
            Origin.DISCORD,
        )

        # Ben answers Alice, speaks up in the thread, and comments on a section and on the article itself.
        to_alice = await stage.ben.reply(reply, "How?", ping=False)
        top = await stage.ben.say(production.thread, "Just passing by.", attachments=["map.png"])
        on_section = await stage.ben.reply(first_section, "Well begun.")
        on_article = await stage.ben.reply(opening, "Thank you for this.")
        rows = await eventually(production, slug, lambda rows: len(rows) == 9)
        by_message = by_message_id(rows)
        assert by_message[to_alice.id].parent_id == mine.id
        assert by_message[top.id].parent_id is None
        assert [each.name for each in by_message[top.id].attachments] == ["map.png"]
        assert (by_message[on_section.id].section, by_message[on_section.id].parent_id) == (1, None)
        assert (by_message[on_article.id].section, by_message[on_article.id].parent_id) == (None, None)

        # What is said elsewhere in the channel is nobody's comment.
        await stage.ben.say(stage.articles, "Lunch?")

        # The form posts under Ben's name, as an answer to Alice.
        form = await stage.ben.menu(reply, "Reply")
        assert form.form["title"] == "Enter comments here:"
        answer = await stage.ben.fill_in(form, "@everyone Written in the form.")
        assert answer.ephemeral
        await stage.discord.until(
            lambda: "Written in the form" in production.ours(production.thread)[-1].content
        )
        entered = production.ours(production.thread)[-1]
        assert entered.reference is not None
        assert entered.reference.message_id == reply.id
        assert entered.content.startswith("-# Ben · <t:")
        assert "@everyone" not in entered.content.replace("\\@everyone", "")

        # Only Ben may change it.
        await eventually(production, slug, lambda rows: entered.id in by_message_id(rows))
        assert "not a comment of yours" in (await stage.alice.menu(entered, "My comment")).content
        mine_to_change = await stage.ben.menu(entered, "My comment")
        edit = await stage.ben.press(mine_to_change, "Edit")
        await stage.ben.fill_in(edit, "Written better.")
        await stage.discord.until(lambda: "Written better." in production.ours(production.thread)[-1].content)

        # Alice thinks again, then takes her words back; Ben's answers stay in their place.
        await stage.alice.edit(reply, "I would put it plainly.")
        await eventually(
            production, slug, lambda rows: any(row.comment.text == "I would put it plainly." for row in rows)
        )
        await stage.alice.delete(reply)
        rows = await eventually(
            production, slug, lambda rows: any(row.comment.status is Status.DELETED for row in rows)
        )
        gone = next(row.comment for row in rows if row.comment.status is Status.DELETED)
        assert (gone.id, gone.text) == (mine.id, "")
        assert {row.comment.text for row in rows if row.comment.parent_id == gone.id} == {
            "How?",
            "Written better.",
        }

        # And looks the whole up by the link of a message.
        found = await stage.alice.command("comment show", here=stage.articles, comment=str(to_alice.id))
        assert "How?" in found.content
        assert "withdrawn" in found.content

        withdrawn = await stage.ben.press(await stage.ben.menu(entered, "My comment"), "Withdraw")
        assert "withdrawn" in withdrawn.content
        await stage.discord.until(lambda: entered.deleted)
    assert "Lunch?" not in {row.comment.text for row in await stored(production, slug)}
    assert stage.discord.rate_limited == 0


async def test_buttons_and_forms_work_after_a_restart(production: Production) -> None:
    stage = production.stage
    slug = await imported(production, sample_path())
    async with production.running():
        await posted(production, slug, stage.articles)
        closing = production.ours(stage.articles)[-1]
        form = await stage.alice.press(closing, "Enter a comment")
    async with production.running():
        await stage.alice.fill_in(form, "Typed while the bot was away.")
        await stage.discord.until(
            lambda: "Typed while the bot was away." in production.ours(production.thread)[-1].content
        )
        again = await stage.ben.press(closing, "Enter a comment")
        assert again.is_form
    assert "Typed while the bot was away." in [row.comment.text for row in await stored(production, slug)]


async def test_what_is_written_while_the_bot_is_away_is_caught_up(production: Production) -> None:
    stage = production.stage
    slug = await imported(production, sample_path())
    async with production.running():
        await posted(production, slug, stage.articles)
        kept = await stage.alice.say(production.thread, "First")
        dropped = await stage.alice.say(production.thread, "Second")
        section = production.ours(stage.articles)[2]
        await eventually(production, slug, lambda rows: len(rows) == 6)
    await stage.alice.edit(kept, "First, and better")
    await stage.alice.delete(dropped)
    answer = await stage.ben.reply(kept, "Meanwhile")
    side = await stage.ben.open_thread(section, "About this section")
    aside = await stage.ben.say(side, "An aside")
    await stage.alice.reply(section, "In the channel")
    async with production.running():
        rows = await eventually(production, slug, lambda rows: len(rows) == 9)
        rows = await eventually(
            production, slug, lambda rows: any(row.comment.status is Status.DELETED for row in rows)
        )
    by_message = by_message_id(rows)
    assert by_message[kept.id].text == "First, and better"
    assert by_message[dropped.id].status is Status.DELETED
    assert by_message[answer.id].parent_id == by_message[kept.id].id
    assert by_message[aside.id].section == 2
