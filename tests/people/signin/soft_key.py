"""A passkey in software, as an authenticator makes and uses it; every part of an answer can be forged."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def text(value: bytes) -> str:
    """Bytes as browsers write them."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def raw(value: str) -> bytes:
    """The other way round."""
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


@dataclass
class SoftKey:
    """One passkey at one place."""

    origin: str = "http://localhost:8080"
    party: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(20))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any], **forged: Any) -> str:
        """The answer to options for a new passkey."""
        client = self._client("webauthn.create", options, forged)
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        body = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(self.flags | ATTESTED) + body
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(attestation)})

    def use(self, options: dict[str, Any], **forged: Any) -> str:
        """The answer to options for signing in."""
        self.counter += forged.pop("step", 0)
        client, data = self._client("webauthn.get", options, forged), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": b"me"}
        return self._answer({name: text(value) for name, value in parts.items()})

    def _client(self, kind: str, options: dict[str, Any], forged: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **forged}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.party.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        whole = {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
        return json.dumps({**whole, "clientExtensionResults": {}})
