from __future__ import annotations

import pytest

from bot.formats.addresses import joined, parts_of, without_fragment

NONE = ["http://[", "https://[::1/a", "http://a]/", "//[x"]


@pytest.mark.parametrize("url", NONE)
def test_what_is_no_address_has_no_parts(url: str) -> None:
    assert parts_of(url).netloc == ""
    assert without_fragment(f"{url}#c") == ""
    assert joined("https://a.example/", url) == ""


def test_addresses_are_taken_apart_and_put_together() -> None:
    assert parts_of(" https://a.example/b?c ").path == "/b"
    assert without_fragment("https://a.example/b#c") == "https://a.example/b"
    assert joined("https://a.example/b/", "../c") == "https://a.example/c"
