"""Bytes to text where nobody can be sure of the encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.formats.decoding import decode, encoding_of

RUSSIAN = "Ещё один комментарий, без подписи"
FRENCH = "L’été dernier, à la plage – déjà"


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (FRENCH, "cp1252")])
def test_legacy_text_is_read_and_noticed(text: str, encoding: str) -> None:
    decoded, (notice,) = decode(b"First line\n" + text.encode(encoding))
    assert decoded == f"First line\n{text}"
    assert (notice.code, notice.place) == ("encoding", "line 2")
    assert encoding_of(text.encode(encoding)) == encoding


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *(
            (text, "cp1252")
            for text in ("äöü", "Grüße, äöü", "créée", "¿él?", "Ça a été créé", "à é", "naïve")
        ),
        *(
            (text, "cp1251")
            for text in ("Да, это так", "ну да", "всё", "Її єдність", "Mr. Иван, hello", "Я и ты")
        ),
    ],
)
def test_short_legacy_text_is_told_apart_by_its_words(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_utf8_of_which_every_other_letter_is_broken_is_still_utf8() -> None:
    halved = b"".join(letter.encode()[: 2 - index % 2] for index, letter in enumerate(RUSSIAN))
    decoded, (notice,) = decode(halved)
    assert set(decoded) & set(RUSSIAN)
    assert "were not UTF-8" in notice.message


def test_a_few_wrong_bytes_in_utf8_are_mended() -> None:
    decoded, notices = decode(RUSSIAN.encode() + b" caf\xe9")
    assert decoded == f"{RUSSIAN} café"
    assert [notice.code for notice in notices] == ["encoding"]


def test_a_declared_encoding_is_believed_where_utf8_fails() -> None:
    assert decode(RUSSIAN.encode("koi8-r"), "KOI8-R") == (RUSSIAN, [])
    assert decode(RUSSIAN.encode(), "KOI8-R") == (RUSSIAN, [])


@pytest.mark.parametrize("declared", ["rot13", "hex", "idna", "utf-7", "undefined", "nosuch"])
def test_no_other_codec_can_be_named(declared: str) -> None:
    assert decode(FRENCH.encode("cp1252"), declared)[0] == FRENCH


@pytest.mark.parametrize(
    "content", [b"a\x00b", bytes(range(1, 32)) * 9, b"\xff\xfe\x00\xd8", b"\xef\xbb\xbf\xff"]
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError) as refusal:
        decode(content)
    assert refusal.value.remedy


@given(st.text())
def test_utf8_is_taken_as_it_is(text: str) -> None:
    try:
        decoded, notices = decode(text.encode())
    except SourceError:
        assert any(character < " " for character in text)
    else:
        assert notices == []
        assert len(decoded) <= len(text)
