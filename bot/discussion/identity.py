"""What people and comments of a source are known by: keyed hashes, whose key never enters the database.

Whoever has only the database can neither find out an address from it nor test a guess.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from bot.errors import StorageError
from bot.model import SourceArticle, SourceAuthor

_KEY_BYTES = 32
_HASH_BYTES = 16


def key_path(database: Path) -> Path:
    """Where the key of a database is: beside it."""
    return database.with_name(f"{database.name}.key")


class Identities:
    """Hashes with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def beside(cls, database: Path) -> Identities:
        """With the key of a database, made when first needed; two programs that do so at once get the same.

        Raises `StorageError` where it cannot be made or read.
        """
        path = key_path(database)
        try:
            if not path.exists():
                _make_key(path)
            key = path.read_bytes()
        except OSError as error:
            raise StorageError(
                f"The identity key beside the database cannot be read or made: {error.strerror}.",
                remedy="Give the user who runs Oped the right to read and write the file and its folder.",
                place=str(path),
            ) from error
        if len(key) != _KEY_BYTES:
            raise StorageError(
                "The identity key beside the database is damaged.",
                remedy="Put it back from a backup. Without it, people already imported would count as new.",
                place=str(path),
            )
        return cls(key)

    def author(self, article: SourceArticle, author: SourceAuthor) -> bytes | None:
        """Who wrote a comment at a source; None for somebody who is known by neither name nor key.

        The name counts too: who signs differently is shown as each comment was signed.
        """
        name = (author.name or "").strip()
        if author.key is None and not name:
            return None
        # Readers without a name are numbered per article, so they are known per article.
        place = "" if name else f"{article.post_id or ''}\0{article.ref}"
        return self._hash("author", article.kind, article.site, place, author.key or "", name)

    def comment(self, article: SourceArticle, author: SourceAuthor, text: str) -> bytes:
        """What a comment without an id is known by, beside its parent and its rank among equals."""
        name = (author.name or "").strip()
        return self._hash("comment", article.kind, article.site, name, " ".join(text.split()))

    def _hash(self, *parts: str) -> bytes:
        digest = hashlib.blake2b(key=self._key, digest_size=_HASH_BYTES)
        for part in parts:
            encoded = part.encode("utf-8", "surrogatepass")
            # The length before each part keeps ("ab", "c") and ("a", "bc") apart.
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
        return digest.digest()


def _make_key(path: Path) -> None:
    """Write the key aside, then link it into place: whole or not at all, and only where none is yet."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return  # another program was faster: its key counts
    finally:
        Path(name).unlink()
