# ruff: noqa: INP001 - a script, not a package
"""Makes the README's pictures from the real page: `.venv/bin/python docs/make_pictures.py`.

It runs `oped demo` with the sample, does what a newcomer would and takes pictures meanwhile, so that they show
what is really there. It needs Chromium (apt-get install chromium) and the development tools.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Locator, Page, async_playwright

from bot.demo.live import Demo, live_demo
from bot.sandbox import Channel, Person

PICTURES = Path(__file__).parent / "pictures"

WIDE = {"width": 1280, "height": 760}
PHONE = {"width": 390, "height": 700}
FILMED = {"width": 1120, "height": 660}

SHOWN = (896, 528)
"""How large the animation is shown: as wide as a README."""

GAP = 24
"""Pixels between two phones in one picture."""

FRAME = 0.1
"""Seconds between two frames of the animation, if the machine keeps up."""

LAST_FRAME = 3.0
"""Seconds for which the end of the animation stands before it begins again."""

DIGEST_PATIENCE = 120.0
"""Seconds for a digest that is due: the bot looks for those once a minute."""

OWN_ARTICLE = """On Rivers

A river is a promise that moves. It says the same thing at every bend, and is never the same water.

What the ferryman knows

He reads the current as others read a newspaper: yesterday's is of no use to him.

  1. The ferryman would like the part about newspapers.
     • Only if he has time to read them.
"""


async def make() -> None:
    """Make all pictures anew."""
    PICTURES.mkdir(exist_ok=True)
    async with live_demo() as demo, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        await _as_moderator(demo, browser)
        await _animate_reply(demo, browser)
        await _as_member(demo, browser)
        await _as_reader(demo, browser)
        await _as_maintainer(demo, browser)
        await _on_phones(demo, browser)
        await _with_a_digest(demo, browser)
        await browser.close()


async def _as_moderator(demo: Demo, browser: Browser) -> None:
    async with _opened(demo, browser) as page:
        await page.locator("#messages .text", has_text="Posted in").wait_for()
        await page.locator("#composer-text").fill("/article status")
        await page.keyboard.press("Enter")
        await page.get_by_role("option", name="Neighbour").wait_for()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        await page.locator("#messages .text", has_text="messages posted, requested").wait_for()
        await _take(page, "moderator")


async def _as_member(demo: Demo, browser: Browser) -> None:
    async with _opened(demo, browser) as page:
        await _be(page, "Ben")
        await _open_thread(page)
        await _answer(
            page, page.locator(".message").last, "So do I, *mostly*. Which of the steps would come first?"
        )
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the words it knows
            await _take(page, f"page-{scheme}")
    async with _opened(demo, browser) as page:
        await _be(page, "Ben")
        await page.locator("#channels").get_by_role("button", name="articles").click()
        await page.get_by_role("button", name="Enter a comment").click()
        await (
            page.get_by_role("dialog")
            .locator("textarea")
            .fill("I would begin with the telephone that is answered.")
        )
        await _take(page, "member")


async def _as_reader(demo: Demo, browser: Browser) -> None:
    """The buttons below a section, and what *More* offers about a comment, side by side on two phones."""
    async with _opened(demo, browser, size=PHONE) as page:
        await _go_to(page, "articles")
        await page.get_by_role("button", name="Discuss").nth(1).click()
        await page.locator("#messages .text", has_text="This section is discussed").wait_for()
        await page.get_by_role("button", name="Discuss").nth(1).scroll_into_view_if_needed()
        left = await _picture(page)
    async with _opened(demo, browser, size=PHONE) as page:
        await _go_to(page, "Comments: The Neighbour")
        message = page.locator(".message:not(.private)").last
        await _choose(page, message, "React with ❤️")
        await message.locator(".reaction").wait_for()
        await _choose(page, message, "More")
        await page.get_by_role("button", name="Follow the replies").wait_for()
        right = await _picture(page)
    _save(_beside(left, right), "reader")


async def _as_maintainer(demo: Demo, browser: Browser) -> None:
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "rivers.txt"
        article.write_text(OWN_ARTICLE, "utf-8")
        async with _opened(demo, browser) as page:
            await page.locator("#file").set_input_files(article)
            await page.locator("#channels").get_by_role("button", name="On Rivers").wait_for()
            await page.locator("#channels").get_by_role("button", name="On Rivers").click()
            await page.locator("#messages .text", has_text="Only if he has time").wait_for()
            await page.get_by_role("tab", name="section").click()
            await _take(page, "maintainer")


async def _on_phones(demo: Demo, browser: Browser) -> None:
    """What commands answer, as those see it who asked."""
    stage = demo.stage
    place = stage.server.add_text_channel("commands")
    offered = await stage.ben.autocomplete("comment tree", "article", "Neighbour", here=place)
    async with _opened(demo, browser, size=PHONE) as page:
        await _be_on_phone(page, "Ben")
        found = await _ask(page, stage.ben, place, "comment search", words="telephone")
        tree = await _ask(page, stage.ben, place, "comment tree", article=offered[0][1])
        topics = await _ask(page, stage.ben, place, "help", topic="follow")
    _save(_beside(found, tree, topics), "finding")
    place = stage.server.add_text_channel("moderators")
    await _hold_a_comment(demo, place)
    async with _opened(demo, browser, size=PHONE) as page:
        await _be_on_phone(page, "Mo")
        queue = await _ask(page, stage.mo, place, "moderation queue")
        figures = await _ask(page, stage.mo, place, "article stats", publication="1")
        settings = await _ask(page, stage.mo, place, "settings")
    _save(queue, "queue")
    _save(_beside(queue, figures, settings), "order")


async def _with_a_digest(demo: Demo, browser: Browser) -> None:
    """A direct message to who asked for it: that there is one, and what it says."""
    stage = demo.stage
    thread = min(stage.server.guild.threads.values(), key=lambda each: each.id)
    await stage.alice.command("follow article", here=thread, article="1")
    await stage.alice.command("follow digest", here=thread, how_often=1)
    for text in ("A small step is still one.", "And which one would be the second?"):
        await stage.ben.say(thread, text)
    # An hour later.
    with closing(sqlite3.connect(demo.database, timeout=30)) as database, database:
        database.execute("UPDATE digest SET next_at = 0")
    await stage.discord.until(lambda: stage.alice.direct_messages(stage.app), DIGEST_PATIENCE)
    async with _opened(demo, browser, size=PHONE) as page:
        await _be_on_phone(page, "Alice")
        await page.get_by_role("button", name="Channels").click()
        left = await _picture(page)
        await page.keyboard.press("Escape")
        await _go_to(page, "Oped")
        right = await _picture(page)
    _save(_beside(left, right), "digest")


async def _hold_a_comment(demo: Demo, place: Channel) -> None:
    stage = demo.stage
    await stage.mo.command("discussion filter", here=place, kind="words", action="hold", words="lottery")
    thread = max(stage.server.guild.threads.values(), key=lambda each: each.message_count)
    held = await stage.alice.say(thread, "You have won the lottery! Write to me.")
    await stage.discord.until(lambda: held.deleted)


async def _ask(page: Page, person: Person, place: Channel, command: str, **options: str) -> Image.Image:
    """Let a person use a command and show the answer."""
    await person.command(command, here=place, **options)  # type: ignore[arg-type]  # none is a patience
    await _go_to(page, place.name)
    newest = page.locator("#messages > li.message").last
    await newest.wait_for()
    await newest.scroll_into_view_if_needed()
    return await _picture(page)


def _beside(*pictures: Image.Image) -> Image.Image:
    """Pictures of one size side by side."""
    width, height = pictures[0].size
    whole = Image.new("RGB", (len(pictures) * (width + GAP) - GAP, height), "white")
    for place, each in enumerate(pictures):
        whole.paste(each, (place * (width + GAP), 0))
    return whole


async def _animate_reply(demo: Demo, browser: Browser) -> None:
    """A reply is written, arrives, and its row lands; another person's answer comes in by itself."""
    frames: list[tuple[float, bytes]] = []
    async with _opened(demo, browser, size=FILMED, sharp=1) as page:
        await _be(page, "Alice")
        await _open_thread(page)
        filming = asyncio.create_task(_film(page, frames))
        await asyncio.sleep(1.5)
        await _answer(
            page, page.locator(".message").last, "I had not seen it that way. Thank you.", slowly=True
        )
        await asyncio.sleep(3)
        world = demo.stage.discord
        thread = next(iter(demo.stage.server.guild.threads.values()))
        await demo.stage.ben.reply(world.messages(thread)[-1], "Nor had I!")
        await asyncio.sleep(3)
        await page.locator(".message").last.locator(".quote").click()
        await asyncio.sleep(2)
        filming.cancel()
    shown = [Image.open(BytesIO(picture)).convert("RGB").resize(SHOWN) for _, picture in frames]
    starts = [moment for moment, _ in frames]
    spans = [round(1000 * (after - before)) for before, after in pairwise(starts)]
    shown[0].save(
        PICTURES / "reply.webp",
        save_all=True,
        append_images=shown[1:],
        duration=[*spans, round(1000 * LAST_FRAME)],
        loop=0,
        quality=60,
        method=6,
        minimize_size=True,
    )


async def _film(page: Page, frames: list[tuple[float, bytes]]) -> None:
    while True:
        begun = time.monotonic()
        picture = await page.screenshot(caret="initial")
        if not frames or frames[-1][1] != picture:
            frames.append((begun, picture))
        await asyncio.sleep(max(0.0, begun + FRAME - time.monotonic()))


@asynccontextmanager
async def _opened(
    demo: Demo, browser: Browser, *, size: dict[str, int] = WIDE, sharp: float = 1.5
) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport=size,  # type: ignore[arg-type]  # a TypedDict of just these keys
        color_scheme="light",
        device_scale_factor=sharp,
        locale="en-GB",
    )
    page = await context.new_page()
    await page.goto(demo.page.url)
    await page.locator("#here:not(:empty)").wait_for()
    yield page
    await context.close()


async def _be(page: Page, name: str) -> None:
    await page.locator("#people").get_by_text(name, exact=True).click()
    await page.locator(f"#people label:has-text('{name}') input:checked").wait_for(state="attached")


async def _be_on_phone(page: Page, name: str) -> None:
    await page.get_by_role("button", name="Channels").click()
    await _be(page, name)
    await page.keyboard.press("Escape")


async def _open_thread(page: Page) -> None:
    await page.locator("#channels").get_by_role("button", name="Comments: The Neighbour").click()
    await page.locator("#start", has_text="thread").wait_for(state="attached")


async def _answer(page: Page, message: Locator, text: str, *, slowly: bool = False) -> None:
    await message.hover()
    await message.get_by_role("button", name="Reply", exact=True).click()
    await page.keyboard.type(text, delay=70 if slowly else 0)
    await page.keyboard.press("Enter")
    await page.locator("#row-list .fresh").first.wait_for()


async def _go_to(page: Page, place: str) -> None:
    await page.get_by_role("button", name="Channels").click()
    await page.locator("#channels").get_by_role("button", name=place).first.click()
    await page.locator("#here", has_text=place).wait_for()


async def _choose(page: Page, message: Locator, entry: str) -> None:
    await message.hover()
    await message.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("menuitem", name=entry, exact=True).click()


async def _take(page: Page, name: str) -> None:
    _save(await _picture(page), name)


async def _picture(page: Page) -> Image.Image:
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(400)
    return Image.open(BytesIO(await page.screenshot())).convert("RGB")


def _save(picture: Image.Image, name: str) -> None:
    # A page has few colours: a palette keeps the file small, and nobody sees a difference.
    picture.quantize(192).save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(make())
