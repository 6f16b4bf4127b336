"""A printer that speaks PrusaLink v1 on a real socket, and breaks in every way that printers break."""

import json
import re
import secrets
import threading
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, cast

USER, PASSWORD, REALM = "maker", "printer-secret", "Printer API"
BEGINS_FROM: Final = frozenset({"IDLE", "READY", "FINISHED", "STOPPED"})
_PAIR: Final = re.compile(r'(\w+)=(?:"([^"]*)"|([^,\s]+))')


class FakePrusa(ThreadingHTTPServer):
    """`word` is its state; `trick` breaks the answers: slow, garbage, half, silent, empty, 500. A nonce lives for
    `nonce_life` questions. `starts` counts what was really begun."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.word, self.job_id, self.file, self.progress = "IDLE", 40, "", 0.0
        self.files: dict[str, bytes] = {}
        self.trick, self.serial = "", "10589-1"
        self.is_transferring = self.is_deaf = False
        self.nonce_life, self._nonces = 1_000, dict[str, int]()
        self.heard: list[tuple[str, str, dict[str, str]]] = []
        self.starts: list[str] = []
        self.lock = threading.RLock()
        self.release = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> "FakePrusa":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self.shutdown()
        self.server_close()
        self._thread.join()

    def play(self, word: str, file: str | None = None, progress: float = 0.0) -> None:
        """The printer changes by itself, or by the hand of somebody who stands before it."""
        with self.lock:
            self.word, self.progress = word, progress
            if file is not None:
                self.file, self.job_id = file, self.job_id + 1

    def lose_power(self) -> None:
        """Switched off and on: no job, and its numbers begin anew."""
        with self.lock:
            self.word, self.file, self.job_id, self._nonces = "IDLE", "", 40, {}

    def fresh_nonce(self) -> str:
        nonce = secrets.token_hex(8)
        self._nonces[nonce] = 0
        return nonce

    def judge(self, method: str, path: str, header: str | None) -> tuple[bool, bool]:
        """Whether the digest proves the password, and whether only the nonce is too old."""
        told = {key: quoted or bare for key, quoted, bare in _PAIR.findall(header or "")}
        first = md5(f"{USER}:{REALM}:{PASSWORD}".encode()).hexdigest()
        second = md5(f"{method}:{path}".encode()).hexdigest()
        parts = (first, told.get("nonce"), told.get("nc"), told.get("cnonce"), told.get("qop"), second)
        is_right = md5(":".join(map(str, parts)).encode()).hexdigest() == told.get("response")
        used = self._nonces.get(told.get("nonce", ""))
        if used is None or used >= self.nonce_life:
            return False, is_right
        self._nonces[told["nonce"]] = used + 1
        return is_right, False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 20

    @property
    def printer(self) -> FakePrusa:
        return cast(FakePrusa, self.server)

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        with self.printer.lock:
            self.printer.heard.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not self._is_known() or self._is_broken():
            return
        with self.printer.lock:
            status, answer = self._answer(body)
            if self.printer.trick == "mute_start" and self.command == "POST":
                self.close_connection = True
                return
        self._send(status, None if answer is None else json.dumps(answer).encode())

    def _is_known(self) -> bool:
        if self.headers.get("x-api-key") == PASSWORD:
            return True
        is_right, is_stale = self.printer.judge(self.command, self.path, self.headers.get("authorization"))
        if not is_right:
            stale = ", stale=true" if is_stale else ""
            challenge = f'Digest realm="{REALM}", nonce="{self.printer.fresh_nonce()}", qop="auth"{stale}'
            self._send(401, b"", challenge)
        return is_right

    def _is_broken(self) -> bool:
        trick = self.printer.trick
        if trick in ("slow", "silent"):
            self.printer.release.wait(30 if trick == "silent" else 0.2)
            return trick == "silent"
        if trick == "half":
            self.send_response(200)
            self.send_header("content-length", "500")
            self.end_headers()
            self.wfile.write(b'{"printer": {"state": "PRIN')
            self.close_connection = True
        elif trick in ("garbage", "empty", "500"):
            self._send(500 if trick == "500" else 200, {"garbage": b"\xff<html>", "empty": b""}.get(trick, b"{}"))
        return trick in ("half", "garbage", "empty", "500")

    def _send(self, status: int, body: bytes | None, challenge: str = "") -> None:
        self.send_response(status)
        if challenge:
            self.send_header("www-authenticate", challenge)
        if status != 204:
            self.send_header("content-length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def _answer(self, body: bytes) -> tuple[int, Any]:
        path = self.path
        if self.command == "GET":
            return self._tell(path)
        if path.startswith("/api/v1/files/usb/"):
            return self._file(path.rpartition("/")[2], body)
        return self._steer(path.removeprefix("/api/v1/job/").split("/"))

    def _tell(self, path: str) -> tuple[int, Any]:
        printer = self.printer
        if path == "/api/version":
            told = {"api": "2.0.0", "server": "2.1.2", "text": "PrusaLink", "capabilities": {"upload-by-put": True}}
            return 200, told
        if path == "/api/v1/info":
            return 200, {"nozzle_diameter": 0.4, "serial": printer.serial}
        if path == "/api/v1/storage":
            return 200, {"storage_list": [{"path": "/usb/", "type": "USB", "read_only": False, "available": True}]}
        if path == "/api/v1/status":
            return 200, self._status()
        if path == "/api/v1/job" and printer.file:
            return 200, {"id": printer.job_id, "file": {"name": "J00012~1.BGC", "display_name": printer.file}}
        return (204, None) if path == "/api/v1/job" else (404, None)

    def _status(self) -> dict[str, Any]:
        printer = self.printer
        told: dict[str, Any] = {
            "printer": {"state": printer.word, "temp_nozzle": 214.8, "target_nozzle": 215.0, "temp_bed": 60.1}
        }
        if printer.file:
            told["job"] = {"id": printer.job_id, "progress": printer.progress, "time_remaining": 600}
        if printer.is_transferring:
            told["transfer"] = {"id": 3, "progress": 12.0}
        return told

    def _file(self, name: str, body: bytes) -> tuple[int, Any]:
        printer = self.printer
        if self.command == "DELETE":
            return (204, None) if printer.files.pop(name, None) is not None else (404, None)
        if self.command == "PUT":
            if printer.file == name and printer.word not in BEGINS_FROM:
                return 409, None
            printer.files[name] = body
            return 201, None
        if name not in printer.files or printer.word not in BEGINS_FROM:
            return (404 if name not in printer.files else 409), None
        if not printer.is_deaf:
            printer.starts.append(name)
            printer.play("BUSY", name)
        return 204, None

    def _steer(self, parts: list[str]) -> tuple[int, Any]:
        printer = self.printer
        if parts[0] != str(printer.job_id) or not printer.file:
            return 404, None
        order = "cancel" if self.command == "DELETE" else parts[-1]
        wanted = {"pause": ("PRINTING",), "resume": ("PAUSED",), "cancel": ("PRINTING", "PAUSED", "BUSY", "ATTENTION")}
        if printer.word not in wanted[order]:
            return 409, None
        printer.word = {"pause": "PAUSED", "resume": "PRINTING", "cancel": "STOPPED"}[order]
        return 204, None
