"""The page's own Markdown, as the browser runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.async_api import Browser, Page

from bot.demo.stage import set_stage
from bot.sandbox import page as page_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOMENT = 20_000
"""Milliseconds that a busy machine may take for what is done at once; what grows too fast takes many minutes."""

# What a message becomes: its HTML, which only this test looks at, its text on one line, and the time it took.
RENDER = """
async (texts) => {
    const { render, plainText } = await import("/markdown.js");
    return texts.map((text) => {
        const begun = performance.now();
        const box = document.createElement("div");
        box.append(...render(text));
        const plain = plainText(text);
        const took = performance.now() - begun;
        const links = [...box.querySelectorAll("a")].map((each) => each.getAttribute("href"));
        const tags = [...new Set([...box.querySelectorAll("*")].map((each) => each.localName))];
        const names = [...box.querySelectorAll("*")].flatMap((each) => each.getAttributeNames());
        const handlers = names.filter((name) => name.startsWith("on"));
        return { html: box.innerHTML, text: box.textContent, plain, took, links, tags, handlers };
    });
}
"""

KNOWN = {
    "div", "span", "strong", "em", "u", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "a",
    "time", "button",
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rendering(browser: Browser) -> AsyncIterator[Page]:
    async with (
        set_stage() as stage,
        page_server.Page(stage.discord, stage.app, [stage.alice]) as served,
    ):
        context = await browser.new_context(locale="en-GB", timezone_id="Europe/Kyiv")
        tab = await context.new_page()
        await tab.goto(served.url)
        await tab.wait_for_selector("#here:not(:empty)")
        yield tab
        await context.close()


async def rendered(tab: Page, text: str) -> dict[str, Any]:
    (only,) = await tab.evaluate(RENDER, [text])
    return dict(only)


def lines(html: str) -> str:
    return f'<div class="lines">{html}</div>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", lines("plain")),
        ("**b** *i* _i_ __u__ ~~s~~", lines("<strong>b</strong> <em>i</em> <em>i</em> <u>u</u> <s>s</s>")),
        ("***both***", lines("<strong><em>both</em></strong>")),
        ("__*under and italic*__", lines("<u><em>under and italic</em></u>")),
        ("snake_case_name", lines("snake_case_name")),
        ("2 * 3 * 4", lines("2 * 3 * 4")),
        (r"\*not italic\* \_ \# \\", lines(r"*not italic* _ # \ ".strip())),
        ("`a *b* c`", lines("<code>a *b* c</code>")),
        ("`` a ` b ``", lines("<code>a ` b</code>")),
        ("**open", lines("**open")),
        ("# One", '<h2 class="h1">One</h2>'),
        ("### Three", '<h4 class="h3">Three</h4>'),
        ("#no heading", lines("#no heading")),
        ("#### four", lines("#### four")),
        ("-# small", '<div class="subtext">small</div>'),
        ("a\n\nb", lines("a\n\nb")),
        ("> q\n> r\ns", "<blockquote>" + lines("q\nr") + "</blockquote>" + lines("s")),
        (">>> q\n\nr", "<blockquote>" + lines("q\n\nr") + "</blockquote>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n  - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("```py\nx = 1\n```", '<pre tabindex="0" aria-label="Code" role="group"><code>x = 1</code></pre>'),
        ("<b>bold</b> & so on", lines("&lt;b&gt;bold&lt;/b&gt; &amp; so on")),
        ("<@1>", lines('<span class="mention">@unknown</span>')),
        ("@everyone", lines('<span class="mention">@everyone</span>')),
        ("[x](javascript:alert(1))", lines("[x](javascript:alert(1))")),
        ("", ""),
    ],
)
async def test_reads_as_discord_does(rendering: Page, text: str, html: str) -> None:
    assert (await rendered(rendering, text))["html"] == html


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://example.org/a_b_c", "https://example.org/a_b_c"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://example.org/a.", "https://example.org/a"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("[x](https://example.org/a_(b))", "https://example.org/a_(b)"),
        ("[**x**](<https://example.org/a>)", "https://example.org/a"),
        ('[x](https://example.org/ "title")', "https://example.org/"),
    ],
)
async def test_links_lead_where_they_say(rendering: Page, text: str, link: str) -> None:
    assert (await rendered(rendering, text))["links"] == [link]


async def test_times_stand_in_the_readers_zone_and_language(rendering: Page) -> None:
    assert (await rendered(rendering, "<t:1700000000:f>"))["plain"] == "15 November 2023 at 00:13"
    assert (await rendered(rendering, "<t:1700000000:t>"))["plain"] == "00:13"
    assert "years ago" in (await rendered(rendering, "<t:1500000000:R>"))["plain"]
    assert (await rendered(rendering, "<t:9999999999999:f>"))["plain"] == "<t:9999999999999>"


MARKS = [
    "*",
    "**",
    "_",
    "__",
    "~~",
    "||",
    "`",
    "```",
    "> ",
    ">>> ",
    "- ",
    "1. ",
    "# ",
    "-# ",
    "\\",
    "[",
    "](",
    ")",
]
OTHERS = [
    "https://example.org/",
    "<t:1700000000:R>",
    "<@1>",
    "<#2>",
    "<",
    ">",
    "@everyone",
    "\u202e",
    "word",
    " ",
    "\n",
]
PIECES = st.sampled_from(MARKS + OTHERS)
TEXTS = st.one_of(st.lists(PIECES, max_size=120).map("".join), st.text(max_size=200))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(TEXTS, min_size=1, max_size=40))
async def test_any_text_shows_quickly_and_as_nothing_but_text(rendering: Page, texts: list[str]) -> None:
    for text, shown in zip(texts, await rendering.evaluate(RENDER, texts), strict=True):
        assert set(shown["tags"]) <= KNOWN, text
        assert shown["handlers"] == [], text
        assert all(each.startswith(("https://", "http://")) for each in shown["links"]), text
        assert shown["took"] < MOMENT, text


@pytest.mark.parametrize(
    "piece",
    [
        "*",
        "_",
        "**",
        "[",
        "](",
        "`",
        "``` ",
        "> ",
        "||",
        "- \n",
        "*_",
        "[a](https://a.b/(",
        "<t:",
        "\\",
        "~~||",
    ],
)
async def test_the_longest_message_of_one_mark_shows_quickly(rendering: Page, piece: str) -> None:
    shown = await rendered(rendering, (piece * 4000)[:4000])
    assert shown["took"] < MOMENT
