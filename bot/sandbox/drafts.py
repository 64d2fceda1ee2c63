"""What is asked to be posted, read from a request's body and held to Discord's bounds."""

from __future__ import annotations

import copy
import zlib
from dataclasses import dataclass, field

from bot.sandbox.components import checked_components
from bot.sandbox.errors import Json, bad_length, invalid, refusal, too_long
from bot.sandbox.objects import MessageFlags

CONTENT_LIMIT = 2000
NONCE_LIMIT = 25
FILE_LIMIT = 10
EMBED_TOTAL_LIMIT = 6000
_EMBED_LIMITS = {"title": 256, "description": 4096}
SETTABLE = MessageFlags.SUPPRESS_EMBEDS | MessageFlags.SUPPRESS_NOTIFICATIONS | MessageFlags.COMPONENTS_V2


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    filename: str
    size: int
    content_type: str = "application/octet-stream"
    description: str | None = None
    content: bytes = b""


@dataclass
class Draft:
    """A message before it is posted. `given` names the fields that the body held, for edits."""

    content: str = ""
    flags: MessageFlags = MessageFlags.NONE
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    stickers: list[Json] = field(default_factory=list)
    poll: Json | None = None
    reference: Json | None = None
    nonce: str | int | None = None
    enforce_nonce: bool = False
    allowed_mentions: Json | None = None
    kept_attachments: list[int] | None = None
    given: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether nothing in it could be shown."""
        return not (
            self.content or self.embeds or self.components or self.uploads or self.stickers or self.poll
        )


def read_draft(
    body: Json, uploads: list[Upload] | None = None, *, settable: MessageFlags = SETTABLE
) -> Draft:
    """Read a message from a request's body. Raises Refused (50035) at the first bound it breaks."""
    uploads = uploads or []
    content = body.get("content") or ""
    if not isinstance(content, str):
        raise invalid("content", "STRING_TYPE_CONVERT", "Could not interpret as a string.")
    if len(content) > CONTENT_LIMIT:
        raise too_long("content", CONTENT_LIMIT)
    if len(uploads) > FILE_LIMIT:
        raise bad_length("attachments", 0, FILE_LIMIT)
    flags = MessageFlags(body.get("flags") or 0) & settable
    draft = Draft(
        content=content.strip(),
        flags=flags,
        embeds=_embeds(body.get("embeds") or []),
        components=checked_components(body.get("components") or [], v2=MessageFlags.COMPONENTS_V2 in flags),
        uploads=_described(uploads, body.get("attachments") or []),
        stickers=[_sticker(str(each)) for each in body.get("sticker_ids") or []],
        poll=copy.deepcopy(body.get("poll")),
        reference=body.get("message_reference"),
        nonce=_nonce(body.get("nonce")),
        enforce_nonce=bool(body.get("enforce_nonce")),
        allowed_mentions=_allowed_mentions(body.get("allowed_mentions")),
        kept_attachments=[
            int(each["id"]) for each in body.get("attachments") or [] if len(str(each["id"])) > 2
        ],
        given=frozenset(body) | ({"attachments"} if uploads else frozenset()),
    )
    if MessageFlags.COMPONENTS_V2 in flags and (
        draft.content or draft.embeds or draft.poll or draft.stickers
    ):
        raise invalid(
            "content" if draft.content else "embeds",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
        )
    return draft


def read_post(body: Json, uploads: list[Upload] | None = None, *, settable: MessageFlags = SETTABLE) -> Draft:
    """Read a message that must show something. Raises Refused (50006 if it would be empty)."""
    draft = read_draft(body, uploads, settable=settable)
    if draft.empty and not _is_forward(draft):
        raise refusal(50006)
    return draft


def _sticker(name: str) -> Json:
    """Every sticker exists: its name makes its id."""
    return {"id": str(zlib.crc32(name.encode())), "name": name, "format_type": 1}


def _is_forward(draft: Draft) -> bool:
    return draft.reference is not None and draft.reference.get("type") == 1


def _nonce(nonce: object) -> str | int | None:
    if nonce is None or isinstance(nonce, int):
        return nonce
    if not isinstance(nonce, str):
        raise invalid("nonce", "NONCE_TYPE_INVALID", "Nonce must be an integer or string.")
    if len(nonce) > NONCE_LIMIT:
        raise invalid("nonce", "NONCE_TYPE_TOO_LONG", f"Nonce may be at most {NONCE_LIMIT} characters long.")
    return nonce


def _embeds(embeds: list[Json]) -> list[Json]:
    if len(embeds) > 10:
        raise bad_length("embeds", 0, 10)
    total = 0
    for index, embed in enumerate(embeds):
        for key, limit in _EMBED_LIMITS.items():
            text = (embed.get(key) or "").strip()
            if len(text) > limit:
                raise too_long(f"embeds.{index}.{key}", limit)
            total += len(text)
        fields = embed.get("fields") or []
        total += sum(len(each["name"].strip()) + len(each["value"].strip()) for each in fields)
        total += len((embed.get("footer") or {}).get("text", "")) + len(
            (embed.get("author") or {}).get("name", "")
        )
    if total > EMBED_TOTAL_LIMIT:
        raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    return [{"type": "rich"} | _shown(embed) for embed in embeds]


def _shown(embed: Json) -> Json:
    kept = {key: value for key, value in embed.items() if value is not None}
    return (
        kept | {"fields": [{"inline": False} | each for each in kept["fields"]]} if "fields" in kept else kept
    )


def _described(uploads: list[Upload], attachments: list[Json]) -> list[Upload]:
    by_place = {str(each.get("id")): each for each in attachments}
    return [
        Upload(
            filename=by_place.get(str(place), {}).get("filename") or upload.filename,
            size=upload.size,
            content_type=upload.content_type,
            content=upload.content,
            description=by_place.get(str(place), {}).get("description"),
        )
        for place, upload in enumerate(uploads)
    ]


def _allowed_mentions(allowed: Json | None) -> Json | None:
    if allowed is None:
        return None
    for kind in ("users", "roles"):
        ids = allowed.get(kind) or []
        if len(ids) > 100:
            raise bad_length(f"allowed_mentions.{kind}", 0, 100)
        if ids and kind in (allowed.get("parse") or []):
            raise invalid(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
    return allowed
