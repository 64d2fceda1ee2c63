from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.errors import SourceError
from bot.fetching.fetcher import Answer
from bot.fetching.source import fetched
from bot.fetching.wordpress_api import Api, api_at, api_of
from bot.formats import registry
from bot.formats.base import INCOMPLETE, ReadOptions
from tests.fetching.conftest import Pauses, Site
from tests.fetching.wordpress import WordPress
from tests.formats.reading import Reading, sorted_out


@dataclass
class Known:
    """What an earlier import brought."""

    comments: list[datetime]

    async def newest(self, site: str, posts: Sequence[str]) -> datetime | None:
        return max(self.comments, default=None)

    async def count_before(self, site: str, posts: Sequence[str], moment: datetime) -> int:
        return sum(each < moment for each in self.comments)


async def reading(
    url: str, pauses: Pauses, *, known: Known | None = None, form: str | None = None
) -> Reading:
    chosen = registry.find(form) if form else None
    async with fetched(url, chosen, stored=known, private=True, sleep=pauses) as found:
        return sorted_out(found.read(ReadOptions()))


def answer(url: str, kind: str = "text/html", body: str = "", **headers: str) -> Answer:
    return Answer(url, {"content-type": kind, **headers}, io.BytesIO(body.encode()))


ROOT = "https://a.example/wp-json/"


POST = f"{ROOT}wp/v2/posts/6"


@pytest.mark.parametrize(
    "page",
    [
        answer(
            "https://a.example/b/",
            link=f'<{ROOT}>; rel="https://api.w.org/", <{POST}>; rel="alternate"; type="application/json"',
        ),
        answer(
            "https://a.example/b/",
            body='<link rel="https://api.w.org/" href="/wp-json/">'
            f'<link rel="alternate" type="application/json" href="{POST}">',
        ),
        answer(f"{POST}?_embed", "application/json"),
        answer(f"{ROOT}wp/v2/comments?post=6", "application/json"),
    ],
)
def test_a_page_tells_where_the_api_is_and_which_post_it_shows(page: Answer) -> None:
    assert (api_at(page) or api_of(page)) == Api(ROOT, "6")


def test_a_site_without_readable_addresses_is_asked_by_query() -> None:
    root = "https://a.example/index.php?rest_route=/"
    page = answer("https://a.example/", link=f'<{root}>; rel="https://api.w.org/"')
    api = api_of(page)
    assert api == Api(root)
    assert api.url("posts", page=2) == "https://a.example/index.php?rest_route=/wp/v2/posts&page=2"
    assert api_at(answer(f"{root}wp/v2/posts/6", "application/json")) == Api(root, "6")


def test_other_pages_tell_of_none() -> None:
    assert api_of(answer("https://a.example/", body="<p>Hi")) is None
    assert api_of(answer("https://a.example/", body="")) is None
    assert api_at(answer("https://a.example/a.json", "application/json")) is None


async def test_the_front_page_stands_for_all_posts_and_comments(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site, page_size=2)
    for post in range(1, 6):
        blog.add_post(post)
        blog.add_comment(10 * post, post)
        blog.add_comment(10 * post + 1, post, 10 * post)
    found = await reading(f"{site.address}/", pauses)
    assert [article.title for article in found.articles] == [f"Post {post}" for post in range(1, 6)]
    assert found.articles[0].author == "Ada"
    assert found.tree()[:3] == [("10", None), ("11", "10"), ("20", None)]
    assert len(found.comments) == 10
    assert len(pauses.seconds) == len(site.asked) - 1


async def test_a_posts_page_stands_for_this_post(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site)
    blog.add_post(1)
    path = blog.add_post(2)
    blog.add_comment(1, 1)
    blog.add_comment(2, 2)
    found = await reading(site.address + path, pauses)
    assert (found.article.post_id, found.tree()) == ("2", [("2", None)])
    assert site.asked[1:] == [
        "/wp-json/wp/v2/posts/2?_embed=author",
        "/wp-json/wp/v2/comments?post=2&orderby=id&order=asc&per_page=100&page=1",
    ]


async def test_comments_of_a_protected_post_are_not_asked_for(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site)
    blog.add_post(1)
    blog.add_post(2, protected=True)
    found = await reading(f"{site.address}/wp-json/", pauses)
    assert [article.post_id for article in found.articles] == ["1"]
    assert [omission.reason for omission in found.omissions] == ["It is protected by a password."]
    assert "post=1&" in site.asked[-1]


async def test_the_second_time_only_what_is_new_is_asked_for(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site)
    path = blog.add_post(1)
    days = [0, 10, 20, 30, 31]
    for number, day in enumerate(days, start=1):
        blog.add_comment(number, 1, day=day)
    known = Known([datetime(2024, 1, 1 + day, 12, tzinfo=UTC) for day in days[:4]])
    found = await reading(site.address + path, pauses, known=known)
    assert [entry.ref for entry in found.comments] == ["4", "5"]
    assert found.codes == [INCOMPLETE]
    assert "Only comments since 2024-01-24 were looked at" in found.notices[0].message


async def test_where_an_older_one_came_or_went_all_are_asked_for(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site)
    path = blog.add_post(1)
    for number, day in enumerate([0, 10, 20, 30], start=1):
        blog.add_comment(number, 1, day=day)
    known = Known([datetime(2024, 1, 1 + day, 12, tzinfo=UTC) for day in (0, 20, 30)])
    found = await reading(site.address + path, pauses, known=known)
    assert [entry.ref for entry in found.comments] == ["1", "2", "3", "4"]
    assert found.codes == []


async def test_no_moment_falls_between_what_is_counted_and_what_is_fetched(
    site: Site, pauses: Pauses
) -> None:
    blog = WordPress(site)
    path = blog.add_post(1)
    blog.add_comment(1, 1, day=0)
    blog.add_comment(2, 1, day=3)
    blog.add_comment(3, 1, day=10)
    known = Known([datetime(2024, 1, 1, 12, tzinfo=UTC), datetime(2024, 1, 11, 12, tzinfo=UTC)])
    found = await reading(site.address + path, pauses, known=known)
    assert [entry.ref for entry in found.comments] == ["2", "3"]


async def test_where_the_api_is_closed_the_page_is_read(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site)
    path = blog.add_post(1)
    told = {"code": "rest_forbidden", "message": "Only for members."}
    site.pages["/wp-json/wp/v2/posts/1"] = web.json_response(told, status=401)
    found = await reading(site.address + path, pauses)
    assert found.article.sections[0].text == "Seen."
    assert found.codes == ["api-unusable"]
    assert "Only for members. (rest_forbidden)" in found.notices[0].message


async def test_unless_the_api_was_asked_for(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site)
    path = blog.add_post(1)
    told = {"code": "rest_forbidden", "message": "Only for members."}
    site.pages["/wp-json/wp/v2/posts/1"] = web.json_response(told, status=401)
    with pytest.raises(SourceError, match="Only for members"):
        await reading(site.address + path, pauses, form="wordpress-rest")


@pytest.mark.parametrize(
    ("answered", "complaint"),
    [
        ("<p>Please log in.", "not JSON"),
        ({"unexpected": 1}, "no list"),
        ([1, 2], "no list"),
    ],
)
async def test_answers_of_another_kind_are_refused(
    site: Site, pauses: Pauses, answered: object, complaint: str
) -> None:
    WordPress(site)
    site.pages["/wp-json/wp/v2/posts"] = answered
    with pytest.raises(SourceError, match=complaint):
        await reading(f"{site.address}/", pauses)


async def test_a_site_that_repeats_itself_is_not_followed_for_ever(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site)
    blog.add_post(1)

    async def same(request: web.Request) -> web.Response:
        return web.json_response([blog.posts[0]], headers={"X-WP-TotalPages": "999999"})

    site.pages["/wp-json/wp/v2/posts"] = same
    with pytest.raises(SourceError, match="same page again and again"):
        await reading(f"{site.address}/", pauses)


async def test_saved_answers_on_another_server_are_a_file_like_any_other(site: Site, pauses: Pauses) -> None:
    blog = WordPress(site)
    blog.add_post(1)
    site.pages["/saved.json"] = blog.posts
    assert (await reading(f"{site.address}/saved.json", pauses)).article.title == "Post 1"
