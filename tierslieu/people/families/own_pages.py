"""A guardian's pages: what their child has here, and what they agree to for them."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import reason_text, sentence
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.families import actions, views
from tierslieu.people.families.schemas import OwnConsentFields
from tierslieu.people.persons import queries as persons
from tierslieu.people.persons import screens
from tierslieu.people.persons.acting import Acting
from tierslieu.people.relations.queries import is_minor, may_act_for

OWN = "people.see_own_family"
SHOWN = ("reservations", "fablab", "memberships", "qualifications", "groups")
"""The sections of a child's page that whoever answers for them sees; the rest is the child's own."""


class OwnFamilyPages(Controller):
    """/mes-proches/{id}: somebody one answers for."""

    path = "/mes-proches/{id:str}"
    include_in_schema = False

    @get("/", opt=allow(OWN))
    async def look(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """Their reservations, jobs and qualifications; what was agreed to."""
        return await _show(request, read(id), "", 200)

    @post("/autorisations", opt=allow(OWN))
    async def agree(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Agree to something until the end of the school year."""
        form, spoken = await read_form(request), words(request)
        try:
            fields = check(OwnConsentFields, form)
            wish = actions.Renewal(read(id), fields.scope, fields.agreed == "1")
            await house(request).db.write(_agree, wish, by=actor(request))
        except FormErrors as error:
            told = " ".join(sentence(spoken, code, {}) for code in error.fields.values())
            return await _show(request, read(id), told, 422)
        except Refused as error:
            return await _show(request, read(id), " ".join(reason_text(spoken, one) for one in error.reasons), 422)
        return see_other(f"/mes-proches/{id}#consents")

    @post("/autorisations/{which:str}/retrait", opt=allow(OWN))
    async def withdraw(self, request: AnyRequest, id: FromPath[str], which: FromPath[str]) -> Response[Any]:
        """Take one's own agreement back: it stops to hold at once."""
        await read_form(request)
        await house(request).db.write(actions.withdraw_consent, read(id), read(which), by=actor(request))
        return see_other(f"/mes-proches/{id}#consents")


def _agree(tx: Tx, wish: actions.Renewal) -> int:
    require_mine(tx, tx.by.person_id, wish.person_id)
    return actions.renew_consent(tx, wish)


def require_mine(reader: Reader, guardian_id: int | None, person_id: int) -> None:
    """Raise NotFound unless one answers for the other: existence is not told."""
    if guardian_id == person_id or not may_act_for(reader, guardian_id, person_id, reader.now):
        raise NotFound("no_such_person")


async def _show(request: AnyRequest, person_id: int, problem: str, status: int) -> Response[bytes]:
    home, who, spoken = house(request), actor(request), words(request)
    sections = [one for one in home.sections if one.is_own and one.name in SHOWN]

    def load(reader: Reader) -> dict[str, Any]:
        require_mine(reader, who.person_id, person_id)
        found = persons.file(reader, person_id)
        shown = show(person_id)
        return {
            "acting": Acting(person_id, shown, found.name, found.first_name, "/mon-espace#families"),
            "person": screens.head(found),
            "parts": screens.parts(reader, spoken, person_id, sections),
            "view": views.consents_page(reader, person_id, spoken, who.person_id),
            "is_child": is_minor(reader, person_id, reader.now),
        }

    context = await home.db.read(load)
    consents = context.pop("view")
    return page(
        request, "families/one.html", status, consents=consents, problem=problem, is_desk=False, typed={}, **context
    )
