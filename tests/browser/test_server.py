"""What the page's server lets in, whatever a browser would do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.stage import Stage, set_stage
from bot.sandbox import Permissions
from bot.sandbox.page import NotTaken, Page, PortTaken
from bot.sandbox.page.server import STATIC
from bot.sandbox.page.session import BEHIND


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with set_stage() as ready:
        yield ready


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Page]:
    async with Page(stage.discord, stage.app, [stage.alice, stage.mo]) as served:
        yield served


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Line:
    """The page's side of the wire, without a browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []
        self._number = 0

    async def ask(self, what: str, **details: object) -> dict[str, Any]:
        self._number += 1
        await self.socket.send_json({"id": self._number, "do": what, **details})
        while True:
            message: dict[str, Any] = await self.socket.receive_json(timeout=30)
            if message.get("re") == self._number:
                return message
            self.events.append(message)

    async def event(self, name: str) -> dict[str, Any]:
        while True:
            found = next((each for each in self.events if each["event"] == name), None)
            if found is not None:
                self.events.remove(found)
                return found
            self.events.append(await self.socket.receive_json(timeout=30))


@asynccontextmanager
async def line(page: Page, client: aiohttp.ClientSession) -> AsyncIterator[Line]:
    async with client.ws_connect(f"{page.url}live", origin=page.url.rstrip("/")) as socket:
        yield Line(socket)


async def test_serves_the_page_with_a_strict_policy(page: Page, client: aiohttp.ClientSession) -> None:
    async with client.get(page.url) as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda file: file.name)
def test_its_files_parse_no_markup_and_name_no_other_machine(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|style=|\son\w+=", text
    )
    # The one names the drawings' XML, the other is what a link to a message begins with.
    assert set(re.findall(r"https?://([\w.-]+)", text)) <= {"www.w3.org", "discord.com"}
    assert len(text.splitlines()) <= 350


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1:1", "", "[::1]"])
async def test_answers_under_its_own_name_only(page: Page, client: aiohttp.ClientSession, host: str) -> None:
    async with client.get(page.url, headers={"Host": host}) as answer:
        assert answer.status in {400, 403}


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://127.0.0.1"])
async def test_only_the_page_itself_may_speak_to_it(
    page: Page, client: aiohttp.ClientSession, origin: str | None
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await client.ws_connect(f"{page.url}live", origin=origin)
    headers = {} if origin is None else {"Origin": origin}
    async with client.post(f"{page.url}file?name=a.txt", data=b"x", headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", ["nothing.js", "../server.py", "%2e%2e/server.py", "static/main.js", ".env"])
async def test_serves_nothing_but_its_own_files(page: Page, client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(page.url + path) as answer:
        assert answer.status == 404


async def test_a_port_that_is_taken_is_told(stage: Stage, page: Page) -> None:
    port = int(page.url.rsplit(":", 1)[1].strip("/"))
    with pytest.raises(PortTaken):
        await Page(stage.discord, stage.app, [stage.alice], port=port).start()


async def test_is_told_only_what_its_person_sees(
    stage: Stage, page: Page, client: aiohttp.ClientSession
) -> None:
    secret = stage.server.add_text_channel("editors")
    stage.server.set_permissions(secret, stage.server.guild.everyone, deny=Permissions.VIEW_CHANNEL)
    stage.server.set_permissions(secret, stage.mo, allow=Permissions.VIEW_CHANNEL)
    async with line(page, client) as hers:
        seen = (await hers.ask("enter"))["result"]["server"]["channels"]
        assert "editors" not in {each["name"] for each in seen}
        hidden = await stage.mo.say(secret, "Among us")
        open_word = await stage.mo.say(stage.articles, "For all")
        assert (await hers.event("created"))["message"]["id"] == str(open_word.id)
        assert "error" in await hers.ask("open", channel=str(secret.id))
        assert "error" in await hers.ask(
            "edit", channel=str(secret.id), message=str(hidden.id), text="Mine now"
        )
        await hers.ask("enter", person=str(stage.mo.id))
        found = await hers.ask("open", channel=str(secret.id))
        assert [each["content"] for each in found["result"]["messages"]] == ["Among us"]


@pytest.mark.parametrize(
    "details",
    [
        {"do": "say", "channel": "1", "text": "x"},
        {"do": "say", "channel": "x", "text": "x"},
        {"do": "say"},
        {"do": "edit", "channel": None, "message": {}, "text": []},
        {"do": "fill", "fields": {}},
        {"do": "command", "channel": "1", "name": "nothing", "options": {}},
        {"do": "__init__"},
    ],
)
async def test_answers_what_makes_no_sense_with_a_sentence(
    page: Page, client: aiohttp.ClientSession, details: dict[str, object]
) -> None:
    async with line(page, client) as it:
        what = str(details.pop("do"))
        answer = await it.ask(what, **details)
        assert answer["error"].endswith(".")
        assert "result" in await it.ask("enter")


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"id": "x", "do": "enter"}'])
async def test_hangs_up_on_what_is_no_request(page: Page, client: aiohttp.ClientSession, text: str) -> None:
    async with line(page, client) as it:
        await it.socket.send_str(text)
        while (message := await it.socket.receive(timeout=30)).type != aiohttp.WSMsgType.CLOSE:
            assert message.type is aiohttp.WSMsgType.TEXT


async def test_a_page_that_does_not_read_is_cut_off_and_can_come_back(
    stage: Stage, page: Page, client: aiohttp.ClientSession
) -> None:
    async with line(page, client) as it:
        await it.ask("enter")
        for number in range(BEHIND * 2):
            await stage.alice.say(stage.articles, f"{number} " + "x" * 1500)
        async with asyncio.timeout(30):
            got = 0
            while (await it.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                got += 1
        assert got < BEHIND * 2
    async with line(page, client) as again:
        found = await again.ask("open", channel=str(stage.articles.id))
        assert found["result"]["messages"][-1]["content"].startswith(f"{BEHIND * 2 - 1} ")


async def test_history_comes_in_windows(stage: Stage, page: Page, client: aiohttp.ClientSession) -> None:
    said = [await stage.alice.say(stage.articles, str(number)) for number in range(120)]
    place = str(stage.articles.id)
    async with line(page, client) as it:
        last = (await it.ask("open", channel=place))["result"]
        assert [each["content"] for each in last["messages"]] == [str(number) for number in range(70, 120)]
        assert (last["older"], last["newer"]) == (True, False)
        middle = (await it.ask("open", channel=place, around=str(said[60].id)))["result"]
        assert (middle["older"], middle["newer"]) == (True, True)
        assert "60" in {each["content"] for each in middle["messages"]}
        first = (await it.ask("open", channel=place, before=str(said[20].id)))["result"]
        assert [each["content"] for each in first["messages"]] == [str(number) for number in range(20)]
        assert (first["older"], first["newer"]) == (False, True)


async def test_a_dropped_file_arrives_whole_and_under_its_own_name(
    stage: Stage, client: aiohttp.ClientSession
) -> None:
    taken: list[tuple[str, bytes]] = []

    async def take(file: Path) -> str:
        taken.append((file.name, await asyncio.to_thread(file.read_bytes)))
        return "Thank you."

    async with Page(stage.discord, stage.app, [stage.alice], take_file=take) as page:
        headers = {"Origin": page.url.rstrip("/")}
        content = bytes(range(256)) * 1000
        for name in ("a.xml", "../../etc/passwd", "/etc/passwd", "", ".."):
            async with client.post(
                f"{page.url}file", params={"name": name}, data=content, headers=headers
            ) as answer:
                assert await answer.json() == {"said": "Thank you."}
    assert [name for name, _ in taken] == ["a.xml", "passwd", "passwd", "article", "article"]
    assert {content for _, content in taken} == {content}


async def test_why_a_file_is_not_taken_is_said(stage: Stage, client: aiohttp.ClientSession) -> None:
    async def take(file: Path) -> str:
        raise NotTaken("This is no article.")

    async with Page(stage.discord, stage.app, [stage.alice], take_file=take) as page:
        headers = {"Origin": page.url.rstrip("/")}
        async with client.post(f"{page.url}file?name=a", data=b"x", headers=headers) as answer:
            assert json.loads(await answer.text()) == {"error": "This is no article."}
