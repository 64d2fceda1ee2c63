"""Which Discord we speak to, and what it says about our application before the gateway is opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.errors import ConfigurationError, DeliveryError
from bot.settings import Settings

WRONG_TOKEN = ConfigurationError(
    "Discord does not accept the token.",
    remedy="Copy it again from the developer portal, under Bot › Reset Token, into DISCORD_TOKEN.",
    place="DISCORD_TOKEN",
)


def required_token(settings: Settings) -> str:
    """The token; raises `ConfigurationError` where there is none."""
    if settings.discord_token is None:
        raise ConfigurationError(
            "There is no token for Discord.",
            remedy="Let `oped setup` ask for it, or put it into DISCORD_TOKEN in the environment or in .env.",
            place="DISCORD_TOKEN",
        )
    return settings.discord_token.get_secret_value()


@asynccontextmanager
async def logged_in(token: str, api_url: str | None) -> AsyncIterator[discord.Client]:
    """A client that can make requests but has no gateway connection.

    From here on the whole process speaks to `api_url` where it is given. Raises `ConfigurationError` for a
    token that Discord refuses, `DeliveryError` where Discord cannot be reached.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # Oped never speaks
    if api_url is not None:
        Route.BASE = api_url
    async with discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=60) as client:
        try:
            await client.login(token)
            if api_url is not None:
                _, gateway, _ = await client.http.get_bot_gateway()
                DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        except discord.LoginFailure as error:
            raise WRONG_TOKEN from error
        except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
            raise DeliveryError(
                "Discord cannot be reached.",
                remedy="Check the network and try again.",
                place=api_url or "discord.com",
            ) from error
        yield client


def may_read_content(application: discord.AppInfo | None) -> bool:
    """Whether the application has the Message Content intent.

    Asking for it while it is off would end the gateway connection (4014), and each try is an IDENTIFY.
    """
    flags = application.flags if application else discord.ApplicationFlags()
    return flags.gateway_message_content or flags.gateway_message_content_limited
