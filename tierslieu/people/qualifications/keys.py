"""The house's key: signs attestations, and the links that show a name. Made once, shared by all processes."""

import hashlib
import hmac
import warnings
from typing import Any, Final

import msgspec
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey
from sqlalchemy import bindparam, select

from tierslieu.infra.house import House
from tierslieu.infra.statements import Query, columns, insert_or_nothing
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader, Tx

NAME: Final = "attestation_key"
CURVE: Final = "Ed25519"
ALGORITHM: Final = "EdDSA"
v = columns(HouseValue)
FIND: Query[tuple[str]] = Query(select(v.value).where(v.name == bindparam("name")))
PUT = insert_or_nothing(HouseValue)


async def make_key(house: House) -> None:
    """At the first start."""
    await house.db.write(put_key)


def put_key(tx: Tx) -> None:
    """A new key, unless there is one."""
    if tx.row(FIND, name=NAME) is None:
        fresh = OKPKey.generate_key(CURVE).as_dict(private=True)
        tx.run(PUT, name=NAME, value=msgspec.json.encode(fresh).decode())


def key_of(reader: Reader) -> OKPKey:
    """The key that signs."""
    found = reader.row(FIND, name=NAME)
    if found is None:
        raise LookupError("no key was made at the start")
    return OKPKey.import_key(msgspec.json.decode(found[0], type=dict[str, Any]))


def public_key(key: OKPKey, address: str) -> dict[str, Any]:
    """What everyone may know of the key; `address` is where it is published, and its id."""
    return {**key.as_dict(private=False), "kid": address, "alg": ALGORITHM, "use": "sig"}


def signed(claims: dict[str, Any], key: OKPKey, address: str) -> str:
    """Claims as a JSON Web Token.

    The general name of the algorithm is kept although RFC 9864 prefers "Ed25519": the readers of Open Badges
    know that one.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode({"alg": ALGORITHM, "kid": address, "typ": "JWT"}, claims, key, algorithms=[ALGORITHM])


def name_secret(house_secret: bytes, grant_id: int) -> str:
    """The part of a verification link that lets the reader see the name: only the holder can give it."""
    text = f"attestation:{grant_id}".encode()
    return hmac.new(house_secret, text, hashlib.sha256).hexdigest()[:32]


def is_name_secret(house_secret: bytes, grant_id: int, given: str) -> bool:
    """True when the link holds the secret part of this grant."""
    return hmac.compare_digest(name_secret(house_secret, grant_id).encode(), given.encode())
