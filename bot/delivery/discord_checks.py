"""What can be checked by asking Discord, without a gateway connection: so also while the bot runs."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from email.utils import parsedate_to_datetime

import aiohttp
import discord

from bot.delivery import command_sync
from bot.delivery.checks import Check, State, fine
from bot.delivery.command_sync import Description
from bot.delivery.places import Home, Place, homes, places
from bot.delivery.portal import invite_link, wrong_switches
from bot.model import GuildId, Publication, PublicationState

WRONG_SECONDS, FAR_OFF_SECONDS = 5.0, 300.0
"""How far the clock may be off before a person is warned, and before it is a failure."""

_PATIENCE = aiohttp.ClientTimeout(total=15)
_NAMED = 5


async def check_connection(api_url: str) -> list[Check]:
    """Whether Discord answers, and whether its clock agrees with ours: its answers bear the time."""
    try:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session:
            asked = time.time()
            async with session.get(f"{api_url}/gateway") as response:  # takes no token
                answered = time.time()
                dated = response.headers.get("Date", "")
                status = response.status
    except (aiohttp.ClientError, OSError) as error:  # a timeout is an OSError
        reason = getattr(error, "strerror", None) or type(error).__name__
        return [
            Check(
                "network",
                State.FAILURE,
                f"{api_url} cannot be reached ({reason}).",
                "Check the network, a proxy or firewall in between, and DISCORD_API_URL if it is set.",
            )
        ]
    if status >= 500:
        message = f"Discord answers with an error of its own ({status})."
        return [
            Check("network", State.FAILURE, message, "See https://discordstatus.com and try again later.")
        ]
    reached = fine("network", f"Discord answered within {max(1, round((answered - asked) * 1000))} ms.")
    return [reached, *_clock(dated, (asked + answered) / 2)]


def _clock(dated: str, now: float) -> Iterator[Check]:
    try:
        # The header has whole seconds only; half a one is its mean error.
        ahead = now - parsedate_to_datetime(dated).timestamp() - 0.5
    except ValueError:
        return  # something in between has answered without a date
    if abs(ahead) < WRONG_SECONDS:
        yield fine("clock", "It agrees with Discord's.")
        return
    yield Check(
        "clock",
        State.WARNING if abs(ahead) < FAR_OFF_SECONDS else State.FAILURE,
        f"It is {_span(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} Discord's.",
        "Have the system set it from the network: times are stored and compared by it.",
    )


def _span(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def check_switches(application: discord.AppInfo) -> Iterator[Check]:
    """The switches of the application's page in the developer portal."""
    wrong = wrong_switches(application)
    if all(switch.name != "Message Content Intent" for switch in wrong):
        yield fine("intent", "The Message Content Intent is on.")
    for switch in wrong:
        name = "intent" if switch.name.endswith("Intent") else "portal"
        yield Check(name, State.WARNING if switch.tolerable else State.FAILURE, switch.effect, switch.remedy)


async def check_commands(client: discord.Client, ours: Sequence[Description]) -> Check:
    """Whether Discord has the commands as this version of the bot describes them."""
    wrong = await command_sync.out_of_date(client, ours)
    if not wrong:
        return fine("commands", f"Discord has all {len(ours)} as they are here.")
    more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    return Check(
        "commands",
        State.WARNING,
        f"Discord has some otherwise or not at all: {', '.join(wrong[:_NAMED])}{more}.",
        "Start the bot, or restart it: it then tells Discord.",
    )


async def check_servers(client: discord.Client, configured: Iterable[int]) -> tuple[list[Home], list[Check]]:
    """The servers that the bot is on, and whether it is on those that OPED_GUILDS names."""
    found = await homes(client)
    if not found:
        link = invite_link(client.application) if client.application else "`oped setup` shows it"
        return [], [
            Check(
                "servers",
                State.FAILURE,
                "The bot is on no server.",
                f"Invite it to yours with this link: {link}",
            )
        ]
    names = ", ".join(home.name for home in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    checks = [fine("servers", f"The bot is on {names}{more}.")]
    absent = [str(each) for each in configured if each not in {home.id for home in found}]
    if absent:
        checks.append(
            Check(
                "servers",
                State.WARNING,
                f"OPED_GUILDS names a server that the bot is not on: {', '.join(absent)}.",
                "Invite the bot there, or take the number out.",
            )
        )
    return found, checks


async def check_channels(
    client: discord.Client, found: Sequence[Home], publications: Sequence[Publication]
) -> list[Check]:
    """The bot's permissions in the channel of every publication; before the first one, whether any will do."""
    known: dict[GuildId, list[Place]] = {}
    if not publications:
        for home in found:
            if any(not place.missing for place in await places(client, home.id)):
                return []
        return [_no_channel()] if found else []
    checks = []
    for home in found:
        here = [each for each in publications if each.guild_id == home.id]
        if here:
            known[home.id] = await places(client, home.id)
            checks += [_channel(each, home, known[home.id]) for each in here]
    away = [each for each in publications if each.guild_id not in known]
    return checks + [_absent(each) for each in away]


def _no_channel() -> Check:
    return Check(
        "channels",
        State.WARNING,
        "There is no channel in which the bot may post an article.",
        "Let `oped setup` show what it lacks in each.",
    )


def _channel(publication: Publication, home: Home, found: Sequence[Place]) -> Check:
    place = next((each for each in found if each.id == publication.channel_id), None)
    if place is None:
        return Check(
            f"channel {publication.channel_id}",
            State.FAILURE,
            f"It no longer exists on {home.name}.",
            "Nothing is lost; post the article in another channel.",
        )
    name = f"channel {place.id}"
    where = f"#{place.name} on {home.name}"
    if place.missing:
        return Check(
            name,
            State.FAILURE,
            f"In {where} the bot lacks {', '.join(place.missing)}.",
            "Allow it in the channel's settings, under Permissions, for the bot's role.",
        )
    if publication.state is PublicationState.FAILED:
        message = f"Posting in {where} stopped: {publication.error}"
        return Check(name, State.FAILURE, message, "Mend the cause, then press Try again in /article status.")
    if place.limits:
        lacking = "; ".join(
            f"without {permission} there is no {feature}" for permission, feature in place.limits.items()
        )
        return Check(
            name,
            State.WARNING,
            f"In {where} the bot can do its work, but {lacking}.",
            "Allow it to the bot's role in the server's settings, if you want that.",
        )
    return fine(name, f"In {where} the bot has every permission it needs.")


def _absent(publication: Publication) -> Check:
    return Check(
        f"channel {publication.channel_id}",
        State.FAILURE,
        f"An article is posted in it, but the bot is no longer on its server, {publication.guild_id}.",
        "Invite the bot there again.",
    )
