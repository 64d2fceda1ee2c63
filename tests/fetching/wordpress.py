"""A WordPress site as its visitors' programs meet it: its API with pages of answers, and its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from tests.fetching.conftest import Site

DAWN = datetime(2024, 1, 1, 12, tzinfo=UTC)


@dataclass
class WordPress:
    """Answers for a site; `comments` may be changed between two imports."""

    site: Site
    posts: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 100

    def __post_init__(self) -> None:
        self.site.pages["/"] = self._page("")
        self.site.pages["/wp-json/"] = {"name": "A site", "home": self.site.address, "namespaces": ["wp/v2"]}
        self.site.pages["/wp-json/wp/v2/posts"] = self._answering(self.posts)
        self.site.pages["/wp-json/wp/v2/comments"] = self._answering(self.comments)

    def add_post(self, number: int, *, protected: bool = False) -> str:
        """A post; the path of its page."""
        root, path = f"{self.site.address}/wp-json", f"/post-{number}/"
        post = {
            "id": number,
            "date_gmt": f"{DAWN:%Y-%m-%dT%H:%M:%S}",
            "type": "post",
            "status": "publish",
            "link": self.site.address + path,
            "title": {"rendered": f"Post {number}"},
            "content": {"rendered": "" if protected else "<p>Text.</p>", "protected": protected},
            "_links": {"self": [{"href": f"{root}/wp/v2/posts/{number}"}]},
            "_embedded": {"author": [{"name": "Ada"}]},
        }
        self.posts.append(post)
        self.site.pages[f"/wp-json/wp/v2/posts/{number}"] = post
        self.site.pages[path] = self._page(f"wp/v2/posts/{number}")
        return path

    def add_comment(
        self, number: int, post: int, parent: int = 0, *, day: int = 0, text: str = "Words"
    ) -> None:
        self.comments.append(
            {
                "id": number,
                "post": post,
                "parent": parent,
                "author_name": "Bea",
                "date_gmt": f"{DAWN + timedelta(days=day):%Y-%m-%dT%H:%M:%S}",
                "content": {"rendered": f"<p>{text}</p>"},
                "link": f"{self.site.address}/post-{post}/#comment-{number}",
                "status": "approved",
                "type": "comment",
                "_links": {"self": [{"href": f"{self.site.address}/wp-json/wp/v2/comments/{number}"}]},
            }
        )

    def _page(self, alternate: str) -> Any:
        root = f"{self.site.address}/wp-json/"
        links = f'<{root}>; rel="https://api.w.org/"'
        if alternate:
            links += f', <{root}{alternate}>; rel="alternate"; type="application/json"'
        page = '<!doctype html><title>T</title><h1 class="entry-title">T</h1><div class="entry-content"><p>Seen.</div>'

        async def answer(request: web.Request) -> web.Response:
            return web.Response(text=page, content_type="text/html", headers={"Link": links})

        return answer

    def _answering(self, records: list[dict[str, Any]]) -> Any:
        async def answer(request: web.Request) -> web.Response:
            query = {name: values[0] for name, values in parse_qs(request.query_string).items()}
            posts = query.get("post", "").split(",")
            found = [each for each in records if "post" not in query or str(each["post"]) in posts]
            if "after" in query:
                found = [each for each in found if each["date_gmt"] > query["after"].rstrip("Z")]
            if "before" in query:
                found = [each for each in found if each["date_gmt"] < query["before"].rstrip("Z")]
            size = min(self.page_size, int(query.get("per_page", 10)))
            pages, page = -(-len(found) // size), int(query.get("page", 1))
            if page > max(pages, 1):
                told = {
                    "code": "rest_post_invalid_page_number",
                    "message": "Too far.",
                    "data": {"status": 400},
                }
                return web.json_response(told, status=400)
            shown = sorted(found, key=lambda each: int(each["id"]))[(page - 1) * size : page * size]
            return web.json_response(
                shown, headers={"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
            )

        return answer
