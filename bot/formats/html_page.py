"""The discussion as one page: no script, nothing loaded from elsewhere, in light and dark, on paper and read aloud.

The reader of web pages finds everything in it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from typing import BinaryIO

from bot.formats.base import Export, Format
from bot.formats.fields import iso
from bot.formats.outline import Entry, exported_id, public
from bot.formats.sections import document_of
from bot.formats.web_page import read, recognises
from bot.model import Article
from bot.text import html, markdown

NAME = "html"
_DEEPEST = (
    6  # deeper replies stand beside each other and say whom they answer: lines must not become too short
)

_STYLE = """
:root { color-scheme: light dark; --faint: color-mix(in srgb, CanvasText 65%, Canvas);
  --line: color-mix(in srgb, CanvasText 22%, Canvas) }
html { background: Canvas; color: CanvasText }
body { font: 1.0625rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 44rem; padding: 1rem 1rem 4rem;
  overflow-wrap: anywhere }
h1, h2, h3 { line-height: 1.25; text-wrap: balance }
h2 { margin-block: 2rem .75rem }
a { color: LinkText }
a:focus-visible, li:target > article { outline: 2px solid; outline-offset: 4px }
p, h1, h2, h3, h4, li, td, th { unicode-bidi: plaintext }
img { height: auto; max-width: 100% }
pre { background: color-mix(in srgb, CanvasText 6%, Canvas); padding: .5rem .75rem; white-space: pre-wrap }
code { font-size: .9375em }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border: 1px solid var(--line); padding: .25rem .5rem; text-align: start }
blockquote { border-inline-start: 2px solid var(--line); margin-inline: 0; padding-inline-start: 1rem }
section { border-block-start: 1px solid var(--line); margin-block-start: 3rem }
ol.comment-list, ol.children { list-style: none; margin: 0; padding: 0 }
ol.children { border-inline-start: 2px solid var(--line); padding-inline-start: 1rem }
li.comment { margin-block-start: 1.25rem }
.comment-meta, .byline { color: var(--faint); font-size: .875rem }
.comment-meta b { color: CanvasText }
.comment-meta a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em }
.comment-meta a:hover { text-decoration-color: currentColor }
.comment-content > * { margin-block: .25rem .75rem }
.removed > article > .comment-content { color: var(--faint); font-style: italic }
@media (max-width: 30rem) { ol.children { padding-inline-start: .625rem } }
@page { margin: 15mm }
@media print {
  :root { color-scheme: light }
  pre { border: 1px solid var(--line) }
  body { font-size: 11pt; max-width: none; padding: 0 }
  h1, h2, h3, .comment-meta { break-after: avoid }
  p { orphans: 3; widows: 3 }
}
"""


def write(export: Export, stream: BinaryIO) -> None:
    """The article and what anybody may read of its comments."""
    for line in _page(export):
        stream.write(line.encode())
        stream.write(b"\n")


def _page(export: Export) -> Iterator[str]:
    yield from _head(export.article)
    yield from _article(export.article)
    level = 0  # how many lists are open
    for entry in public(export.comments):
        wanted = min(entry.depth, _DEEPEST) + 1
        if not level:
            yield '<section aria-labelledby="comments">\n<h2 id="comments">Comments</h2>'
        if wanted > level:
            yield f'<ol class="{"children" if level else "comment-list"}">'
        else:
            yield "</li>" + "</ol></li>" * (level - wanted)
        level = wanted
        yield from _comment(entry)
    if level:
        yield "</li>" + "</ol></li>" * (level - 1) + "</ol>\n</section>"
    yield "</main>\n</body>\n</html>"


def _head(article: Article) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="generator" content="Oped">'
    yield f"<title>{escape(article.title)}</title>"
    if article.author:
        yield f'<meta name="author" content="{escape(article.author)}">'
    if article.source_url:
        yield f'<link rel="canonical" href="{escape(article.source_url)}">'
    yield f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>"


def _article(article: Article) -> Iterator[str]:
    yield f'<article>\n<h1 class="entry-title" lang="" dir="auto">{escape(article.title)}</h1>'
    facts = [f'<span class="author" dir="auto">{escape(article.author)}</span>'] if article.author else []
    facts += [f'<span class="published">{_time(article.published_at)}</span>'] if article.published_at else []
    if article.source_url and article.source_url.startswith(("http://", "https://")):
        facts.append(f'<a href="{escape(article.source_url)}">Original article</a>')
    if facts:
        yield f'<p class="byline">{", ".join(facts)}</p>'
    yield '<div class="entry-content" lang="" dir="auto">'
    yield html.render(document_of(article.sections))
    yield "</div>\n</article>"


def _comment(entry: Entry) -> Iterator[str]:
    comment = entry.comment
    classes = f"comment depth-{entry.depth + 1}" + (" removed" if entry.removed else "")
    source = f'data-source-id="{escape(exported_id(comment))}"'
    parent = f' data-parent-id="{escape(exported_id(entry.parent))}"' if entry.parent else ""
    section = f' data-section="{comment.section}"' if comment.section else ""
    yield f'<li id="comment-{comment.id}" class="{classes}" {source}{parent}{section}>\n<article>'
    yield f'<header class="comment-meta">{", ".join(_facts(entry))}</header>'
    yield '<div class="comment-content" lang="" dir="auto">'
    yield "<p>This comment was removed.</p>" if entry.removed else html.render(markdown.parse(comment.text))
    yield "</div>\n</article>"


def _facts(entry: Entry) -> Iterator[str]:
    comment = entry.comment
    if not entry.removed:
        yield f'<b class="fn" dir="auto">{escape(comment.author)}</b>'
    if comment.created_at:
        yield f'<a href="#comment-{comment.id}">{_time(comment.created_at)}</a>'
    if comment.edited_at and not entry.removed:
        yield f'edited <span class="edited">{_time(comment.edited_at)}</span>'
    if entry.parent:
        name = "a removed comment" if entry.parent.status != "visible" else escape(entry.parent.author)
        yield f'in reply to <a href="#comment-{entry.parent.id}" dir="auto">{name}</a>'


def _time(time: datetime) -> str:
    return f'<time datetime="{iso(time)}">{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC</time>'


FORMAT = Format(
    NAME, "Web page (HTML)", recognises, read, write, aliases=("web",), suffix="html", published_only=True
)
