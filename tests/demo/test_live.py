"""`oped demo` where something is in its way. That it works is shown in tests/browser."""

from __future__ import annotations

import asyncio
import re
import socket
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.demo import live
from bot.demo.live import Demo, live_demo, show_live
from bot.errors import OpedError, SourceError


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@asynccontextmanager
async def shown(capsys: pytest.CaptureFixture[str], *, open_browser: bool = False) -> AsyncIterator[str]:
    """`oped demo` while it goes on, with what it has printed."""
    showing = asyncio.create_task(show_live(None, 0, open_browser))
    printed = ""
    try:
        async with asyncio.timeout(30):
            while "Ctrl-C" not in printed:
                await asyncio.wait({showing}, timeout=0.05)
                printed += capsys.readouterr().out
        yield printed
    finally:
        showing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await showing


async def test_prints_the_address_and_the_database_which_stays(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async with shown(capsys) as printed:
        (address,) = re.findall(r"http://127\.0\.0\.1:\d+/", printed)
        (database,) = re.findall(r"/\S+/oped\.db", printed)
        async with aiohttp.ClientSession() as client, client.get(address) as answer:
            assert answer.status == 200
    assert database.startswith(str(tmp_path))
    with Path(database).open("rb") as file:  # noqa: ASYNC230 - a test has nothing else to do
        assert file.read(15) == b"SQLite format 3"


async def test_a_port_that_is_taken_is_one_sentence_and_a_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OpedError, match=f"port {port}") as failed:
            await show_live(None, port, False)
    assert "--port" in str(failed.value.remedy)


async def test_a_file_that_is_no_article_is_the_importers_sentence(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    with pytest.raises(SourceError) as failed:
        await show_live(picture, 0, False)
    assert failed.value.sentence()


async def test_a_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as failed:
        await show_live(tmp_path / "nowhere.txt", 0, False)
    assert "nowhere.txt" in str(failed.value.place)


async def test_no_place_for_the_database_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    with pytest.raises(OpedError, match="No space left on device") as failed:
        await show_live(None, 0, False)
    assert "TMPDIR" in str(failed.value.remedy)


async def test_a_bot_that_cannot_run_does_not_end_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_REST", 0.05)
    async with live_demo() as demo:
        for _ in range(3):
            await demo.stage.discord.until(lambda: _runs(demo))
            assert demo.process is not None
            demo.process.kill()
            await demo.process.wait()
        async with aiohttp.ClientSession() as client, client.get(demo.page.url) as answer:
            assert answer.status == 200


def _runs(demo: Demo) -> bool:
    return demo.process is not None and demo.process.returncode is None


@pytest.mark.parametrize("window", [True, False])
async def test_a_browser_is_opened_only_where_it_has_a_window(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, window: bool
) -> None:
    opened = asyncio.Queue[str]()
    loop = asyncio.get_running_loop()

    def note(url: str) -> bool:
        loop.call_soon_threadsafe(opened.put_nowait, url)
        return True

    monkeypatch.setattr(webbrowser, "open", note)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    if window:
        monkeypatch.setenv("DISPLAY", ":0")
    else:
        monkeypatch.delenv("DISPLAY", raising=False)
    async with shown(capsys, open_browser=True) as printed:
        if window:
            assert await asyncio.wait_for(opened.get(), 30) in printed
    assert opened.empty()
