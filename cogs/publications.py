"""How a person names one of the publications here: what autocomplete offers, and what a choice stands for."""

from __future__ import annotations

import re

import discord
from discord import app_commands

from bot.discussion.publish import Publishing
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.model import Publication, PublicationId
from bot.text import dialect
from cogs import answers, rendering


async def offered(
    publishing: Publishing, interaction: discord.Interaction, typed: str
) -> list[app_commands.Choice[str]]:
    """The publications that the asker may see and whose article's name contains what was typed."""
    found = await publishing.publications_offered(answers.viewer(interaction), typed)
    return answers.choices(
        (
            rendering.publication_choice(
                each.publication, each.title, channel_name(interaction, each.publication)
            ),
            str(each.publication.id),
        )
        for each in found
    )


def which_publication(chosen: str) -> PublicationId:
    """The publication that a choice stands for; raises NotFoundError for free text."""
    if not re.fullmatch(r"\d{1,18}", chosen):
        raise NotFoundError(_("There is no such publication here."), remedy=_("Choose one from the list."))
    return PublicationId(int(chosen))


def channel_name(interaction: discord.Interaction, publication: Publication) -> str:
    """The name of a publication's channel, as far as it is known."""
    channel = interaction.guild.get_channel(publication.channel_id) if interaction.guild else None
    return dialect.clip(channel.name, 30) if channel else "?"
