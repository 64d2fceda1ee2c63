"""The export of another WordPress, made up: an article and more than 300 comments that are hard to keep whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

SCRIPT = "<script>document.title = 'taken over'</script>"
"""What somebody shows in a comment, as text."""

DEPTH = 40
"""How many levels the deepest thread has."""

_CROWD = 240
_BEGIN = datetime(1998, 12, 31, 23, 59, 59, tzinfo=UTC)
_STEP = timedelta(days=29, hours=7, minutes=13, seconds=11)
_NEWEST = timedelta(hours=5)

_CONTENT = """<p>A first paragraph, with &amp;, &lt;tags&gt; and “quotes”.</p>
<h2>Of <em>rivers</em> &amp; bridges</h2>
<ul><li>One<ul><li>Two, below it</li></ul></li><li>Three</li></ul>
<blockquote><p>Said by somebody.</p><p>And by somebody else.</p></blockquote>
<pre><code>if a &lt; b:
    print("  two  spaces")</code></pre>
<h2>שלום, 世界 🌍</h2>
<table><tr><th>Name</th><th>Number</th></tr><tr><td>A</td><td>1</td></tr></table>
<p>The end[1], with a <a href="https://example.org/a_b?c=d&amp;e=f">link</a> and <code>code</code>.</p>"""

_NAMES = (
    "@everyone",
    "<@123456789012345678>",
    "**Bold** _Name_",
    "A &amp; B",
    "&lt;b&gt;Not bold&lt;/b&gt;",
    'O\'Neill \\ "Sons"',
    "Робітник Ґ.",
    "محمد بن سعيد",
    "家族 👨‍👩‍👧‍👦",
    "x" * 200,
)
_TEXTS = (
    "Plain words, and no more than that.",
    'A line,\nand another one.\n\nA second paragraph, isn\'t it? -- "Yes"...',
    "&lt;script&gt;document.title = 'taken over'&lt;/script&gt; is what I typed.",
    "Code: <code>&lt;script&gt; a &amp;&amp; b</code> and <pre>  two\n    four</pre>",
    "<blockquote>Who says\n\nso?</blockquote>\nI do: <em>me</em>, <strong>myself</strong> and <del>I</del>.",
    "<ul><li>one</li><li>two<ol><li>in it</li></ol></li></ul>",
    'See <a href="https://example.org/a_(b)?c=1&amp;d=2#e">there</a> and https://example.org/x_y_z too.',
    "*not stressed* _nor this_ # no heading\n# nor here\n- no list\n1. neither\n> no quote\n~~kept~~ `kept`",
    "مرحبا بالعالم، هذا نص من اليمين إلى اليسار (a b c) 123.",
    "👩🏽‍🚀 🇺🇦 ❤️ 🏳️‍🌈 \u200d e\u0301 Z͑͗a̐l͆g̔o",
    "Ends with ]]> and &amp;amp; and &#8217; and 5 < 6 > 4 \\ \\n.",
    "@everyone @here <@1> <#2> <@&3> https://example.org/@everyone",
    "[caption]no shortcode[/caption] [gallery] [link](https://example.org) ![image](x) ||hidden||",
    "Long " + "word " * 800,
    "<p>In its own paragraph.</p><h3>A heading</h3><table><tr><td>1</td><td>2</td></tr></table>",
)
_TYPES = ("pingback", "trackback")


@dataclass(frozen=True, slots=True)
class _Comment:
    number: int
    parent: int
    author: str
    text: str
    written: datetime
    approved: str = "1"
    kind: str = "comment"


def export(now: datetime) -> bytes:
    """The export as WordPress writes it; its last comments were written on the days before `now`."""
    comments = "".join(map(_written, _comments(now)))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://elsewhere.example</wp:base_blog_url>
<item><title>{_cdata("Rivers &amp; bridges: “all of it” 🌉 &lt;here&gt;")}</title>
<link>https://elsewhere.example/rivers/</link><dc:creator>{_cdata("ada")}</dc:creator>
<content:encoded>{_cdata(_CONTENT)}</content:encoded><wp:post_id>7</wp:post_id>
<wp:post_date_gmt>{_cdata("1998-12-31 12:00:00")}</wp:post_date_gmt>
<wp:status>{_cdata("publish")}</wp:status><wp:post_type>{_cdata("post")}</wp:post_type>
{comments}</item></channel></rss>
""".encode()


def _comments(now: datetime) -> Iterator[_Comment]:
    """A crowd in which everybody answers somebody, one deep thread, and some that are not for everybody."""
    numbers = count(1)
    for number in range(1, _CROWD + 1):
        author = _NAMES[number % len(_NAMES)] if number % 3 else f"Reader of line {number}"
        text = f"{number}. comment. {_TEXTS[number % len(_TEXTS)]}"
        parent = 0 if number % 4 == 1 else number - 1 - (number * 7) % min(number - 1, 30)
        approved = {0: "0", 1: "trash"}.get(number % 20, "1")
        yield _Comment(next(numbers), parent, author, text, _BEGIN + number * _STEP, approved)
    parent = 0
    for level in range(DEPTH):
        number = next(numbers)
        yield _Comment(
            number, parent, f"Level {level}", f"On level {level}.", now - _NEWEST * (DEPTH - level)
        )
        parent = number
    same = _BEGIN + timedelta(days=1000)
    for number in range(20):
        yield _Comment(next(numbers), 0, "Twenty", f"At the same second, as number {number}.", same)
    for kind in _TYPES:
        yield _Comment(next(numbers), 0, "Elsewhere", "[...] linked here [...]", same, kind=kind)


def _written(comment: _Comment) -> str:
    return f"""<wp:comment><wp:comment_id>{comment.number}</wp:comment_id>
<wp:comment_author>{_cdata(comment.author)}</wp:comment_author>
<wp:comment_date_gmt>{_cdata(f"{comment.written:%Y-%m-%d %H:%M:%S}")}</wp:comment_date_gmt>
<wp:comment_content>{_cdata(comment.text)}</wp:comment_content>
<wp:comment_approved>{_cdata(comment.approved)}</wp:comment_approved>
<wp:comment_type>{_cdata(comment.kind)}</wp:comment_type><wp:comment_parent>{comment.parent}</wp:comment_parent>
</wp:comment>
"""


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
