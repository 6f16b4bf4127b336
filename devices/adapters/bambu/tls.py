"""Who is at the other end: a printer's certificate is its maker's own, so it is pinned and no public list is asked.

The certificate carries the serial number as its name. Seen for the first time it must carry the right one; from then
on it must be the very same.
"""

import hashlib
import re
import socket
import ssl
from typing import Any, Final

HANDSHAKE_S: Final = 5.0
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


class WrongCertificate(ssl.SSLError):
    """Somebody else answers at the printer's address."""


class PinnedContext(ssl.SSLContext):
    """TLS to the one printer whose certificate has this fingerprint; asks for it by its serial number."""

    fingerprint: str
    serial: str

    def wrap_socket(self, *args: Any, **more: Any) -> ssl.SSLSocket:
        more["server_hostname"] = self.serial
        return super().wrap_socket(*args, **more)


class _PinnedSocket(ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:
        """What fails here is closed here: not everybody who calls does so."""
        try:
            super().do_handshake(block)
            if isinstance(self.context, PinnedContext) and _print_of(self) != self.context.fingerprint:
                raise WrongCertificate("certificate")
        except BaseException:
            self.close()
            raise


def context_of(fingerprint: str, serial: str) -> PinnedContext:
    """A context for every connection to this printer, its broker and its files alike."""
    context = PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the fingerprint says more than any chain
    context.sslsocket_class = _PinnedSocket
    context.fingerprint, context.serial = fingerprint, serial
    return context


def read_fingerprint(typed: str) -> str | None:
    """SHA-256 as people copy it, with or without colons; empty stays empty, None for what is no fingerprint."""
    text = typed.strip().lower().removeprefix("sha256:").replace(":", "").replace(" ", "")
    return text if not text or _FINGERPRINT.fullmatch(text) else None


def first_sight(host: str, port: int, serial: str) -> str:
    """The fingerprint of who answers there, if the name on its certificate is the serial number.

    Raises WrongCertificate if it is another, OSError if nobody answers.
    """
    der = _certificate(host, port, serial)
    if _name_on(host, port, serial, ssl.DER_cert_to_PEM_cert(der)) != serial:
        raise WrongCertificate("certificate")
    return hashlib.sha256(der).hexdigest()


def _certificate(host: str, port: int, serial: str) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with _connect(context, host, port, serial) as connected:
        return connected.getpeercert(binary_form=True) or b""


def _name_on(host: str, port: int, serial: str, pem: str) -> str:
    """The name on a certificate. It is told of verified ones only, so this one is made the root of all trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=pem)
    with _connect(context, host, port, serial) as connected:
        subject: Any = (connected.getpeercert() or {}).get("subject", ())
    return next((str(value) for part in subject for name, value in part if name == "commonName"), "")


def _connect(context: ssl.SSLContext, host: str, port: int, serial: str) -> ssl.SSLSocket:
    plain = socket.create_connection((host, port), timeout=HANDSHAKE_S)
    try:
        return context.wrap_socket(plain, server_hostname=serial)
    except BaseException:
        plain.close()
        raise


def _print_of(connected: ssl.SSLSocket) -> str:
    return hashlib.sha256(connected.getpeercert(binary_form=True) or b"").hexdigest()
