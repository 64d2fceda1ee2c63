"""The errors people are meant to read: one sentence, where it happened, and what to do about it."""

from __future__ import annotations


class OpedError(Exception):
    """Something went wrong that a person can understand and mend.

    `message` is one sentence without a traceback, `remedy` says what to do next, `place` names the file,
    line, option or channel it is about. All three are safe to show: they never hold a token.
    """

    def __init__(self, message: str, *, remedy: str | None = None, place: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.place = place

    def sentence(self) -> str:
        """The message and its remedy as one line of text for a person."""
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class ConfigurationError(OpedError):
    """A setting is missing or unusable."""


class SourceError(OpedError):
    """An import's input cannot be read, or is not what it claims to be."""


class NotFoundError(OpedError):
    """What was asked for does not exist, or may not be seen by who asks."""


class RefusedError(OpedError):
    """The person may not do this, or it cannot be done in the present state."""


class StorageError(OpedError):
    """The database cannot be opened, read or written."""


class DeliveryError(OpedError):
    """Discord refuses for good what we want to do there."""
