"""What HTML's elements mean."""

from __future__ import annotations

import pytest

from bot.text import html, markdown
from bot.text.tree import CodeBlock, Document, Paragraph, Span, Style, Table
from tests.text.reading import paragraph

BASE = "https://site.org/2024/post/"


def read(source: str) -> str:
    """The Markdown of a fragment: the shortest way to say what was understood."""
    return markdown.render(html.parse(source, BASE))


@pytest.mark.parametrize(
    ("source", "understood"),
    [
        ("<p>One</p><p>two</p>", "One\n\ntwo"),
        ("<div>One<div>two</div>three</div>", "One\n\ntwo\n\nthree"),
        ("One<br>two<br />three", "One\ntwo\nthree"),
        ("One<br><br>two", "One\n\ntwo"),
        ("  spread \n\t over <b> lines </b>  now ", "spread over **lines** now"),
        ("<p>unclosed <b>bold<p>next</b>", "unclosed **bold**\n\nnext"),
        ("<h1>A</h1><h6>B <i>c</i></h6>", "# A\n\n###### B *c*"),
        ("<h2>A<br><span>b</span></h2>", "## A b"),
        ("<h2>\n<div>A</div><div>b</div></h2>", "## A b"),
        ("<blockquote><p>A</p><p>b</p><cite>C</cite></blockquote>", "> A\n>\n> b\n>\n> *C*"),
        ("<ul><li>a</li><li><p>b</p></li></ul>", "- a\n- b"),
        ("<ul><li>a<ol start=3><li>b</ol></ul>", "- a\n\n  3. b"),
        ("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ul>stray<li>a</li></ul>", "- stray\n- a"),
        ("<li>stray</li>", "stray"),
        ("<ol start='x'><li>a</ol>", "1. a"),
        ("a<hr>b", "a\n\n***\n\nb"),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", "**Term**\n\nMeaning"),
        ("<details><summary>More</summary>text</details>", "**More**\n\ntext"),
        ("<em>a</em> <i>b</i> <strong>c</strong> <del>d</del> <kbd>e</kbd>", "*a* *b* **c** ~~d~~ `e`"),
        ("<u>a</u> <ins>b</ins> <mark>c</mark> <abbr title='x'>d</abbr> <q>e</q>", "a b c d “e”"),
        (
            '<b style="font-weight:normal" id="docs-internal-guid-1"><p>From a document</p></b>',
            "From a document",
        ),
        ("x<sup>2</sup> H<sub>2</sub>O 1<sup>st</sup>", "x² H₂O 1st"),
        ("a&nbsp;b &lt;c&gt; &amp;amp; &#8217; &hellip; &bogus;", "a\u00a0b <c> \\&amp; ’ … \\&bogus;"),
        ("1 < 2 && 3 > 2, I <3 you", "1 < 2 && 3 > 2, I <3 you"),
    ],
)
def test_text_and_blocks(source: str, understood: str) -> None:
    assert read(source) == understood


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("<pre>\na\n  b\n</pre>", CodeBlock("a\n  b")),
        ("<pre><code class='language-c++'>a &lt; b</code></pre>", CodeBlock("a < b", "c++")),
        ("<pre class='brush: php; title: x'>a</pre>", CodeBlock("a", "php")),
        ("<pre class='lang-js'><span class=k>a</span> <b>b</b></pre>", CodeBlock("a b", "js")),
        ("<pre class='wp-block-code'><code lang='python' class='x'>a</code></pre>", CodeBlock("a", "python")),
        ("<pre><div>a</div><div>b</div></pre>", CodeBlock("a\nb")),
        ("<pre>a<br>b</pre>", CodeBlock("a\nb")),
        ("<pre>*a* `b`\n```</pre>", CodeBlock("*a* `b`\n```")),
    ],
)
def test_code_is_kept_to_the_letter(source: str, code: CodeBlock) -> None:
    assert html.parse(source) == Document((code,))


def test_blank_code_is_nothing() -> None:
    assert html.parse("<pre> \n </pre>") == Document()


def test_verse_keeps_its_lines_and_its_looks() -> None:
    assert read("<pre class='wp-block-verse'>One\n<em>two</em>\n\nthree</pre>") == "One\n*two*\n\nthree"


@pytest.mark.parametrize(
    ("source", "span"),
    [
        ("<a href='https://e.org/a'>b</a>", Span("b", link="https://e.org/a")),
        ("<a href='/c'>b</a>", Span("b", link="https://site.org/c")),
        ("<a href='../c?d=1&amp;e'>b</a>", Span("b", link="https://site.org/2024/c?d=1&e")),
        ("<a href=' mailto:b@c.de '>b</a>", Span("b", link="mailto:b@c.de")),
        ("<a href='https://e.org/a'>https://e.org/a</a>", Span("https://e.org/a")),
        ("<a href='javascript:alert(1)'>b</a>", Span("b")),
        ("<a href='jAvA\tscript:alert(1)'>b</a>", Span("b")),
        ("<a href='data:text/html,c'>b</a>", Span("b")),
        ("<a href='http://[x'>b</a>", Span("b")),
        ("<a name='c'>b</a>", Span("b")),
        ("<a href='#c'>b</a>", Span("b")),
        ("<h2></h2>b<a href='#b' class='anchor'> #</a>", Span("b")),
    ],
)
def test_links_lead_to_the_web(source: str, span: Span) -> None:
    assert html.parse(source, BASE) == paragraph(span)


def test_footnotes_are_marked_and_listed() -> None:
    assert read(
        'Said so<sup class="fn"><a href="#n1" id="n1-link">1</a></sup>.'
        '<ol class="wp-block-footnotes"><li id="n1">In a book. <a href="#n1-link">↩\ufe0e</a></li></ol>'
    ) == ("Said so¹.\n\n1. In a book.")


@pytest.mark.parametrize(
    ("source", "understood"),
    [
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        (
            "<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
            "| a |\n| --- |\n| 1 |",
        ),
        ("<table><tr><td>a<td>b</table>", "|  |  |\n| --- | --- |\n| a | b |"),
        (
            "<table><tr><td colspan=2>a<td>b<tr><td>c</table>",
            "|  |  |  |\n| --- | --- | --- |\n| a |  | b |\n| c |  |  |",
        ),
        ("<table><caption>Cap</caption><tr><th>a<tr><td>b</table>", "Cap\n\n| a |\n| --- |\n| b |"),
        ("<table><tr><td><p>a frame</p></td></tr></table>", "a frame"),
        (
            "<table><tr><th>a|b<tr><td><ul><li>c<li><pre>d\ne</pre></ul><blockquote>f</blockquote><hr><h2>g</h2></table>",
            "| a\\|b |\n| --- |\n| c `d e` f g |",
        ),
        ("<table><tr><td>a<td><table><tr><td>b<td>c</table></table>", "|  |  |\n| --- | --- |\n| a | b c |"),
        ("<table></table><tr><td>x", "x"),
    ],
)
def test_tables(source: str, understood: str) -> None:
    assert read(source) == understood


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>alert('*')</script>",
        "<style>p { color: red }</style>",
        "<noscript><img src='/a.png' alt='x'></noscript>",
        "<form><p>Your name <input><textarea>x</textarea><button>Send</button></p></form>",
        "<template><p>x</p></template>",
        "<svg><text>x</text></svg>",
        "<select><option>x</select>",
        "<p hidden>x</p>",
        "<div style='color: red; display : none'>x</div>".replace(" :", ":"),
        "<span class='screen-reader-text'>x</span>",
        '<!-- wp:paragraph {"a": "--"} --><!--more--><!--nextpage-->',
        "<?php echo 'x' ?>",
        "<input value=x>",
    ],
)
def test_what_readers_do_not_see_is_gone(hidden: str) -> None:
    assert html.parse(f"<p>a</p>{hidden}<p>b</p>") == Document(
        (Paragraph((Span("a"),)), Paragraph((Span("b"),)))
    )


def test_a_wide_span_is_no_endless_row() -> None:
    (table,) = html.parse("<table><tr><td>a<td colspan=999999999>b</table>").blocks
    assert isinstance(table, Table)
    assert len(table.header) == 51


def test_styles_end_where_their_element_ends() -> None:
    assert html.parse("<b>a<i>b</i></b>c") == paragraph(
        Span("a", Style.STRONG), Span("b", Style.STRONG | Style.EMPHASIS), Span("c")
    )
