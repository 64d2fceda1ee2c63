"""What those who manage a server do: post articles, see how they fare, retire them."""

from __future__ import annotations

import asyncio
import io
import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.exporting import WRITTEN, Bounded, Exporting
from bot.discussion.ports import CatchingUp
from bot.discussion.publish import Publishing
from bot.discussion.statistics import Counting
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import ChannelId, ChannelKind, Publication, PublicationId, PublicationState
from bot.text import dialect
from cogs import answers, chart, figures, publications, rendering
from cogs.channels import check_permitted, choose_tag
from cogs.interactive import Interactive
from cogs.publications import which_publication
from cogs.routes import pressed

PACE = 2.0
"""Seconds between two looks at a publication's progress."""

PATIENCE = 14 * 60.0
"""Seconds for which an answer is kept up to date: its token dies after 15 minutes (receiving-and-responding)."""


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class Articles(
    Interactive,
    commands.GroupCog,
    group_name="article",
    group_description="Post articles here and look after them.",
):
    """The `/article` commands, and the buttons under their answers."""

    def __init__(
        self,
        bot: commands.Bot,
        *,
        publishing: Publishing,
        catching_up: CatchingUp,
        exporting: Exporting,
        counting: Counting,
    ) -> None:
        super().__init__(bot)
        self._publishing = publishing
        self._catching_up = catching_up
        self._exporting = exporting
        self._counting = counting
        self._following: set[asyncio.Task[None]] = set()
        self.routes = (
            pressed(buttons.TRY_AGAIN, self._try_again_pressed),
            pressed(buttons.REPAIR, self._repair_pressed),
            pressed(buttons.UPDATE, self._update_pressed),
        )

    async def cog_unload(self) -> None:
        """Stop keeping answers up to date; the postings themselves go on."""
        await super().cog_unload()
        for task in self._following:
            task.cancel()

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Require Manage Server: the group's default permissions are a hint that a server can change."""
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

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
            raise NotFoundError(_("There is no such article here."), remedy=_("Choose one from the list."))
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
        await answers.defer(interaction)
        found, in_all = await self._publishing.publications(answers.viewer(interaction))
        lines = [
            rendering.publication_line(each.publication, each.title, each.done, each.total) for each in found
        ]
        nothing = _("No article is posted here yet. Post one with /article post.")
        await answers.answer(
            interaction, answers.fitted(lines, dialect.MESSAGE_LIMIT, in_all=in_all) or nothing
        )

    @app_commands.command(name="status", description="Show how an article posted here is doing.")
    @app_commands.describe(publication="The posted article")
    async def status(self, interaction: discord.Interaction, publication: str) -> None:
        """Answer with all about one publication, and offer what may mend it."""
        status = await self._publishing.status(answers.viewer(interaction), which_publication(publication))
        readable = interaction.client.intents.message_content
        identifier, offered = status.publication.id, []
        if status.publication.state is PublicationState.FAILED:
            offered.append(_button(_("Try again"), buttons.TRY_AGAIN(identifier)))
        if status.missing and status.publication.state is PublicationState.LIVE:
            offered.append(_button(_("Repair"), buttons.REPAIR(identifier)))
        content = rendering.publication_status(status, readable=readable)
        await answers.answer(interaction, content, buttons=offered)

    @app_commands.command(
        name="update", description="Bring a posted article to what its source says since the last import."
    )
    @app_commands.describe(publication="The posted article")
    async def update(self, interaction: discord.Interaction, publication: str) -> None:
        """Tell what would change, and offer to do it."""
        await answers.defer(interaction)
        identifier = which_publication(publication)
        changes = await self._publishing.changes(answers.viewer(interaction), identifier)
        needed = changes.added or changes.edited or changes.removed
        await answers.answer(
            interaction,
            rendering.changes(changes) if needed else _("Everything posted is up to date."),
            buttons=(_button(_("Update"), buttons.UPDATE(identifier)),) if needed else (),
        )

    @app_commands.command(
        name="catch-up",
        description="Read the discussion of an article again, for what the bot may have missed.",
    )
    @app_commands.describe(publication="The posted article")
    async def catch_up(self, interaction: discord.Interaction, publication: str) -> None:
        """Read one publication's channels now."""
        await answers.defer(interaction)
        found = await self._publishing.find(answers.viewer(interaction), which_publication(publication))
        await answers.answer(interaction, rendering.found(await self._catching_up.of(found)))

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
            _(
                "The discussion in {thread} is closed: its thread is being locked and new replies are "
                "no longer kept. Everything posted stays."
            ).format(thread=f"<#{retired.thread_id or retired.channel_id}>"),
        )

    @app_commands.command(name="stats", description="Show the discussion of an article in figures.")
    @app_commands.describe(publication="The posted article")
    async def stats(self, interaction: discord.Interaction, publication: str) -> None:
        """Answer with the figures as text and as a picture."""
        await answers.defer(interaction)
        counted = await self._counting.figures(answers.viewer(interaction), which_publication(publication))
        content = figures.text(counted)
        if not counted.figures.comments:
            await answers.answer(interaction, content)
            return
        # Drawing would hold up everybody else; the thread speaks the language of this task.
        picture = io.BytesIO(await asyncio.to_thread(chart.draw, counted.figures))
        file = discord.File(picture, "figures.png", description=figures.alternative(counted))
        await answers.answer_with_file(interaction, content, file)

    @app_commands.command(name="export", description="Take the article and its discussion along as a file.")
    @app_commands.rename(form="format")
    @app_commands.describe(
        publication="The posted article",
        form="What kind of file",
        hidden="Also what is hidden, pending or rejected here",
    )
    @app_commands.choices(form=[app_commands.Choice(name=each.title, value=each.name) for each in WRITTEN])
    async def export(
        self,
        interaction: discord.Interaction,
        publication: str,
        form: str = "json",
        hidden: bool = False,
    ) -> None:
        """Answer with what this server may see of the discussion, as a file."""
        await answers.defer(interaction)
        chosen = next(each for each in WRITTEN if each.name == form)
        with Bounded(interaction.filesize_limit) as stream:
            name = await self._exporting.write(
                answers.viewer(interaction), which_publication(publication), chosen, stream, hidden=hidden
            )
            stream.seek(0)
            await answers.answer_with_file(
                interaction,
                _("The discussion as {format}.").format(format=chosen.title),
                discord.File(stream, name),
            )

    @status.autocomplete("publication")
    @update.autocomplete("publication")
    @catch_up.autocomplete("publication")
    @retire.autocomplete("publication")
    @stats.autocomplete("publication")
    @export.autocomplete("publication")
    async def _publications_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        if not interaction.permissions.manage_guild:
            return []
        return await publications.offered(self._publishing, interaction, typed)

    async def _try_again_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await self.interaction_check(interaction)
        who = answers.viewer(interaction)
        await answers.defer(interaction)
        await self._follow(
            interaction, await self._publishing.retry(who, PublicationId(int(found["publication"])))
        )

    async def _repair_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await self.interaction_check(interaction)
        who, identifier = answers.viewer(interaction), PublicationId(int(found["publication"]))
        await answers.defer(interaction)
        await self._publishing.repair(who, identifier)
        await self._follow(interaction, await self._publishing.find(who, identifier))

    async def _update_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await self.interaction_check(interaction)
        who, identifier = answers.viewer(interaction), PublicationId(int(found["publication"]))
        await answers.defer(interaction)
        await self._publishing.update(who, identifier)
        await self._follow(interaction, await self._publishing.find(who, identifier))

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
                late_word = _("This goes on, but I cannot show it here any longer: see /article status.")
                content = f"{content}\n{late_word}"
            if content != shown:
                await answers.answer(interaction, content)
                shown = content
            if late or not posting:
                return
            await asyncio.sleep(PACE)


def _button(label: str, custom_id: str) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(label=label, custom_id=custom_id)
