"""XML written as it comes."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot.formats.xml_writer import XmlWriter
from bot.text.canonical import clean


@given(st.text(), st.text())
def test_any_text_comes_back(text: str, value: str) -> None:
    out = io.BytesIO()
    xml = XmlWriter(out)
    with xml.element("root", {"xmlns:x": "urn:x", "x:key": value}):
        xml.field("x:field", text)
    root = etree.fromstring(out.getvalue())
    assert root.findtext("{urn:x}field") == clean(text)
    assert (root.get("{urn:x}key") or "").split() == clean(value).split()
