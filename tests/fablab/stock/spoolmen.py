"""A Spoolman of the tests' own: as its API counts, and failing as it is told, before or after it has applied a call."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BEFORE, AFTER, FINE = "before", "after", "fine"


@dataclass
class Spoolman:
    """Its spools by id, and what goes wrong with the next calls that change something."""

    spools: dict[int, dict[str, Any]] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def add(self, id_: int, remaining: float, used: float = 0.0, **filament: Any) -> None:
        """One more spool."""
        known = {"id": 1, "name": "PLA Vert", "material": "PLA", "density": 1.24, "diameter": 1.75, "weight": 1000.0}
        self.spools[id_] = {
            "id": id_,
            "registered": "2026-01-01T00:00:00Z",
            "filament": {**known, "price": 20.0, "spool_weight": 200.0, "color_hex": "1B5E20", **filament},
            "used_weight": used,
            "remaining_weight": remaining,
            "archived": False,
            "extra": {"their_own": '"kept"'},
        }

    def change(self, id_: int, body: dict[str, Any]) -> int:
        """PATCH /spool/{id}; unknown fields are refused, all others are written together."""
        if set(body.get("extra", {})) - self.fields - {"their_own"}:
            return 400
        self.spools[id_] = {**self.spools[id_], **body}
        return 200


@contextlib.contextmanager
def running(spoolman: Spoolman) -> Iterator[Spoolman]:
    """The partner at work inside the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = self.path.removeprefix("/api/v1/spool").strip("/")
            if not parts:
                self._answer(200, list(spoolman.spools.values()))
            elif int(parts) in spoolman.spools:
                self._answer(200, spoolman.spools[int(parts)])
            else:
                self._answer(404, {"message": "no such spool"})

        def do_POST(self) -> None:
            self._body()
            spoolman.fields.add(self.path.rpartition("/")[2])
            self._answer(200, [])

        def do_PATCH(self) -> None:
            body = self._body()
            fault = spoolman.faults.pop(0) if spoolman.faults else FINE
            if fault == BEFORE:
                self.close_connection = True
                return
            status = spoolman.change(int(self.path.rpartition("/")[2]), body)
            if fault == AFTER:
                self.close_connection = True
                return
            self._answer(status, {})

        def _body(self) -> dict[str, Any]:
            found: dict[str, Any] = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
            return found

        def _answer(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    spoolman.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield spoolman
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
