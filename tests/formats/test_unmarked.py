from __future__ import annotations

import pytest

from bot.errors import SourceError
from bot.formats import html_page
from bot.formats.unmarked import MAX_PAGE, article_in
from tests.formats.reading import read

PROSE = "Boats are slow, and that is good for all who travel in them along the river in summer. " * 8
PAGE = f"""<!doctype html><html><head><title>On boats</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/shop">Our shop</a></li></ul></nav>
<div class="x1"><h1>On boats</h1><p>{PROSE}</p><h2>Sails</h2>
<p>A sail holds <b>wind</b>, which is <a href="/wind">free</a>. {PROSE}</p><ul><li>one rope</li><li>two ropes</li></ul>
<p>{PROSE}</p></div>
<footer><p>All rights reserved. <a href="/imprint">Imprint</a></p></footer></body></html>"""


def test_an_article_is_found_in_a_page_that_does_not_mark_it() -> None:
    reading = read(html_page.FORMAT, PAGE)
    text = "\n".join(section.text for section in reading.article.sections)
    assert reading.article.title == "On boats"
    assert text.count("Boats are slow") == 24
    assert "**wind**" in text
    assert "Our shop" not in text
    assert "Imprint" not in text
    assert "article-searched-for" in reading.codes


def test_where_nothing_reads_like_one_there_is_none() -> None:
    assert article_in("<!doctype html><p>", "") is None
    assert article_in("<!doctype html>" + "<nav><a href='/'>Home</a></nav>" * 50, "") is None
    with pytest.raises(SourceError, match="No article was found"):
        read(html_page.FORMAT, "<!doctype html><title>Empty</title><nav><a href='/'>Home</a></nav>")


def test_a_page_too_large_to_search_is_not_searched() -> None:
    assert (
        article_in(f"<!doctype html><div><p>{'Words and words. ' * (MAX_PAGE // 17)}</p></div>", "") is None
    )
