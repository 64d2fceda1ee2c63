"""What all ways out of WordPress have in common."""

from __future__ import annotations

import pytest

from bot.formats.wordpress_site import key_of_avatar, key_of_email, key_of_user, site_of


@pytest.mark.parametrize(
    "url",
    [
        "https://www.Example.org/blog/",
        "http://example.org:80/blog",
        "https://example.org/blog/wp-json/wp/v2/comments/2",
        "https://example.org:443/blog/index.php",
        "https://user:secret@example.org/blog/",
    ],
)
def test_one_site_has_one_name(url: str) -> None:
    assert site_of(url) == "example.org/blog"


@pytest.mark.parametrize(
    ("url", "site"), [("", ""), ("http://[", ""), ("http://127.0.0.1:8081/wp-json/", "127.0.0.1:8081")]
)
def test_other_addresses(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize("version", [(6, 1), (6, 8)])
def test_address_and_avatar_are_the_same_key(version: tuple[int, int]) -> None:
    key = key_of_email(" Ann@Example.org", version)
    assert key
    digest = key.partition(":")[2]
    assert len(digest) == (64 if version >= (6, 8) else 32)
    assert key_of_avatar(f"https://secure.gravatar.com/avatar/{digest}?s=60") == key


def test_nobody_has_no_key() -> None:
    assert (key_of_email(" "), key_of_avatar("https://example.org/me.png"), key_of_user("0")) == (
        None,
        None,
        None,
    )
    assert key_of_user("4") == "user:4"
