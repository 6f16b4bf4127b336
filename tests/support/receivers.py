"""A receiver of webhooks of the tests' own, on a free loopback port: takes calls, or misbehaves as it is told."""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from tests.support.clients import HouseUnderTest
from tests.support.inside import run_jobs
from tests.support.postgres import free_port
from tests.support.waiting import until

T = TypeVar("T")


@dataclass
class Call:
    """One call as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Its id: the same when it is sent again."""
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        """What it tells."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """True when one of its signatures is made with this secret, computed here and by nothing of the product."""
        key = base64.b64decode(secret.split("_", 1)[1])
        signed = b".".join([self.id.encode(), self.headers["webhook-timestamp"].encode(), self.body])
        wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return any(hmac.compare_digest(one, f"v1,{wanted}") for one in self.headers["webhook-signature"].split(" "))


@dataclass
class Receiver:
    """What it was told. `status` is what it answers; `is_silent` makes it take calls and say nothing."""

    port: int = field(default_factory=free_port)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    is_silent: bool = False
    calls: list[Call] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/avis?de=nous"


@contextlib.contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """The receiver at work inside the block, on threads of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.calls.append(Call(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if receiver.is_silent:
                receiver.ending.wait(60)
                return
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ending.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def until_told(house: HouseUnderTest, look: Callable[[], T], what: str) -> T:
    """Run jobs until `look` answers something true: calls under way end on their own."""

    def turn() -> T:
        run_jobs(house)
        return look()

    return until(turn, what)
