"""What a bot without the Message Content intent is not shown (DISCORD.md: the intent's exceptions)."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.errors import Json


def without_content(message: Json, bot_id: int) -> Json:
    """Return a message's payload as a bot without the intent sees it: emptied, unless it concerns the bot."""
    shown = copy.copy(message)
    if not _concerns(message, str(bot_id)):
        shown |= {"content": "", "embeds": [], "attachments": [], "components": []}
        shown.pop("poll", None)
        if "message_snapshots" in shown:
            shown["message_snapshots"] = [
                {
                    "message": each["message"]
                    | {"content": "", "embeds": [], "attachments": [], "components": []}
                }
                for each in shown["message_snapshots"]
            ]
    if shown.get("referenced_message"):
        shown["referenced_message"] = without_content(shown["referenced_message"], bot_id)
    return shown


def _concerns(message: Json, bot_id: str) -> bool:
    if message["author"]["id"] == bot_id:
        return True
    if all(each["id"] != bot_id for each in message["mentions"]):
        return False
    if re.search(rf"<@!?{bot_id}>", message["content"]):
        return True
    # Mentioned by the reply's ping alone: that shows the text only if the target is an ordinary message.
    target = message.get("referenced_message")
    return target is not None and "webhook_id" not in target
