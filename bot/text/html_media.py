"""What a page shows and plays from elsewhere: images, and links to all else."""

from __future__ import annotations

import re

from bot.text.html_builder import Attributes, Builder, Closer, nothing
from bot.text.tree import Image, Span

_YOUTUBE = re.compile(r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+).*")
_SOURCES = ("src", "data-src", "data-lazy-src", "data-original", "data")


def image(builder: Builder, attributes: Attributes) -> Closer:
    """An image; smileys are what they say, and images of a single dot only count readers."""
    alt = attributes.get("alt", "")
    size = {attributes.get("width"), attributes.get("height")}
    if {"wp-smiley", "emoji"} & set(attributes.get("class", "").split()):
        builder.write(alt)
    elif not size <= {"0", "1"}:
        builder.put(Image(alt, _source(builder, attributes) or "", builder.link))
    return nothing


def _source(builder: Builder, attributes: Attributes) -> str | None:
    """The address of an image or player, even where a script is to put it in place."""
    addresses = (builder.address(attributes.get(name)) for name in _SOURCES)
    return next((address for address in addresses if address), None)


def player(builder: Builder, attributes: Attributes) -> Closer:
    """What plays something from elsewhere: a link to that, instead of what it shows without a player."""
    # WordPress frames a post beside a quote that has the same link.
    if builder.is_muted or "wp-embedded-content" in attributes.get("class", ""):
        return builder.muted()
    address = _source(builder, attributes)
    if address:
        _play(builder, address, attributes.get("title"))
    builder.wants_source = not address
    unmute = builder.muted()

    def close() -> None:
        builder.wants_source = False
        unmute()

    return close


def plugin(builder: Builder, attributes: Attributes) -> Closer:
    """What a plug-in shows; where it does not say what, there is another in it."""
    return player(builder, attributes) if _source(builder, attributes) else nothing


def player_source(builder: Builder, attributes: Attributes) -> Closer:
    """One of the forms of what a player plays; the first will do."""
    address = _source(builder, attributes)
    if builder.wants_source and address:
        builder.wants_source = False
        _play(builder, address, None)
    return nothing


def _play(builder: Builder, address: str, title: str | None) -> None:
    address = _YOUTUBE.sub(r"https://www.youtube.com/watch?v=\1", address)
    builder.break_paragraph()
    builder.inlines.append(Span(title or address, link=address))
    builder.break_paragraph()
