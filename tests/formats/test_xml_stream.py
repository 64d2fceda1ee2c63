"""XML element by element."""

from __future__ import annotations

import io

import pytest

from bot.errors import SourceError
from bot.formats.xml_stream import Shape, children, elements
from bot.model import Notice

SHAPE = Shape("root", frozenset({"root", "group"}), frozenset({"group", "item"}))


def texts(content: str | bytes) -> tuple[list[str], list[Notice]]:
    notices: list[Notice] = []
    raw = content.encode() if isinstance(content, str) else content
    found = [
        element.text or ""
        for element in elements(io.BytesIO(raw), SHAPE, notices)
        if element.tag.endswith("item")
    ]
    return found, notices


def test_elements_of_any_namespace_where_they_are_looked_for() -> None:
    inner = "<item>1</item><group><x:item>2</x:item></group><other><item>3</item></other>"
    content = f'<root xmlns:x="urn:x">{inner}</root>'
    assert texts(content) == (["1", "2"], [])


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("a & b", "a & b"),
        ("a &amp; b", "a & b"),
        ("&nbsp;&copy;&LT;", "\xa0©<"),
        ("&nosuch;", "&nosuch;"),
        ("&#65;&#x42;&#0;&#x1f;&#xD800;&#99999999;", "AB"),
        ("a\x08\x0cb", "ab"),
        ("<![CDATA[a ]]]]><![CDATA[> b]]>", "a ]]> b"),
    ],
)
def test_what_xml_forbids_is_repaired(typed: str, text: str) -> None:
    assert texts(f"<root><item>{typed}</item></root>")[0] == [text]


def test_references_are_whole_wherever_the_input_is_cut() -> None:
    text = "&amp; &nbsp;x" * 9000
    assert texts(f"<root><item>{text}</item></root>")[0] == ["& \xa0x" * 9000]


def test_repairs_name_their_line() -> None:
    _, notices = texts(b"<root>\n<item>\x08</item>\n<item>\xff</item></root>")
    assert {(notice.code, notice.place) for notice in notices} == {
        ("control-characters", "line 2"),
        ("encoding", "line 3"),
    }


def test_what_stands_around_the_document_is_left_out() -> None:
    found, notices = texts('\nPHP notice <?xml version="1.0"?><root><item>1</item></root>\n<br>trailing')
    assert found == ["1"]
    assert [notice.code for notice in notices] == ["text-after-end"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not a <root>|early"),
        ("<other/>", "not a <root>"),
        ("<root><item>1</item>", "early"),
        ("<root><item><![CDATA[abc", "early"),
        ("<root><item>a < b</item></root>", "damaged"),
        ("<root><item></itm></root>", "damaged"),
    ],
)
def test_what_is_no_whole_document_is_refused(content: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as refusal:
        texts(content)
    assert "\n" not in refusal.value.message


def test_children_by_local_name() -> None:
    content = b'<root xmlns:x="urn:x"><item><x:a>1</x:a><a>2</a><b>3<i>4</i></b></item></root>'
    assert [children(element) for element in elements(io.BytesIO(content), SHAPE, [])] == [
        {"a": "1", "b": "34"}
    ]


def test_a_mark_of_utf_16_before_other_bytes_is_no_crash() -> None:
    with pytest.raises(SourceError):
        texts(b"\xff\xfe<?xml version='1.0'?><root></root>")
