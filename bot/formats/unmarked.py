"""The article in a page whose markup does not say where it is: a library's judgement, asked for last."""

from __future__ import annotations

import logging

from lxml import html as lxml_html

MIN_PAGE, MAX_PAGE = 500, 4 << 20
"""Characters that a page may have whose article has to be searched for."""

_LINE, _LEAST = 40, 200  # characters of a line, and of such lines: less is a menu


def article_in(page: str, url: str) -> lxml_html.HtmlElement | None:
    """What reads like an article among menus and notices; None where nothing does."""
    if not MIN_PAGE <= len(page) <= MAX_PAGE:
        return None
    import trafilatura  # it takes as long to import as all else together

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its doubts are none of the reader's
    found = trafilatura.extract(
        page,
        url=url or None,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_images=True,
        include_links=True,
        include_tables=True,
        favor_recall=True,
    )
    body = None if found is None else lxml_html.document_fromstring(found).find(".//body")
    if body is None:
        return None
    lines = " ".join(map(str, body.itertext())).split("\n")
    return body if sum(len(line) for line in lines if len(line) >= _LINE) >= _LEAST else None
