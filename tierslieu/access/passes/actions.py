"""All changes to passes: keys are made and turned, phone passes read and spent, guests get theirs."""

import secrets
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, delete, func, or_, select, update

from devices.badges import codec
from devices.badges.codec import GuestClaims, PhoneClaims
from devices.badges.signing import SEED_BYTES, is_genuine, public_of
from tierslieu.access import queries as badges
from tierslieu.access.passes import queries, rules
from tierslieu.access.passes.events import GuestChanged, KeyTurned
from tierslieu.access.passes.queries import GuestRow
from tierslieu.access.passes.tables import GuestPass, PassKey, PassUse
from tierslieu.access.schemas import BadgeRow
from tierslieu.basics.errors import Conflict
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record

GUEST_HANDLE_BYTES: Final = 5
k, g, u = columns(PassKey), columns(GuestPass), columns(PassUse)
WHEN = bindparam("when", type_=BigInteger())
PUT_SITE = insert_or_nothing(HouseValue)
ADD_KEY = insert_or_nothing(PassKey)
END_KEY: Query[Any] = Query(
    update(table_of(PassKey)).where(k.kid == bindparam("which"), k.until == 0).values(until=WHEN)
)
LONG_AGO = bindparam("now", type_=BigInteger()) - rules.KEY_VOUCHES
DROP_KEYS: Query[Any] = Query(
    delete(table_of(PassKey)).where(
        k.until > 0, or_(k.until <= LONG_AGO, and_(k.kid == bindparam("wanted"), k.until <= bindparam("now")))
    )
)
LAST_GUEST: Query[tuple[int | None]] = Query(
    select(func.max(g.valid_until)).where(g.kid == bindparam("which"), g.revoked_at == 0)
)
REMEMBER = insert_or_nothing(GuestPass)
ADD_GUEST: Query[Any] = Query(insert_into(GuestPass))
END_GUEST: Query[Any] = Query(
    update(table_of(GuestPass)).where(g.id == bindparam("which"), g.revoked_at == 0).values(revoked_at=WHEN)
)
USE = insert_or_nothing(PassUse)


def _use_again(column: str) -> Query[Any]:
    """Take a pass that was shown before, if it was at none of these places but `here` (or the one `before`)."""
    free = or_(u[column] == "", u[column] == bindparam("here"), u[column] == bindparam("before"))
    return Query(
        update(table_of(PassUse))
        .where(u.handle == bindparam("which"), u.slot == bindparam("which_slot"), free)
        .values({column: bindparam("taken_by")})
    )


USE_AT_KIOSK, USE_AT_DOOR = _use_again("device"), _use_again("door")


class PassRead(msgspec.Struct, frozen=True):
    """What a pass turned out to be. With "ok", one of `badge` and `guest`; whether they may enter is decided elsewhere.

    `result`: ok, or a reason of devices.badges.decide (misread, not_a_badge, other_site, badge_unknown, pass_stale).
    `slot` and `handle` are what `spend` takes for a phone pass.
    """

    result: str
    badge: BadgeRow | None = None
    guest: GuestRow | None = None
    slot: int = 0
    handle: str = ""


def ensure_key(tx: Tx, _payload: object = None) -> int:
    """The number of the key that signs; the first one is made here, with the number of the house. Old ones turn."""
    tx.run(PUT_SITE, name=queries.SITE, value=str(1 + secrets.randbelow(rules.SITES)))
    found = tx.row(queries.SIGNING)
    if found is None:
        return _make_key(tx, 0)
    return turn_key(tx) if found[2] <= tx.now - rules.KEY_LIVES else found[0]


def turn_key(tx: Tx) -> int:
    """Another key signs from now on; passes of the former one stay good to their end. Returns its number.

    Raises Conflict("pass_keys_full") while all other numbers still have passes that are good.
    """
    former, _signer = queries.signer(tx)
    tx.run(DROP_KEYS, now=tx.now, wanted=rules.next_kid(former))
    if any(one.kid == rules.next_kid(former) for one in queries.keys(tx)):
        raise Conflict("pass_keys_full")
    last = tx.row(LAST_GUEST, which=former)
    until = max(tx.now + rules.AHEAD + rules.SPARE, (last[0] if last else 0) or 0)
    if not tx.run(END_KEY, which=former, when=until):
        raise Conflict("pass_key_turned")
    kid = _make_key(tx, rules.next_kid(former))
    record(tx, "access.turn_pass_key", None, str(kid))
    tx.announce(KeyTurned(kid))
    return kid


def _make_key(tx: Tx, kid: int) -> int:
    seed = secrets.token_bytes(SEED_BYTES)
    tx.run(ADD_KEY, kid=kid, seed=seed, public=public_of(seed), created_at=tx.now, until=0)
    return kid


def read_pass(reader: Reader, text: str, at: int | None = None) -> PassRead:
    """A scanned pass, checked: our site, a key we trust, its slot by the house's clock (or at another instant)."""
    reading = codec.read(text)
    claims = reading.claims
    if claims is None:
        return PassRead("not_a_badge" if reading.result == "ok" else reading.result)
    if claims.aud != queries.site(reader):
        return PassRead("other_site")
    if not is_genuine(reading, {one.kid: one.public for one in queries.keys(reader)}):
        return PassRead("badge_unknown")
    if isinstance(claims, GuestClaims):
        return PassRead("ok", guest=queries.guest_by_handle(reader, claims.handle) or _as_claimed(claims))
    return _read_phone(reader, claims, reader.now if at is None else at)


def _as_claimed(claims: GuestClaims) -> GuestRow:
    """A guest pass that the house signed and does not know any more, since an older copy of its data was restored:
    it says itself where and when it is good, as to readers that never heard of it."""
    return GuestRow(0, claims.handle, claims.kid, claims.zone, "", claims.valid_from, claims.valid_until, 0, 0)


def remember_guest(tx: Tx, lost: GuestRow) -> GuestRow:
    """A guest pass that the house had forgotten (`id` 0) is one of its own again: listed, counted, to be stopped."""
    row = msgspec.structs.replace(lost, id=tx.new_id(), issued_at=tx.now)
    if tx.run(REMEMBER, **msgspec.structs.asdict(row), issued_by=None):
        record(tx, "access.remember_guest_pass", None, show(row.id), zone=row.zone)
        tx.announce(GuestChanged(row.id))
    return queries.guest_by_handle(tx, lost.handle) or row


def _read_phone(reader: Reader, claims: PhoneClaims, at: int) -> PassRead:
    if abs(codec.slots_late(claims.slot, at)) > rules.LATEST_SLOTS:
        return PassRead("pass_stale")
    badge = badges.badge_by_handle(reader, claims.handle)
    return PassRead("ok", badge, None, claims.slot, claims.handle) if badge else PassRead("badge_unknown")


def spend(tx: Tx, found: PassRead, device: str, *, is_door: bool, before: str = "") -> bool:
    """Note that a phone pass was shown at a device. False when it was shown at another one of its kind: it is a copy.

    A kiosk is where one says that one is here, a door what one opens then: each takes a pass once. `before`: the door
    that this very person passed just now on their way to this one.
    """
    kiosk, door = ("", device) if is_door else (device, "")
    if tx.run(USE, handle=found.handle, slot=found.slot, device=kiosk, door=door, at=tx.now):
        return True
    query = USE_AT_DOOR if is_door else USE_AT_KIOSK
    which = {"which": found.handle, "which_slot": found.slot}
    return bool(tx.run(query, **which, here=device, before=before or device, taken_by=device))


def issue_guest(tx: Tx, first_name: str, zone: int, starts_at: int, minutes: int) -> GuestRow:
    """A pass for somebody without an account, from the full hour on. `zone`: the number of the zone it opens."""
    span, (kid, _signer) = rules.guest_window(starts_at, minutes), queries.signer(tx)
    row = GuestRow(tx.new_id(), _guest_handle(), kid, zone, first_name, span.start, span.end, tx.now, 0)
    tx.run(ADD_GUEST, **msgspec.structs.asdict(row), issued_by=tx.by.person_id)
    record(tx, "access.issue_guest_pass", None, show(row.id), zone=zone, minutes=minutes)
    tx.announce(GuestChanged(row.id))
    return row


def _guest_handle() -> str:
    return secrets.token_hex(GUEST_HANDLE_BYTES)


def revoke_guest(tx: Tx, guest_id: int) -> None:
    """A guest pass stops. Raises Conflict("guest_pass_stopped") when it had before, NotFound."""
    if not tx.run(END_GUEST, which=guest_id, when=tx.now):
        queries.guest(tx, guest_id)
        raise Conflict("guest_pass_stopped")
    record(tx, "access.revoke_guest_pass", None, show(guest_id))
    tx.announce(GuestChanged(guest_id))


def guest_text(reader: Reader, row: GuestRow) -> str:
    """The text of a guest's code: the same each time it is printed."""
    claims = GuestClaims(row.kid, queries.site(reader), row.handle, row.zone, row.valid_from, row.valid_until)
    return queries.signer_of(reader, row.kid).pass_text(claims)


def phone_texts(reader: Reader, handle: str, spans: list[Span]) -> list[tuple[int, str]]:
    """Passes of a phone for each slot of these spans: when the slot begins, the text."""
    kid, signer = queries.signer(reader)
    site = queries.site(reader)
    return [
        (start, signer.pass_text(PhoneClaims(kid, site, handle, codec.slot_of(start))))
        for start in rules.starts_of(reader.now, spans)
    ]
