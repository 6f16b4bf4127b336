"""The files of jobs: read from the service as the machine, checked, and kept for a while."""

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from devices.adapters.calls import Caller, NoAnswer
from devices.wire import JobOrder

MAX_FILE_BYTES: Final = 1024**3
MAX_KEPT_BYTES: Final = 2 * 1024**3
ANSWER_WITHIN_S: Final = 10.0
WHOLE_WITHIN_S: Final = 40.0
_HEX: Final = frozenset("0123456789abcdef")


class Unavailable(OSError):
    """The file cannot be had; the text is a stable word and holds no address."""


class Downloads:
    """A folder of files by their hash. The secret of a machine goes to the service that the agent was told, and to no
    address that a message names."""

    def __init__(self, folder: Path, service_url: str, ca_file: str | None) -> None:
        self._folder, self._base, self._ca_file = folder, service_url.rstrip("/"), ca_file
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.part*"):  # of a download that a power cut ended
            left.unlink(missing_ok=True)

    def fetch(self, order: JobOrder, secret: str) -> Path:
        """The file of an order, whole and checked. Raises OSError."""
        sha256 = order.file_sha256 or ""
        if len(sha256) != 64 or not set(sha256) <= _HEX:
            raise Unavailable("no_hash")
        kept = self._folder / sha256
        if not kept.is_file():
            self._download(sha256, secret, kept)
        with contextlib.suppress(OSError):
            os.utime(kept)
        self._forget_old(kept)
        return kept

    def _download(self, sha256: str, secret: str, kept: Path) -> None:
        if not self._base:
            raise Unavailable("no_service")
        part = kept.with_suffix(f".part{threading.get_ident()}")
        try:
            with part.open("wb") as written:
                found = self._copy(f"{self._base}/api/v1/files/{sha256}", secret, written.write)
                written.flush()
                os.fsync(written.fileno())
            if found != sha256:
                raise Unavailable("wrong_hash")
            part.replace(kept)
        finally:
            part.unlink(missing_ok=True)

    def _copy(self, url: str, secret: str, write: Callable[[bytes], object]) -> str:
        """The bytes at an address; returns their hash."""
        digest = hashlib.sha256()

        def take(piece: bytes) -> None:
            digest.update(piece)
            write(piece)

        caller = Caller({"authorization": f"Bearer {secret}"}, ANSWER_WITHIN_S, self._ca_file)
        try:
            status = caller.pour(url, take, MAX_FILE_BYTES, WHOLE_WITHIN_S)
        except NoAnswer as wrong:
            raise Unavailable(wrong.code) from None
        finally:
            caller.close()
        if status != 200:
            raise Unavailable(f"answer_{status}")
        return digest.hexdigest()

    def _forget_old(self, but: Path) -> None:
        """Keep the newest files, up to what the folder may hold."""
        with self._lock:
            total = 0
            for file in sorted(self._folder.iterdir(), key=_age, reverse=True):
                total += _size(file)
                if total > MAX_KEPT_BYTES and file != but:
                    file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    with contextlib.suppress(OSError):
        return file.stat().st_mtime
    return 0.0


def _size(file: Path) -> int:
    with contextlib.suppress(OSError):
        return file.stat().st_size
    return 0
