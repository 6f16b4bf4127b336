"""OctoPrint's push socket: what happens there, without a plugin, for as long as it can be reached."""

import logging
import threading
from collections.abc import Callable
from typing import Final

import msgspec
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from devices.adapters.loose import member, parsed
from devices.adapters.octoprint.server import Server
from devices.adapters.web import Away

OPEN_WITHIN_S: Final = 5.0
RETRY_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
MAX_MESSAGE: Final = 256 * 1024
_SUBSCRIBE: Final = {"subscribe": {"state": {"logs": False, "messages": False}, "plugins": False, "events": True}}

log: Final = logging.getLogger(__name__)


class Push:
    """Reads the socket in a thread of its own; `hear` is called there with each message, `turn` with up and down."""

    def __init__(self, name: str, server: Server, hear: Callable[[object], None], turn: Callable[[bool], None]) -> None:
        self._server, self._hear, self._turn = server, hear, turn
        self._is_over = threading.Event()
        self._socket: Connection | None = None
        self._thread = threading.Thread(target=self._live, name=f"push {name}", daemon=True)
        self.messages = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        if (opened := self._socket) is not None:
            opened.close()
        if self._thread.ident is not None:
            self._thread.join()

    def _live(self) -> None:
        tries = 0
        while not self._is_over.is_set():
            before = self.messages
            try:
                self._listen()
            except (Away, OSError, WebSocketException, TimeoutError, ValueError) as wrong:
                log.info("push socket: %s", type(wrong).__name__)
            self._turn(False)
            tries = 0 if self.messages > before else tries + 1
            self._is_over.wait(RETRY_S[min(tries, len(RETRY_S) - 1)])

    def _listen(self) -> None:
        name, session = self._server.session()
        address = self._server.url("/sockjs/websocket").replace("http", "ws", 1)
        with connect(
            address, open_timeout=OPEN_WITHIN_S, close_timeout=1, max_size=MAX_MESSAGE, proxy=None, compression=None
        ) as opened:
            self._socket = opened
            for said in ({"auth": f"{name}:{session}"}, {"throttle": 4}, _SUBSCRIBE):
                opened.send(msgspec.json.encode(said).decode())
            self._turn(True)
            for message in opened:
                if self._is_over.is_set():
                    return
                self.messages += 1
                self._hear(parsed(message.encode() if isinstance(message, str) else message))


def kinds_of(message: object) -> tuple[tuple[str, object], ...]:
    """What a message holds that is of use: ("event", …), ("data", …)."""
    event = member(message, "event")
    data = [member(message, name) for name in ("history", "current")]
    found = [("event", event)] if event is not None else []
    return (*found, *(("data", one) for one in data if one is not None))
