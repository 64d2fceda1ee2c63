"""What those who manage a server do: post articles, see how they fare, retire them."""

from __future__ import annotations

import asyncio
import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.permissions import missing_permissions
from bot.discussion.publish import Publishing
from bot.errors import NotFoundError
from bot.model import ChannelId, ChannelKind, Publication, PublicationId, PublicationState
from bot.text import dialect
from cogs import answers, rendering
from cogs.answers import MarkupRefusedError
from cogs.routes import dispatch, pressed

PACE = 2.0
"""Seconds between two looks at a publication's progress."""

PATIENCE = 14 * 60.0
"""Seconds for which an answer is kept up to date: its token dies after 15 minutes (receiving-and-responding)."""


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class Articles(
    commands.GroupCog, group_name="article", group_description="Post articles here and look after them."
):
    """The `/article` commands, and *Try again* under the status of a posting that failed."""

    def __init__(self, *, publishing: Publishing) -> None:
        self._publishing = publishing
        self._following: set[asyncio.Task[None]] = set()
        self._routes = (pressed(buttons.TRY_AGAIN, self._try_again_pressed),)

    async def cog_unload(self) -> None:
        """Stop keeping answers up to date; the postings themselves go on."""
        for task in self._following:
            task.cancel()

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Require Manage Server: the group's default permissions are a hint that a server can change."""
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Follow a button by its custom id."""
        await dispatch(interaction, self._routes)

    @app_commands.command(name="post", description="Post an article in a channel, with its comments.")
    @app_commands.describe(
        article="The article to post",
        channel="A text channel, or a forum where the article becomes a post",
        tag="In a forum: the tag of the post",
    )
    async def post(
        self,
        interaction: discord.Interaction,
        article: str,
        channel: discord.TextChannel | discord.ForumChannel,
        tag: str | None = None,
    ) -> None:
        """Request a publication and show its progress."""
        who = answers.viewer(interaction)
        check_permitted(channel)
        tag_id = choose_tag(channel, tag)
        await answers.defer(interaction)
        if not await self._publishing.articles_offered(who, article):
            # What is not offered in this server cannot be had by typing its name either.
            raise NotFoundError("There is no such article here.", remedy="Choose one from the list.")
        publication = await self._publishing.request(
            article,
            guild_id=who.guild_id,
            channel_id=ChannelId(channel.id),
            channel_kind=ChannelKind.FORUM if isinstance(channel, discord.ForumChannel) else ChannelKind.TEXT,
            tag_id=tag_id,
        )
        await self._follow(interaction, publication)

    @post.autocomplete("article")
    async def _articles_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        if not interaction.permissions.manage_guild:
            return []
        offered = await self._publishing.articles_offered(answers.viewer(interaction), typed)
        return answers.choices((each.title, each.slug) for each in offered)

    @post.autocomplete("tag")
    async def _tags_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        chosen = interaction.namespace.channel
        forum = interaction.guild.get_channel(chosen.id) if interaction.guild and chosen else None
        if not isinstance(forum, discord.ForumChannel) or not interaction.permissions.manage_guild:
            return []
        wanted = typed.casefold()
        found = (tag for tag in forum.available_tags if wanted in tag.name.casefold())
        return answers.choices((tag.name, str(tag.id)) for tag in found)

    @app_commands.command(name="list", description="List the articles posted in this server.")
    async def list_publications(self, interaction: discord.Interaction) -> None:
        """Answer with one line for each publication."""
        found = await self._publishing.publications(answers.viewer(interaction))
        lines = [
            rendering.publication_line(each.publication, each.title, each.done, each.total) for each in found
        ]
        nothing = "No article is posted here yet. Post one with /article post."
        await answers.answer(interaction, answers.fitted(lines, dialect.MESSAGE_LIMIT) or nothing)

    @app_commands.command(name="status", description="Show how an article posted here is doing.")
    @app_commands.describe(publication="The posted article")
    async def status(self, interaction: discord.Interaction, publication: str) -> None:
        """Answer with all about one publication, and offer *Try again* where it failed."""
        status = await self._publishing.status(answers.viewer(interaction), which_publication(publication))
        readable = interaction.client.intents.message_content
        failed = status.publication.state is PublicationState.FAILED
        again = discord.ui.Button[discord.ui.View](
            label="Try again", custom_id=buttons.try_again(status.publication.id)
        )
        await answers.answer(
            interaction,
            rendering.publication_status(status, readable=readable),
            buttons=(again,) if failed else (),
        )

    @app_commands.command(
        name="retire", description="Close the discussion of an article. Nothing is deleted."
    )
    @app_commands.describe(publication="The posted article")
    async def retire(self, interaction: discord.Interaction, publication: str) -> None:
        """End a publication."""
        await answers.defer(interaction)
        retired = await self._publishing.retire(answers.viewer(interaction), which_publication(publication))
        await answers.answer(
            interaction,
            f"The discussion in <#{retired.thread_id or retired.channel_id}> is closed: its thread is being "
            "locked and new replies are no longer kept. Everything posted stays.",
        )

    @status.autocomplete("publication")
    @retire.autocomplete("publication")
    async def _publications_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        if not interaction.permissions.manage_guild:
            return []
        offered = await self._publishing.publications_offered(answers.viewer(interaction), typed)
        return answers.choices(
            (
                rendering.publication_choice(
                    each.publication, each.title, channel_name(interaction, each.publication)
                ),
                str(each.publication.id),
            )
            for each in offered
        )

    async def _try_again_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await self.interaction_check(interaction)
        who = answers.viewer(interaction)
        await answers.defer(interaction)
        await self._follow(
            interaction, await self._publishing.retry(who, PublicationId(int(found["publication"])))
        )

    async def _follow(self, interaction: discord.Interaction, publication: Publication) -> None:
        """Show how far the posting is, until it ends; the cog's unloading ends it too."""
        task = asyncio.create_task(self._show_progress(interaction, publication))
        self._following.add(task)
        task.add_done_callback(self._following.discard)
        await task

    async def _show_progress(self, interaction: discord.Interaction, publication: Publication) -> None:
        clock = asyncio.get_running_loop().time
        end = clock() + PATIENCE
        shown = None
        while True:
            progress = await self._publishing.progress(publication.id)
            content = rendering.progress(publication, progress)
            posting = progress.state is PublicationState.POSTING
            late = clock() > end
            if posting and late:
                content += "\nThis goes on, but I cannot show it here any longer: see /article status."
            if content != shown:
                await answers.answer(interaction, content)
                shown = content
            if late or not posting:
                return
            await asyncio.sleep(PACE)


def check_permitted(channel: discord.TextChannel | discord.ForumChannel) -> None:
    """Raise MarkupRefusedError naming the permissions that we lack in a channel."""
    if isinstance(channel, discord.ForumChannel) and channel.is_media():
        raise MarkupRefusedError(
            "I cannot post in a media channel.", remedy="Choose a text channel or a forum."
        )
    granted = channel.permissions_for(channel.guild.me)
    missing = missing_permissions(granted, forum=isinstance(channel, discord.ForumChannel))
    if missing:
        raise MarkupRefusedError(
            f"I cannot post in {channel.mention}.",
            remedy=f"Give me there: {', '.join(missing)}.",
        )


def choose_tag(channel: discord.TextChannel | discord.ForumChannel, tag: str | None) -> int | None:
    """The id of the tag that is meant, by id or name; raises MarkupRefusedError where it does not fit."""
    if isinstance(channel, discord.TextChannel):
        if tag is not None:
            raise MarkupRefusedError("Only forums have tags.", remedy="Leave the tag out.")
        return None
    if tag is None:
        if channel.flags.require_tag:
            raise MarkupRefusedError("This forum wants a tag on every post.", remedy="Choose one.")
        return None
    for each in channel.available_tags:
        if tag == str(each.id) or tag.casefold() == each.name.casefold():
            return each.id
    raise MarkupRefusedError("This forum has no such tag.", remedy="Choose one from the list.")


def which_publication(chosen: str) -> PublicationId:
    """The publication that a choice stands for; raises NotFoundError for free text."""
    if not re.fullmatch(r"\d{1,18}", chosen):
        raise NotFoundError("There is no such publication here.", remedy="Choose one from the list.")
    return PublicationId(int(chosen))


def channel_name(interaction: discord.Interaction, publication: Publication) -> str:
    """The name of a publication's channel, as far as it is known."""
    channel = interaction.guild.get_channel(publication.channel_id) if interaction.guild else None
    return dialect.clip(channel.name, 30) if channel else "?"
