"""WordPress's REST API, live: where a site's is, and all posts and comments that it gives to anybody."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import BinaryIO, Protocol, cast
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from lxml import html as lxml_html

from bot.errors import SourceError
from bot.fetching.fetcher import Answer, AnswerError, Fetcher, reworded, shown
from bot.formats.addresses import joined, parts_of
from bot.formats.fields import one_line
from bot.formats.stream import MAX_BYTES, whole
from bot.formats.wordpress_site import site_of

PAGE = 100
"""How many posts or comments WordPress gives at once, at most."""

OVERLAP = timedelta(days=7)
"""How far behind the newest comment known a second look begins: comments are edited soon after, if ever."""

_INSTANT = timedelta(seconds=1)
_REL = "https://api.w.org/"
_LINK = re.compile(r"<([^<>]{1,2000})>([^<>]{0,500})")
_POST = re.compile(r"/wp/v2/posts/(\d{1,18})$")
_MAX_PAGES = 100_000


class Stored(Protocol):
    """What is known already of the comments that a site's posts have."""

    async def newest(self, site: str, posts: Sequence[str]) -> datetime | None:
        """When the newest of them was written; None where there is none."""

    async def count_before(self, site: str, posts: Sequence[str], moment: datetime) -> int:
        """How many of them the site showed at the last import that were written before that moment."""


@dataclass(frozen=True, slots=True)
class Api:
    """A site's API by its root address, and the one post that is asked for."""

    root: str
    post: str | None = None

    def url(self, path: str, **parameters: object) -> str:
        """The address of something in the API, whether the site has readable addresses or not."""
        parts = urlsplit(self.root)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if "rest_route" in query:
            query["rest_route"] = f"/wp/v2/{path}"
            return urlunsplit(parts._replace(query=urlencode(query | parameters, safe="/,:")))
        return f"{self.root.rstrip('/')}/wp/v2/{path}?{urlencode(parameters, safe=',:')}"


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that an API gave, one JSON list after the other, to be read as `wordpress-rest`.

    Of the posts in `looked_at_since` only comments since that moment were asked for.
    """

    stream: BinaryIO
    looked_at_since: dict[str, datetime]


def api_of(answer: Answer) -> Api | None:
    """The API that a page tells of, with the post that it shows; None where it tells of none."""
    links = [(url, what) for url, what in _LINK.findall(answer.headers.get("link", ""))]
    root = next((url for url, what in links if _REL in what), None)
    posts = [url for url, what in links if "alternate" in what and "json" in what]
    if root is None and "html" in answer.content_type:
        page = _parsed(answer)
        root = next((link.get("href") for link in page.iter("link") if link.get("rel") == _REL), None)
        posts = [link.get("href", "") for link in page.iter("link") if "json" in link.get("type", "")]
    if root is None:
        return None
    found = next((match for url in posts if (match := _POST.search(_path(url)))), None)
    return Api(joined(answer.url, root), found[1] if found else None)


def api_at(answer: Answer) -> Api | None:
    """The API of which an answer is the root or a part, with the post whose comments were asked for."""
    if "json" not in answer.content_type:
        return None
    parts, path = urlsplit(answer.url), _path(answer.url)
    query = parse_qs(parts.query)
    post = _POST.search(path)
    asked = post[1] if post else query.get("post", [""])[0]
    before, found, _ = parts.path.partition("/wp-json")
    if "rest_route" in query:
        root = urlunsplit(parts._replace(query="rest_route=/", fragment=""))
    elif found:
        root = urlunsplit(parts._replace(path=f"{before}/wp-json/", query="", fragment=""))
    else:
        return None
    return Api(root, asked if asked.isdecimal() and asked.isascii() else None)


def _path(url: str) -> str:
    """The path of something in an API, however it is asked for."""
    parts = parts_of(url)
    return parse_qs(parts.query).get("rest_route", [parts.path])[0].rstrip("/")


def _parsed(answer: Answer) -> lxml_html.HtmlElement:
    content = whole(answer.body)
    answer.body.seek(0)
    parser = lxml_html.HTMLParser(no_network=True)
    return lxml_html.document_fromstring(content.strip() or b"<p>", parser=parser)


async def is_front_page(fetcher: Fetcher, api: Api, url: str) -> bool:
    """Whether an address is that of the site as a whole."""
    root = _json(await _asked(fetcher, api.root))
    home = root.get("home") or root.get("url") if isinstance(root, dict) else None
    return isinstance(home, str) and site_of(home) == site_of(shown(url).partition("?")[0].partition("#")[0])


async def gather(fetcher: Fetcher, api: Api, stored: Stored | None) -> Gathered:
    """Fetch the post, or all posts, with all comments; with `stored`, of known posts only newer comments.

    Raises `SourceError` where the API will not, or not sensibly, answer.
    """
    stream = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - it lives as long as what is returned
    try:
        gathered = Gathered(stream, {})
        posts = [record async for record in _posts(fetcher, api, gathered)]
        for begin in range(0, len(posts), PAGE):
            await _gather_comments(fetcher, api, posts[begin : begin + PAGE], stored, gathered)
        stream.seek(0)
        return gathered
    except BaseException:
        stream.close()
        raise


async def _posts(fetcher: Fetcher, api: Api, gathered: Gathered) -> AsyncIterator[str]:
    if api.post:
        answer = await _asked(fetcher, api.url(f"posts/{api.post}", _embed="author"))
        _keep(gathered.stream, answer)
        yield api.post
        return
    async for record in _all(fetcher, api, "posts", gathered, _embed="author"):
        content = record.get("content")
        if not (isinstance(content, dict) and content.get("protected")):
            yield str(record["id"])


async def _gather_comments(
    fetcher: Fetcher, api: Api, posts: Sequence[str], stored: Stored | None, gathered: Gathered
) -> None:
    parameters: dict[str, object] = {"post": ",".join(posts)}
    since = await _since(fetcher, api, posts, stored) if stored else None
    if since:
        parameters["after"] = _moment(
            since - _INSTANT
        )  # `before` and `after` both leave out the moment itself
        gathered.looked_at_since.update(dict.fromkeys(posts, since))
    async for _ in _all(fetcher, api, "comments", gathered, **parameters):
        pass


async def _since(fetcher: Fetcher, api: Api, posts: Sequence[str], stored: Stored) -> datetime | None:
    """From when on comments must be looked at: all of them, None, where older ones came or went meanwhile."""
    site = site_of(api.root)
    newest = await stored.newest(site, posts)
    if newest is None:
        return None
    since = (newest - OVERLAP).replace(microsecond=0)
    older = api.url("comments", post=",".join(posts), before=_moment(since), per_page=1)
    total = (await _asked(fetcher, older)).headers.get("x-wp-total", "")
    return since if total == str(await stored.count_before(site, posts, since)) else None


async def _all(
    fetcher: Fetcher, api: Api, what: str, gathered: Gathered, **parameters: object
) -> AsyncIterator[dict[str, object]]:
    """Every record of one kind, oldest first so that what is added meanwhile comes last."""
    last = 0
    for page in range(1, _MAX_PAGES):
        url = api.url(what, **parameters, orderby="id", order="asc", per_page=PAGE, page=page)
        try:
            answer = await _asked(fetcher, url)
        except AnswerError as error:
            if page > 1 and error.status == HTTPStatus.BAD_REQUEST:
                return  # what was deleted meanwhile made the last page vanish
            raise
        records = _listed(_json(answer), url)
        numbers = [each.get("id") for each in records]
        if numbers and not (isinstance(numbers[0], int) and numbers[0] > last):
            raise SourceError("The site gives the same page again and again.", place=shown(url))
        _keep(gathered.stream, answer)
        for record in records:
            yield record
        last = max((number for number in numbers if isinstance(number, int)), default=last)
        pages = answer.headers.get("x-wp-totalpages", "")
        if page >= int(pages) if _is_number(pages) else len(numbers) < PAGE:
            return
    raise SourceError("The site's answers do not come to an end.", place=shown(api.root))


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer of the API."""

    url: str
    headers: Mapping[str, str]
    content: bytes


async def _asked(fetcher: Fetcher, url: str) -> _Said:
    """One answer of the API; a refusal is told in WordPress's own words."""
    try:
        answer = await fetcher.get(url)
        with answer.body as body:
            return _Said(answer.url, answer.headers, whole(body))
    except AnswerError as error:
        if said := _words(error.body):
            reworded(error, f"The site's API answers: “{said}”.")
            error.remedy = (
                "Save the posts' pages, or export the site in WordPress under Tools, and import that."
            )
        raise


def _words(body: bytes) -> str:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(told, dict) or not isinstance(told.get("message"), str):
        return ""
    code = told.get("code")
    return one_line(told["message"])[:200] + (f" ({one_line(code)[:60]})" if isinstance(code, str) else "")


def _json(answer: _Said) -> object:
    try:
        return json.loads(answer.content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(
            "The site's API answers with something that is not JSON.",
            remedy="Save the posts' pages, or export the site in WordPress under Tools, and import that.",
            place=answer.url,
        ) from error


def _listed(records: object, url: str) -> list[dict[str, object]]:
    if isinstance(records, list) and all(isinstance(each, dict) for each in records):
        return records
    raise SourceError("The site's API answers with something that is no list.", place=shown(url))


def _keep(stream: BinaryIO, answer: _Said) -> None:
    stream.write(answer.content + b"\n")
    if stream.tell() > MAX_BYTES:
        raise SourceError("The site has more than Oped reads at once.", remedy="Import its posts one by one.")


def _moment(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
