"""What somebody can do from the page. Each act is the one of `Person` that a test would use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import options as kinds
from bot.sandbox.answers import Answer, NoAnswer
from bot.sandbox.errors import Json, Refused
from bot.sandbox.page import views

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.objects import Channel, Message
    from bot.sandbox.page.direct import ReadMarks
    from bot.sandbox.people import Person

PATIENCE = 900.0
"""Seconds for which a deferred answer may take: as long as its token lasts."""


LOCALES = ("en-US", "uk")
"""The languages that a person's Discord can be set to here."""


class CannotBe(Exception):  # noqa: N818 - what the person is told
    """What was asked for cannot be done; the sentence says why."""


class Acts:
    """The acts of one open page, as one person at a time; each takes and gives plain JSON."""

    def __init__(self, who: Person, dismissed: set[int], marks: ReadMarks) -> None:
        self.who = who
        self.here: Channel | None = None
        """What the page shows."""
        self._dismissed = dismissed
        self._marks = marks
        self._form: Answer | None = None
        self._known: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "open": self._open,
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "dismiss": self._dismiss,
            "react": self._react,
            "thread": self._thread,
            "offered": self._offered,
            "complete": self._complete,
            "command": self._command,
            "menu": self._menu,
            "press": self._press,
            "fill": self._fill,
            "speak": self._speak,
        }

    async def do(self, name: str, asked: Json) -> Json:
        """Carry out one act. Raises CannotBe."""
        act = self._known.get(name)
        if act is None:
            raise CannotBe("This page is older than its server. Reload it.")
        try:
            return await act(asked)
        except Refused as refused:
            raise CannotBe(sentence(refused)) from refused
        except NoAnswer as silence:
            raise CannotBe("The application did not respond.") from silence
        except (LookupError, TypeError, ValueError) as error:
            raise CannotBe("That is not there any more.") from error

    async def _open(self, asked: Json) -> Json:
        place = self._channel(asked)
        bounds = {key: int(asked[key]) for key in ("before", "after", "around") if asked.get(key)}
        found = views.history(self.who, place, self._dismissed, **bounds)
        self.here = place
        if place.recipient is not None:
            self._marks.read(place)
        return found

    async def _say(self, asked: Json) -> Json:
        if asked.get("reply"):
            target = self._message(asked | {"message": asked["reply"]})
            said = await self.who.reply(target, str(asked["text"]))
        else:
            said = await self.who.say(self._channel(asked), str(asked["text"]))
        return {"id": str(said.id)}

    async def _edit(self, asked: Json) -> Json:
        await self.who.edit(self._message(asked), str(asked["text"]))
        return {}

    async def _delete(self, asked: Json) -> Json:
        await self.who.delete(self._message(asked))
        return {}

    async def _dismiss(self, asked: Json) -> Json:
        self._dismissed.add(self._message(asked).id)
        return {}

    async def _react(self, asked: Json) -> Json:
        change = self.who.unreact if asked.get("take") else self.who.react
        await change(self._message(asked), str(asked["emoji"]))
        return {}

    async def _thread(self, asked: Json) -> Json:
        thread = await self.who.open_thread(self._message(asked), str(asked["name"]))
        return {"id": str(thread.id)}

    async def _offered(self, asked: Json) -> Json:
        return views.offered(self.who, self._channel(asked))

    async def _complete(self, asked: Json) -> Json:
        place = self._channel(asked)
        given = self._options(str(asked["name"]), place, asked["options"], focused=str(asked["focused"]))
        found = await self.who.autocomplete(
            str(asked["name"]), str(asked["focused"]), str(asked["typed"]), here=place, **given
        )
        return {"choices": [{"name": name, "value": value} for name, value in found]}

    async def _command(self, asked: Json) -> Json:
        place = self._channel(asked)
        given = self._options(str(asked["name"]), place, asked["options"])
        return self._answered(
            await self.who.command(str(asked["name"]), here=place, patience=PATIENCE, **given)
        )

    async def _menu(self, asked: Json) -> Json:
        target = self._message(asked)
        return self._answered(await self.who.menu(target, str(asked["name"]), patience=PATIENCE))

    async def _press(self, asked: Json) -> Json:
        target, values = self._message(asked), [str(each) for each in asked.get("values", [])]
        return self._answered(
            await self.who.press(target, str(asked["control"]), values=values, patience=PATIENCE)
        )

    async def _fill(self, asked: Json) -> Json:
        if self._form is None:
            raise LookupError("no form is open")
        form, self._form = self._form, None
        try:
            return self._answered(await self.who.fill_in(form, dict(asked["fields"]), patience=PATIENCE))
        except Refused:
            self._form = form
            raise

    async def _speak(self, asked: Json) -> Json:
        if asked["locale"] not in LOCALES:
            raise LookupError("not one of the languages offered")
        self.who.member.user.locale = asked["locale"]
        return {}

    def _answered(self, answer: Answer) -> Json:
        """A form is shown by the page; messages come to it as events."""
        if not answer.is_form:
            return {}
        self._form = answer
        return {"form": answer.form}

    def _channel(self, asked: Json) -> Channel:
        return self.who.world.channel(int(asked["channel"]))

    def _message(self, asked: Json) -> Message:
        place, message_id = self._channel(asked), int(asked["message"])
        for each in views.answers_to(self.who, place):
            if each.id == message_id:
                return each
        return self.who.world.message(place, message_id)

    def _options(self, name: str, place: Channel, given: Json, focused: str = "") -> dict[str, Any]:
        """The options as `Person.command` takes them: members and channels as themselves, numbers as numbers."""
        leaf = next(each for each in views.offered(self.who, place)["slash"] if each["name"] == name)
        return {
            option["name"]: self._value(option["type"], given[option["name"]])
            for option in leaf["options"]
            if given.get(option["name"]) not in (None, "") and option["name"] != focused
        }

    def _value(self, kind: int, given: object) -> object:
        world, guild = self.who.world, self.who.member.guild
        if kind == kinds.CHANNEL:
            return world.channel(int(str(given)))
        if kind == kinds.USER:
            return world.member(guild, int(str(given)))
        if kind == kinds.ROLE:
            return guild.roles[int(str(given))]
        if kind == kinds.MENTIONABLE:
            return guild.roles.get(int(str(given))) or world.member(guild, int(str(given)))
        if kind in {kinds.INTEGER, kinds.NUMBER}:
            try:
                return int(str(given)) if kind == kinds.INTEGER else float(str(given))
            except ValueError:
                raise CannotBe(f"“{given}” is no number.") from None
        if kind == kinds.BOOLEAN:
            return given is True or given == "true"
        return str(given)


def sentence(refused: Refused) -> str:
    """What the client says when Discord refuses."""
    if refused.code == 20016:
        return f"Slow mode is on: you can write again in {max(1, round(refused.retry_after or 1))} s."
    return _SAID.get(refused.code) or _innermost(refused.errors) or f"{refused.message.rstrip('.')}."


_SAID = {
    10003: "This channel is gone.",
    10008: "This message is gone.",
    30010: "This message has as many kinds of reaction as it can bear.",
    50001: "You do not see this channel.",
    50006: "An empty message cannot be sent.",
    50013: "You do not have the permission to do this.",
    50083: "This thread is archived.",
    160004: "There is already a thread on this message.",
    160005: "This thread is locked.",
}


def _innermost(errors: Json | None) -> str:
    """The words of the first problem that a refused form names."""
    here: Any = errors
    while isinstance(here, dict):
        if "_errors" in here:
            return str(here["_errors"][0]["message"])
        here = next(iter(here.values()), None)
    return ""
