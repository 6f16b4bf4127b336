"""A paho client that reads its socket in large pieces, and takes out of them itself what may be lost.

paho takes every packet apart in many steps. Almost all that a thousand machines say are messages of the simplest kind
(QoS 0): those are found here, many in one go. All other packets are paho's, byte by byte as they came.
"""

import socket
from collections.abc import Callable
from typing import Any, Final

import paho.mqtt.client as mqtt

PIECE: Final = 65_536
KIND, MAY_BE_LOST, RETAINED = 0b1111_0110, 0b0011_0000, 0b0000_0001
"""Of a packet's first byte: what tells a message of QoS 0 from all else; whether it is retained."""
LENGTH_DIGITS: Final = 4

Heard = tuple[bytes, bytes, bool]
"""A topic, a payload, and whether the broker had kept it."""
Hear = Callable[[list[Heard]], object]


class ReadingAhead(socket.socket):
    """A socket without the messages that may be lost: `hear` gets them, in their order."""

    def __init__(self, plain: socket.socket, hear: Hear) -> None:
        super().__init__(plain.family, plain.type, plain.proto, plain.detach())
        self._hear = hear
        self._piece = b""
        self._at = 0
        self._rest = 0

    def recv(self, size: int, flags: int = 0) -> bytes:
        """The next bytes of one packet, `size` at most; nothing when the connection is over.

        Raises BlockingIOError while no packet is here whole.
        """
        if not self.pending():
            more = super().recv(PIECE, flags)
            if not more:
                return b""
            self._piece, self._at = self._piece[self._at :] + more, 0
            if not self.pending():
                raise BlockingIOError
        taken = self._piece[self._at : self._at + min(size, self._rest)]
        self._at += len(taken)
        self._rest -= len(taken)
        return taken

    def pending(self) -> int:
        """How many bytes of a packet are here: paho does not wait for more meanwhile."""
        if not self._rest:
            self._rest = self._walk()
        return self._rest

    def _walk(self) -> int:
        """Go on past what may be lost: the length of the packet that comes then, 0 while it is not here whole."""
        piece, at, heard, length = self._piece, self._at, list[Heard](), 0
        while not length and (found := bounds(piece, at)) is not None:
            body, end = found
            start = body + 2 + int.from_bytes(piece[body : body + 2])
            if piece[at] & KIND != MAY_BE_LOST or start > end:
                length = end - at
            else:
                heard.append((piece[body + 2 : start], piece[start:end], bool(piece[at] & RETAINED)))
                at = end
        self._at = at
        if heard:
            self._hear(heard)
        return length


def bounds(piece: bytes, at: int) -> tuple[int, int] | None:
    """Where the body of the packet at a place begins and ends; None while it is not here whole.

    A length that is none in MQTT ends with its digits: paho judges it.
    """
    length, size = 0, len(piece)
    for place in range(LENGTH_DIGITS):
        body = at + 2 + place
        if body > size:
            return None
        digit = piece[body - 1]
        length |= (digit & 0x7F) << 7 * place
        if digit < 0x80:
            return (body, body + length) if body + length <= size else None
    return at + 1 + LENGTH_DIGITS, at + 1 + LENGTH_DIGITS


class Client(mqtt.Client):
    """paho's client; a connection through TLS reads ahead by itself, and leaves all messages to paho."""

    def __init__(self, *args: Any, hear: Hear, **named: Any) -> None:
        super().__init__(*args, **named)
        self._hear = hear

    def _create_socket_connection(self) -> socket.socket:
        plain = super()._create_socket_connection()
        return plain if self._ssl else ReadingAhead(plain, self._hear)
