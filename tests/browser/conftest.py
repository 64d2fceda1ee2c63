"""A real browser, pages of it that must not complain, and the embedded Discord for them to show."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from bot.demo.stage import Stage, set_stage
from bot.sandbox.page import Page
from tests.browser.tab import ANYWHERE, DESKTOP, Opening, Tab
from tests.conftest import require

PATIENCE = 30_000.0
"""Milliseconds for anything to show: others may be using the machine."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, for all tests of a module."""
    program = shutil.which("chromium")
    require("Chromium, which shows the demo's page", program, "apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest.fixture
def open_tab(browser: Browser) -> Opening:
    """Opens an address in a tab of its own, which must not have complained when it is left."""

    @asynccontextmanager
    async def opening(url: str, kind: dict[str, object] = DESKTOP) -> AsyncIterator[Tab]:
        context = await browser.new_context(**ANYWHERE | kind)  # type: ignore[arg-type]  # one dict for all its options
        context.set_default_timeout(PATIENCE)
        tab = Tab(await context.new_page(), url)
        try:
            await tab.come_in()
            yield tab
            assert tab.complaints == []
        finally:
            await context.close()

    return opening


@pytest_asyncio.fixture(loop_scope="module")
async def stage() -> AsyncIterator[Stage]:
    """A newspaper's server without a bot that runs."""
    async with set_stage() as ready:
        yield ready


@pytest_asyncio.fixture(loop_scope="module")
async def page(stage: Stage) -> AsyncIterator[Page]:
    """The page over it."""
    async with Page(stage.discord, stage.app, [stage.alice, stage.ben, stage.mo]) as served:
        yield served
