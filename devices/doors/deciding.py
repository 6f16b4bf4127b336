"""Deciding on site while the service is silent: the signed list of badges, and the same decision as everywhere. Pure.

A door without a list, without a zone, or with a list that is too old for its zone lets nobody in from outside.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, Literal

import msgspec

from devices.badges import codec
from devices.badges.codec import Claims, Reading
from devices.badges.decide import Decision, Gate, Holder, Moment, Slot, decide, refused_reading
from devices.badges.signing import is_genuine, is_signed
from devices.doors.readings import Shown
from devices.wire.doors import Side

SIGNED_WITH: Final = "tierslieu.snapshot."


class ListGate(Gate, frozen=True, kw_only=True):
    """The gate as the list tells it."""

    name: str = ""
    is_site: bool = False
    inside: int = 0
    counts_staff: bool | int = True


CLOSED: Final = ListGate(zone=0)
"""A gate whose rules let nobody in; exits are never refused, here either."""


class More(msgspec.Struct, frozen=True):
    """What is rare of a holder; the letters are those of the list."""

    valid_from: int = msgspec.field(name="f", default=0)
    valid_until: int = msgspec.field(name="u", default=0)
    slots: tuple[tuple[int, int, str], ...] = msgspec.field(name="s", default=())
    zones: tuple[int, ...] = msgspec.field(name="z", default=())
    is_guest: int = msgspec.field(name="g", default=0)
    stopped: tuple[str, ...] = msgspec.field(name="x", default=())
    lent: dict[str, tuple[int, int]] = msgspec.field(name="b", default_factory=dict)
    doubted: tuple[str, ...] = msgspec.field(name="d", default=())


Profile = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], bool | int]
"""Roles, plans, qualifications, whether of the staff."""
NO_PROFILE: Final = -1
"""The profile of a guest whom the list does not name."""
NOTHING: Final[Profile] = ((), (), (), 0)


class Row(msgspec.Struct, frozen=True, array_like=True):
    """One holder of the list. The name is for screens; a door shows none."""

    number: int
    name: str
    profile: int
    badges: tuple[str, ...]
    more: More = More()


class Body(msgspec.Struct, frozen=True):
    """What is signed."""

    v: Literal[1]
    made_at: int
    rev: int
    is_full: bool
    gate: ListGate | None
    keys: tuple[tuple[int, str, int], ...]
    profiles: tuple[Profile, ...]
    holders: tuple[Row, ...]
    since: int = 0
    gone: tuple[int, ...] = ()
    site: int = 0
    places: dict[str, tuple[tuple[int, ...], str, str]] = {}
    inside: tuple[tuple[int, int, int, str], ...] = ()


class Seal(msgspec.Struct, frozen=True):
    """The first line of the answer: the signature by the key that signs passes. `former`: by the keys before it."""

    signature: str
    kid: int
    former: tuple[tuple[int, str], ...] = ()


class Signed(Seal, frozen=True, kw_only=True):
    """What the service answers, as it is kept."""

    payload: str


def unpacked(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def taken_apart(answer: bytes) -> Signed:
    """The seal on the first line, and what was sealed after it. Raises MsgspecError."""
    first, _, payload = answer.partition(b"\n")
    seal = msgspec.json.decode(first, type=Seal)
    try:
        return Signed(seal.signature, seal.kid, seal.former, payload=payload.decode())
    except UnicodeDecodeError as wrong:
        raise msgspec.DecodeError(str(wrong)) from None


def trusted(body: Body, now: int) -> dict[int, str]:
    """The keys of a list that have not ended, by number: they vouch for the next list, and for passes."""
    return {kid: public for kid, public, until in body.keys if not until or until > now}


def opened(signed: Signed, pinned: dict[int, str] | None) -> Body | None:
    """The list, when any of the pinned keys signed it; the first one ever (nothing pinned: None) vouches for itself."""
    try:
        body = msgspec.json.decode(signed.payload, type=Body)
    except msgspec.MsgspecError:
        return None
    keys = {kid: public for kid, public, _until in body.keys} if pinned is None else pinned
    seals = {**dict(signed.former), signed.kid: signed.signature}
    return body if any(_vouches(keys[kid], seals[kid], signed.payload) for kid in keys.keys() & seals.keys()) else None


def _vouches(public: str, signature: str, payload: str) -> bool:
    try:
        return is_signed(unpacked(public), unpacked(signature), (SIGNED_WITH + payload).encode())
    except ValueError:
        return False


def followed(before: Body | None, news: Body) -> Body | None:
    """The whole list after these news; None when they do not follow what is held, or would leave nobody in it."""
    if not news.is_full:
        if before is None or news.since != before.rev:
            return None
        gone, rows = set(news.gone), {row.number: row for row in before.holders}
        rows |= {row.number: row for row in news.holders}
        news = msgspec.structs.replace(news, holders=tuple(row for row in rows.values() if row.number not in gone))
    return None if before is not None and before.holders and not news.holders else news


class Known:
    """A list that was believed, ready to be asked. `checked_at`: when the service last said that it is current."""

    def __init__(self, body: Body, checked_at: int) -> None:
        self.body, self.checked_at = body, checked_at
        self._gate = body.gate or CLOSED
        self._by_badge = {badge: row for row in body.holders for badge in (*row.badges, *row.more.stopped)}
        self._last = {number: (zone, at, way) for number, zone, at, way in body.inside}

    def decide(self, shown: Shown, side: Side, now: int, *, is_clock_set: bool) -> Decision:
        """Whether the door opens to who holds this badge, by the facts of the list."""
        gate = self._gate
        reading = codec.read(shown.text or "")
        badge, reason = self._badge_of(shown, reading, now, is_clock_set=is_clock_set)
        row = self._by_badge.get(badge) or (None if reason else self._guest(reading.claims))
        if row is None:
            return refused_reading(reason or "badge_unknown", gate, side)
        moment = Moment(
            now=now,
            inside=gate.inside,
            age_s=max(0, now - self.checked_at),
            is_phone=reading.kind == "phone",
            is_offline=True,
            counts=self._counts(row),
        )
        decision = decide(gate, self._holder(row, badge), moment, side)
        if decision.outcome == "granted":
            self._last[row.number] = (gate.zone if side == "in" else 0, now, side)
        return decision

    def _counts(self, row: Row) -> bool:
        *_rights, is_staff = self._profile(row)
        return bool(self._gate.counts_staff) or not is_staff

    def _profile(self, row: Row) -> Profile:
        return NOTHING if row.profile == NO_PROFILE else self.body.profiles[row.profile]

    def _badge_of(self, shown: Shown, reading: Reading, now: int, *, is_clock_set: bool) -> tuple[str, str]:
        """The badge's name in the list, or why a pass is worth nothing."""
        if shown.card:
            return urlsafe_b64encode(bytes.fromhex(shown.card)[:16]).rstrip(b"=").decode(), ""
        claims = reading.claims
        if claims is None:
            return "", shown.reason or "not_a_badge"
        if claims.aud != self.body.site:
            return "", "other_site"
        if not is_genuine(reading, {kid: unpacked(public) for kid, public in trusted(self.body, now).items()}):
            return "", "badge_unknown"
        late = codec.slots_late(claims.slot, now) if isinstance(claims, codec.PhoneClaims) else 0
        if not is_clock_set or abs(late) > 1:
            return "", "pass_stale"
        return claims.handle, ""

    def _guest(self, claims: Claims | None) -> Row | None:
        """A guest of whom the list does not tell yet: the pass says itself when and where, the site on the way."""
        if not isinstance(claims, codec.GuestClaims):
            return None
        zones = (claims.zone, self._gate.zone) if self._gate.is_site else (claims.zone,)
        more = More(valid_from=claims.valid_from, valid_until=claims.valid_until, zones=zones, is_guest=1)
        return Row(-int(claims.handle, 16) - 1, "", NO_PROFILE, (claims.handle,), more)

    def _holder(self, row: Row, badge: str) -> Holder:
        roles, plans, qualifications, _is_staff = self._profile(row)
        gate = self._gate
        inside, last_at, last_way = self._last.get(row.number, (0, 0, ""))
        start, end = row.more.lent.get(badge, (row.more.valid_from, row.more.valid_until))
        return Holder(
            state="revoked" if badge in row.more.stopped else "active",
            is_doubted=badge in row.more.doubted,
            valid_from=start,
            valid_until=end,
            roles=roles,
            plans=plans,
            qualifications=qualifications,
            slots=tuple(self._slot(*slot) for slot in row.more.slots),
            zones=row.more.zones,
            is_guest=bool(row.more.is_guest),
            is_inside=last_way == "in" and bool(gate.zone) and (gate.is_site or inside == gate.zone),
            last_at=last_at,
            last_direction=last_way,
        )

    def _slot(self, start: int, end: int, place: str) -> Slot:
        """A reservation with the zones that it opens: none, where the place is not told any more."""
        zones, *_names = self.body.places.get(place, ((),))
        return Slot(start, end, zones)
