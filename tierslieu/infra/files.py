"""Files that people bring, stored by the SHA-256 of their content: written whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from tierslieu.basics.errors import Invalid, NotFound


class Stored(NamedTuple):
    """A stored file: its address and its size in bytes."""

    sha256: str
    size: int


def write_whole(path: Path, text: str) -> None:
    """The whole text or the former one, also when the power goes: never half of it. Only this service reads it."""
    new = path.with_name(f".{path.name}")
    new.touch(mode=0o600)
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


class Files:
    """A folder of files named by their content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a stored file lies. The address must be 64 hexadecimal digits."""
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise Invalid("bad_file_address")
        return self.folder / sha256[:2] / sha256

    def kept(self, sha256: str) -> Path:
        """Where a file lies. Raises NotFound("unknown_file") when it does not: a backup may have come back without."""
        place = self.path(sha256)
        if not place.is_file():
            raise NotFound("unknown_file")
        return place

    async def receive(self, chunks: AsyncIterator[bytes], limit: int) -> Stored:
        """Store a stream of at most `limit` bytes. Raises Invalid("file_too_large") and keeps nothing beyond it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"draft-{secrets.token_hex(8)}"
        digest, size = hashlib.sha256(), 0
        try:
            with draft.open("wb") as out:
                async for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise Invalid("file_too_large", limit=limit)
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            place = self.path(digest.hexdigest())
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        return Stored(digest.hexdigest(), size)

    def remove(self, sha256: str) -> None:
        """Forget a file; nothing happens when it is gone already."""
        self.path(sha256).unlink(missing_ok=True)
