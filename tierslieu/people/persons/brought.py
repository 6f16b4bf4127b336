"""The people whom a referrer brings: they write down a name, reserve for them, and see nobody else."""

from typing import Any

from litestar import Controller, Response, get, post

from tierslieu.basics.errors import Forbidden
from tierslieu.basics.ids import show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.pages import field_errors
from tierslieu.people.persons.schemas import PersonFields
from tierslieu.people.relations.actions import Bond, link
from tierslieu.people.relations.queries import cared_for

BRING = "people.bring"
FIELDS = ("first_name", "last_name", "phone")
KIND = "carer"


def bring(tx: Tx, wish: PersonFields) -> int:
    """A file for somebody the actor brings, and the link by which they may act for them. Returns the id."""
    if tx.by.person_id is None:
        raise Forbidden("not_allowed")
    person_id = create_person(tx, wish.first_name, wish.last_name, phone=wish.phone)
    link(tx, Bond(person_id, tx.by.person_id, KIND))
    return person_id


class BroughtPages(Controller):
    """/accompagnes."""

    path = "/accompagnes"
    include_in_schema = False

    @get("/", opt=allow(BRING))
    async def show_people(self, request: AnyRequest) -> Response[bytes]:
        """Those one brought, and the form for one more."""
        return await _people_page(request)

    @post("/", opt=allow(BRING))
    async def write_down(self, request: AnyRequest) -> Response[Any]:
        """One more: only the names are needed."""
        form = await read_form(request)
        typed = {name: form.get(name, "") for name in FIELDS}
        try:
            wish = check(PersonFields, typed)
        except FormErrors as error:
            return await _people_page(request, 422, typed, field_errors(request, error))
        await house(request).db.write(bring, wish, by=actor(request))
        return see_other("/accompagnes")


async def _people_page(
    request: AnyRequest,
    status: int = 200,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    who = actor(request)

    def load(reader: Reader) -> list[tuple[str, str]]:
        found = cared_for(reader, who.person_id or 0, reader.now)
        return [(show(one.person_id), f"{one.first_name} {one.last_name}") for one in found if one.may_act]

    people = await house(request).db.read(load)
    return page(request, "persons/brought.html", status, people=people, typed=typed or {}, errors=errors or {})
