"""The page that a discussion is exported to, as a browser shows and prints it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.formats.html_page import FORMAT
from bot.model import Article, Comment, Status
from tests.browser.tab import AXE, DARK, PHONE
from tests.formats.reading import article, comment, written

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "x" * 200
CODE = "```\n" + "code " * 60 + "\n```"
LOOK = "each => { const look = getComputedStyle(each); return [look.fontStyle, look.color] }"


async def opened(
    browser: Browser,
    folder: Path,
    comments: list[Comment],
    kind: dict[str, object] | None = None,
    of: Article | None = None,
) -> Page:
    file = folder / "page.html"
    file.write_bytes(written(FORMAT, of or article(), comments))
    context = await browser.new_context(**kind or {})  # type: ignore[arg-type]  # one dict for all its options
    page = await context.new_page()
    await page.goto(file.as_uri())
    return page


async def look(page: Page, number: int) -> object:
    return await page.eval_on_selector(f"#comment-{number} > article .comment-content", LOOK)


async def test_each_removed_comment_looks_removed_and_no_other(browser: Browser, tmp_path: Path) -> None:
    parents = {1: None, 2: 1, 3: 2, 4: 3, 5: 4}
    thread = [
        comment(number, parent, status=Status.DELETED if number in (1, 3, 4) else Status.VISIBLE)
        for number, parent in parents.items()
    ]
    page = await opened(browser, tmp_path, thread)
    looks = [await look(page, number) for number in range(1, 6)]
    assert looks[0] == looks[2] == looks[3] != looks[1] == looks[4]


@pytest.mark.parametrize("kind", [PHONE, PHONE | DARK], ids=["light", "dark"])
async def test_a_deep_thread_fits_a_phone_and_anybody_can_read_it(
    browser: Browser, tmp_path: Path, kind: dict[str, object]
) -> None:
    thread = [comment(1, text=CODE, author=LONG)]
    thread += [comment(number, number - 1, text=f"{LONG}\n\n{CODE}", author=LONG) for number in range(2, 30)]
    page = await opened(browser, tmp_path, thread, kind)
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    narrowest = await page.eval_on_selector_all(
        ".comment-content", "all => Math.min(...all.map(each => each.clientWidth))"
    )
    assert narrowest > 250
    await page.evaluate(AXE.read_text())
    found = await page.evaluate("axe.run()")
    assert [each["id"] for each in found["violations"]] == []


async def test_it_prints_dark_on_light_whatever_the_screen_shows(browser: Browser, tmp_path: Path) -> None:
    page = await opened(browser, tmp_path, [comment(1)], DARK)
    await page.emulate_media(media="print", color_scheme="dark")
    _, colour = await page.eval_on_selector("body", LOOK)
    assert colour == "rgb(0, 0, 0)"


async def test_a_name_written_from_right_to_left_leaves_its_surroundings_in_place(
    browser: Browser, tmp_path: Path
) -> None:
    when, name = datetime(2024, 1, 2, 3, 4, tzinfo=UTC), "\u202eمحمد بن سعيد"
    thread = [comment(1, author=name, created_at=when), comment(2, 1, author=name, created_at=when)]
    page = await opened(browser, tmp_path, thread, of=article(author=name, published_at=when))
    for facts in (".byline", "#comment-1 .comment-meta", "#comment-2 > article .comment-meta"):
        places = await page.eval_on_selector(
            facts,
            "each => ['.author, .fn', 'time'].map(of => each.querySelector(of).getBoundingClientRect().x)",
        )
        assert places == sorted(places), facts
