"""What the check does with a WordPress, step by step; each step tells what it held against what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import html

from tests.wordpress import elsewhere, living
from tests.wordpress.comparing import Compared, compared, expected, public
from tests.wordpress.loading import Post, load
from tests.wordpress.machine import Machine
from tests.wordpress.maintainer import Maintainer
from tests.wordpress.site import Site

SAMPLE = Path(__file__).parents[2] / "data" / "sample.txt"

_ALL = ("--include", "pending,spam,trash")
_UNCHANGED = {"created": 0, "updated": 0}


@dataclass(frozen=True, slots=True)
class Cast:
    """The site, and Oped with the articles as they were first, after the site's export, and by its REST interface."""

    site: Site
    first: Maintainer
    exported: Maintainer
    live: Maintainer


def told(machine: Machine, folder: Path) -> Iterator[Compared]:
    """A WordPress takes two articles, is imported in every way, lives on, and is imported again."""
    people = (Maintainer(folder, name) for name in ("first", "exported", "live"))
    cast = Cast(Site(machine.address), *people)
    cast.site.set_up()
    posts: dict[str, Post] = {}
    yield from _taken_in(cast, folder, posts)
    yield from _given_back(cast, folder, posts)
    yield from _known_whichever_way(cast, posts)
    busy, post = next(iter(posts.items()))
    yield _script_is_text(cast, post)
    yield from living.told(cast.site, cast.live, machine.log, busy, post)
    cast.exported.imported(_saved_export(cast, folder), *_ALL)
    shown = (public(each.shown(busy)) for each in (cast.exported, cast.live))
    yield compared("its export after that, and its REST", *shown, as_shown=True)


def _taken_in(cast: Cast, folder: Path, posts: dict[str, Post]) -> Iterator[Compared]:
    """WordPress takes our exports, comment by comment, and others speak of one."""
    made_up = folder / "elsewhere.xml"
    made_up.write_bytes(elsewhere.export(datetime.now(UTC)))
    for source in (made_up, SAMPLE):
        ((slug, counts),) = cast.first.imported(source, *_ALL).items()
        post = posts[slug] = load(cast.site, cast.first.exported(slug))
        comments = counts["created"]
        yield expected(
            f"taken in: {slug}", post.comments, {"comments": comments}, {"comments": post.comments}
        )
        if source is made_up:
            living.spoken_of_elsewhere(cast.site, post)


def _given_back(cast: Cast, folder: Path, posts: dict[str, Post]) -> Iterator[Compared]:
    """What WordPress exports, and what its REST interface gives, is what it was given."""
    counts = cast.exported.imported(_saved_export(cast, folder), *_ALL)
    cast.live.imported(cast.site.address)
    for number, slug in enumerate(posts):
        left_out = 0 if number else living.SPOKEN_OF
        yield expected(f"left out of its export: {slug}", left_out, {"skipped": left_out}, counts[slug])
        given, back = cast.first.shown(slug), cast.exported.shown(slug)
        yield compared(f"its export: {slug}", given, back)
        yield compared(f"its REST: {slug}", public(back), cast.live.shown(slug), as_shown=True)


def _known_whichever_way(cast: Cast, posts: dict[str, Post]) -> Iterator[Compared]:
    """A comment is the same one whether it comes from the export, the REST interface or the page."""
    page = ("--format", "html")
    for slug, post in posts.items():
        for name, owner, options in (
            ("REST over export", cast.exported, ("--full",)),
            ("page over export", cast.exported, page),
            ("page over REST", cast.live, page),
        ):
            before = owner.shown(slug)
            counts = owner.imported(post.link, *options)[slug]
            yield expected(f"{name}: {slug}", counts["read"], _UNCHANGED, counts)
            yield compared(f"left by that: {slug}", before, owner.shown(slug))


def _script_is_text(cast: Cast, post: Post) -> Compared:
    """What somebody typed as text is not run by those who read it."""
    page: Any = html.document_fromstring(Site(cast.site.address).page(post.link))
    run = [each for each in page.iter("script") if "taken over" in (each.text or "")]
    comments = page.find_class("wp-block-comment-content") or page.find_class("comment-content")
    shown = sum("<script>document.title" in each.text_content() for each in comments)
    return expected(
        "<script> as text on its page",
        shown,
        {"run": 0, "shown": True},
        {"run": len(run), "shown": shown > 0},
    )


def _saved_export(cast: Cast, folder: Path) -> Path:
    file = folder / "export.xml"
    file.write_bytes(cast.site.export())
    return file
