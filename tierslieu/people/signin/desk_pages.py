"""Helping somebody to sign in, from their page at the desk; and the part of that page that says how they do."""

from typing import Any

import msgspec
from litestar import Controller, Response, post
from litestar.params import FromPath

from tierslieu.basics.errors import Invalid, NotFound
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, read_form, see_other
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.persons.queries import known
from tierslieu.people.roles.rules import is_staff
from tierslieu.people.signin import changes, links, queries
from tierslieu.people.signin.origins import own_address

MANAGE = "people.manage_sign_in"
RESET = "people.reset_factor"


class SignInView(msgspec.Struct, frozen=True):
    """The ways in that a person has, in words for the desk."""

    ways: queries.Ways
    last: str
    is_staff: bool


class SignInDeskPages(Controller):
    """/personnes/{id}/connexion, for staff."""

    path = "/personnes/{id:str}/connexion"

    @post("/lien", opt=allow(MANAGE), include_in_schema=False)
    async def send_link(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Send a sign-in link to the person's own address."""
        await read_form(request)
        await house(request).db.write(_send_link, read_id(id), own_address(request), by=actor(request))
        return _back(id)

    @post("/sessions", opt=allow(MANAGE), include_in_schema=False)
    async def close_sessions(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Sign the person out everywhere."""
        await read_form(request)
        await house(request).db.write(_on_person, changes.sign_out_by_staff, read_id(id), by=actor(request))
        return _back(id)

    @post("/second-facteur", opt=allow(RESET), include_in_schema=False)
    async def reset_factor(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Forget a lost second factor: the person sets up a new one at their next sign-in."""
        await read_form(request)
        home = house(request)
        await home.db.write(_on_person, changes.reset_factor, read_id(id), home.zone, by=actor(request))
        return _back(id)


def section(reader: Reader, spoken: Words, person_id: int) -> SignInView | None:
    """What the person's page shows of sign-in."""
    found = queries.account_of(reader, person_id)
    if found is None:
        return None
    ways = queries.ways_of(reader, person_id)
    last = spoken.day(ways.last_at, "year") if ways.last_at else ""
    return SignInView(ways, last, is_staff(found.roles.split(",")))


def _send_link(tx: Tx, person_id: int, base: str) -> None:
    person = known(tx, person_id)
    if person is None:
        raise NotFound("no_such_person")
    if not person.email:
        raise Invalid("no_email")
    if not base:
        raise Invalid("no_public_address")
    links.ask_for(tx, person_id, base)
    record(tx, "people.send_sign_in_link", person_id)


def _on_person(tx: Tx, action: Any, person_id: int, *more: Any) -> None:
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    action(tx, person_id, *more)


def _back(id: str) -> Response[Any]:
    return see_other(f"/personnes/{show(read_id(id))}#signin")
