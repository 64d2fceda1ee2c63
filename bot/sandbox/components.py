"""Message components and forms: Discord's bounds, and the shape in which it gives them back."""

from __future__ import annotations

import copy
from itertools import count
from typing import TYPE_CHECKING

from bot.sandbox.errors import Json, bad_length, invalid, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = frozenset({3, 5, 6, 7, 8})
TEXT_DISPLAY, LABEL = 10, 18
_LINK, _PREMIUM = 5, 6
_V2_LIMIT = 40
_V2_TEXT_LIMIT = 4000


def walk(components: list[Json]) -> Iterator[Json]:
    """Yield components and all that is nested in them, in reading order."""
    for each in components:
        yield each
        yield from walk(each.get("components") or [])
        for key in ("component", "accessory"):
            if each.get(key):
                yield from walk([each[key]])


def checked_components(components: list[Json], *, v2: bool) -> list[Json]:
    """Return components as Discord keeps them, each with an id. Raises Refused (50035)."""
    _check_count(components, v2=v2)
    kept = copy.deepcopy(components)
    seen: set[str] = set()
    numbers = count(1)
    for place, top in enumerate(kept):
        path = f"components.{place}"
        if not v2 and top.get("type") != ROW:
            raise invalid(f"{path}.type", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
        _check_row(top, path)
        for each in walk([top]):
            _check_one(each, path, seen)
            _fill(each, next(numbers))
    return kept


def _check_count(components: list[Json], *, v2: bool) -> None:
    if not v2 and len(components) > 5:
        raise bad_length("components", 0, 5)
    if v2:
        everything = list(walk(components))
        if len(everything) > _V2_LIMIT:
            raise invalid(
                "components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "Total components exceeded (40)"
            )
        if sum(len(each["content"]) for each in everything if each["type"] == TEXT_DISPLAY) > _V2_TEXT_LIMIT:
            raise invalid(
                "components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Displayable text size exceeds 4000"
            )


def _check_row(row: Json, path: str) -> None:
    if row.get("type") != ROW:
        return
    children = row.get("components") or []
    has_select = any(child["type"] in SELECTS for child in children)
    most = 1 if has_select else 5
    if not 1 <= len(children) <= most:
        raise bad_length(f"{path}.components", 1, most)


def _check_one(it: Json, path: str, seen: set[str]) -> None:
    custom_id = it.get("custom_id")
    if custom_id is not None:
        if not 1 <= len(custom_id) <= 100:
            raise bad_length(f"{path}.components.0.custom_id", 1, 100)
        if custom_id in seen:
            raise invalid(
                f"{path}.components.0.custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        seen.add(custom_id)
    if it["type"] == BUTTON:
        _check_button(it, path)
    if it["type"] == STRING_SELECT and not 1 <= len(it.get("options") or []) <= 25:
        raise bad_length(f"{path}.components.0.options", 1, 25)
    if it["type"] in SELECTS and len(it.get("placeholder") or "") > 150:
        raise too_long(f"{path}.components.0.placeholder", 150)


def _check_button(it: Json, path: str) -> None:
    if len(it.get("label") or "") > 80:
        raise too_long(f"{path}.components.0.label", 80)
    if it["style"] == _LINK and not it.get("url"):
        raise invalid(f"{path}.components.0.url", "BASE_TYPE_REQUIRED", "This field is required")
    if it["style"] not in {_LINK, _PREMIUM} and not it.get("custom_id"):
        raise invalid(f"{path}.components.0.custom_id", "BASE_TYPE_REQUIRED", "This field is required")


def _fill(it: Json, number: int) -> None:
    for key in [key for key, value in it.items() if value is None]:
        del it[key]
    it.setdefault("id", number)
    if it["type"] in SELECTS:
        it.setdefault("min_values", 1)
        it.setdefault("max_values", 1)
    for chosen in it.get("default_values") or []:
        chosen["id"] = str(chosen["id"])


def checked_form(data: Json) -> Json:
    """Return a form (modal) as Discord keeps it. Raises Refused (50035)."""
    form = copy.deepcopy(data)
    if not 1 <= len(form.get("custom_id") or "") <= 100:
        raise bad_length("data.custom_id", 1, 100)
    if not 1 <= len(form.get("title") or "") <= 45:
        raise bad_length("data.title", 1, 45)
    if not 1 <= len(form.get("components") or []) <= 5:
        raise bad_length("data.components", 1, 5)
    seen: set[str] = set()
    for number, each in enumerate(walk(form["components"]), start=1):
        _check_field(each, seen)
        _fill(each, number)
    return form


def _check_field(it: Json, seen: set[str]) -> None:
    path = "data.components.0"
    _check_one(it, path, seen)
    if it["type"] == LABEL and not 1 <= len(it.get("label") or "") <= 45:
        raise bad_length(f"{path}.label", 1, 45)
    if it["type"] == LABEL and len(it.get("description") or "") > 100:
        raise too_long(f"{path}.description", 100)
    if it["type"] == TEXT_INPUT:
        if len(it.get("label") or "") > 45:
            raise too_long(f"{path}.components.0.label", 45)
        if len(it.get("placeholder") or "") > 100:
            raise too_long(f"{path}.components.0.placeholder", 100)
        if len(it.get("value") or "") > 4000:
            raise too_long(f"{path}.components.0.value", 4000)
