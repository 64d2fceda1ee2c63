"""Custom ids: what Discord sends back when a button is pressed or a form is sent, long after we made it.

One carries its target, so that no state per message is needed and a restart changes nothing. Each begins with a
version: old messages live for years, and their ids must stay readable.
"""

from __future__ import annotations

import re
from typing import Generic, TypeVarTuple

NUMBER = r"\d{1,19}"
"""The number of anything that we store."""

SNOWFLAKE = r"\d{1,20}"
"""An id of Discord's."""

Values = TypeVarTuple("Values")


class CustomId(Generic[*Values]):
    """A kind of custom id, written when it is called and read again when it comes back.

    `form` names its fields in braces, `fields` says what each may hold, in the order in which they are given.
    """

    def __init__(self, form: str, **fields: str) -> None:
        self._form = f"oped:v1:{form}"
        self.fields = fields
        groups = {name: f"(?P<{name}>{pattern})" for name, pattern in fields.items()}
        # A digit is 0 to 9, or the number might not fit the database.
        self._pattern = re.compile(self._form.format_map(groups), re.ASCII)

    def __call__(self, *values: *Values) -> str:
        """The custom id that carries these values."""
        given: tuple[object, ...] = values
        return self._form.format_map(dict(zip(self.fields, given, strict=True)))

    def read(self, custom_id: str) -> re.Match[str] | None:
        """What a custom id carries, by field; None for one of another kind."""
        return self._pattern.fullmatch(custom_id)
