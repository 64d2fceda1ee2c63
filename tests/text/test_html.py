"""HTML in and out."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from threading import Thread

import markdownify
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import dialect, html, markdown
from bot.text.canonical import canonical
from bot.text.tree import (
    Block,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Image,
    Inline,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Span,
    Style,
    Table,
)
from tests.text.reading import characters, paragraph
from tests.text.strategies import documents, texts

URL = "https://e.org/a"


@pytest.mark.parametrize(
    ("document", "written"),
    [
        (paragraph(Span("a\n<b> & 'c'")), "<p>a<br>\n&lt;b&gt; &amp; &#x27;c&#x27;</p>\n"),
        (
            paragraph(
                Span("a", Style.STRONG), Span("b", Style.STRONG | Style.EMPHASIS), Span("<c>", Style.CODE)
            ),
            "<p><strong>a<em>b</em></strong><code>&lt;c&gt;</code></p>\n",
        ),
        (
            paragraph(Span("a", Style.STRIKE, f"{URL}?b&c")),
            f'<p><a href="{URL}?b&amp;c" rel="nofollow ugc noopener"><s>a</s></a></p>\n',
        ),
        (
            paragraph(Span(f"see {URL}.")),
            f'<p>see <a href="{URL}" rel="nofollow ugc noopener">{URL}</a>.</p>\n',
        ),
        (paragraph(Span(URL, Style.CODE)), f"<p><code>{URL}</code></p>\n"),
        (Document((Paragraph((Image('"', URL),)),)), f'<p><img src="{URL}" alt="&quot;"></p>\n'),
        (Document((Heading(2, (Span("a"),)), Rule())), "<h2>a</h2>\n<hr>\n"),
        (
            Document((CodeBlock("a\n<b>", "c"),)),
            '<pre><code class="language-c">a\n&lt;b&gt;\n</code></pre>\n',
        ),
        (
            Document((Quote((Paragraph((Span("a"),)),)),)),
            "<blockquote>\n<p>a</p>\n</blockquote>\n",
        ),
        (
            Document((OrderedList(((Paragraph((Span("a"),)),), (Rule(),)), 3),)),
            '<ol start="3">\n<li>a</li>\n<li>\n<hr>\n</li>\n</ol>\n',
        ),
        (
            Document((BulletList(((Paragraph((Span("a"),)), BulletList(((Paragraph((Span("b"),)),),))),)),)),
            "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>\n",
        ),
        (
            Document((Table(((Span("a"),),), (((Span("b"),),),)),)),
            "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n<tbody>\n<tr><td>b</td></tr>\n</tbody>\n</table>\n",
        ),
        (Document((Table(((),), (((),),)),)), "<table>\n<tbody>\n<tr><td></td></tr>\n</tbody>\n</table>\n"),
        (Document(), ""),
    ],
)
def test_exports_are_plain_html(document: Document, written: str) -> None:
    assert html.render(document) == written


@pytest.mark.parametrize(
    "inline",
    [
        Span("a", link="javascript:alert(1)"),
        Span("a", link='https://e.org/" onclick="alert(1)'),
        Span("<script>alert(1)</script>"),
        Span("<img src=x onerror=alert(1)>", Style.CODE),
        Image('" onerror="alert(1)', "javascript:alert(1)"),
        Image('" onerror="alert(1)', "https://e.org/'><script>"),
    ],
)
def test_exports_are_safe_whatever_is_in_the_tree(inline: Inline) -> None:
    written = html.render(Document((Paragraph((inline,)),)))
    tags = re.findall(r"<[^>]*>", written)
    assert not any(re.search(r"script|onclick=|onerror=", re.sub(r'"[^"]*"', "", tag)) for tag in tags)
    assert "javascript:" not in written


@pytest.mark.parametrize(
    "tag", ["div", "b", "blockquote", "ul><li", "table><tr><td", "h1", "pre", "sup", "a"]
)
def test_endless_depth_is_read_and_written(tag: str) -> None:
    document = html.parse(f"<{tag}>" * 10_000 + "the point")
    assert characters("the point") in characters(dialect.render(document))
    assert "the point" in html.render(document)


def test_a_tree_of_any_depth_is_written() -> None:
    block: Block = Rule()
    for _ in range(5_000):
        block = Quote((BulletList(((block,),)),))
    assert html.render(Document((block,))).count("<blockquote>") == 5_000


def test_every_thread_reads_its_own_page() -> None:
    read: dict[int, Document] = {}

    def work(number: int) -> None:
        read[number] = html.parse(f"<p>{number} <b>" * 50)

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(document.blocks) == 50 for document in read.values())
    assert len(read) == 4


def test_a_short_comment_takes_next_to_no_time() -> None:
    comment = "<p>Hello you, I think so <em>too</em>.</p>"
    html.parse(comment)
    begin = time.process_time()
    for _ in range(500):
        html.parse(comment)
    assert (time.process_time() - begin) / 500 < 0.000_5  # ten times what it takes on a good day


@settings(max_examples=100)
@given(documents)
def test_what_is_written_is_read_back(document: Document) -> None:
    document = _spaced_once(canonical(document))
    assert html.parse(html.render(document)) == document


def _spaced_once(document: Document) -> Document:
    """The document as a browser shows it: outside code blocks several spaces are one."""
    return markdown.parse(re.sub(r"(?<=[^ \n]) +(?=[^ \n])", " ", markdown.render(document)))


_TAGS = (
    "p /p b /b ul li /ul table tr td /table thead th pre /pre a_href='/b' /a h2 /h2 blockquote /blockquote br code "
    "img_src=/c_alt=d video source_src=/e /video form /form sup /sup dl dt"
)
tags = st.sampled_from([f"<{tag.replace('_', ' ')}>" for tag in _TAGS.split()])


@settings(max_examples=150)
@given(st.lists(st.one_of(texts, tags, tags), max_size=16).map("".join))
def test_no_page_is_too_broken(source: str) -> None:
    document = html.parse(source, "https://e.org/")
    assert canonical(document) == document
    assert markdown.parse(markdown.render(document)) == document


@pytest.mark.parametrize(
    "source",
    [
        "<p>Hello <b>you</b> and <i>me</i>, see <a href='https://e.org/a'>this</a>.</p><p>Second.</p>",
        "<h2>Title</h2><p>One<br>two</p><ul><li>a</li><li>b <em>c</em></li></ul>",
        "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol><blockquote><p>d</p></blockquote>",
        "<pre><code>a\n  b</code></pre><p>x <code>y</code></p><hr><p>&lt;z&gt; &amp; 1 * 2</p>",
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
        "<p>It’s <del>not</del> <strong><em>both</em></strong></p><p><img src='https://e.org/i.png' alt='c'></p>",
    ],
)
def test_another_converter_understands_the_same(source: str) -> None:
    other = markdownify.markdownify(source, heading_style="ATX", bullets="-", newline_style="backslash")
    assert html.parse(source) == markdown.parse(other)


def test_comments_of_a_real_site_are_read_as_another_converter_reads_them(real_data: Path) -> None:
    comments = json.loads((real_data / "wordpress" / "rest-comments.json").read_text())
    assert len(comments) > 300
    for comment in comments:
        # What the other one does not know: quotation marks, frames, smileys, a section that HTML does not have.
        source = (
            comment["content"]["rendered"].replace("<q>", "“").replace("</q>", "”").replace("<iframe", "<hr")
        )
        source = re.sub(
            r"<img[^>]*alt=\"([^\"]*)\"[^>]*>", r"\1", source.replace("<![CDATA[", "&lt;![CDATA[")
        )
        document = html.parse(source, comment["link"])
        other = markdown.parse(markdownify.markdownify(source, escape_misc=True))
        assert characters(dialect.preview(document, 10**6)) == characters(dialect.preview(other, 10**6))
        assert markdown.parse(markdown.render(document)) == document
        assert html.parse(html.render(document)) == document


def test_posts_of_a_real_site_fit_messages(real_data: Path) -> None:
    for post in json.loads((real_data / "wordpress" / "rest-posts.json").read_text()):
        document = html.parse(post["content"]["rendered"], post["link"])
        assert markdown.parse(markdown.render(document)) == document
        written = dialect.messages(document, first_prefix="## Heading\n")
        assert all(dialect.utf16_length(part) <= dialect.MESSAGE_LIMIT for part in written)
        assert not re.search(r"<script|javascript:|\[/?caption|<!--", " ".join(written))
