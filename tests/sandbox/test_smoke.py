"""One walk through everything, by the real discord.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.sandbox import Permissions
from tests.sandbox.fixtures import Bot, ready_for_more, running

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

NEEDED = (
    Permissions.VIEW_CHANNEL
    | Permissions.SEND_MESSAGES
    | Permissions.SEND_MESSAGES_IN_THREADS
    | Permissions.CREATE_PUBLIC_THREADS
    | Permissions.READ_MESSAGE_HISTORY
)


class Question(discord.ui.Modal, title="Enter a comment"):
    text: discord.ui.Label[Question] = discord.ui.Label(
        text="Your comment", component=discord.ui.TextInput(custom_id="text")
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.text.component, discord.ui.TextInput)
        await interaction.response.send_message(f"You said {self.text.component.value}", ephemeral=True)


class Door(discord.ui.View):
    @discord.ui.button(label="Enter a comment", custom_id="enter")
    async def enter(self, interaction: discord.Interaction, button: discord.ui.Button[Door]) -> None:
        await interaction.response.send_modal(Question())
        ready_for_more(interaction.client)


async def test_a_bot_and_its_readers(sandbox: Sandbox) -> None:
    server = sandbox
    app = server.add_application("Oped", token="a.b.c")
    guild = server.add_guild("The Paper")
    guild.install(app, permissions=NEEDED)
    channel = guild.add_text_channel("articles")
    forum = guild.add_forum("debate", tags=["politics"], require_tag=True)
    alice = guild.add_member("Alice")
    bot = Bot()

    group = app_commands.Group(name="article", description="Articles", guild_only=True)

    @group.command(name="post", description="Post an article")
    async def post(interaction: discord.Interaction, slug: str) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(content=f"Posted {slug}")

    @post.autocomplete("slug")
    async def slugs(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}pewriters", value="typewriters")]

    bot.tree.add_command(group)
    async with running(bot, server, app):
        await bot.tree.sync()
        place = bot.get_channel(channel.id)
        assert isinstance(place, discord.TextChannel)

        opening = await place.send("An article", view=Door(timeout=None), silent=True)
        thread = await opening.create_thread(name="Comments")
        root = await thread.send("first")
        reply = await root.reply("second", mention_author=False)
        await reply.edit(content="second, edited")
        heard = await alice.reply(server.messages(server.world.channel(thread.id))[-1], "third")
        await server.until(lambda: any(m.id == heard.id for m in bot.all("message")))
        await alice.edit(heard, "third, edited")
        history = [m.content async for m in thread.history(oldest_first=True)]
        assert history == ["", "first", "second, edited", "third, edited"]

        gallery = bot.get_channel(forum.id)
        assert isinstance(gallery, discord.ForumChannel)
        made = await gallery.create_thread(
            name="A post", content="start", applied_tags=[gallery.available_tags[0]]
        )
        assert made.thread.id == made.message.id

        assert await alice.autocomplete("article post", "slug", "ty", here=channel) == [
            ("typewriters", "typewriters")
        ]
        answer = await alice.command("article post", slug="typewriters", here=channel)
        assert answer.ephemeral
        assert answer.content == "Posted typewriters"

        form = await alice.press(server.messages(channel)[0], "Enter a comment")
        assert form.form["title"] == "Enter a comment"
        await server.until(lambda: bot.all("shown"))
        said = await alice.fill_in(form, "hello")
        assert said.content == "You said hello"
        await alice.delete(heard)
        await server.until(lambda: bot.all("raw_message_delete"))
    assert server.rate_limited == 0
