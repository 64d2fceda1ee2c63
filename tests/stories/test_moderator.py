"""A moderator's path: posts an article in a forum, watches it, retires it; and who may not."""

from __future__ import annotations

import pytest

from bot.demo.sample import sample_path
from bot.model import Status
from bot.sandbox import Refused
from tests.stage import Production, eventually, imported, posted, stored


async def test_a_moderator_posts_watches_and_retires_an_article(production: Production) -> None:
    stage = production.stage
    slug = await imported(production, sample_path())
    async with production.running():
        ((title, value),) = await stage.mo.autocomplete(
            "article post", "article", slug[:4], here=stage.articles
        )
        assert value == slug

        answer = await stage.mo.command(
            "article post", here=stage.articles, article=slug, channel=stage.forum, tag="opinion"
        )
        assert answer.ephemeral
        await stage.discord.until(lambda: "Posted in" in answer.content)
        post = production.thread
        assert post.name == title
        assert [tag.name for tag in stage.forum.tags if tag.id in post.applied_tags] == ["opinion"]
        opening, *sections_and_comments = production.ours(post)
        assert opening.id == post.id
        assert sum(message.content.startswith("## Comments (4)") for message in sections_and_comments) == 1

        # A second request leads to the first.
        again = await stage.mo.command("article post", here=stage.articles, article=slug, channel=stage.forum)
        assert f"https://discord.com/channels/{stage.server.id}/{post.id}" in again.content

        (_, publication), *_ = await stage.mo.autocomplete(
            "article status", "publication", "", here=stage.articles
        )
        status = await stage.mo.command("article status", here=stage.articles, publication=publication)
        assert "live" in status.content
        assert "4 visible" in status.content
        listed = await stage.mo.command("article list", here=stage.articles)
        assert title in listed.content

        closing = next(message for message in production.ours(post) if "## Comments (" in message.content)
        await stage.mo.command("article retire", here=stage.articles, publication=publication)
        await stage.discord.until(lambda: post.locked)
        assert "closed" in closing.content
        assert closing.components[0]["components"][0]["disabled"]
        with pytest.raises(Refused):
            await stage.alice.say(post, "Too late?")
        # Whoever may still write there is no longer captured, and nothing was deleted.
        await stage.mo.say(post, "The last word.")
        assert len(production.ours(post)) == len([opening, *sections_and_comments])
    assert [row.comment.text for row in await stored(production, slug) if row.comment.user_id] == []


async def test_a_member_is_refused_in_one_sentence(production: Production) -> None:
    stage = production.stage
    slug = await imported(production, sample_path())
    async with production.running():
        await posted(production, slug, stage.articles)
        # Discord hides the command by its default permissions ...
        with pytest.raises(Refused):
            await stage.alice.command("article list", here=stage.articles)
        # ... and where a server has opened it, the bot still refuses.
        for command in stage.discord.world.commands.values():
            command.body["default_member_permissions"] = None
        answer = await stage.alice.command("article list", here=stage.articles)
        assert answer.ephemeral
        assert answer.content == "Only members with the permission *Manage Server* can do this."
        assert await stage.alice.autocomplete("article status", "publication", "", here=stage.articles) == []


async def test_deleting_a_mirrored_comment_hides_it_for_good(production: Production) -> None:
    stage = production.stage
    slug = await imported(production, sample_path())
    async with production.running():
        await posted(production, slug, stage.articles)
        hidden = production.ours(production.thread)[1]
        await stage.mo.delete(hidden)
    async with production.running():
        await eventually(
            production, slug, lambda rows: any(row.comment.status is Status.HIDDEN for row in rows)
        )
        found = await stage.mo.command("comment show", here=stage.articles, comment=str(hidden.id))
        assert "hidden by a moderator" in found.content
    assert hidden.deleted
    assert len(production.ours(production.thread)) == 3
