"""All changes of federation: begin and end a journey, link and unlink an identity, make an account."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, select, update

from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Conflict, NotFound
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of, upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.federation import queries
from tierslieu.people.federation.rules import ATTEMPT_LIFE, DEPARTURE_LIFE, STARTS, VISITOR_LIFE
from tierslieu.people.federation.schemas import Attempt, Facts, IdentityRow, Visitor
from tierslieu.people.federation.tables import FederationAttempt, FederationDeparture, FederationVisitor, Identity
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.queries import current_id
from tierslieu.people.signin import throttle

i, a, v, d = columns(Identity), columns(FederationAttempt), columns(FederationVisitor), columns(FederationDeparture)
ADD_ATTEMPT: Query[Any] = Query(insert_into(FederationAttempt))
ATTEMPT = Query(
    select(a.provider, a.nonce_sha256, a.target, a.person_id).where(
        a.state_sha256 == bindparam("state"),
        a.browser_sha256 == bindparam("browser"),
        a.provider == bindparam("which"),
        a.expires_at > bindparam("now"),
    ),
    into=Attempt,
)
DROP_ATTEMPT: Query[Any] = Query(delete(table_of(FederationAttempt)).where(a.state_sha256 == bindparam("state")))
PUT_VISITOR = upsert(FederationVisitor, ("browser_sha256", "provider"))
DROP_VISITOR: Query[Any] = Query(
    delete(table_of(FederationVisitor)).where(
        v.browser_sha256 == bindparam("browser"), v.provider == bindparam("which")
    )
)
ADD_IDENTITY = insert_or_nothing(Identity)
USED: Query[Any] = Query(update(table_of(Identity)).where(i.id == bindparam("which")).values(used_at=bindparam("now")))
MOVE: Query[Any] = Query(
    update(table_of(Identity)).where(i.id == bindparam("which")).values(person_id=bindparam("person"))
)
UNLINK: Query[Any] = Query(
    delete(table_of(Identity)).where(i.id == bindparam("which"), i.person_id == bindparam("person"))
)
PUT_DEPARTURE = upsert(FederationDeparture, ("browser_sha256", "provider"))
LEAVING: Query[Any] = Query(
    update(table_of(FederationDeparture))
    .where(d.browser_sha256 == bindparam("browser"), d.provider == bindparam("which"))
    .values(state_sha256=bindparam("state"))
)
LEFT: Query[Any] = Query(
    delete(table_of(FederationDeparture)).where(
        d.browser_sha256 == bindparam("browser"),
        d.provider == bindparam("which"),
        d.state_sha256 == bindparam("state"),
    )
)
TIDY: tuple[Query[Any], ...] = tuple(
    Query(delete(table_of(table)).where(columns(table).expires_at <= bindparam("now")))
    for table in (FederationAttempt, FederationVisitor, FederationDeparture)
)


def begin(tx: Tx, provider: str, secrets: tuple[str, str], browser: str, target: str, origin: str) -> None:
    """A journey begins. `secrets` are its state and nonce; only their hashes stay here. Raises TooMany."""
    throttle.attempt(tx, throttle.Limit(f"federation:{origin}", STARTS))
    state, nonce = secrets
    tx.run(
        ADD_ATTEMPT,
        state_sha256=hashed(state),
        browser_sha256=browser,
        provider=provider,
        nonce_sha256=hashed(nonce),
        target=target,
        person_id=tx.by.person_id,
        expires_at=tx.now + ATTEMPT_LIFE,
    )


def take(tx: Tx, provider: str, state: str, browser: str) -> Attempt | None:
    """The journey that came back, once, in the browser that began it; None for any other."""
    digest = hashed(state)
    found = tx.row(ATTEMPT, state=digest, browser=browser, which=provider, now=tx.now)
    return found if found is not None and tx.run(DROP_ATTEMPT, state=digest) else None


def meet(tx: Tx, provider: str, facts: Facts, browser: str, target: str) -> IdentityRow | None:
    """Somebody came back. Their identity when it is known; else they are kept as a visitor of this browser."""
    found = queries.identity(tx, facts.issuer, facts.subject)
    if found is not None and not queries.is_moved(tx, found.person_id):
        tx.run(USED, which=found.id, now=tx.now)
        return found
    visitor = Visitor(
        provider,
        facts.issuer,
        facts.subject,
        facts.first_name,
        facts.last_name,
        facts.email,
        int(facts.is_email_verified),
        facts.strength,
        int(facts.is_staff_allowed),
        target,
    )
    tx.run(PUT_VISITOR, browser_sha256=browser, expires_at=tx.now + VISITOR_LIFE, **msgspec.structs.asdict(visitor))
    return None


def link(tx: Tx, visitor: Visitor, browser: str, person_id: int) -> None:
    """The visitor is this person, who proved it. Raises Conflict("identity_taken") when they are another one."""
    is_new = tx.run(
        ADD_IDENTITY,
        id=tx.new_id(),
        person_id=person_id,
        provider=visitor.provider,
        issuer=visitor.issuer,
        subject=visitor.subject,
        linked_at=tx.now,
        used_at=tx.now,
    )
    found = queries.identity(tx, visitor.issuer, visitor.subject)
    if not is_new and (found is None or current_id(tx, found.person_id) != person_id):
        raise Conflict("identity_taken")
    if found is not None and found.person_id != person_id:
        tx.run(MOVE, which=found.id, person=person_id)  # their former file was merged into this one
    tx.run(DROP_VISITOR, browser=browser, which=visitor.provider)


def create_account(tx: Tx, visitor: Visitor, browser: str, first_name: str, last_name: str) -> int:
    """A new person for a visitor, linked. Their address comes along when the provider checked it.

    Raises Conflict: "email_taken" when somebody has the address by now (then they must prove that it is theirs),
    "identity_taken" when it was linked meanwhile, or to a file that was merged.
    """
    if queries.identity(tx, visitor.issuer, visitor.subject) is not None:
        raise Conflict("identity_taken")
    if visitor.email and (queries.holder(tx, visitor.email) or queries.is_closed(tx, visitor.email)):
        raise Conflict("email_taken")
    email = visitor.email if visitor.email and visitor.is_email_verified else None
    person_id = create_person(tx, first_name, last_name, email=email)
    link(tx, visitor, browser, person_id)
    return person_id


def unlink(tx: Tx, person_id: int, identity_id: int) -> None:
    """An identity opens this account no more. Raises NotFound, Conflict("only_way_in") for the person themselves."""
    if all(one.id != identity_id for one in queries.identities_of(tx, person_id)):
        raise NotFound("no_such_identity")
    if tx.by.person_id == person_id and queries.is_only_way(tx, person_id):
        raise Conflict("only_way_in")
    tx.run(UNLINK, which=identity_id, person=person_id)
    record_for(tx, "federation.unlink", person_id)


def remember_departure(tx: Tx, browser: str, provider: str, id_token: str) -> None:
    """Keep what ends the provider's own session in this browser."""
    tx.run(
        PUT_DEPARTURE,
        browser_sha256=browser,
        provider=provider,
        id_token=id_token,
        state_sha256=None,
        expires_at=tx.now + DEPARTURE_LIFE,
    )


def leave(tx: Tx, browser: str, provider: str, state: str) -> str | None:
    """Begin to leave the provider too: the token to show there, None when there is nothing to leave."""
    found = queries.departure(tx, browser, provider)
    if found is not None:
        tx.run(LEAVING, browser=browser, which=provider, state=hashed(state))
    return found


def left(tx: Tx, browser: str, provider: str, state: str) -> bool:
    """The provider says that it is done. False when this browser had not asked."""
    return bool(tx.run(LEFT, browser=browser, which=provider, state=hashed(state)))


def tidy(tx: Tx, _payload: object) -> None:
    """Forget journeys, visitors and departures that are over."""
    for query in TIDY:
        tx.run(query, now=tx.now)
