"""The load client seen from the benchmark, and the requests it sends."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from tests.bench.load import Order, Outcome
from tests.support.service import ROOT

BROWSER = "accept: text/html\r\naccept-language: fr-FR,fr;q=0.9\r\naccept-encoding: gzip, deflate, br\r\n"


class Loader:
    """A process that sends requests when it is told to."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def run(self, order: Order) -> Outcome:
        """Send an order and wait for its outcome. Raises when an answer was not the expected one."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()
        outcome = msgspec.json.decode(self._process.stdout.readline(), type=Outcome)
        if outcome.failure:
            raise AssertionError(f"expected {order.status} {order.marker}, got:\n{outcome.failure}")
        return outcome


@contextlib.contextmanager
def loader() -> Iterator[Loader]:
    """A load client that ends with the block."""
    command = [sys.executable, "-m", "tests.bench.load"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Loader(process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(30)


def get(path: str, *, is_page: bool = False, bearer: str = "") -> str:
    """A GET as a program sends it (with its bearer token when it has one), or as a browser asks for a page."""
    head = f"authorization: Bearer {bearer}\r\n" if bearer else ""
    return f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{head}{BROWSER if is_page else ''}\r\n"


def post(path: str, body: dict[str, Any], bearer: str) -> str:
    """A POST of JSON with a bearer token."""
    text = json.dumps(body)
    head = f"content-type: application/json\r\ncontent-length: {len(text)}\r\nauthorization: Bearer {bearer}"
    return f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{head}\r\n\r\n{text}"
