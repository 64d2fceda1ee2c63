"""An independent judge: Discord's own description of its HTTP API (openapi.json), where it is at hand.

What was asked and accepted, and all that was answered, is held against it. A request that the server refused
needs no second verdict: the refusal itself is judged.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import jsonschema_rs

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.rest.call import Call
    from bot.sandbox.world import Event

VARIABLE = "OPED_DISCORD_SPEC"
"""The environment variable that names the folder of openapi.json."""

_DESCRIPTION = "urn:discord:openapi"
_TRUTH = {"1": True, "true": True, "True": True, "0": False, "false": False, "False": False}


class Beyond(NamedTuple):
    """Something that discord.py itself sends outside the description, so that no bot can help it."""

    method: str
    route: str
    parameter: str
    """Of the query."""
    reason: str


SENT_BY_DISCORD_PY = (
    Beyond(
        "POST",
        "/channels/{channel_id}/threads",
        "use_nested_fields",
        "an undocumented switch that asks for the form of the body that is now the only one described",
    ),
)
IDS_AS_NUMBERS = frozenset(
    {
        "message_id",
        "channel_id",
        "guild_id",
        "users",
        "roles",
        "applied_tags",
        "default_values",
        "sticker_ids",
        "attachments",
        "messages",
        "recipient_id",
    }
)
"""Fields in which discord.py writes ids as JSON numbers. Discord reads both, the description knows strings only."""

BITS_AS_TEXT = frozenset({"allow", "deny"})
"""Fields in which discord.py writes permission bits as text, as Discord's documentation and answers do, while the
description of requests knows numbers."""

FORWARD = 1
"""A message reference's type that the description does not know, though the documentation has it
(resources/message#message-reference-types). Such references are judged as replies."""

MEDIA_CHANNEL = 16
"""A type of channel that the description does not know, though the documentation has it (resources/channel).
discord.py asks for it wherever a command takes a forum, and such a command is judged without."""

OBJECT_OF_EVENT = {
    "MESSAGE_CREATE": "MessageResponse",
    "MESSAGE_UPDATE": "MessageResponse",
    "THREAD_CREATE": "ThreadResponse",
    "THREAD_UPDATE": "ThreadResponse",
    "CHANNEL_CREATE": "GuildChannelResponse",
    "CHANNEL_UPDATE": "GuildChannelResponse",
    "CHANNEL_DELETE": "GuildChannelResponse",
    "GUILD_CREATE": "GuildResponse",
    "GUILD_MEMBER_ADD": "GuildMemberResponse",
    "GUILD_MEMBER_UPDATE": "GuildMemberResponse",
}
"""The description is of the HTTP API alone, but these events carry the same objects."""


def description_folder() -> Path | None:
    """Return the folder of the description, if the environment names one."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


class Judge:
    """Collects what goes against the description."""

    def __init__(self, folder: Path) -> None:
        self.violations: list[str] = []
        self._path = folder / "openapi.json"

    def hear(self, call: Call, query: dict[str, str], status: int, answer: object) -> None:
        """Hold one exchange against the description."""
        place = f"{call.method} {call.route}"
        operation = _document(self._path)["paths"].get(call.route, {}).get(call.method.lower())
        if operation is None:
            self.violations.append(f"{place}: no such operation")
            return
        if status < 400:
            self._hear_query(place, operation, query)
            self._hear_request(place, operation, call)
        self._hear_answer(place, operation, status, answer)

    def overhear(self, event: Event) -> None:
        """Hold an event that carries a whole object against the description of that object."""
        if event.name in OBJECT_OF_EVENT:
            schema = {"$ref": f"#/components/schemas/{OBJECT_OF_EVENT[event.name]}"}
            self._check(f"event {event.name}", schema, _without_the_undescribed(event.payload))

    def raise_if_violated(self) -> None:
        """Raise AssertionError with all that was collected."""
        if self.violations:
            raise AssertionError(
                "against Discord's description:\n" + "\n".join(dict.fromkeys(self.violations))
            )

    def _hear_query(self, place: str, operation: Json, query: dict[str, str]) -> None:
        known = {
            each["name"]: each["schema"] for each in operation.get("parameters", []) if each["in"] == "query"
        }
        for name, text in query.items():
            if any(each[:3] == (*place.split(" "), name) for each in SENT_BY_DISCORD_PY):
                continue
            if name not in known:
                self.violations.append(f"{place}: unknown query parameter {name!r}")
            else:
                self._check(f"{place} query {name}", known[name], _from_query(text, known[name]))

    def _hear_request(self, place: str, operation: Json, call: Call) -> None:
        body = call.sent
        described = operation.get("requestBody")
        if described is None:
            if body is not None:
                self.violations.append(f"{place}: has a body, none is described")
            return
        self._check(
            f"{place} request",
            described["content"]["application/json"]["schema"],
            _as_described(_without_the_undescribed(body)),
        )

    def _hear_answer(self, place: str, operation: Json, status: int, answer: object) -> None:
        responses = operation["responses"]
        response = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if response is None:
            self.violations.append(f"{place}: status {status} is not described")
            return
        if "$ref" in response:
            response = _document(self._path)["components"]["responses"][response["$ref"].rpartition("/")[2]]
        content = response.get("content")
        if content is None:
            if answer is not None:
                self.violations.append(f"{place}: {status} has a body, none is described")
            return
        if isinstance(answer, dict) and status >= 400:
            # The description has numbers for the codes within `errors`, where Discord gives names such as
            # BASE_TYPE_MAX_LENGTH (reference#error-messages).
            answer = {key: value for key, value in answer.items() if key != "errors"}
        self._check(
            f"{place} answer {status}",
            content["application/json"]["schema"],
            _without_the_undescribed(answer),
        )

    def _check(self, place: str, schema: Json, value: object) -> None:
        for error in _validator(self._path, json.dumps(schema, sort_keys=True)).iter_errors(value):
            where = ".".join(str(step) for step in error.instance_path)
            self.violations.append(f"{place}: {where or 'body'}: {error.message[:400]}")


def _as_described(value: object, key: str = "") -> object:
    """Undo, in a request, what IDS_AS_NUMBERS and BITS_AS_TEXT tell of."""
    if isinstance(value, dict):
        return {name: _as_described(each, key if name == "id" else name) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_described(each, key) for each in value]
    if key in IDS_AS_NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if key in BITS_AS_TEXT and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value


def _without_the_undescribed(value: object) -> object:
    """Undo what FORWARD and MEDIA_CHANNEL tell of."""
    if isinstance(value, list):
        return [_without_the_undescribed(each) for each in value]
    if not isinstance(value, dict):
        return value
    shown = {name: _without_the_undescribed(each) for name, each in value.items()}
    reference = shown.get("message_reference")
    if isinstance(reference, dict) and reference.get("type") == FORWARD:
        shown["message_reference"] = reference | {"type": 0}
    channel_types = shown.get("channel_types")
    if isinstance(channel_types, list):
        shown["channel_types"] = [each for each in channel_types if each != MEDIA_CHANNEL]
    return shown


def _from_query(text: str, schema: Json) -> object:
    kind = schema.get("type")
    if kind == "boolean":
        return _TRUTH.get(text, text)
    if kind == "integer" and text.isdecimal():
        return int(text)
    return text


@cache
def _document(path: Path) -> Json:
    document: Json = json.loads(path.read_text(encoding="utf-8"))
    return document


@cache
def _registry(path: Path) -> jsonschema_rs.Registry:
    return jsonschema_rs.Registry([(_DESCRIPTION, _document(path))], draft=jsonschema_rs.Draft202012)


@cache
def _validator(path: Path, schema: str) -> jsonschema_rs.Draft202012Validator:
    pointed = json.loads(schema.replace('"#/components/', f'"{_DESCRIPTION}#/components/'))
    return jsonschema_rs.Draft202012Validator(pointed, registry=_registry(path), validate_formats=True)
