"""Filling in a form (modal), as Discord's client lets people do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.sandbox.components import LABEL, ROW, SELECTS, TEXT_DISPLAY, TEXT_INPUT
from bot.sandbox.errors import Json, bad_length, invalid

_GREATEST = 4000


def filled_in(form: Json, fields: str | Mapping[str, object]) -> Json:
    """Return what is sent when a form is filled in. Raises Refused (50035) where the client would not send."""
    if isinstance(fields, str):
        (only,) = (field for _, field in _fields(form))
        fields = {only["custom_id"]: fields}
    known = {name for label, field in _fields(form) for name in (label, field["custom_id"])}
    if unknown := set(fields) - known:
        raise LookupError(f"the form has no {sorted(unknown)}, only {[label for label, _ in _fields(form)]}")
    left = dict(fields)
    sent = [_sent(component, left) for component in form["components"]]
    return {"custom_id": form["custom_id"], "components": sent}


def _fields(form: Json) -> Iterator[tuple[str, Json]]:
    for top in form["components"]:
        if top["type"] == LABEL:
            yield top["label"], top["component"]
        elif top["type"] == ROW:
            for field in top["components"]:
                yield field.get("label", ""), field


def _sent(top: Json, left: dict[str, object]) -> Json:
    if top["type"] == LABEL:
        field = _value(top["component"], top["label"], left)
        return {"type": LABEL, "id": top["id"], "component": field}
    if top["type"] == TEXT_DISPLAY:
        return {"type": TEXT_DISPLAY, "id": top["id"]}
    children = [_value(field, field.get("label", ""), left) for field in top["components"]]
    return {"type": ROW, "id": top["id"], "components": children}


def _value(field: Json, label: str, left: dict[str, object]) -> Json:
    key = label if label in left else field["custom_id"]
    given = left.pop(key, None)
    sent: Json = {"type": field["type"], "id": field["id"], "custom_id": field["custom_id"]}
    if field["type"] == TEXT_INPUT:
        return sent | {"value": _text(field, field.get("value", "") if given is None else str(given))}
    if field["type"] in SELECTS or isinstance(given, (list, tuple)):
        values = [str(getattr(each, "id", each)) for each in _as_list(given)]
        if not values and field.get("required", True):
            raise invalid("values", "BASE_TYPE_REQUIRED", "This field is required")
        return sent | {"values": values}
    return sent | {"value": given}


def _text(field: Json, text: str) -> str:
    least = field.get("min_length", 1 if field.get("required", True) else 0)
    most = field.get("max_length", _GREATEST)
    if not text and not field.get("required", True):
        return text
    if not max(least, 1 if field.get("required", True) else 0) <= len(text) <= most:
        raise bad_length("value", least, most)
    return text


def _as_list(given: object) -> list[object]:
    if given is None:
        return []
    return list(given) if isinstance(given, (list, tuple)) else [given]
