"""Our application in Discord's developer portal: its switches, and the link that invites its bot."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.delivery.endpoint import may_read_content
from bot.discussion.permissions import INVITED_WITH

PORTAL = "https://discord.com/developers/applications"


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch that stands wrong: what that does, and where to find it."""

    name: str
    effect: str
    remedy: str
    tolerable: bool
    """Whether Oped works all the same, if not as well."""


def wrong_switches(application: discord.AppInfo) -> list[Switch]:
    """The switches of the application's portal page that are not as Oped needs them."""
    page = f"{PORTAL}/{application.id}"
    wrong = []
    if not may_read_content(application):
        wrong.append(
            Switch(
                "Message Content Intent",
                "The Message Content Intent is off: Discord hides the text of most replies.",
                f"Switch it on at {page}/bot, under Privileged Gateway Intents, and restart the bot.",
                tolerable=True,
            )
        )
    if application.interactions_endpoint_url:
        wrong.append(
            Switch(
                "Interactions Endpoint URL",
                "Discord sends commands, buttons and forms to another address, not to the bot.",
                f"Empty the Interactions Endpoint URL at {page}/information.",
                tolerable=False,
            )
        )
    if application.bot_require_code_grant:
        wrong.append(
            Switch(
                "Requires OAuth2 Code Grant",
                "The application requires an OAuth2 code grant: Discord refuses its invite link.",
                f"Switch Requires OAuth2 Code Grant off at {page}/bot.",
                tolerable=False,
            )
        )
    return wrong


def invite_link(application: discord.AppInfo) -> str:
    """Where an owner of a server adds the bot to it, with just the permissions that it uses."""
    return discord.utils.oauth_url(
        application.id,
        permissions=discord.Permissions(**dict.fromkeys(INVITED_WITH, True)),
        scopes=("bot", "applications.commands"),
    )
