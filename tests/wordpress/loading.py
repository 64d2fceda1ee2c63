"""A WordPress export taken in through the REST interface, for want of WordPress's importer, which is a plugin."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from tests.wordpress.site import Site

_WP = "{http://wordpress.org/export/1.2/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_STATUS = {"1": "approved", "0": "hold", "trash": "trash"}
_NO_TIME = "0000-00-00 00:00:00"


@dataclass(frozen=True, slots=True)
class Post:
    """A post as WordPress knows it, and how many comments it took with it."""

    id: int
    link: str
    comments: int


def load(site: Site, export: bytes) -> Post:
    """Publish the only post of an export, with all its comments. Raises `SiteError` for one that is refused."""
    item = etree.fromstring(export).find("channel/item")
    assert item is not None
    post = site.rest(
        "POST",
        "posts",
        title=item.findtext("title"),
        content=item.findtext(_CONTENT),
        slug=item.findtext(f"{_WP}post_name"),
        status="publish",
        ping_status="open",
        **_date(item, "post_date_gmt"),
    )
    numbers = {"0": 0}
    for comment in item.iterfind(f"{_WP}comment"):
        told = {field.tag: field.text or "" for field in comment}
        taken = site.rest(
            "POST",
            "comments",
            post=post["id"],
            parent=numbers[told[f"{_WP}comment_parent"]],
            author_name=told[f"{_WP}comment_author"],
            content=told[f"{_WP}comment_content"],
            status=_STATUS[told[f"{_WP}comment_approved"]],
            **_date(comment, "comment_date_gmt"),
        )
        numbers[told[f"{_WP}comment_id"]] = taken["id"]
    return Post(post["id"], post["link"], len(numbers) - 1)


def _date(element: etree._Element, name: str) -> dict[str, str]:
    """The time, where there is one: else WordPress takes its own."""
    moment = element.findtext(f"{_WP}{name}") or _NO_TIME
    return {} if moment == _NO_TIME else {"date_gmt": moment.replace(" ", "T")}
