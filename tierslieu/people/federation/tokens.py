"""Signed tokens of providers: signature, issuer, audience, time, nonce, level. Pure; raises Untrusted.

joserfc checks signatures, authlib the claims of OpenID Connect. The algorithm comes from the settings, never from
the token: neither "none" nor a public key used as a shared secret can pass.
"""

import hmac
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet, OctKey

from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Invalid
from tierslieu.people.federation.rules import LONGEST

LEEWAY: Final = 10
"""Seconds by which the provider's clock and ours may differ."""
OLDEST: Final = 600
SHARED: Final = "HS256"
KEY_TYPES: Final = {"RS256": "RSA", "ES256": "EC"}


class Untrusted(Invalid):
    """The provider's answer is not what it must be. `why` is for the log, never for the page."""

    def __init__(self, why: str) -> None:
        super().__init__("provider_answer_refused")
        self.why = why


class UnknownKey(Untrusted):
    """The token names a key that is not among those known: they may have changed."""


class Expected(NamedTuple):
    """What a token must say. `levels` empty: any."""

    issuer: str
    client_id: str
    algorithm: str
    now: int
    nonce_sha256: str = ""
    access_token: str = ""
    levels: frozenset[str] = frozenset()


def shared_key(secret: str) -> KeySet:
    """The keys of a provider that signs with the client's secret."""
    try:
        return KeySet([OctKey.import_key(secret)])
    except (JoseError, ValueError) as error:
        raise Untrusted("secret_too_short") from error


def public_keys(document: Mapping[str, Any], algorithm: str) -> KeySet:
    """The public keys of a document that sign with the algorithm; others are left out."""
    found, listed = [], document.get("keys")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and item.get("kty") == KEY_TYPES[algorithm] and item.get("use", "sig") == "sig":
            try:
                found.append(JWKRegistry.import_key(item))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return KeySet(found)


def read_id_token(token: str, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """The claims of an id_token that is right in every respect. Raises Untrusted, UnknownKey."""
    claims, header = _opened(token, keys, expected.algorithm)
    checked = CodeIDToken(
        claims,
        header,
        {"iss": {"essential": True, "value": expected.issuer}, "aud": {"essential": True, "value": expected.client_id}},
        {"client_id": expected.client_id, "access_token": expected.access_token},
    )
    try:
        checked.validate(expected.now, LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        raise Untrusted(f"id_token {getattr(error, 'error', 'claims')}") from error
    if claims["iat"] < expected.now - OLDEST:
        raise Untrusted("id_token iat")
    if not hmac.compare_digest(hashed(str(claims.get("nonce", ""))), expected.nonce_sha256):
        raise Untrusted("id_token nonce")
    level = claims.get("acr")
    if expected.levels and not (isinstance(level, str) and level in expected.levels):
        raise Untrusted("id_token acr")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST:
        raise Untrusted("id_token sub")
    return claims


def read_userinfo(token: str, keys: KeySet, expected: Expected, subject: str) -> dict[str, Any]:
    """The claims of a signed userinfo about the same person. Raises Untrusted, UnknownKey."""
    claims, _header = _opened(token, keys, expected.algorithm)
    registry = jwt.JWTClaimsRegistry(
        expected.now,
        LEEWAY,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        sub={"essential": True, "value": subject},
    )
    try:
        registry.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise Untrusted(f"userinfo {getattr(error, 'error', 'claims')}") from error
    return claims


def _opened(token: str, keys: KeySet, algorithm: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        found = jwt.decode(token, keys, algorithms=[algorithm])
    except InvalidKeyIdError as error:
        raise UnknownKey("unknown key") from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Untrusted(f"signature {getattr(error, 'error', '')}") from error
    return dict(found.claims), dict(found.header)
