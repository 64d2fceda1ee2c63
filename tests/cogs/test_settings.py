from __future__ import annotations

import asyncio
from functools import partial

import pytest

from bot.language import Language
from bot.model import ChannelId, GuildId, Mode, RoleId, Server
from bot.sandbox import Answer, Permissions, channels
from bot.store.servers import Servers
from tests.cogs.stage import Stage, eventually

LOG, ROLES, LANGUAGE = "oped:v1:setting:log", "oped:v1:setting:roles", "oped:v1:setting:language"
MODE = "oped:v1:setting:mode"


async def panel(stage: Stage) -> Answer:
    return await stage.mo.command("settings", here=stage.channel)


def _says(shown: Answer, words: str) -> bool:
    return words in shown.content


async def kept(stage: Stage) -> Server:
    async with stage.production.database() as database:
        return await Servers(database).get(GuildId(stage.server.id))


async def test_each_setting_is_chosen_in_the_panel_which_then_tells_it(stage: Stage) -> None:
    role = stage.server.add_role("Helpers", Permissions.NONE)
    async with stage.bot():
        shown = await panel(stage)
        assert shown.ephemeral
        assert "Log of moderation: nowhere" in shown.content
        assert "Comments appear at once" in shown.content
    async with stage.bot():  # the selects work after a restart
        for control, value, words in (
            (LOG, stage.channel, f"<#{stage.channel.id}>"),
            (ROLES, role, f"<@&{role.id}>"),
            (MODE, "all_held", "Every comment waits for a moderator"),
            (LANGUAGE, "uk", "Українська"),
        ):
            shown = await stage.mo.press(shown, control, values=[value])
            await stage.discord.until(partial(_says, shown, words))
    assert await kept(stage) == Server(
        GuildId(stage.server.id),
        language=Language.UKRAINIAN,
        log_channel_id=ChannelId(stage.channel.id),
        mode=Mode.ALL_HELD,
        moderator_roles=frozenset({RoleId(role.id)}),
    )
    async with stage.production.database() as database:
        entries = await database.fetch_all(
            "SELECT actor_id FROM trail_entry WHERE action = 'settings_changed'"
        )
    assert [row["actor_id"] for row in entries] == [stage.mo.id] * 4


async def test_roles_that_were_deleted_are_no_longer_among_the_settings(stage: Stage) -> None:
    role, other = (stage.server.add_role(name, Permissions.NONE) for name in ("Helpers", "Friends"))
    async with stage.bot():
        await stage.turn(stage.mo, await panel(stage), ROLES, f"<@&{role.id}>", role, other)
        stage.server.delete_role(role)
        told = await eventually(
            lambda: panel(stage), lambda answer: "1 role that could moderate was deleted." in answer.content
        )
        assert f"Manage Messages: <@&{other.id}>\n" in told.content
        assert "deleted" not in (await panel(stage)).content
        again = await panel(stage)
        stage.server.delete_role(other)  # while the panel is open
        await stage.turn(stage.mo, again, MODE, "Every comment waits", "all_held")
        assert "1 role that could moderate was deleted." in again.content
        assert "Manage Messages: nobody" in again.content
        log = await stage.mo.command("moderation log", here=stage.channel)
    assert (await kept(stage)).moderator_roles == frozenset()
    assert "Somebody changed the settings of this server. This was done in Discord itself." in log.content


async def test_a_log_channel_that_was_deleted_is_said_once_and_can_be_replaced(stage: Stage) -> None:
    log = stage.server.add_text_channel("log")
    async with stage.bot():
        await stage.turn(stage.mo, await panel(stage), LOG, f"<#{log.id}>", log)
        keeper = stage.server.add_member("Keeper", permissions=Permissions.MANAGE_CHANNELS)
        channels.delete_channel(stage.discord.world, keeper.member, log)
        told = await eventually(
            lambda: panel(stage), lambda answer: "The log's channel was deleted." in answer.content
        )
        assert "Log of moderation: nowhere" in told.content
        assert (await kept(stage)).log_channel_id is None
        assert "deleted" not in (await panel(stage)).content
        await stage.turn(stage.mo, told, LOG, f"<#{stage.channel.id}>", stage.channel)
    assert (await kept(stage)).log_channel_id == stage.channel.id


async def test_a_screen_reader_finds_a_name_for_each_of_five_selects(stage: Stage) -> None:
    async with stage.bot():
        rows = (await panel(stage)).message.components
    named = [each.get("placeholder") for row in rows for each in row["components"]]
    assert len(rows) == 5
    assert all(named)
    assert len(set(named)) == 5


async def test_a_role_that_was_chosen_makes_its_members_moderators(stage: Stage) -> None:
    role = stage.server.add_role("Helpers", Permissions.NONE)
    async with stage.bot():
        await stage.post()
        stage.open_to_everyone("moderation")
        refused = await stage.ben.command("moderation reports", here=stage.channel)
        assert refused.content == "Only moderators can do this."
        shown = await stage.mo.press(await panel(stage), ROLES, values=[role])
        await stage.discord.until(lambda: f"<@&{role.id}>" in shown.content)
        stage.ben.member.role_ids.add(role.id)
        assert (
            await stage.ben.command("moderation reports", here=stage.channel)
        ).content == "No report is open."


async def test_who_does_not_manage_the_server_is_refused(stage: Stage) -> None:
    async with stage.bot():
        shown = await panel(stage)
        stage.open_to_everyone("settings")
        refused = await stage.alice.command("settings", here=stage.channel)
        assert refused.content == "Only those who manage this server can do this."
        stage.mo.member.role_ids = {stage.server.members_role.id}
        late = await stage.mo.press(shown, MODE, values=["all_held"])
        assert await stage.beside(late) == "Only those who manage this server can do this."
    assert await kept(stage) == Server(GuildId(stage.server.id))


@pytest.mark.parametrize(
    ("locale", "chosen", "words"),
    [("uk", None, "Коментарі"), ("uk", "en", "Comments (2)"), ("de", None, "Comments (2)")],
)
async def test_what_is_posted_speaks_the_servers_language(
    stage: Stage, locale: str, chosen: str | None, words: str
) -> None:
    stage.server.guild.locale = locale
    async with stage.bot():
        if chosen:
            shown = await stage.mo.press(await panel(stage), LANGUAGE, values=[chosen])
            await stage.discord.until(lambda: "English" in shown.content)
        await stage.request()
        await stage.shown(words, stage.channel)


async def noted(stage: Stage) -> str | None:
    guild = GuildId(stage.server.id)
    async with stage.production.database() as database:
        return (await Servers(database).locales([guild])).get(guild)


@pytest.mark.parametrize("seconds", [30.0, 0.05], ids=["awaited", "given up"])
async def test_a_servers_language_is_known_although_discord_tells_of_it_late(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr("bot.client.SERVERS_SECONDS", seconds)
    async with stage.bot():
        pass
    stage.server.guild.locale = "uk"
    stage.server.set_available(False)

    async def come_back() -> None:
        await stage.discord.until(lambda: stage.discord.is_connected(stage.app))
        await asyncio.sleep(0.5)  # later than discord.py waits here
        stage.server.set_available(True)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(come_back())
        async with stage.bot():
            if seconds < 1:
                await eventually(lambda: noted(stage), lambda locale: locale == "uk")
            await stage.request()
            await stage.shown("Коментарі", stage.channel)


async def test_a_member_is_answered_in_their_own_language(stage: Stage) -> None:
    stage.ben.member.user.locale = "uk"
    async with stage.bot():
        await stage.post()
        assert (
            await stage.ben.command("comment show", here=stage.channel, comment="nothing")
        ).content.startswith("Тут немає такого коментаря.")
        described = next(
            each for each in stage.discord.world.commands.values() if each.name == "settings"
        ).body
        assert described["description_localizations"]["uk"] != described["description"]
        assert "name_localizations" not in described or not described["name_localizations"]


async def test_nothing_is_lost_while_discord_has_not_told_of_the_server(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.SERVERS_SECONDS", 0.05)
    role = stage.server.add_role("Helpers", Permissions.NONE)
    async with stage.bot():
        await stage.turn(stage.mo, await panel(stage), ROLES, f"<@&{role.id}>", role)
        await stage.turn(stage.mo, await panel(stage), LOG, f"<#{stage.channel.id}>", stage.channel)
    stage.server.set_available(False)
    async with stage.bot():
        told = await panel(stage)
        await stage.discord.until(partial(_says, told, "Try again in a moment."))
    settings = await kept(stage)
    assert settings.moderator_roles == {role.id}
    assert settings.log_channel_id == stage.channel.id
