"""A file server as a Bambu printer has one: TLS from the first byte, passive, and a demanding one."""

import socket
import ssl
import threading
from typing import Final

from tests.devices.doubles.certificates import Certificate

STOP_S: Final = 20


class FakeFiles:
    """Takes files of who knows the access code. `trick`: `full` refuses to store."""

    def __init__(self, certificate: Certificate, access_code: str) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.file, certificate.key_file)
        self._code = access_code
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.files: dict[str, bytes] = {}
        self.resumed: list[bool | None] = []
        self.trick = ""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(STOP_S)

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            try:
                with self._context.wrap_socket(plain, server_side=True) as guest:
                    self._talk(guest)
            except OSError:
                plain.close()

    def _talk(self, guest: ssl.SSLSocket) -> None:
        is_known, name, data = False, "", None
        guest.sendall(b"220 ready\r\n")
        with guest.makefile("rb") as lines:
            for line in lines:
                word, _, rest = line.decode().strip().partition(" ")
                if word == "PASS":
                    is_known = rest == self._code
                    guest.sendall(b"230 in\r\n" if is_known else b"530 Login incorrect.\r\n")
                elif word == "USER":
                    guest.sendall(b"331 password\r\n")
                elif not is_known:
                    guest.sendall(b"530 no\r\n")
                elif word in ("PASV", "EPSV"):
                    data = socket.create_server(("127.0.0.1", 0))
                    guest.sendall(self._passive(word, data.getsockname()[1]))
                elif word == "STOR" and data is not None:
                    name = rest
                    self._store(guest, data, name)
                else:
                    guest.sendall(b"200 ok\r\n")

    def _passive(self, word: str, port: int) -> bytes:
        if word == "EPSV":
            return f"229 here (|||{port}|)\r\n".encode()
        return f"227 here (127,0,0,1,{port >> 8},{port & 255})\r\n".encode()

    def _store(self, guest: ssl.SSLSocket, data: socket.socket, name: str) -> None:
        if self.trick == "full":
            data.close()
            guest.sendall(b"552 storage full\r\n")
            return
        guest.sendall(b"150 go on\r\n")
        plain, _ = data.accept()
        data.close()
        with self._context.wrap_socket(plain, server_side=True, suppress_ragged_eofs=True) as sent:
            content = b""
            while chunk := sent.recv(65_536):
                content += chunk
            self.resumed.append(sent.session_reused)
        self.files[name] = content
        guest.sendall(b"226 done\r\n")
