"""Writes that happen once however often their request is sent.

A caller gives its request a key. What a write of that request answers is kept in the same transaction as its
effect: there is no moment at which one exists without the other. The same request again finds the outcome and
does nothing. A refusal rolls everything back and keeps nothing: it had no effect, so that asking again is harmless,
and the world may have changed.

Outcomes are sealed with the caller's key, which is not kept: nobody reads in this table what people were told.
"""

import hashlib
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any, Final, TypeVar, get_type_hints

import msgspec
from joserfc import jwe
from joserfc.jwk import OctKey
from sqlalchemy import BigInteger, Integer, bindparam, delete, select, text

from tierslieu.basics.errors import Conflict, Invalid
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.tables import KeptOutcome
from tierslieu.infra.transaction import Tx

R = TypeVar("R")
SEAL: Final = {"alg": "dir", "enc": "A256GCM"}
UNTOLD: Final = b""
"""Stands for an outcome that no text can hold: that it happened is known, what it answered is not."""
k = columns(KeptOutcome)
FIND: Query[tuple[str, str]] = Query(select(k.fingerprint, k.outcome).where(k.digest == bindparam("digest")))
KEEP: Query[Any] = Query(insert_into(KeptOutcome))
ONE_AT_A_TIME: Query[tuple[bool]] = Query(
    postgresql=text("SELECT pg_try_advisory_xact_lock(:number)").bindparams(bindparam("number", type_=BigInteger()))
)
"""PostgreSQL: the same request twice at once, one of them is told to wait. SQLite has one writer: the second finds
the outcome of the first."""
FORGET: Query[Any] = Query(
    delete(table_of(KeptOutcome)).where(
        k.digest.in_(
            select(k.digest)
            .where(k.kept_at < bindparam("before", type_=BigInteger()))
            .limit(bindparam("most", type_=Integer()))
        )
    )
)


class Once:
    """One request that its caller may send again. `fingerprint` tells another request under the same key."""

    def __init__(self, caller: str, key: str, fingerprint: str) -> None:
        self._name = f"{caller}|{key}"
        self._fingerprint = fingerprint
        self._done = 0
        self.is_open = True
        self.is_replay = False

    def around(self, action: Callable[..., R]) -> Callable[..., R]:
        """The same action; where its outcome is kept, that outcome without the effect."""
        return partial(self._run, self._done + 1, action) if self.is_open else action

    def note_done(self) -> None:
        """A write of this request was committed; one that failed may be tried again under its number."""
        self._done += 1

    def _run(self, number: int, action: Callable[..., R], tx: Tx, *args: Any, **kwargs: Any) -> R:
        digest = _hash(f"row|{number}|{self._name}")
        for (is_first,) in tx.rows(ONE_AT_A_TIME, number=int(digest[:15], 16)):
            if not is_first:
                raise Conflict("idempotency_in_progress")
        kept = tx.row(FIND, digest=digest)
        if kept is not None:
            return self._again(action, *kept)
        outcome = action(tx, *args, **kwargs)
        tx.run(
            KEEP,
            digest=digest,
            fingerprint=self._fingerprint,
            outcome=jwe.encrypt_compact(dict(SEAL), written(action, outcome), self._key),
            kept_at=tx.now,
        )
        return outcome

    def _again(self, action: Callable[..., R], fingerprint: str, outcome: str) -> R:
        if fingerprint != self._fingerprint:
            raise Invalid("idempotency_key_reused")
        found = jwe.decrypt_compact(outcome, self._key).plaintext or UNTOLD
        if found == UNTOLD:
            raise Conflict("idempotency_done_before")
        try:
            value: R = msgspec.json.decode(found, type=answer_of(action))
        except msgspec.DecodeError as error:  # another version of the house kept it
            raise Conflict("idempotency_done_before") from error
        self.is_replay = True
        return value

    @property
    def _key(self) -> OctKey:
        return OctKey.import_key(hashlib.sha256(f"seal|{self._name}".encode()).digest())


CURRENT: ContextVar[Once | None] = ContextVar("once", default=None)
"""The request under way that is to happen once, None for all others."""


def answer_of(action: Callable[..., Any]) -> Any:
    """The type that an action says it returns."""
    while isinstance(action, partial):
        action = action.func
    try:
        return get_type_hints(action).get("return", Any)
    except (NameError, TypeError):
        return Any


def written(action: Callable[..., Any], outcome: object) -> bytes:
    """An outcome as text from which the very same can be read, UNTOLD when there is none."""
    try:
        found = msgspec.json.encode(outcome)
        return found if msgspec.json.decode(found, type=answer_of(action)) == outcome else UNTOLD
    except (msgspec.MsgspecError, TypeError):
        return UNTOLD


def forget(tx: Tx, before: int, count: int) -> int:
    """Remove at most `count` outcomes kept before an instant. Returns how many."""
    return tx.run(FORGET, before=before, most=count)


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
