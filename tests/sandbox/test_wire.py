"""The HTTP side, without discord.py: statuses, JSON and the log."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.sandbox import Permissions
from tests.sandbox.conftest import NEEDED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.sandbox import Sandbox
    from tests.sandbox.conftest import Paper


@pytest.fixture
async def http(paper: Paper) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {paper.app.token}"}) as session:
        yield session


async def ask(
    http: aiohttp.ClientSession, sandbox: Sandbox, method: str, path: str, **options: Any
) -> tuple[int, Any]:
    async with http.request(method, f"{sandbox.api_url}{path}", **options) as response:
        if response.status != 204:
            assert response.headers["Content-Type"] == "application/json"
        return response.status, await response.json() if response.status != 204 else None


async def test_who_has_no_valid_token_is_unauthorised(paper: Paper) -> None:
    async with aiohttp.ClientSession() as http:
        for headers in ({}, {"Authorization": "Bot wrong"}, {"Authorization": f"Bearer {paper.app.token}"}):
            status, body = await ask(http, paper.sandbox, "GET", "/users/@me", headers=headers)
            assert (status, body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_what_is_not_there_is_named(paper: Paper, http: aiohttp.ClientSession) -> None:
    for path, status, code in [
        ("/channels/1", 404, 10003),
        (f"/channels/{paper.channel.id}/messages/1", 404, 10008),
        ("/guilds/1", 404, 10004),
        (f"/guilds/{paper.server.id}/members/1", 404, 10007),
        ("/users/1", 404, 10013),
        ("/channels/abc", 400, 50035),
        (f"/channels/{paper.channel.id}/messages?limit=101", 400, 50035),
        (f"/channels/{paper.channel.id}/messages?limit=0", 400, 50035),
    ]:
        found, body = await ask(http, paper.sandbox, "GET", path)
        assert (found, body["code"]) == (status, code), path
    status, body = await ask(http, paper.sandbox, "GET", "/nowhere")
    assert (status, body["message"]) == (404, "404: Not Found")


async def test_a_bot_is_told_which_guilds_it_is_in_page_by_page(
    paper: Paper, http: aiohttp.ClientSession
) -> None:
    paper.sandbox.add_guild("Not Ours")
    second = paper.sandbox.add_guild("The Other Paper")
    second.install(paper.app, permissions=Permissions.VIEW_CHANNEL)
    bot_guilds = [guild.name async for guild in paper.bot.fetch_guilds()]
    assert bot_guilds == ["The Paper", "The Other Paper"]
    for query, names in [
        ("?limit=1", ["The Paper"]),
        (f"?after={paper.server.id}", ["The Other Paper"]),
        (f"?before={second.id}&with_counts=true", ["The Paper"]),
    ]:
        _, found = await ask(http, paper.sandbox, "GET", f"/users/@me/guilds{query}")
        assert [guild["name"] for guild in found] == names
        assert ("approximate_member_count" in found[0]) == ("with_counts" in query)
    assert found[0]["permissions"] == str(int(NEEDED))


async def test_where_the_gateway_is_takes_no_token(paper: Paper) -> None:
    async with aiohttp.ClientSession() as http:
        status, body = await ask(http, paper.sandbox, "GET", "/gateway")
    assert (status, body) == (200, {"url": paper.sandbox.gateway_url})


async def test_answers_are_dated_by_the_clock_of_this_discord(
    paper: Paper, http: aiohttp.ClientSession
) -> None:
    paper.sandbox.advance(hours=5)
    async with http.get(f"{paper.sandbox.api_url}/users/@me") as response:
        dated = parsedate_to_datetime(response.headers["Date"])
    assert abs(dated - paper.sandbox.world.now()) < timedelta(seconds=10)


async def test_broken_json_is_refused(paper: Paper, http: aiohttp.ClientSession) -> None:
    path = f"/channels/{paper.channel.id}/messages"
    status, body = await ask(http, paper.sandbox, "POST", path, data="{")
    assert (status, body["code"]) == (400, 50109)


async def test_errors_say_where_they_are(paper: Paper, http: aiohttp.ClientSession) -> None:
    path = f"/channels/{paper.channel.id}/messages"
    status, body = await ask(http, paper.sandbox, "POST", path, json={"content": "x" * 2001})
    assert status == 400
    assert body == {
        "message": "Invalid Form Body",
        "code": 50035,
        "errors": {
            "content": {
                "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]
            }
        },
    }


async def test_the_whole_server_can_be_read(paper: Paper, http: aiohttp.ClientSession) -> None:
    for path in ("/gateway/bot", "/applications/@me", "/users/@me", f"/users/{paper.alice.id}"):
        assert (await ask(http, paper.sandbox, "GET", path))[0] == 200
    guild = f"/guilds/{paper.server.id}"
    for path in ("", "/channels", "/roles", "/threads/active", f"/members/{paper.alice.id}"):
        assert (await ask(http, paper.sandbox, "GET", guild + path))[0] == 200
    status, body = await ask(http, paper.sandbox, "GET", f"{guild}/members?limit=10")
    assert (status, body["code"]) == (403, 50001)
    paper.app.members_intent = True
    status, body = await ask(http, paper.sandbox, "GET", f"{guild}/members?limit=10")
    assert (status, len(body)) == (200, 3)


async def test_a_bot_that_is_not_on_a_server_does_not_know_it(paper: Paper) -> None:
    stranger = paper.sandbox.add_application("Stranger", token="s")
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {stranger.token}"}) as http:
        for path, code in [(f"/guilds/{paper.server.id}", 10004), (f"/channels/{paper.channel.id}", 50001)]:
            _, body = await ask(http, paper.sandbox, "GET", path)
            assert body["code"] == code


async def test_every_request_is_logged(paper: Paper, http: aiohttp.ClientSession) -> None:
    path = f"/channels/{paper.channel.id}/messages"
    await ask(http, paper.sandbox, "POST", path, json={"content": "logged"})
    logged = paper.sandbox.requests[-1]
    assert (logged.method, logged.route) == ("POST", "/channels/{channel_id}/messages")
    assert (logged.path.removeprefix("/api/v10"), logged.status) == (path, 200)
    assert logged.body == {"content": "logged"}
    assert paper.app.token not in repr(logged)


async def test_of_very_many_requests_the_latest_are_remembered(
    paper: Paper, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.wire.REMEMBERED", 3)
    paper.sandbox.requests.clear()
    for number in range(7):
        await ask(http, paper.sandbox, "GET", f"/channels/{number}")
    assert [each.path[-1] for each in paper.sandbox.requests] == ["4", "5", "6"]


async def test_a_follow_up_needs_a_known_token(paper: Paper, http: aiohttp.ClientSession) -> None:
    path = f"/webhooks/{paper.app.id}/unknown"
    status, body = await ask(http, paper.sandbox, "POST", path, json={"content": "x"})
    assert (status, body["code"]) == (404, 10015)
    status, body = await ask(
        http, paper.sandbox, "POST", "/interactions/1/unknown/callback", json={"type": 4, "data": {}}
    )
    assert (status, body["code"]) == (404, 10062)
