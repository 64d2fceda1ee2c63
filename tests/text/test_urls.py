"""Which addresses are links."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.text.urls import bare_addresses, web_address
from tests.text.strategies import texts


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        (" HTTPS://example.org ", "https://example.org"),
        ("mailto:a@b.c?subject=x y", "mailto:a@b.c?subject=x%20y"),
        ('https://e.org/a b"c<d>|\\', "https://e.org/a%20b%22c%3Cd%3E%7C%5C"),
        ("https://e.org/\u202egpj.exe", "https://e.org/%E2%80%AEgpj.exe"),
        ("https://e.org/żółw", "https://e.org/żółw"),
        ("https://en.wikipedia.org/wiki/Foo_(bar)", "https://en.wikipedia.org/wiki/Foo_(bar)"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,<script>", None),
        ("tel:123", None),
        ("https://", None),
        ("https:/path", None),
        ("/relative", None),
        ("#here", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_and_mail_addresses_are_links(url: str | None, address: str | None) -> None:
    assert web_address(url) == address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("/b", "https://e.org/b"),
        ("b", "https://e.org/a/b"),
        ("//cdn.e.org/c.js", "https://cdn.e.org/c.js"),
        ("http://other.org", "http://other.org"),
        ("javascript:alert(1)", None),
        ("//[broken", None),
    ],
)
def test_relative_addresses_mean_what_they_would_on_their_page(url: str, address: str | None) -> None:
    assert web_address(url, "https://e.org/a/") == address


def test_a_base_that_is_no_address_helps_nobody() -> None:
    assert web_address("/b", "urn:post:1") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://e.org/a.", ["https://e.org/a"]),
        ("(https://e.org/a)", ["https://e.org/a"]),
        ("https://e.org/Foo_(bar), or", ["https://e.org/Foo_(bar)"]),
        ('"https://e.org/?" and http://b.c!', ["https://e.org/", "http://b.c"]),
        ("xhttps://e.org", []),
        ("https:// nothing", []),
        ("https://...", []),
    ],
)
def test_addresses_are_found_without_the_sentence_around_them(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in bare_addresses(text)] == [*found]


def test_endless_brackets_are_no_endless_work() -> None:
    text = "https://e.org/" + "(" * 50_000 + ")" * 100_000
    assert [end - start for start, end in bare_addresses(text)] == [14 + 100_000]


@settings(max_examples=100)
@given(texts)
def test_an_address_stays_what_it_is(text: str) -> None:
    address = web_address("https://e.org/" + text)
    assert address is not None
    assert web_address(address) == address
    assert not any(character.isspace() for character in address)


@pytest.mark.parametrize("url", ["http://[", "https://[::1/a", "http://a]/"])
def test_half_a_bracket_is_no_host(url: str) -> None:
    assert web_address(url) is None
