"""A discussion that goes on in WordPress between two imports over its REST interface."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.wordpress.comparing import Compared, expected, words_shown
from tests.wordpress.elsewhere import DEPTH, SCRIPT
from tests.wordpress.loading import Post
from tests.wordpress.maintainer import Maintainer, Shown
from tests.wordpress.site import Site

SPOKEN_OF = 2
"""How often `spoken_of_elsewhere` has a post mentioned."""

_ASKED = re.compile(r"\[200\]: GET (\S+)")
_COMMENTS = "/wp-json/wp/v2/comments"


def spoken_of_elsewhere(site: Site, post: Post) -> None:
    """A pingback and a trackback, approved: neither is a comment."""
    link = f'<a href="{post.link}">there</a>'
    other = site.rest("POST", "posts", title="Elsewhere", content=f"It is said {link}.", status="publish")
    site.pingback(other["link"], post.link)
    _approve(site, "pingback")
    site.trackback(post.link, title="Far away", url="https://example.org/far", excerpt="So.", blog_name="Far")
    _approve(site, "trackback")


def _approve(site: Site, kind: str) -> None:
    """Approve the one of that kind that waits; as an old one, for from one place WordPress takes few at a time."""
    (found,) = site.rest("GET", f"comments?type={kind}&status=hold")
    site.rest("POST", f"comments/{found['id']}", status="approved", date_gmt="2001-01-01T00:00:00")


def told(site: Site, live: Maintainer, log: Path, slug: str, post: Post) -> Iterator[Compared]:
    """What is new or was edited comes with the next import, and nothing old is asked for again."""
    before = live.shown(slug)["comments"]
    (last,) = (each["source_id"] for each in before if each["author"] == f"Level {DEPTH - 1}")
    new = {
        _written(site, post, parent, _typed(text)): text
        for parent, text in ((None, "New."), (last, "Below."), (None, SCRIPT))
    }
    _written(site, post, None, "Not yet to be seen.", status="hold")
    site.rest("POST", f"comments/{last}", content="It was <strong>edited</strong>.")
    yield from _imported_again(site, live, log, slug, "second import", created=len(new), updated=1)
    found = {each["source_id"]: words_shown(each["text"]) for each in live.shown(slug)["comments"]}
    wanted = {number: words_shown(text) for number, text in (new | {last: "It was **edited**."}).items()}
    yield expected("what it brought", len(wanted), wanted, found)
    yield from _imported_again(site, live, log, slug, "third import", created=0, updated=0)
    edited, trashed, answer = _old_ones(before)
    site.rest("POST", f"comments/{edited}", content="Edited after years.")
    counts = live.imported(site.address, "--full")[slug]
    yield expected("an old one edited, with --full", 1, {"created": 0, "updated": 1}, counts)
    site.rest("DELETE", f"comments/{trashed}")
    live.imported(site.address)
    left = {each["source_id"]: each for each in live.shown(slug)["comments"]}
    place = left[answer]["parent_id"]
    facts = {"status": left[trashed]["status"], "its reply is still below it": place == left[trashed]["id"]}
    still = {"status": "deleted", "its reply is still below it": True}
    yield expected("an old one with a reply trashed", 1, still, facts)


def _imported_again(
    site: Site, live: Maintainer, log: Path, slug: str, name: str, **wanted: int
) -> Iterator[Compared]:
    """Import once more; only comments since some days ago may be asked for, and how many are older."""
    begin = log.stat().st_size
    counts = live.imported(site.address)[slug]
    yield expected(name, counts["read"], wanted, counts)
    asked = [urlsplit(path) for path in _ASKED.findall(log.read_text(errors="replace")[begin:])]
    queries = [parse_qs(each.query) for each in asked if each.path == _COMMENTS]
    since = [query["after"][0] for query in queries if "after" in query]
    older = [query for query in queries if "after" not in query and query.get("per_page") != ["1"]]
    young = [each for each in live.shown(slug)["comments"] if since and each["created_at"] > since[0]]
    facts = {"read": counts["read"], "looks": len(since), "looks at older ones": len(older)}
    yield expected(
        f"asked for in the {name}",
        len(asked),
        {"read": len(young), "looks": 1, "looks at older ones": 0},
        facts,
    )


def _written(site: Site, post: Post, parent: str | None, text: str, status: str = "approved") -> str:
    """A comment of now; its number."""
    fields = {
        "post": post.id,
        "parent": int(parent or 0),
        "author_name": "Somebody new",
        "content": text,
        "status": status,
    }
    return str(site.rest("POST", "comments", **fields)["id"])


def _old_ones(comments: list[Shown]) -> tuple[str, str, str]:
    """An old comment, another old one, and what somebody answered to that."""
    old = {each["id"]: each["source_id"] for each in comments if each["created_at"] < "2010"}
    answer = next(each for each in comments if each["parent_id"] in old)
    trashed = old.pop(answer["parent_id"])
    return next(iter(old.values())), trashed, answer["source_id"]


def _typed(text: str) -> str:
    """HTML that shows a text as it stands."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
