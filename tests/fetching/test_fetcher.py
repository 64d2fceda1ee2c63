from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from bot.errors import SourceError
from bot.fetching.fetcher import Answer, AnswerError, Limits, fetcher
from tests.fetching.conftest import Pauses, Site, serving


async def get(url: str, pauses: Pauses, limits: Limits | None = None, *, private: bool = True) -> Answer:
    async with fetcher(private=private, limits=limits, sleep=pauses) as web_:
        return await web_.get(url)


def to(place: str) -> web.Response:
    return web.Response(status=302, headers={"Location": place})


def packed(content: bytes) -> web.Response:
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/html"}
    return web.Response(body=gzip.compress(content), headers=headers)


def read(answer: Answer) -> bytes:
    with answer.body as body:
        return body.read()


async def test_an_answer_says_what_and_where_it_is(site: Site, pauses: Pauses) -> None:
    site.pages["/a"] = to("/b")
    site.pages["/b"] = web.Response(
        body="é".encode("latin-1"), headers={"Content-Type": "text/html; charset=ISO-8859-1"}
    )
    answer = await get(f"{site.address}/a", pauses)
    assert read(answer) == b"\xe9"
    assert (answer.url, answer.content_type, answer.charset) == (
        f"{site.address}/b",
        "text/html",
        "iso-8859-1",
    )
    assert all(agent.startswith("Oped/") for agent in site.agents)


async def test_between_two_requests_there_is_a_pause(site: Site, pauses: Pauses) -> None:
    site.pages["/"] = "<p>"
    async with fetcher(private=True, limits=Limits(pause=0.5), sleep=pauses) as fetching:
        for _ in range(3):
            (await fetching.get(site.address)).body.close()
    assert pauses.seconds == [0.5, 0.5]


async def test_a_compressed_answer_is_unpacked(site: Site, pauses: Pauses) -> None:
    site.pages["/"] = packed(b"<p>Hi")
    assert read(await get(site.address, pauses)) == b"<p>Hi"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again(site: Site, pauses: Pauses, status: int) -> None:
    site.pages["/"] = [web.Response(status=status), web.Response(status=status), web.Response(text="there")]
    assert read(await get(site.address, pauses)) == b"there"
    assert pauses.seconds == [1, 2]


async def test_and_not_for_ever(site: Site, pauses: Pauses) -> None:
    site.pages["/"] = [web.Response(status=503) for _ in range(9)]
    with pytest.raises(SourceError) as refused:
        await get(site.address, pauses)
    assert refused.value.message == "The address answers 503 (Service Unavailable). It was asked 4 times."
    assert refused.value.remedy == "Try again later."
    assert len(site.asked) == 4


async def test_the_site_says_when_to_come_back(site: Site, pauses: Pauses) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    site.pages["/"] = [
        web.Response(status=429, headers={"Retry-After": "7"}),
        web.Response(status=503, headers={"Retry-After": later}),
        web.Response(text="there"),
    ]
    assert read(await get(site.address, pauses)) == b"there"
    first, second = pauses.seconds
    assert first == 7
    assert 10 < second <= 30  # less what has passed since


async def test_one_that_wants_its_peace_is_left_alone(site: Site, pauses: Pauses) -> None:
    site.pages["/"] = [web.Response(status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(SourceError, match="left alone for 3600 seconds"):
        await get(site.address, pauses)
    assert (len(site.asked), pauses.seconds) == (1, [])


@pytest.mark.parametrize(("status", "name"), [(404, "404 \\(Not Found\\)"), (403, "403"), (799, "799")])
async def test_a_refusal_is_final_and_named(site: Site, pauses: Pauses, status: int, name: str) -> None:
    site.pages["/"] = web.Response(status=status, text="no")
    with pytest.raises(AnswerError, match=name) as refused:
        await get(site.address, pauses)
    assert refused.value.body == b"no"
    assert refused.value.place == site.address
    assert len(site.asked) == 1


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    while True:
        await response.write(b"<p>More of it." * 5000)


async def silent(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    await response.write(b"<p>")
    await asyncio.Event().wait()
    return response


async def test_a_page_that_never_ends_is_left_at_the_limit(site: Site, pauses: Pauses) -> None:
    site.pages["/"] = endless
    with pytest.raises(SourceError, match="larger than 2 MiB, the limit for one page"):
        await get(site.address, pauses, Limits(size=2 << 20))


async def test_a_page_that_packs_a_bomb_too(site: Site, pauses: Pauses) -> None:
    site.pages["/"] = packed(bytes(64 << 20))
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        await get(site.address, pauses, Limits(size=1 << 20))


async def test_a_page_that_falls_silent_is_left_in_time(site: Site, pauses: Pauses) -> None:
    site.pages["/"] = silent
    with pytest.raises(SourceError, match=r"did not finish its answer within 0\.3 seconds"):
        await get(site.address, pauses, Limits(seconds=0.3))


async def test_an_answer_cut_short_is_no_answer(site: Site, pauses: Pauses) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"<p>")
        assert request.transport is not None
        request.transport.close()
        return response

    site.pages["/"] = cut
    with pytest.raises(SourceError, match=r"connection ended before the answer did\. It was asked 4 times"):
        await get(site.address, pauses)


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "application/pdf", "application/zip"])
async def test_what_is_no_text_is_not_taken(site: Site, pauses: Pauses, kind: str) -> None:
    site.pages["/"] = web.Response(body=b"...", content_type=kind)
    with pytest.raises(SourceError, match=f"answers with {kind}"):
        await get(site.address, pauses)


async def test_going_round_in_circles_has_an_end(site: Site, pauses: Pauses) -> None:
    site.pages["/"] = [to("/") for _ in range(20)]
    with pytest.raises(SourceError, match="from one place to the next without end"):
        await get(site.address, pauses)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a", "gopher://127.0.0.1/"])
async def test_nothing_leads_off_the_web(site: Site, pauses: Pauses, target: str) -> None:
    site.pages["/"] = web.Response(status=302, headers={"Location": target})
    with pytest.raises(SourceError):
        await get(site.address, pauses)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://a.example/", "http://", "http:///a", "https://[::1", "http://a:99999/"],
)
async def test_what_is_no_web_address_is_not_asked(pauses: Pauses, url: str) -> None:
    with pytest.raises(SourceError, match="This is no web address"):
        await get(url, pauses)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "[::ffff:127.0.0.1]"])
async def test_private_addresses_are_not_reached_in_any_guise(site: Site, pauses: Pauses, host: str) -> None:
    site.pages["/"] = "<p>secret"
    port = site.address.rpartition(":")[2]
    with pytest.raises(SourceError) as refused:
        await get(f"http://{host}:{port}/", pauses, private=False)
    assert "not a public one. If it is to be read all the same, add --private." in refused.value.sentence()
    assert site.asked == []


@pytest.mark.parametrize("host", ["2130706433", "127.1"])
async def test_nor_by_a_number_that_is_no_address(site: Site, pauses: Pauses, host: str) -> None:
    with pytest.raises(SourceError, match="no address that can be asked"):
        await get(site.address.replace("127.0.0.1", host), pauses, private=False)
    assert site.asked == []


async def test_nor_by_way_of_a_redirect(pauses: Pauses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.fetching.guard.is_public", lambda address: address == "127.0.0.1")
    async with serving() as public, serving("127.0.0.2") as inner:
        inner.pages["/"] = "<p>secret"
        public.pages["/"] = to(f"{inner.address}/")
        with pytest.raises(SourceError, match=r"leads to 127\.0\.0\.2, which is not a public one"):
            await get(public.address, pauses, private=False)
        assert (len(public.asked), inner.asked) == (1, [])


async def test_where_nothing_answers_the_error_says_so(pauses: Pauses) -> None:
    async with serving() as gone:
        address = gone.address
    with pytest.raises(SourceError, match="Nothing answers there"):
        await get(address, pauses)


async def test_no_password_of_an_address_is_told(site: Site, pauses: Pauses) -> None:
    with pytest.raises(SourceError) as refused:
        await get(site.address.replace("//", "//ann:secret@"), pauses)
    assert refused.value.place == site.address
