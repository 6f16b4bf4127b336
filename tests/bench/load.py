"""The load client, a process of its own: raw HTTP/1.1 over kept connections, one request at a time on each.

It reads one order a line on standard input and answers with one outcome a line, both JSON; it ends with its input.
One thread waits for all connections at once, so that it costs little beside what it measures.
"""

import re
import selectors
import socket
import sys
import time
from collections import deque

import msgspec

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
SILENCE = 30.0
CHUNK = 1 << 18


class Order(msgspec.Struct):
    """Send these requests over so many connections; each must be answered by this status and hold this text."""

    port: int
    clients: int
    requests: list[str]
    status: int
    marker: str = ""


class Outcome(msgspec.Struct):
    """How long all of it took, and each answer but the first of a connection, in seconds.

    `failure` shows the first unexpected answer.
    """

    seconds: float
    latencies: list[float]
    received: int
    failure: str = ""


class Failed(Exception):
    """An answer that was not expected."""


class Line:
    """One connection and the answer under way on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SILENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self._whole = 0
        self._sent_at = 0.0
        self.answered = 0

    def send(self, request: bytes) -> None:
        """Send one request."""
        self._buffer.clear()
        self._whole = 0
        self._sent_at = time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> float:
        """Take in what arrived. Returns the time the whole answer took, 0 while some of it is missing."""
        part = self.socket.recv(CHUNK)
        if not part:
            raise Failed("the connection ended")
        self._buffer += part
        if not self._whole:
            self._whole = self._size()
        if not self._whole or len(self._buffer) < self._whole:
            return 0.0
        return time.perf_counter() - self._sent_at

    def _size(self) -> int:
        """The length of head and body, 0 before the end of the head is there."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return 0
        found = LENGTH.search(self._buffer, 0, end + 2)
        if found is None:
            raise Failed(f"no length: {bytes(self._buffer[:200])!r}")
        return end + 4 + int(found.group(1))

    @property
    def status(self) -> int:
        """The status of the answer that was taken."""
        return int(self._buffer[9:12])

    def check(self, status: bytes, marker: bytes) -> int:
        """Raise Failed unless the answer is the expected one. Returns its size."""
        if self._buffer[9:12] != status or (marker and self._buffer.find(marker) < 0):
            raise Failed(bytes(self._buffer[:1200]).decode("utf-8", "replace"))
        return len(self._buffer)


def run(order: Order) -> Outcome:
    """Send everything, each connection taking the next request as soon as it is free."""
    waiting = deque(request.encode() for request in order.requests)
    lines = [Line(order.port) for _ in range(min(order.clients, len(waiting)))]
    outcome = Outcome(0.0, [], 0)
    began = time.perf_counter()
    try:
        _exchange(lines, waiting, order, outcome)
    except (Failed, OSError) as error:
        outcome.failure = str(error) or type(error).__name__
    outcome.seconds = time.perf_counter() - began
    for line in lines:
        line.socket.close()
    return outcome


def _exchange(lines: list[Line], waiting: deque[bytes], order: Order, outcome: Outcome) -> None:
    status, marker = str(order.status).encode(), order.marker.encode()
    with selectors.DefaultSelector() as selector:
        for line in lines:
            selector.register(line.socket, selectors.EVENT_READ, line)
            line.send(waiting.popleft())
        busy = len(lines)
        while busy:
            ready = selector.select(SILENCE)
            if not ready:
                raise Failed("no answer")
            for key, _events in ready:
                line = key.data
                seconds = line.take()
                if not seconds:
                    continue
                outcome.received += line.check(status, marker)
                if line.answered:
                    outcome.latencies.append(seconds)
                line.answered += 1
                if waiting:
                    line.send(waiting.popleft())
                else:
                    selector.unregister(line.socket)
                    busy -= 1


def main() -> None:
    """Serve orders until the input ends."""
    for text in sys.stdin.buffer:
        outcome = run(msgspec.json.decode(text, type=Order))
        sys.stdout.buffer.write(msgspec.json.encode(outcome) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
