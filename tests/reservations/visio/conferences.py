"""A small stand-in for a BigBlueButton server: checks signatures as the real one does, keeps what it was asked."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "shared-secret"
YES = b"<response><returncode>SUCCESS</returncode></response>"
NO = b"<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey></response>"


class Conferences:
    """A server in a thread. `calls` are the calls that were signed well: (name, fields)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.is_away = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            """Answers one call."""

            def do_GET(self) -> None:
                """Check the signature, keep the call, answer in XML."""
                body = outer.answer(self.path)
                self.send_response(503 if outer.is_away else 200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address, as the settings hold it."""
        return f"http://127.0.0.1:{self._server.server_port}/bigbluebutton"

    def answer(self, path: str) -> bytes:
        """What the server says to a call."""
        parts = urlsplit(path)
        query, _sign, checksum = parts.query.rpartition("checksum=")
        name = parts.path.rpartition("/")[2]
        wanted = hashlib.sha256(f"{name}{query.rstrip('&')}{SECRET}".encode()).hexdigest()
        if self.is_away or checksum != wanted:
            return NO
        self.calls.append((name, {key: values[0] for key, values in parse_qs(query).items()}))
        return YES

    def close(self) -> None:
        """End the server and its thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
