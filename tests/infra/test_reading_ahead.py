"""What may be lost is taken out of the stream; all other packets come through as they were, whatever the pieces."""

import socket
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tierslieu.infra.reading_ahead import Heard, ReadingAhead


class Packet(NamedTuple):
    """The bytes of a packet, and what is heard of it when it may be lost."""

    data: bytes
    heard: Heard | None


def packet(first: int, body: bytes) -> bytes:
    digits, rest = bytearray(), len(body)
    while True:
        rest, digit = divmod(rest, 128)
        digits.append(digit | (0x80 if rest else 0))
        if not rest:
            return bytes((first,)) + bytes(digits) + body


def message(topic: bytes, payload: bytes, is_retained: bool) -> Packet:
    body = len(topic).to_bytes(2, "big") + topic + payload
    return Packet(packet(0x30 | is_retained, body), (topic, payload, is_retained))


def other(first: int, body: bytes) -> Packet:
    return Packet(packet(first, body), None)


PAYLOADS = some.one_of(some.binary(max_size=40), some.integers(100, 20_000).map(bytes))
PACKETS = some.one_of(
    some.builds(message, some.binary(min_size=1, max_size=30), PAYLOADS, some.booleans()),
    some.builds(other, some.sampled_from((0x20, 0x32, 0x33, 0x34, 0x3A, 0x40, 0x90, 0xD0)), PAYLOADS),
)


class Line:
    """A socket that reads ahead, and what came out of it on both ways."""

    def __init__(self) -> None:
        plain, self.sender = socket.socketpair()
        self.heard: list[Heard] = []
        self.reader = ReadingAhead(plain, self.heard.extend)
        self.reader.setblocking(False)
        self.rest = b""

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.close()
        self.sender.close()

    def say(self, data: bytes, size: int) -> None:
        """Send some bytes, and read as paho does: so many bytes at most, until it would have to wait."""
        self.sender.sendall(data)
        while True:
            try:
                found = self.reader.recv(size)
            except BlockingIOError:
                return
            self.rest += found
            if not found:
                return


@given(packets=some.lists(PACKETS, max_size=12), piece=some.integers(1, 70_000), size=some.integers(1, 9000))
def test_every_packet_goes_its_way_in_order(packets: list[Packet], piece: int, size: int) -> None:
    stream = b"".join(one.data for one in packets)
    piece = max(piece, len(stream) // 50)
    with Line() as line:
        for at in range(0, len(stream), piece):
            line.say(stream[at : at + piece], size)
        assert line.heard == [one.heard for one in packets if one.heard is not None]
        assert line.rest == b"".join(one.data for one in packets if one.heard is None)
        assert line.reader.pending() == 0


def test_paho_is_told_what_waits_here_and_nothing_of_what_is_not_whole() -> None:
    lost, counted = message(b"a/b", b"1", False), other(0x32, b"\x00\x01a\x00\x07x")
    with Line() as line:
        line.sender.sendall(lost.data + 2 * counted.data + lost.data[:3])
        assert line.reader.recv(1) == counted.data[:1]
        assert line.reader.pending() == len(counted.data) - 1
        assert line.reader.recv(100) == counted.data[1:]
        assert line.reader.pending() == len(counted.data), "the next one is here already"
        assert line.reader.recv(100) == counted.data
        assert line.reader.pending() == 0, "a part of a packet is nothing to wake up for"
        line.sender.close()
        assert line.reader.recv(1) == b""


@pytest.mark.parametrize(
    "damaged", [b"\x30\x01a", b"\x30\x03\x00\x09a", b"\x20\xff\xff\xff\xff"], ids=["short", "topic", "length"]
)
def test_what_is_no_packet_is_left_to_paho(damaged: bytes) -> None:
    with Line() as line:
        line.say(damaged, 1)
        assert (line.heard, line.rest) == ([], damaged)
