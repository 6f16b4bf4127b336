"""All reads of federation."""

from sqlalchemy import bindparam, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.federation.schemas import IdentityRow, Visitor
from tierslieu.people.federation.tables import FederationDeparture, FederationVisitor, Identity
from tierslieu.people.persons.queries import current_id, email_holder
from tierslieu.people.signin.queries import account_of, ways_of
from tierslieu.people.signin.schemas import Account

i, v, d = columns(Identity), columns(FederationVisitor), columns(FederationDeparture)
ROW = (i.id, i.person_id, i.provider, i.linked_at, i.used_at)
BY_SUBJECT = Query(
    select(*ROW).where(i.issuer == bindparam("issuer"), i.subject == bindparam("subject")), into=IdentityRow
)
OF_PERSON = Query(select(*ROW).where(i.person_id == bindparam("person")).order_by(i.linked_at, i.id), into=IdentityRow)
VISITOR = Query(
    select(*(v[name] for name in Visitor.__struct_fields__)).where(
        v.browser_sha256 == bindparam("browser"), v.provider == bindparam("which"), v.expires_at > bindparam("now")
    ),
    into=Visitor,
)
DEPARTURE: Query[tuple[str]] = Query(
    select(d.id_token).where(
        d.browser_sha256 == bindparam("browser"), d.provider == bindparam("which"), d.expires_at > bindparam("now")
    )
)

DEPARTURES: Query[tuple[str]] = Query(
    select(d.provider)
    .where(d.browser_sha256 == bindparam("browser"), d.expires_at > bindparam("now"))
    .order_by(d.expires_at.desc())
)


def identity(reader: Reader, issuer: str, subject: str) -> IdentityRow | None:
    """Whose identity this is."""
    return reader.row(BY_SUBJECT, issuer=issuer, subject=subject)


def is_moved(reader: Reader, person_id: int) -> bool:
    """True when this file was merged: the person goes on under another one, and proves it before it opens."""
    return current_id(reader, person_id) != person_id


def identities_of(reader: Reader, person_id: int) -> list[IdentityRow]:
    """A person's identities, the oldest first."""
    return reader.rows(OF_PERSON, person=person_id)


def visitor(reader: Reader, browser: str, provider: str) -> Visitor | None:
    """Who came back from a provider to this browser and is not known yet."""
    return reader.row(VISITOR, browser=browser, which=provider, now=reader.now)


def holder(reader: Reader, email: str) -> Account | None:
    """The active account with an address."""
    person_id = email_holder(reader, email) if email else None
    return account_of(reader, person_id) if person_id is not None else None


def is_closed(reader: Reader, email: str) -> bool:
    """True when the address belongs to an account that the house closed: no way around that."""
    person_id = email_holder(reader, email) if email else None
    return person_id is not None and account_of(reader, person_id) is None


def is_only_way(reader: Reader, person_id: int) -> bool:
    """True when this person could not sign in by themselves without their one identity."""
    ways = ways_of(reader, person_id)
    has_other = ways.has_email or ways.has_password or ways.passkeys > 0
    return not has_other and len(identities_of(reader, person_id)) < 2


def departure(reader: Reader, browser: str, provider: str) -> str | None:
    """The token that ends this browser's session at the provider, None when none is known."""
    found = reader.row(DEPARTURE, browser=browser, which=provider, now=reader.now)
    return found[0] if found else None


def departures(reader: Reader, browser: str) -> list[str]:
    """The providers whose session is open in this browser, the latest first."""
    return [found for (found,) in reader.rows(DEPARTURES, browser=browser, now=reader.now)]
