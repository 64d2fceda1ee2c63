"""What can be configured: one frozen value, read once from the environment and `.env`.

pydantic-settings reads the process's own environment; this takes any mapping, so that a test or an embedding
program can say what holds, and needs no more than pydantic and python-dotenv for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.errors import ConfigurationError

DEFAULT_DATABASE_URL = "sqlite:///data/oped.db"

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _ids(value: str) -> tuple[int, ...]:
    """A list with commas between whole numbers."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(re.fullmatch(r"[0-9]{1,19}", part) and int(part) for part in parts):
        raise ValueError("holds something else than server ids and commas")
    return tuple(int(part) for part in parts)


def _days(value: object) -> int:
    """A whole number of days, from one to a hundred years."""
    if not re.fullmatch(r"[0-9]{1,5}", str(value)) or not 1 <= int(str(value)) <= 36_500:
        raise ValueError("is no whole number of days from 1 to 36500")
    return int(str(value))


class Settings(BaseModel):
    """All settings; each field's alias is its key, its examples are shown with a bad value."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    discord_token: SecretStr | None = Field(
        None, alias="DISCORD_TOKEN", examples=["the token that Discord shows under Bot › Reset Token"]
    )
    """Judged by Discord's answer, never by its shape. None where nobody has set one: most commands need none."""

    database_url: str = Field(DEFAULT_DATABASE_URL, alias="DATABASE_URL", examples=[DEFAULT_DATABASE_URL])

    discord_api_url: str | None = Field(
        None, alias="DISCORD_API_URL", examples=["http://127.0.0.1:8080/api/v10"]
    )
    """Another Discord than the real one, with the version in its path; None for the real one."""

    guilds: Annotated[tuple[int, ...], BeforeValidator(_ids)] = Field(
        (), alias="OPED_GUILDS", examples=["81384788765712384,613425648685547541"]
    )
    """The servers that are offered imported articles; none stands for that of the first publication."""

    backup_days: Annotated[int, BeforeValidator(_days)] = Field(30, alias="OPED_BACKUP_DAYS", examples=["7"])
    """After how many days a backup that Oped made is deleted."""

    purge_days: Annotated[int, BeforeValidator(_days)] = Field(30, alias="OPED_PURGE_DAYS", examples=["7"])
    """How many days after its removal from a server the bot deletes what is stored of it."""

    log_format: Literal["console", "json"] | None = Field(None, alias="OPED_LOG", examples=["json"])
    """How log lines look; None chooses by whether a terminal shows them."""

    debug: bool = Field(False, alias="OPED_DEBUG", examples=["1"])
    """Whether to log in detail and to show tracebacks."""

    @field_validator("database_url")
    @classmethod
    def _one_of_ours(cls, url: str) -> str:
        path = url.removeprefix("sqlite:///")
        if path == url or path in {"", ":memory:"}:
            # The value itself may hold a password, so it is not repeated.
            raise ValueError("names no SQLite file")
        return url

    @field_validator("discord_api_url")
    @classmethod
    def _encrypted_or_here(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise ValueError("is not a URL") from error
        if (
            parts.scheme not in {"http", "https"}
            or not host
            or parts.username
            or parts.query
            or parts.fragment
        ):
            raise ValueError("is not the plain http or https address of an API")
        if parts.scheme == "http" and host not in _LOOPBACK:
            raise ValueError("would send the token unencrypted over the network")
        return url.rstrip("/")

    @classmethod
    def load(cls, environ: Mapping[str, str], env_file: Path | None = Path(".env")) -> Self:
        """The settings of this environment, which wins, and of `env_file`, which need not exist.

        A key set to nothing counts as not set. Raises `ConfigurationError` that names every unusable key, with
        an example for each, and every `OPED_` key in the file that is no setting.
        """
        written = _read(env_file)
        values = _set(written) | _set(environ)
        problems = [_misspelt(key) for key in written if key.startswith("OPED_") and key not in FIELDS]
        try:
            settings = cls.model_validate({key: values[key] for key in FIELDS if key in values})
        except ValidationError as error:
            problems += [_unusable(str(details["loc"][0]), details) for details in error.errors()]
        if problems:
            raise ConfigurationError(
                "; ".join(problem.what for problem in problems) + ".",
                remedy=" ".join(problem.remedy for problem in problems),
                place=", ".join(problem.key for problem in problems),
            )
        return settings


FIELDS: Mapping[str, FieldInfo] = {
    field.alias: field for field in Settings.model_fields.values() if field.alias is not None
}
"""The settings by their keys in the environment."""


@dataclass(frozen=True, slots=True)
class _Problem:
    key: str
    what: str
    remedy: str


def _unusable(key: str, details: ErrorDetails) -> _Problem:
    match details["type"], details.get("ctx", {}):
        case "value_error", {"error": error}:
            what = str(error)
        case "literal_error", {"expected": expected}:
            what = f"is not {expected}"
        case _:
            what = "is neither 1 nor 0"
    (example, *_) = FIELDS[key].examples or [""]
    return _Problem(key, f"{key} {what}", f"Write, for example, {key}={example}.")


def _misspelt(key: str) -> _Problem:
    close = get_close_matches(key, FIELDS, n=1)
    remedy = f"Did you mean {close[0]}?" if close else f"Take {key} out of the file."
    return _Problem(key, f"{key} is no setting of Oped", remedy)


def _set(values: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value.strip() for key, value in values.items() if value and value.strip()}


def _read(env_file: Path | None) -> dict[str, str | None]:
    """What the file says, word for word: a `$` in a token stands for itself."""
    if env_file is None or not env_file.exists():
        return {}
    try:
        return dotenv_values(env_file, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The settings in {env_file.name} cannot be read.",
            remedy="Make it a text file in UTF-8 that the user who runs Oped may read.",
            place=str(env_file),
        ) from error
