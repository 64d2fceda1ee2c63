"""The custom ids in the panel of a server's settings; see `bot.discussion.buttons`."""

from __future__ import annotations

import re

from bot.model import FilterAction, FilterKind

SETTING = re.compile(r"oped:v1:setting:(?P<name>log|roles|mode|language)")
"""A select of the panel, for one setting."""

SETTINGS = re.compile(r"oped:v1:settings")
"""*Back to the settings*, which shows the panel again."""

FILTERS = re.compile(r"oped:v1:filters")
"""The select in which one of the server's filters is chosen."""

FILTER = re.compile(r"oped:v1:filter:(?P<kind>words|links|invites|repeats|newcomers)")
"""The select for what becomes of comments in which a filter finds something."""

FILTER_WORDS = re.compile(r"oped:v1:filter-words:(?P<action>hold|hide|warn)")
"""*Change the words*, and the form with the list; `action` is what becomes of comments in which they are found."""


def setting(name: str) -> str:
    """The custom id of the select for one of the server's settings."""
    return f"oped:v1:setting:{name}"


def settings() -> str:
    """The custom id of *Back to the settings*."""
    return "oped:v1:settings"


def filters() -> str:
    """The custom id of the select in which a filter is chosen."""
    return "oped:v1:filters"


def filter_action(kind: FilterKind) -> str:
    """The custom id of the select for what a filter does."""
    return f"oped:v1:filter:{kind}"


def filter_words(action: FilterAction) -> str:
    """The custom id of *Change the words* and of its form."""
    return f"oped:v1:filter-words:{action}"
