"""What print servers share of their web interface: JSON asked and told, files sent as a form. No error but `Away`."""

import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit

import msgspec

from devices.adapters.base import Probe
from devices.adapters.calls import Caller, NoAnswer, Pieces
from devices.adapters.loose import parsed

ASK_WITHIN_S: Final = 5.0
READ_WITHIN_S: Final = 10.0
SEND_WITHIN_S: Final = 40.0


class Away(Exception):
    """No answer of use. `code` is a stable word: unreachable, timed_out, wrong_kind, wrong_key, bad_address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code: Final = code


class Closing(Protocol):
    """What is used for one try and closed after it."""

    def close(self) -> None: ...


S = TypeVar("S", bound=Closing)


def tried(server: S, probe: Callable[[S], Probe]) -> Probe:
    """What a first look finds; no answer is a finding too. The server is closed."""
    try:
        return probe(server)
    except Away as away:
        return Probe(code="bad_setting" if away.code == "bad_address" else away.code)
    finally:
        server.close()


class Reply(msgspec.Struct, frozen=True):
    """What came back; `data` is None where there was no JSON."""

    status: int
    data: Any = None

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


def base_of(address: str) -> str:
    """The address as typed, with its scheme and without a last slash. Raises Away for what is no web address."""
    text = address.strip().rstrip("/")
    text = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_good = False
    if not is_good or not text.isascii() or any(letter.isspace() for letter in text):
        raise Away("bad_address")
    return text


class Web:
    """One machine's web interface. Follows no redirect and no proxy: what was typed is what is asked."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._address = address
        kept = {name: value for name, value in headers.items() if value and value.isascii() and value.isprintable()}
        self._caller = Caller({"accept": "application/json"} | kept, ASK_WITHIN_S)

    def url(self, path: str) -> str:
        """The whole address of a path. Raises Away."""
        return base_of(self._address) + path

    def get(self, path: str) -> Reply:
        """Ask. Raises Away."""
        return self._call("GET", path)

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Reply:
        """Tell. Raises Away."""
        told = None if body is None else msgspec.json.encode(body)
        return self._call("POST", path, body=told, headers={"content-type": "application/json"})

    def upload(self, path: str, file: Path, name: str, fields: Mapping[str, str]) -> Reply:
        """Send a file as a form does, read from disk piece by piece. Raises Away."""
        mark, until = secrets.token_hex(16), time.monotonic() + SEND_WITHIN_S

        def keep_on() -> None:
            if time.monotonic() > until:
                raise TimeoutError

        parts = [_part(mark, f'name="{key}"', value) for key, value in fields.items()]
        head = _part(mark, f'name="file"; filename="{name}"', "", "application/octet-stream").removesuffix(b"\r\n")
        body = Pieces(file, b"".join([*parts, head]), f"\r\n--{mark}--\r\n".encode(), keep_on)
        return self._call(
            "POST",
            path,
            body=body,
            headers={"content-type": f"multipart/form-data; boundary={mark}"},
            read_s=SEND_WITHIN_S,
        )

    def close(self) -> None:
        self._caller.close()

    def _call(self, method: str, path: str, **more: Any) -> Reply:
        try:
            status, _, body = self._caller.call(method, self.url(path), within_s=READ_WITHIN_S, **more)
        except NoAnswer as wrong:
            raise Away("wrong_kind" if wrong.code in ("garbled", "too_large") else wrong.code) from None
        return Reply(status, parsed(body))


def _part(mark: str, name: str, value: str, kind: str = "text/plain") -> bytes:
    """One part of a form. Names are ours, and a file's name holds no quote: it was made from the number of a job."""
    return f"--{mark}\r\ncontent-disposition: form-data; {name}\r\ncontent-type: {kind}\r\n\r\n{value}\r\n".encode()
