"""The `/comment` commands: looking comments up and looking after them."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion.claiming import Claiming, Which
from bot.discussion.following import Following
from bot.discussion.lookup import Lookup
from bot.discussion.moderation import Moderation
from bot.discussion.outline import Outline
from bot.discussion.publish import Publishing
from bot.discussion.searching import Asked, Searching
from bot.discussion.voting import Voting
from bot.model import ClaimId
from bot.text import dialect
from cogs import answers, claims, offers, outlines, publications, rendering, searching
from cogs.moderating_commands import ModeratorCommands
from cogs.publications import which_publication
from cogs.references import which_comment


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class Comments(
    ModeratorCommands,
    commands.GroupCog,
    group_name="comment",
    group_description="Find and follow comments on the articles here.",
):
    """The `/comment` commands. Each reads its input, calls one use case and renders the answer."""

    def __init__(
        self,
        *,
        lookup: Lookup,
        searching: Searching,
        outline: Outline,
        publishing: Publishing,
        claiming: Claiming,
        voting: Voting,
        following: Following,
        moderation: Moderation,
    ) -> None:
        super().__init__(moderation=moderation)
        self._lookup = lookup
        self._searching = searching
        self._outline = outline
        self._publishing = publishing
        self._claiming = claiming
        self._voting = voting
        self._following = following

    @app_commands.command(name="show", description="Show a comment, what it answers, and the replies to it.")
    @app_commands.describe(wanted="Words of the comment, or the link of its message")
    @app_commands.rename(wanted="comment")
    async def show(self, interaction: discord.Interaction, wanted: str) -> None:
        """Answer with the comment, its parents, its replies and links to their messages."""
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        comment_id, message_id = which_comment(wanted, interaction.guild_id)
        view = await self._lookup.comment(who, comment_id=comment_id, message_id=message_id)
        offered = await offers.around(who, view, self._following)
        await answers.answer(interaction, rendering.comment(view), buttons=offered)

    @app_commands.command(name="search", description="Search the articles and their discussions for words.")
    @app_commands.describe(
        words='All of these words; "some words" together; wor* as a beginning',
        author="Only what this person wrote",
        article="Only in this article and its discussion",
        since="Only from this day on, like 2024-05-31, 2024-05 or 2024",
        until="Only up to this day",
    )
    @app_commands.rename(since="from", until="to")
    async def search(
        self,
        interaction: discord.Interaction,
        words: str,
        author: str | None = None,
        article: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        """Answer with what is found, best first."""
        await searching.search(interaction, self._searching, Asked(words, author, article, since, until))

    @app_commands.command(name="tree", description="See the discussion of an article as a tree.")
    @app_commands.describe(article="The article", order="What comes first among the replies to each")
    @app_commands.choices(
        order=[
            app_commands.Choice(name="In order of time", value="time"),
            app_commands.Choice(name="Best first", value="best"),
        ]
    )
    async def tree(self, interaction: discord.Interaction, article: str, order: str = "time") -> None:
        """Answer with the comments nested, a page at a time."""
        await outlines.show_tree(interaction, self._outline, article, best_first=order == "best")

    @app_commands.command(name="mine", description="See your own comments here and what became of them.")
    async def mine(self, interaction: discord.Interaction) -> None:
        """Answer with one's own comments, the newest first."""
        await outlines.show_own(interaction, self._outline)

    @search.autocomplete("author")
    async def _authors_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        offered = await self._searching.authors_offered(answers.viewer(interaction), typed)
        return answers.choices((each, dialect.clip(each, answers.CHOICE_LIMIT)) for each in offered)

    @search.autocomplete("article")
    @tree.autocomplete("article")
    async def _slugs_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        offered = await self._searching.articles_offered(answers.viewer(interaction), typed)
        return answers.choices((title, slug) for slug, title in offered)

    @app_commands.command(name="claim", description="Say that an imported comment is yours.")
    @app_commands.describe(wanted="Words of the comment, or the link of its message")
    @app_commands.rename(wanted="comment")
    async def claim(self, interaction: discord.Interaction, wanted: str) -> None:
        """Enter the claim, which moderators decide on."""
        await answers.defer(interaction)
        which = Which(*which_comment(wanted, interaction.guild_id))
        await claims.claim(interaction, self._claiming, which)

    @app_commands.command(name="claims", description="For moderators: decide whose the claimed comments are.")
    async def claims(self, interaction: discord.Interaction) -> None:
        """Answer with the claim that has waited longest."""
        await answers.defer(interaction)
        await claims.show_claims(interaction, self._claiming, ClaimId(0), decided=False)

    @app_commands.command(
        name="more", description="Bring further comments of a long discussion to its thread."
    )
    @app_commands.describe(publication="The article")
    @app_commands.rename(publication="article")
    async def more(self, interaction: discord.Interaction, publication: str) -> None:
        """Do what *Show more comments* does."""
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        changes = await self._publishing.show_more(who, which_publication(publication))
        await answers.answer(interaction, rendering.more_coming(changes))

    @app_commands.command(name="best", description="Show the comments that most members voted for.")
    @app_commands.describe(publication="The article")
    @app_commands.rename(publication="article")
    async def best(self, interaction: discord.Interaction, publication: str) -> None:
        """Answer with the best comments; a vote is a reaction such as 👍."""
        await answers.defer(interaction)
        found = await self._voting.best(answers.viewer(interaction), which_publication(publication))
        await answers.answer(interaction, rendering.best(found))

    @best.autocomplete("publication")
    @more.autocomplete("publication")
    async def _articles_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await publications.offered(self._publishing, interaction, typed)

    @show.autocomplete("wanted")
    @claim.autocomplete("wanted")
    async def _comments_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        offered = await self._lookup.comments_offered(answers.viewer(interaction), typed)
        return answers.choices((rendering.comment_choice(each), f"#{each.id}") for each in offered)
