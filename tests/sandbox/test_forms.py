"""Forms (modals): their bounds, and what is sent when they are filled in."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Refused
from bot.sandbox.components import checked_form
from bot.sandbox.forms import filled_in


def text_input(**fields: Any) -> dict[str, Any]:
    return {"type": 4, "style": 1, "custom_id": "text"} | fields


def label(component: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": 18, "label": "Text", "component": component} | fields


def form(*components: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"custom_id": "form", "title": "Form", "components": list(components)} | fields


@pytest.mark.parametrize(
    "broken",
    [
        form(label(text_input()), custom_id="c" * 101),
        form(label(text_input()), title=""),
        form(label(text_input()), title="t" * 46),
        form(),
        form(*[label(text_input(custom_id=str(n))) for n in range(6)]),
        form(label(text_input()), label(text_input())),
        form(label(text_input(), label="l" * 46)),
        form(label(text_input(), description="d" * 101)),
        form({"type": 1, "components": [text_input(label="l" * 46)]}),
        form(label(text_input(placeholder="p" * 101))),
        form(label(text_input(value="v" * 4001))),
        form(label({"type": 3, "custom_id": "s", "placeholder": "p" * 151, "options": [{}]})),
    ],
)
def test_a_form_out_of_bounds_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="50035"):
        checked_form(broken)


def test_every_kind_of_field_is_filled_in() -> None:
    shown = checked_form(
        form(
            {"type": 10, "content": "Please"},
            label(text_input(value="as it was")),
            label({"type": 3, "custom_id": "pick", "options": [{}], "required": False}, label="Pick"),
            label({"type": 22, "custom_id": "many", "options": []}, label="Many"),
            label({"type": 23, "custom_id": "sure"}, label="Sure"),
        )
    )
    sent = filled_in(shown, {"Pick": "a", "Many": ["x", "y"], "sure": True})
    notice, text, pick, many, sure = sent["components"]
    assert notice == {"type": 10, "id": 1}
    assert text["component"]["value"] == "as it was"
    assert pick["component"]["values"] == ["a"]
    assert many["component"]["values"] == ["x", "y"]
    assert sure["component"]["value"] is True


def test_a_row_of_one_input_can_be_filled_by_its_text_alone() -> None:
    shown = checked_form(form({"type": 1, "components": [text_input(label="Old style", required=False)]}))
    for text in ("", "something"):
        (row,) = filled_in(shown, text)["components"]
        assert row["components"][0]["value"] == text


def test_what_is_required_must_be_given() -> None:
    shown = checked_form(form(label({"type": 3, "custom_id": "pick", "options": [{}]}), label(text_input())))
    with pytest.raises(Refused, match="BASE_TYPE_REQUIRED"):
        filled_in(shown, {"text": "x"})
