"""A paho client that reads its socket in large pieces: three calls of the system for each small message become few."""

import socket
from typing import Final

import paho.mqtt.client as mqtt

PIECE: Final = 65_536


class ReadingAhead(socket.socket):
    """A socket that hands out from what it has already read. `pending` tells paho not to wait for more meanwhile."""

    def __init__(self, plain: socket.socket) -> None:
        super().__init__(plain.family, plain.type, plain.proto, plain.detach())
        self._piece = b""
        self._at = 0

    def recv(self, size: int, flags: int = 0) -> bytes:
        """The next bytes, `size` at most."""
        if self._at >= len(self._piece):
            self._piece, self._at = super().recv(max(size, PIECE), flags), 0
        taken = self._piece[self._at : self._at + size]
        self._at += len(taken)
        return taken

    def pending(self) -> int:
        """How many bytes are here already."""
        return len(self._piece) - self._at


class Client(mqtt.Client):
    """paho's client; a connection through TLS reads ahead by itself."""

    def _create_socket_connection(self) -> socket.socket:
        plain = super()._create_socket_connection()
        return plain if self._ssl else ReadingAhead(plain)
