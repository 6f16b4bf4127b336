"""Bringing a file onto a Bambu printer: FTP inside TLS from the first byte, on the pinned certificate."""

import contextlib
import ftplib
import socket
import ssl
import time
from pathlib import Path
from typing import Final

from devices.adapters.bambu.tls import PinnedContext

CHUNK: Final = 64 * 1024
ANSWER_S: Final = 10.0


class TooSlow(OSError):
    """The time for a start is over before the file was there."""


class _Files(ftplib.FTP_TLS):
    """TLS at once, and one TLS session for both connections: the printer asks that the second continues the first."""

    def __init__(self, context: PinnedContext, host: str, port: int) -> None:
        self._pinned = context
        super().__init__(context=context, timeout=ANSWER_S)
        self.host, self.port = host, port
        plain = socket.create_connection((host, port), timeout=ANSWER_S)
        try:
            self.sock = context.wrap_socket(plain)
        except BaseException:
            plain.close()
            raise
        self.af = plain.family
        self.file = self.sock.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        plain, size = super(ftplib.FTP_TLS, self).ntransfercmd(cmd, rest)
        try:
            session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
            return self._pinned.wrap_socket(plain, session=session), size
        except BaseException:
            plain.close()
            raise


def send(
    context: PinnedContext, host: str, port: int, access_code: str, file: Path, name: str, within_s: float
) -> None:
    """Put the file on the printer under this name. Raises ftplib.Error, OSError; TooSlow when the time is over."""
    until = time.monotonic() + within_s
    files = _Files(context, host, port)
    try:
        files.login("bblp", access_code, secure=False)
        files.prot_p()
        files.voidcmd("TYPE I")
        _store(files, file, name, until)
    finally:
        with contextlib.suppress(OSError):
            files.close()


def _store(files: _Files, file: Path, name: str, until: float) -> None:
    """The connection is closed without the farewell of TLS: printers do not answer it."""
    data, _ = files.ntransfercmd(f"STOR {name}")
    try:
        with file.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                if time.monotonic() > until:
                    raise TooSlow("too_slow")
                data.sendall(chunk)
    finally:
        data.close()
    files.voidresp()
