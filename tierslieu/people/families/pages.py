"""Pages of families for the desk: links, ages, consents."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Conflict, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import reason_text, sentence
from tierslieu.infra.transaction import Reader
from tierslieu.people.families import actions, views
from tierslieu.people.families.actions import MANAGE
from tierslieu.people.families.schemas import ConsentFields, LinkFields
from tierslieu.people.persons.noting import note_search
from tierslieu.people.persons.schemas import Found
from tierslieu.people.persons.searching import as_read, search
from tierslieu.people.relations.actions import end_link, link, note_standing

SEE = "people.see_families"


class LinkPages(Controller):
    """/personnes/{id}/proches."""

    path = "/personnes/{id:str}/proches"
    include_in_schema = False

    @get("/", opt=allow(SEE))
    async def look(self, request: AnyRequest, id: FromPath[str], q: FromQuery[str] = "") -> Response[bytes]:
        """Who answers for the person, for whom they answer, and finding somebody to link."""
        return await _links(request, read(id), q)

    @post("/", opt=allow(MANAGE))
    async def add(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """A new link."""
        form = await read_form(request)
        try:
            fields = check(LinkFields, form)
            bond = fields.bond(read(id), read(fields.other))
            await house(request).db.write(link, bond, by=actor(request))
        except FormErrors as error:
            return await _links(request, read(id), form.get("q", ""), _told(request, error), 422)
        except (Refused, Conflict) as error:
            return await _links(request, read(id), form.get("q", ""), _said(request, error), 422)
        return see_other(f"/personnes/{id}#families")

    @post("/{which:str}/fin", opt=allow(MANAGE))
    async def end(self, request: AnyRequest, id: FromPath[str], which: FromPath[str]) -> Response[Any]:
        """A link is over."""
        await read_form(request)
        try:
            await house(request).db.write(end_link, read(id), read(which), by=actor(request))
        except Refused as error:
            return await _links(request, read(id), "", _said(request, error), 422)
        return see_other(f"/personnes/{id}#families")

    @post("/majorite", opt=allow(MANAGE))
    async def note_age(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The person is of age, or is not, whatever the year leaves open."""
        form = await read_form(request)
        note = "adult" if form.get("note") == "adult" else "minor"
        try:
            await house(request).db.write(note_standing, read(id), note, by=actor(request))
        except Refused as error:
            return await _links(request, read(id), "", _said(request, error), 422)
        return see_other(f"/personnes/{id}#families")


class ConsentPages(Controller):
    """/personnes/{id}/autorisations."""

    path = "/personnes/{id:str}/autorisations"
    include_in_schema = False

    @get("/", opt=allow(SEE))
    async def look(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What was agreed to."""
        return await _consents(request, read(id), {}, {}, "", 200)

    @post("/", opt=allow(MANAGE))
    async def give(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """A signed paper was seen."""
        form = await read_form(request)
        try:
            fields = check(ConsentFields, form)
            paper = fields.paper(read(fields.signer))
            wish = (actions.give_consent, read(id), paper)
            await house(request).db.write(*wish, is_paper_seen=True, by=actor(request))
        except FormErrors as error:
            spoken = words(request)
            errors = {name: sentence(spoken, code, {}) for name, code in error.fields.items()}
            return await _consents(request, read(id), form, errors, "", 422)
        except (Refused, Conflict) as error:
            return await _consents(request, read(id), form, {}, _said(request, error), 422)
        return see_other(f"/personnes/{id}/autorisations")

    @post("/{which:str}/retrait", opt=allow(MANAGE))
    async def withdraw(self, request: AnyRequest, id: FromPath[str], which: FromPath[str]) -> Response[Any]:
        """It does not hold any more."""
        await read_form(request)
        try:
            await house(request).db.write(actions.withdraw_consent, read(id), read(which), by=actor(request))
        except Refused as error:
            return await _consents(request, read(id), {}, {}, _said(request, error), 422)
        return see_other(f"/personnes/{id}/autorisations")


async def _links(
    request: AnyRequest, person_id: int, searched: str, problem: str = "", status: int = 200
) -> Response[bytes]:
    spoken, asked = words(request), as_read(searched)

    def load(reader: Reader) -> tuple[views.LinksPage, list[Found]]:
        return views.links_page(reader, person_id, spoken), search(reader, asked) if asked else []

    view, people = await house(request).db.read(load)
    found = [
        views.Choice(show(one.id), f"{one.name}{f', {one.birth_year}' if one.birth_year else ''} ({show(one.id)[-4:]})")
        for one in people
        if one.id != person_id
    ]
    if asked and not problem:  # shown again with what went wrong, it is the same search
        note_search(request, "families", len(found))
    return page(request, "families/links.html", status, view=view, search=asked, found=found, problem=problem)


async def _consents(
    request: AnyRequest, person_id: int, typed: dict[str, str], errors: dict[str, str], problem: str, status: int
) -> Response[bytes]:
    asker = actor(request).person_id
    view = await house(request).db.read(views.consents_page, person_id, words(request), asker)
    return page(request, "families/consents.html", status, view=view, typed=typed, errors=errors, problem=problem)


def _told(request: AnyRequest, error: FormErrors) -> str:
    spoken = words(request)
    return " ".join(dict.fromkeys(sentence(spoken, code, {}) for code in error.fields.values()))


def _said(request: AnyRequest, error: Refused | Conflict) -> str:
    spoken = words(request)
    if isinstance(error, Refused):
        return " ".join(reason_text(spoken, reason) for reason in error.reasons)
    return sentence(spoken, error.code, error.facts)
