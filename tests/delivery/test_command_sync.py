from __future__ import annotations

from typing import Any

import pytest

from bot.app import described_commands
from bot.delivery import command_sync
from bot.delivery.endpoint import logged_in
from tests.stage import Production


async def wrong(production: Production) -> list[str]:
    settings = production.settings
    async with (
        production.database() as database,
        logged_in(production.stage.app.token, settings.discord_api_url) as client,
    ):
        return await command_sync.out_of_date(client, await described_commands(database))


def syncs(production: Production) -> int:
    return sum(
        request.method == "PUT" and request.path.endswith("/commands")
        for request in production.stage.discord.requests
    )


def bodies(production: Production) -> dict[str, dict[str, Any]]:
    return {each.name: each.body for each in production.stage.discord.world.commands.values()}


async def test_before_the_first_start_discord_has_no_commands(production: Production) -> None:
    assert {"My comment", "Reply", "article", "comment", "privacy"} <= set(await wrong(production))


async def test_commands_are_sent_once(production: Production) -> None:
    for _ in range(2):
        async with production.running():
            pass
    assert syncs(production) == 1
    assert await wrong(production) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("article", {"description": "Something else."}),
        ("article", {"default_member_permissions": "8"}),
        ("article", {"options": []}),
        ("comment", {"contexts": [0, 1, 2]}),
        ("Reply", {"name": "Answer"}),
    ],
)
async def test_what_others_changed_with_the_same_token_is_put_right_at_the_next_start(
    production: Production, name: str, change: dict[str, Any]
) -> None:
    async with production.running():
        pass
    before = bodies(production)[name].copy()
    bodies(production)[name].update(change)
    assert await wrong(production) == sorted({name, change.get("name", name)})
    async with production.running():
        pass
    assert bodies(production)[name] == before
    assert await wrong(production) == []


async def test_a_command_that_is_not_ours_is_taken_away(production: Production) -> None:
    async with production.running():
        pass
    foreign = next(iter(production.stage.discord.world.commands.values()))
    foreign.body["name"] = "leftover"
    assert "leftover" in await wrong(production)
    async with production.running():
        pass
    assert "leftover" not in bodies(production)
