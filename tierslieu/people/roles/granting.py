"""The pages on which administrators give and withdraw roles."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.problems import speak
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words
from tierslieu.infra.feature import Place
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles import actions, queries, rules, views
from tierslieu.people.roles.actions import GRANT_ROLES
from tierslieu.people.roles.rules import Held
from tierslieu.people.roles.schemas import NewGrant

PAGE = 50


class Holder(msgspec.Struct, frozen=True):
    """Somebody who holds a role."""

    person_id: str
    name: str
    label: str
    place: str
    until: str


class GrantingPages(Controller):
    """/roles/personnes and /personnes/{id}/roles."""

    include_in_schema = False

    @get("/roles/personnes", opt=allow(GRANT_ROLES))
    async def show_holders(
        self, request: AnyRequest, role: FromQuery[str] = "", after: FromQuery[str] = ""
    ) -> Response[bytes]:
        """Who holds what: every role but the plain members', or one role."""
        if role and role not in rules.ROLES:
            raise NotFound("unknown_role")
        spoken, start = words(request), read(after) if after else 0
        lines, following = await house(request).db.read(holders_page, spoken, role, start)
        roles = views.catalogue(spoken, role)
        return page(request, "roles/holders.html", roles=roles, role=role, lines=lines, following=following)

    @get("/personnes/{id:str}/roles", opt=allow(GRANT_ROLES))
    async def show_person(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The roles of a person, to give and to withdraw."""
        return await person_page(request, read(id))

    @post("/personnes/{id:str}/roles", opt=allow(GRANT_ROLES))
    async def grant(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Give a role; a refusal comes back beside the form with all that was typed."""
        form, person_id, spoken = await read_form(request), read(id), words(request)
        try:
            wish = check(NewGrant, form)
            await require_place(request, wish.place)
            ends_at = house(request).zone.day(wish.last_day).end if wish.last_day else None
            held = Held(wish.role, wish.place)
            await house(request).db.write(actions.grant, person_id, held, ends_at, by=actor(request))
        except FormErrors as error:
            errors = {name: sentence(spoken, code, {}) for name, code in error.fields.items()}
            return await person_page(request, person_id, form, errors=errors)
        except Refused as error:
            return await person_page(request, person_id, form, reasons=[line[1] for line in speak(spoken, error)])
        return see_other(f"/personnes/{id}/roles")

    @post("/personnes/{id:str}/roles/{grant:str}/retirer", opt=allow(GRANT_ROLES))
    async def withdraw(self, request: AnyRequest, id: FromPath[str], grant: FromPath[str]) -> Response[Any]:
        """Take a role back."""
        await read_form(request)
        person_id, spoken = read(id), words(request)
        try:
            await house(request).db.write(actions.withdraw, person_id, read(grant), by=actor(request))
        except Refused as error:
            return await person_page(request, person_id, reasons=[line[1] for line in speak(spoken, error)])
        return see_other(f"/personnes/{id}/roles")


def holders_page(reader: Reader, spoken: Words, role: str, after: int) -> tuple[list[Holder], str]:
    """One page of holders, and from where the next one goes on ("" at the end)."""
    found = queries.holders(reader, role, after, PAGE + 1)
    names = queries.names(reader, [one.person_id for one in found])
    lines = []
    for one in found[:PAGE]:
        line = views.held_line(spoken, one, reader.now)
        lines.append(Holder(show(one.person_id), names.get(one.person_id, ""), line.label, line.place, line.until))
    return lines, show(found[PAGE - 1].id) if len(found) > PAGE else ""


async def require_place(request: AnyRequest, scope: str) -> None:
    """Raise FormErrors for a place that the house does not have."""
    if scope and scope not in {one.scope for one in await places_of(request)}:
        raise FormErrors("form", {"place": "unknown_place"})


async def places_of(request: AnyRequest) -> list[Place]:
    """Every place for which a role may be given."""
    home, spoken = house(request), words(request)

    def load(reader: Reader) -> list[Place]:
        return [one for places in home.places for one in places(reader, spoken)]

    return await home.db.read(load)


async def person_page(
    request: AnyRequest,
    person_id: int,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[str] | None = None,
) -> Response[bytes]:
    """The page of a person's roles. Raises NotFound for nobody."""
    home, spoken = house(request), words(request)

    def load(reader: Reader) -> tuple[str, views.PersonRoles]:
        name = queries.names(reader, [person_id]).get(person_id)
        if name is None:
            raise NotFound("no_such_person")
        return name, views.person_roles(reader, spoken, person_id)

    name, view = await home.db.read(load)
    given = typed or {}
    is_own = actor(request).person_id == person_id
    context: dict[str, Any] = {"name": name, "view": view, "is_own": is_own, "person_id": show(person_id)}
    return page(
        request,
        "roles/person.html",
        422 if errors or reasons else 200,
        roles=views.catalogue(spoken, given.get("role", "")),
        places=await places_of(request),
        typed=given,
        errors=errors or {},
        reasons=reasons or [],
        **context,
    )
