"""PrusaLink over HTTP: one connection, answers within bounds of time and size, and no retry that could start twice."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import msgspec

from devices.adapters.calls import Caller, Digest, NoAnswer, Pieces
from devices.adapters.loose import member, parsed, words

ANSWER_S: Final = 5.0
UPLOAD_STALL_S: Final = 30.0
_PLAIN: Final = {"accept": "application/json", "accept-encoding": "identity"}
_SAFE_FOLDER: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class Unreached(Exception):
    """No whole answer came. `code`: unreachable, timed_out, garbled. Whether the printer heard us is not known."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Reply(msgspec.Struct, frozen=True):
    """A status and the JSON that came with it, None where there was none."""

    status: int
    body: object = None


def base_of(address: str) -> str | None:
    """The base URL of what was typed: a name, an IP, with or without http://. None if it is no address."""
    text = address.strip().rstrip("/")
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return url if is_good and not parts.query and not parts.username and " " not in url else None


class Client:
    """Speaks to one printer. With a username it proves the password by digest, without one it sends it as a key."""

    def __init__(self, base_url: str, username: str, password: str, answer_s: float = ANSWER_S) -> None:
        self.asked = 0
        self._base, self._answer_s = base_url, answer_s
        self._caller = Caller(_PLAIN | ({} if username else {"x-api-key": password}), answer_s)
        self._digest = Digest(base_url, username, password) if username else None

    def close(self) -> None:
        self._caller.close()

    def get(self, path: str) -> Reply:
        return self._ask("GET", path)

    def send(self, method: str, path: str) -> Reply:
        """An order without a body."""
        return self._ask(method, path)

    def upload(self, path: str, file: Path, within_s: float) -> Reply:
        """Put a file on the printer without starting it. Raises Unreached, too_slow when the time is over."""
        until = time.monotonic() + within_s

        def keep_on() -> None:
            if time.monotonic() > until:
                raise Unreached("too_slow")

        headers = {"content-type": "application/octet-stream", "overwrite": "?1", "print-after-upload": "?0"}
        content = Pieces(file, keep_on=keep_on)
        return self._ask("PUT", path, headers, content)

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: Pieces | None = None
    ) -> Reply:
        """A call, proved by what the printer asked for last; once more when it asks for another proof."""
        self.asked += 1
        url = self._base + path
        try:
            status, answered, found = self._call(method, url, headers, body)
            if status == 401 and self._digest and self._digest.learn(answered.get("www-authenticate", "")):
                status, _, found = self._call(method, url, headers, body)
        except NoAnswer as wrong:
            raise Unreached("garbled" if wrong.code == "too_large" else wrong.code) from None
        return Reply(status, parsed(found))

    def _call(
        self, method: str, url: str, headers: Mapping[str, str] | None, body: Pieces | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        proof = self._digest.proof(method, url) if self._digest else {}
        sent = {**(headers or {}), **proof}
        if body is not None:
            return self._caller.call(method, url, headers=sent, body=body, read_s=UPLOAD_STALL_S)
        return self._caller.call(method, url, headers=sent, within_s=2 * self._answer_s)


def file_path(folder: str, name: str) -> str:
    """Where a file is put and started."""
    return f"/api/v1/files/{folder}/{quote(name, safe='')}"


def folder_of(body: object) -> str | None:
    """The first storage that can be written, of GET /api/v1/storage."""
    listed = member(body, "storage_list")
    for one in listed if isinstance(listed, list) else ():
        folder = words(member(one, "path"), 40).strip("/")
        is_usable = member(one, "available") is not False and not member(one, "read_only")
        if folder and is_usable and set(folder) <= _SAFE_FOLDER:
            return folder
    return None
