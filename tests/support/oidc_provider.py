"""A provider of identities for tests: a real server on the loopback, with FranceConnect's and ProConnect's limits.

It refuses what they refuse: short nonces, parameters they do not know, PKCE where it is off, another redirect address,
a code used twice or older than 30 s, an access token older than 60 s. `faults` make it lie, one way at a time.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CODE_LIVES, TOKEN_LIVES = 30, 60
REQUIRED = frozenset({"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"})
KNOWN = REQUIRED | {"acr_values", "claims", "prompt", "login_hint"}
PKCE = frozenset({"code_challenge", "code_challenge_method"})


@dataclass
class Grant:
    """A code that was given out, and later its access token."""

    at: int
    asked: Mapping[str, str]
    person: Mapping[str, Any]
    access: str = ""
    access_at: int = 0


@dataclass
class OidcProvider:
    """What the provider is and whom it identifies now. Change its fields to change what it does."""

    client_id: str = "the-house"
    client_secret: str = field(default_factory=lambda: secrets.token_hex(32))
    algorithm: str = "RS256"
    shortest: int = 22
    takes_pkce: bool = True
    redirect_uris: frozenset[str] = frozenset()
    back_uris: frozenset[str] = frozenset()
    person: dict[str, Any] = field(default_factory=dict)
    token_claims: dict[str, Any] = field(default_factory=lambda: {"acr": "eidas1"})
    faults: set[str] = field(default_factory=set)
    clock: Callable[[], int] = lambda: 0
    issuer: str = ""
    grants: dict[str, Grant] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    ended: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys: list[RSAKey | ECKey] = []
        self.rotate()

    def rotate(self) -> None:
        """A new signing key; the former ones are known no more."""
        made = ECKey.generate_key("P-256") if self.algorithm == "ES256" else RSAKey.generate_key(2048)
        made.ensure_kid()
        self.keys = [made]

    def subject(self, person: Mapping[str, Any]) -> str:
        """Pairwise: another service gets another one."""
        return hashlib.sha256(f"{self.client_id}|{person.get('id', '')}".encode()).hexdigest()

    def settings(self) -> dict[str, Any]:
        """What the house must be told."""
        return {
            "issuer": self.issuer,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "algorithm": self.algorithm,
            "pkce": self.takes_pkce,
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes next: back, with a code or an error. Raises Refusal when nobody may be sent back."""
        if asked.get("client_id") != self.client_id or asked.get("redirect_uri") not in self.redirect_uris:
            raise Refusal("Y000400", "client_id or redirect_uri")
        known = KNOWN | PKCE if self.takes_pkce else KNOWN
        if set(asked) - known or not set(asked) >= REQUIRED:
            raise Refusal("Y000400", f"parameters {sorted(set(asked) ^ REQUIRED)}")
        if min(len(asked["nonce"]), len(asked["state"])) < self.shortest:
            raise Refusal("Y000400", "state or nonce too short")
        if asked["response_type"] != "code" or "openid" not in asked["scope"].split():
            raise Refusal("Y000400", "response_type or scope")
        if "denied" in self.faults:
            answer = {"error": "access_denied", "error_description": "<b>non</b>", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(32)
            self.grants[code] = Grant(self.clock(), asked, dict(self.person))
            answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def token(self, given: dict[str, str]) -> dict[str, Any]:
        """The tokens for a code, once and soon. Raises Refusal."""
        grant = self.grants.pop(given.get("code", ""), None)
        wanted = {"client_id": self.client_id, "client_secret": self.client_secret, "grant_type": "authorization_code"}
        if any(given.get(name) != value for name, value in wanted.items()):
            raise Refusal("invalid_client", "credentials")
        if grant is None or self.clock() - grant.at > CODE_LIVES:
            raise Refusal("invalid_grant", "code")
        if given.get("redirect_uri") != grant.asked["redirect_uri"] or not _verified(grant.asked, given):
            raise Refusal("invalid_grant", "redirect_uri or code_verifier")
        grant.access, grant.access_at = secrets.token_urlsafe(32), self.clock()
        self.grants[grant.access] = grant
        return {
            "access_token": grant.access,
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self.id_token(grant),
        }

    def id_token(self, grant: Grant) -> str:
        """Signed, unless a fault says how else."""
        now = self.clock()
        claims = {
            "iss": "https://elsewhere.example" if "wrong_iss" in self.faults else self.issuer,
            "aud": "another-house" if "wrong_aud" in self.faults else self.client_id,
            "sub": self.subject(grant.person),
            "nonce": "n" * 43 if "wrong_nonce" in self.faults else grant.asked["nonce"],
            "iat": now - 3600 if "old" in self.faults else now,
            "exp": now - 60 if "expired" in self.faults else now + TOKEN_LIVES,
            **self.token_claims,
        }
        if "no_nonce" in self.faults:
            del claims["nonce"]
        if "alg_none" in self.faults:
            return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
        if "hs_with_public_key" in self.faults:
            return _forged(claims, self.keys[0])
        if "foreign_key" in self.faults:
            foreign = RSAKey.generate_key(2048, parameters={"kid": self.keys[0].kid or ""})
            return jwt.encode({"alg": "RS256", "kid": foreign.kid}, claims, foreign)
        return self.signed(claims)

    def userinfo(self, access: str) -> tuple[str, bytes]:
        """Media type and body. Raises Refusal for a token that is over."""
        grant = self.grants.get(access)
        if grant is None or grant.access != access or self.clock() - grant.access_at > TOKEN_LIVES:
            raise Refusal("invalid_token", "access token")
        about = {name: value for name, value in grant.person.items() if name != "id"}
        claims = {**about, "sub": self.subject(grant.person), "iss": self.issuer, "aud": self.client_id}
        if "userinfo_other_sub" in self.faults:
            claims["sub"] = "somebody-else"
        if "userinfo_wrong_aud" in self.faults:
            claims["aud"] = "another-house"
        if "userinfo_unsigned" in self.faults:
            return "application/json", json.dumps(claims).encode()
        if "userinfo_none" in self.faults:
            return "application/jwt", f"{_part({'alg': 'none'})}.{_part(claims)}.".encode()
        if "userinfo_huge" in self.faults:
            claims["x"] = "x" * 400_000
        return "application/jwt", self.signed(claims).encode()

    def signed(self, claims: dict[str, Any]) -> str:
        """With the algorithm and key in force."""
        if self.algorithm == "HS256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.client_secret))
        key = self.keys[0]
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, claims, key)

    def discovery(self) -> dict[str, Any]:
        """The document of addresses."""
        return {
            "issuer": "https://elsewhere.example" if "discovery_of_another" in self.faults else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
        }

    def end_session(self, asked: dict[str, str]) -> str:
        """Where the browser goes after the provider's session ended. Raises Refusal."""
        wanted = {"id_token_hint", "state", "post_logout_redirect_uri"}
        if set(asked) != wanted or asked["post_logout_redirect_uri"] not in self.back_uris:
            raise Refusal("Y000400", "parameters of the end")
        self.ended.append(asked)
        return f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}"


class Refusal(Exception):
    """What the provider refuses, with its error code."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


@contextlib.contextmanager
def serving(provider: OidcProvider) -> Iterator[OidcProvider]:
    """The provider on a free port of the loopback, inside the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}/api/v2"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def _handler(provider: OidcProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Routes calls to the provider."""

        def do_GET(self) -> None:
            self._route("GET", {})

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            self._route("POST", _flat(self.rfile.read(length).decode()))

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def _route(self, method: str, given: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            door = parts.path.removeprefix("/api/v2/")
            provider.calls.append(door)
            try:
                self._answer(f"{method} {door}", _flat(parts.query), given)
            except Refusal as error:
                self._send(400, "application/json", json.dumps({"error": error.code}).encode())

        def _answer(self, door: str, asked: dict[str, str], given: dict[str, str]) -> None:
            name = door.partition(" ")[2]
            if f"down_{name}" in provider.faults:
                self._send(503, "text/html", b"<h1>Maintenance</h1>")
            elif f"moved_{name}" in provider.faults:
                self._send(302, "text/plain", b"", f"{provider.issuer}/jwks")
            elif door == "GET .well-known/openid-configuration":
                self._json(provider.discovery())
            elif door == "GET authorize":
                self._send(303, "text/plain", b"", provider.authorize(asked))
            elif door == "POST token":
                self._json(provider.token(given))
            elif door == "GET userinfo":
                self._send(200, *provider.userinfo(self.headers.get("authorization", "").removeprefix("Bearer ")))
            elif door == "GET jwks":
                self._json(dict(KeySet(list(provider.keys)).as_dict(use="sig")))
            elif door == "GET session/end":
                self._send(303, "text/plain", b"", provider.end_session(asked))
            else:
                self._send(404, "text/plain", b"")

        def _json(self, document: dict[str, Any]) -> None:
            self._send(200, "application/json", json.dumps(document).encode())

        def _send(self, status: int, kind: str, body: bytes, location: str = "") -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            if location:
                self.send_header("location", location)
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _flat(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _verified(asked: Mapping[str, str], given: Mapping[str, str]) -> bool:
    if "code_challenge" not in asked:
        return "code_verifier" not in given
    digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _forged(claims: dict[str, Any], key: RSAKey | ECKey) -> str:
    """Signed by anybody: with the public key as if it were a shared secret."""
    text = f"{_part({'alg': 'HS256', 'kid': key.kid, 'typ': 'JWT'})}.{_part(claims)}"
    mark = hmac.new(key.as_pem(private=False), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"
