from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from aiohttp import web

from bot.errors import SourceError
from bot.fetching.source import fetched
from bot.formats import registry
from bot.formats.base import INCOMPLETE, ReadOptions
from tests.fetching.conftest import Pauses, Site
from tests.formats.reading import Reading, sorted_out


async def reading(url: str, pauses: Pauses, form: str | None = None) -> Reading:
    chosen = registry.find(form) if form else None
    async with fetched(url, chosen, private=True, sleep=pauses) as found:
        return sorted_out(found.read(ReadOptions()))


def page(*comments: int, links: tuple[str, ...] = ()) -> str:
    shown = "".join(
        f'<li id="comment-{number}" class="comment depth-1"><b class="fn">Ada</b>'
        f'<div class="comment-content"><p>Words {number}</p></div></li>'
        for number in comments
    )
    return (
        '<!doctype html><body class="postid-6"><h1 class="entry-title">T</h1>'
        f'<div class="entry-content"><p>Text.</p></div><ol class="comment-list">{shown}</ol>'
        + "".join(f'<a href="{link}">More</a>' for link in links)
    )


async def test_a_page_is_read_as_where_it_was_found(site: Site, pauses: Pauses) -> None:
    site.pages["/a/"] = page(1).replace("<p>Text.", '<p><a href="../b">Text</a>')
    found = await reading(f"{site.address}/a/", pauses)
    assert found.article.url == f"{site.address}/a/"
    assert found.article.sections[0].text == f"[Text]({site.address}/b)"


async def test_all_pages_of_comments_are_one_discussion(site: Site, pauses: Pauses) -> None:
    site.pages["/a/"] = page(5, 6, links=("/a/comment-page-2/#comments",))
    site.pages["/a/comment-page-1/"] = page(1, 2, links=("/a/comment-page-2/#comments",))
    site.pages["/a/comment-page-2/"] = page(3, 4, 5, links=("comment-page-1/", "/a/comment-page-3/"))
    site.pages["/a/comment-page-3/"] = page(7)
    found = await reading(f"{site.address}/a/", pauses)
    assert sorted(entry.ref for entry in found.comments) == list("1234567")
    assert found.article.post_id == "6"
    assert found.codes == []
    assert len(site.asked) == 4


async def test_the_page_that_it_is_itself_is_not_asked_for_again(site: Site, pauses: Pauses) -> None:
    links = ("/a/comment-page-2/#comment-3", "/a/comment-page-1/#comments")
    site.pages["/a/"] = page(3, links=links)
    site.pages["/a/comment-page-1/"] = page(1, links=("/a/comment-page-1/#comment-1",))
    found = await reading(f"{site.address}/a/", pauses)
    assert [entry.ref for entry in found.comments] == ["3", "1"]
    assert site.asked == ["/a/", "/a/comment-page-1/"]


async def test_pages_by_query_are_found_too(site: Site, pauses: Pauses) -> None:
    site.pages["/?p=6"] = page(2, links=("/?p=6&cpage=1#comments",))
    site.pages["/?p=6&cpage=1"] = page(1)
    found = await reading(f"{site.address}/?p=6", pauses)
    assert [entry.ref for entry in found.comments] == ["2", "1"]
    assert found.article.url == f"{site.address}/?p=6"


async def test_no_other_host_is_asked_for_pages(site: Site, pauses: Pauses) -> None:
    site.pages["/a/"] = page(1, links=("http://127.0.0.2/a/comment-page-1/",))
    found = await reading(f"{site.address}/a/", pauses)
    assert [entry.ref for entry in found.comments] == ["1"]


async def test_pages_that_are_refused_are_no_discussion(site: Site, pauses: Pauses) -> None:
    site.pages["/a/"] = page(1, links=("/a/comment-page-1/",))
    with pytest.raises(SourceError, match="404") as refused:
        await reading(f"{site.address}/a/", pauses)
    assert refused.value.place == f"{site.address}/a/comment-page-1/"


async def test_a_page_that_speaks_of_more_comments_says_so(site: Site, pauses: Pauses) -> None:
    site.pages["/a/"] = page(1) + '<h2 class="comments-title">9 thoughts</h2>'
    assert (await reading(f"{site.address}/a/", pauses)).codes == [INCOMPLETE]


async def test_the_encoding_that_the_answer_names_counts(site: Site, pauses: Pauses) -> None:
    body = page(1).replace("Text.", "Żółw").encode("iso-8859-2")
    site.pages["/a/"] = web.Response(body=body, headers={"Content-Type": "text/html; charset=iso-8859-2"})
    assert (await reading(f"{site.address}/a/", pauses)).article.sections[0].text == "Żółw"


async def test_files_are_read_in_their_own_format_packed_or_not(site: Site, pauses: Pauses) -> None:
    text = b"A Title\n\nAn introduction.\n\n\n  1. A comment.\n\nEnter comments here:\n"
    site.pages["/a.txt.gz"] = web.Response(body=gzip.compress(text), content_type="application/gzip")
    found = await reading(f"{site.address}/a.txt.gz", pauses)
    assert (found.article.title, found.texts) == ("A Title", ["A comment."])


async def test_the_pages_of_a_real_site(site: Site, pauses: Pauses, real_data: Path) -> None:
    site.pages["/a/"] = (real_data / "wordpress" / "article-twentytwentyone.html").read_text(encoding="utf-8")
    found = await reading(f"{site.address}/a/", pauses)
    assert len(found.comments) == 4
    assert found.article.post_id == "6"
