"""One provider: where its doors are, its keys, and the exchange of a code for a person's facts."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import KeySet

from tierslieu.infra.oidc_settings import OidcProvider, is_safe
from tierslieu.people.federation import rules, tokens
from tierslieu.people.federation.calls import Answer, Calls, ProviderAway
from tierslieu.people.federation.schemas import Facts
from tierslieu.people.federation.tokens import Expected, UnknownKey, Untrusted

REMEMBERED: Final = 3600
"""Seconds that addresses and keys are remembered."""
DISCOVERY: Final = "/.well-known/openid-configuration"


class Doors(msgspec.Struct, frozen=True):
    """The provider's addresses; `logout` may be empty."""

    authorize: str
    token: str
    userinfo: str
    jwks: str
    logout: str


class Proven(msgspec.Struct, frozen=True):
    """Facts about somebody, and the token that ends their session at the provider."""

    facts: Facts
    id_token: str


class Provider:
    """A configured provider, with what was learnt of it in this process."""

    def __init__(self, key: str, settings: OidcProvider, calls: Calls) -> None:
        self.key = key
        self.settings = settings
        self._calls = calls
        self._doors: tuple[Doors, int] | None = None
        self._keys: tuple[KeySet, int] | None = None

    async def authorize_url(self, redirect_uri: str, state: str, nonce: str, secret: bytes, now: int) -> str:
        """Where to send the browser. Raises ProviderAway."""
        asked = rules.authorize_parameters(self.settings, redirect_uri, state, nonce)
        if self.settings.pkce:
            asked["code_challenge"] = create_s256_code_challenge(verifier(secret, state))
            asked["code_challenge_method"] = "S256"
        return with_query((await self.doors(now)).authorize, asked)

    async def prove(
        self, code: str, redirect_uri: str, state: str, nonce_sha256: str, secret: bytes, now: int
    ) -> Proven:
        """Exchange a code at once: it lives for seconds. Raises Untrusted, ProviderAway."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
        }
        if self.settings.pkce:
            sent["code_verifier"] = verifier(secret, state)
        doors = await self.doors(now)
        given = _granted(await self._calls.send(doors.token, sent))
        access, id_token = given.get("access_token"), given.get("id_token")
        if not isinstance(access, str) or not isinstance(id_token, str) or not _is_header(access):
            raise Untrusted("token answer")
        expected = Expected(
            self.settings.issuer,
            self.settings.client_id,
            self.settings.algorithm,
            now,
            nonce_sha256,
            access,
            rules.accepted_levels(self.settings),
        )
        claims = await self._read(lambda keys: tokens.read_id_token(id_token, keys, expected), now)
        answer = await self._calls.get(doors.userinfo, {"authorization": f"Bearer {access}"})
        signed = _signed(answer)
        info = await self._read(lambda keys: tokens.read_userinfo(signed, keys, expected, claims["sub"]), now)
        return Proven(rules.facts(self.key, self.settings, claims, info), id_token)

    async def logout_url(self, id_token: str, state: str, back: str, now: int) -> str:
        """Where the browser ends its session at the provider; "" when there is no such place."""
        door = (await self.doors(now)).logout
        asked = {"id_token_hint": id_token, "state": state, "post_logout_redirect_uri": back}
        return with_query(door, asked) if door else ""

    async def doors(self, now: int) -> Doors:
        """The provider's addresses: those of the settings, the others discovered. Raises ProviderAway."""
        known, own = self._doors, self.settings
        if known is not None and known[1] + REMEMBERED > now >= known[1]:
            return known[0]
        found = Doors(own.authorize_url, own.token_url, own.userinfo_url, own.jwks_url, own.logout_url)
        if not all((found.authorize, found.token, found.userinfo, found.jwks or own.algorithm == tokens.SHARED)):
            found = await self._discovered(found)
        self._doors = found, now
        return found

    async def _discovered(self, own: Doors) -> Doors:
        document = (await self._calls.get(self.settings.issuer.rstrip("/") + DISCOVERY)).document()
        if document.get("issuer") != self.settings.issuer:
            raise ProviderAway("discovery of another issuer")

        def door(given: str, name: str) -> str:
            address = given or document.get(name) or ""
            return address if isinstance(address, str) and is_safe(address) else ""

        found = Doors(
            door(own.authorize, "authorization_endpoint"),
            door(own.token, "token_endpoint"),
            door(own.userinfo, "userinfo_endpoint"),
            door(own.jwks, "jwks_uri"),
            door(own.logout, "end_session_endpoint"),
        )
        if not all((found.authorize, found.token, found.userinfo)):
            raise ProviderAway("discovery without addresses")
        return found

    async def _read(self, read: Callable[[KeySet], dict[str, Any]], now: int) -> dict[str, Any]:
        """Read a token with the known keys; when it names another one, fetch them anew, once."""
        known = self._keys
        if known is not None and known[1] + REMEMBERED > now >= known[1]:
            try:
                return read(known[0])
            except UnknownKey:
                pass
        return read(await self._fresh_keys(now))

    async def _fresh_keys(self, now: int) -> KeySet:
        if self.settings.algorithm == tokens.SHARED:
            found = tokens.shared_key(self.settings.client_secret)
        else:
            answer = await self._calls.get((await self.doors(now)).jwks)
            found = tokens.public_keys(answer.document(), self.settings.algorithm)
        self._keys = found, now
        return found


def verifier(secret: bytes, state: str) -> str:
    """PKCE's verifier of a journey: made from the house's secret, so that it is stored nowhere."""
    digest = hmac.new(secret, f"pkce:{state}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def with_query(address: str, asked: dict[str, str]) -> str:
    """An address with parameters."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _granted(answer: Answer) -> dict[str, object]:
    """The token answer. A code that is over or was used is the visitor's matter, the rest the provider's."""
    if answer.status >= 500:
        raise ProviderAway(f"token {answer.status}")
    if answer.status != 200:
        raise Untrusted(f"token {answer.status}")
    return answer.document()


def _signed(answer: Answer) -> str:
    """The signed text of userinfo: anything unsigned is refused, whatever it says."""
    if answer.status >= 500:
        raise ProviderAway(f"userinfo {answer.status}")
    if answer.status != 200 or answer.kind != "application/jwt" or not answer.body.isascii():
        raise Untrusted(f"userinfo {answer.status} {answer.kind}")
    return answer.body.decode().strip()


def _is_header(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
