"""All reads of passes: keys, guests, phone passes that were used, cards of the house."""

import msgspec
from sqlalchemy import BigInteger, bindparam, or_, select

from devices.badges.signing import Signer
from tierslieu.access.passes.rules import KEY_VOUCHES
from tierslieu.access.passes.tables import GuestPass, PassKey
from tierslieu.access.tables import Badge, HouseCard
from tierslieu.basics.errors import NotFound, Unavailable
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.tables import Person

SITE = "pass_site"
k, g, h = columns(PassKey), columns(GuestPass), columns(HouseCard)
b, p, v = columns(Badge), columns(Person), columns(HouseValue)
NOW = bindparam("now", type_=BigInteger())


class TrustedKey(msgspec.Struct, frozen=True):
    """The public half of a key that readers trust: for ever yet (`until` 0), or until an instant."""

    kid: int
    public: bytes
    until: int


class GuestRow(msgspec.Struct, frozen=True):
    """A guest pass as it is stored. `zone` is the number of the zone it opens, 0 for none but the entrance."""

    id: int
    handle: str
    kid: int
    zone: int
    first_name: str
    valid_from: int
    valid_until: int
    issued_at: int
    revoked_at: int

    @property
    def is_active(self) -> bool:
        """False once it was stopped; its time is another question."""
        return not self.revoked_at


class HouseCardRow(msgspec.Struct, frozen=True):
    """A card of the house: in the drawer (`badge_id` None), lent to somebody until an instant, or lost."""

    id: int
    card_number: str
    secret_sha256: str
    badge_id: int | None
    state: str | None
    valid_until: int | None
    person_id: int | None
    first_name: str | None
    last_name: str | None

    @property
    def is_free(self) -> bool:
        """True in the drawer."""
        return self.badge_id is None


KEYS = Query(select(k.kid, k.public, k.until).where(or_(k.until == 0, k.until > NOW)).order_by(k.kid), into=TrustedKey)
SIGNING: Query[tuple[int, bytes, int]] = Query(select(k.kid, k.seed, k.created_at).where(k.until == 0))
VOUCHERS: Query[tuple[int, bytes, int]] = Query(
    select(k.kid, k.seed, k.created_at).where(or_(k.until == 0, k.until > NOW - KEY_VOUCHES)).order_by(k.until, k.kid)
)
SEED: Query[tuple[bytes]] = Query(select(k.seed).where(k.kid == bindparam("kid")))
SITE_NUMBER: Query[tuple[str]] = Query(select(v.value).where(v.name == SITE))
GUEST = tuple(g[name] for name in GuestRow.__struct_fields__)
GUEST_BY_ID = Query(select(*GUEST).where(g.id == bindparam("id")), into=GuestRow)
GUEST_BY_HANDLE = Query(select(*GUEST).where(g.handle == bindparam("handle")), into=GuestRow)
GUESTS = Query(
    select(*GUEST).where(g.valid_until > NOW, g.revoked_at == 0).order_by(g.valid_from, g.id).limit(500), into=GuestRow
)
SELECT_CARD = (
    select(h.id, h.card_number, h.secret_sha256, b.id, b.state, b.valid_until, b.person_id, p.first_name, p.last_name)
    .select_from(HouseCard)
    .join(Badge, b.secret_sha256 == h.secret_sha256, isouter=True)
    .join(Person, p.id == b.person_id, isouter=True)
    .where(h.retired_at == 0)
)
CARDS = Query(SELECT_CARD.order_by(h.card_number).limit(500), into=HouseCardRow)
CARD_BY_PRINT = Query(
    SELECT_CARD.where(or_(h.card_number == bindparam("number"), h.secret_sha256 == bindparam("secret"))),
    into=HouseCardRow,
)
CARD_BY_ID = Query(SELECT_CARD.where(h.id == bindparam("id")), into=HouseCardRow)


def keys(reader: Reader) -> list[TrustedKey]:
    """The keys whose passes are good: the one that signs now, and those that signed what has not ended yet."""
    return reader.rows(KEYS, now=reader.now)


def site(reader: Reader) -> int:
    """The number of this house in its passes: a pass of another town is told apart. Drawn with the first key."""
    found = reader.row(SITE_NUMBER)
    return int(found[0]) if found else 0


def signer(reader: Reader) -> tuple[int, Signer]:
    """The key that signs now, by its number. Raises Unavailable("no_pass_key") before the first one is made."""
    found = reader.row(SIGNING)
    if found is None:
        raise Unavailable("no_pass_key")
    return found[0], Signer(found[1])


def vouchers(reader: Reader) -> list[tuple[int, Signer]]:
    """The keys that sign lists for readers: the one that signs passes first, then former ones, for the readers that
    know no other yet. Raises Unavailable("no_pass_key")."""
    found = reader.rows(VOUCHERS, now=reader.now)
    if not found:
        raise Unavailable("no_pass_key")
    return [(kid, Signer(seed)) for kid, seed, _since in found]


def vouched_since(reader: Reader) -> int:
    """When the oldest key was made that still signs lists: who holds an older list knows none of them. 0: no key."""
    return min((since for _kid, _seed, since in reader.rows(VOUCHERS, now=reader.now)), default=0)


def signing_since(reader: Reader) -> tuple[int, int]:
    """The number of the key that signs, and when it was made. Raises Unavailable("no_pass_key")."""
    found = reader.row(SIGNING)
    if found is None:
        raise Unavailable("no_pass_key")
    return found[0], found[2]


def signer_of(reader: Reader, kid: int) -> Signer:
    """The key of a number, also one that signs nothing new. Raises Unavailable("no_pass_key") when it is gone."""
    found = reader.row(SEED, kid=kid)
    if found is None:
        raise Unavailable("no_pass_key")
    return Signer(found[0])


def guest(reader: Reader, guest_id: int) -> GuestRow:
    """A guest pass. Raises NotFound."""
    found = reader.row(GUEST_BY_ID, id=guest_id)
    if found is None:
        raise NotFound("no_such_guest_pass")
    return found


def guest_by_handle(reader: Reader, handle: str) -> GuestRow | None:
    """A guest pass by its name in the code, whatever its state."""
    return reader.row(GUEST_BY_HANDLE, handle=handle)


def guests(reader: Reader) -> list[GuestRow]:
    """Guest passes that are good now or later, the first one first."""
    return reader.rows(GUESTS, now=reader.now)


def house_cards(reader: Reader) -> list[HouseCardRow]:
    """The cards that the house lends, and who has them."""
    return reader.rows(CARDS)


def house_card(reader: Reader, number: str, secret_sha256: str = "") -> HouseCardRow:
    """A card of the house by its number or its secret's hash. Raises NotFound."""
    found = reader.row(CARD_BY_PRINT, number=number, secret=secret_sha256)
    if found is None:
        raise NotFound("no_such_house_card")
    return found


def house_card_by_id(reader: Reader, card_id: int) -> HouseCardRow:
    """A card of the house. Raises NotFound."""
    found = reader.row(CARD_BY_ID, id=card_id)
    if found is None:
        raise NotFound("no_such_house_card")
    return found
