"""What may stand in a message: embeds, components, mentions, files."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import Refused
from bot.sandbox.drafts import Upload, read_draft, read_post


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go"} | fields


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


@pytest.mark.parametrize(
    ("body", "inner"),
    [
        ({"content": "x" * 2001}, "BASE_TYPE_MAX_LENGTH"),
        ({"content": 5}, "STRING_TYPE_CONVERT"),
        ({"nonce": "n" * 26}, "NONCE_TYPE_TOO_LONG"),
        ({"embeds": [{"title": "t" * 257}]}, "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"description": "d" * 3001}] * 2}, "MAX_EMBED_SIZE_EXCEEDED"),
        ({"embeds": [{}] * 11}, "BASE_TYPE_BAD_LENGTH"),
        ({"components": [button()]}, "UNION_TYPE_CHOICES"),
        ({"components": [row(button(custom_id=str(n))) for n in range(6)]}, "BASE_TYPE_BAD_LENGTH"),
        ({"components": [row(*[button(custom_id=str(n)) for n in range(6)])]}, "BASE_TYPE_BAD_LENGTH"),
        ({"components": [row(button(), button())]}, "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ({"components": [row(button(custom_id="c" * 101))]}, "BASE_TYPE_BAD_LENGTH"),
        ({"components": [row(button(label="l" * 81))]}, "BASE_TYPE_MAX_LENGTH"),
        ({"components": [row(button(custom_id=None))]}, "BASE_TYPE_REQUIRED"),
        ({"components": [row(button(style=5, custom_id=None))]}, "BASE_TYPE_REQUIRED"),
        ({"components": [row({"type": 3, "custom_id": "s", "options": []})]}, "BASE_TYPE_BAD_LENGTH"),
        ({"allowed_mentions": {"users": [str(n) for n in range(101)]}}, "BASE_TYPE_BAD_LENGTH"),
        (
            {"allowed_mentions": {"parse": ["users"], "users": ["1"]}},
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]},
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        (
            {"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41},
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        (
            {"flags": 1 << 15, "content": "x", "components": [{"type": 10, "content": "x"}]},
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
    ],
)
def test_what_breaks_a_bound_is_refused_with_its_inner_code(body: dict[str, Any], inner: str) -> None:
    with pytest.raises(Refused, match=inner) as caught:
        read_draft(body)
    assert caught.value.code == 50035


def test_the_greatest_allowed_is_allowed() -> None:
    draft = read_post(
        {
            "content": "x" * 2000,
            "nonce": "n" * 25,
            "components": [
                row(*[button(custom_id=f"{r}{n}".ljust(100, "c"), label="l" * 80) for n in range(5)])
                for r in range(5)
            ],
        },
        [Upload(f"{n}.png", 1) for n in range(10)],
    )
    assert len(draft.uploads) == 10


def test_components_get_ids_and_lose_what_is_null() -> None:
    draft = read_draft({"components": [row(button(emoji=None), button(custom_id="b"))]})
    (kept,) = draft.components
    assert [kept["id"], *(each["id"] for each in kept["components"])] == [1, 2, 3]
    assert "emoji" not in kept["components"][0]


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=50))
def test_ends_are_trimmed_and_the_rest_is_kept(text: str) -> None:
    assert read_draft({"content": text}).content == text.strip()
