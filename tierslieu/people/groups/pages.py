"""Pages of groups, for staff: the list, one group, its members, lists on paper and to download."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Conflict, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import reason_text, sentence
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.groups import actions, queries, rules, views
from tierslieu.people.groups.actions import MANAGE
from tierslieu.people.groups.schemas import GroupFields, MemberFields
from tierslieu.people.groups.wording import EXPORT, ROLES
from tierslieu.people.messages.actions import post_to_many
from tierslieu.people.messages.schemas import FreeText, Notice
from tierslieu.people.persons import phones
from tierslieu.people.persons.noting import note_search
from tierslieu.people.persons.queries import known
from tierslieu.people.persons.searching import as_read, search


class GroupPages(Controller):
    """/groupes."""

    path = "/groupes"
    include_in_schema = False

    @get("/", opt=allow(MANAGE))
    async def list(self, request: AnyRequest) -> Response[bytes]:
        """All groups, and the form for a new one."""
        return await _list_page(request, {}, {}, 200)

    @post("/", opt=allow(MANAGE))
    async def create(self, request: AnyRequest) -> Response[Any]:
        """A new group."""
        form = await read_form(request)
        try:
            fields = check(GroupFields, form)
        except FormErrors as error:
            return await _list_page(request, form, _told(request, error), 422)
        group_id = await house(request).db.write(actions.create_group, fields.facts, by=actor(request))
        return see_other(f"/groupes/{show(group_id)}")

    @get("/{id:str}", opt=allow(MANAGE))
    async def one(
        self, request: AnyRequest, id: FromPath[str], q: FromQuery[str] = "", sent: FromQuery[str] = ""
    ) -> Response[bytes]:
        """One group: who is in it, and everything that can be done with it."""
        return await show_group(request, read(id), q, sent=sent)

    @get("/{id:str}/modifier", opt=allow(MANAGE))
    async def ask_change(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form, filled."""
        view = await house(request).db.read(views.group_page, read(id), words(request))
        return page(request, "groups/form.html", view=view, form=views.form_of(view, {}, words(request)), errors={})

    @post("/{id:str}/modifier", opt=allow(MANAGE))
    async def change(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Write the group down anew."""
        form = await read_form(request)
        try:
            fields = check(GroupFields, form)
        except FormErrors as error:
            view = await house(request).db.read(views.group_page, read(id), words(request))
            typed = views.form_of(view, form, words(request))
            return page(request, "groups/form.html", 422, view=view, form=typed, errors=_told(request, error))
        await house(request).db.write(actions.change_group, read(id), fields.facts, by=actor(request))
        return see_other(f"/groupes/{id}")

    @post("/{id:str}/fermeture", opt=allow(MANAGE))
    async def close(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The group comes no more."""
        await read_form(request)
        try:
            await house(request).db.write(actions.close_group, read(id), by=actor(request))
        except Refused as error:
            return await show_group(request, read(id), problem=_said(request, error), status=422)
        return see_other(f"/groupes/{id}")

    @post("/{id:str}/contact", opt=allow(MANAGE))
    async def name_contact(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Who speaks for the group; nobody when the field is empty."""
        form = await read_form(request)
        person_id = read(form["person"]) if form.get("person") else None
        await house(request).db.write(actions.name_contact, read(id), person_id, by=actor(request))
        return see_other(f"/groupes/{id}")

    @post("/membres", opt=allow(MANAGE))
    async def join(self, request: AnyRequest) -> Response[Any]:
        """Somebody joins a group from their own page, and back to it."""
        form = await read_form(request)
        fields = check(MemberFields, form)
        group_id, person_id = read(form.get("group", "")), read(fields.person)
        try:
            await house(request).db.write(actions.add_member, group_id, person_id, by=actor(request))
        except Refused as error:
            return await show_group(request, group_id, problem=_said(request, error), status=422)
        return see_other(f"/personnes/{show(person_id)}#groups")

    @post("/{id:str}/membres", opt=allow(MANAGE))
    async def add(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Somebody joins."""
        form = await read_form(request)
        fields = check(MemberFields, form)
        person_id = read(fields.person)
        try:
            await house(request).db.write(actions.add_member, read(id), person_id, fields.role, by=actor(request))
        except Refused as error:
            return await show_group(request, read(id), problem=_said(request, error), status=422)
        return see_other(f"/groupes/{id}")

    @post("/{id:str}/membres/{member:str}/retrait", opt=allow(MANAGE))
    async def remove(self, request: AnyRequest, id: FromPath[str], member: FromPath[str]) -> Response[Any]:
        """Somebody leaves."""
        form = await read_form(request)
        await house(request).db.write(actions.remove_member, read(id), read(member), by=actor(request))
        back = form.get("person", "")
        return see_other(f"/personnes/{show(read(back))}#groups" if back else f"/groupes/{id}")

    @get("/{id:str}/liste", opt=allow(MANAGE))
    async def paper(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """A list to print and sign, A4."""
        view = await house(request).db.read(views.paper_list, read(id), words(request))
        return page(request, "groups/paper.html", view=view)

    @post("/{id:str}/export", opt=allow(MANAGE))
    async def export(self, request: AnyRequest, id: FromPath[str]) -> Response[str]:
        """The members as a file for a spreadsheet; who took it is noted."""
        await read_form(request)
        text = await house(request).db.write(export_members, read(id), words(request), by=actor(request))
        headers = {"content-disposition": 'attachment; filename="groupe.csv"', "cache-control": "no-store"}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers, status_code=200)

    @post("/{id:str}/message", opt=allow("people.send_messages"))
    async def write(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The same words to every member, each by their own channel."""
        form = await read_form(request)
        try:
            fields = check(FreeText, {"text": form.get("text", "")})
        except FormErrors as error:
            typed = form.get("text", "")
            return await show_group(request, read(id), errors=_told(request, error), text=typed, status=422)
        subject = words(request).text("Message de {venue}", venue=house(request).settings.venue_name)
        count = await house(request).db.write(write_to_group, read(id), subject, fields.text, by=actor(request))
        return see_other(f"/groupes/{id}?sent={count}#message")


async def _list_page(
    request: AnyRequest, typed: dict[str, str], errors: dict[str, str], status: int
) -> Response[bytes]:
    spoken, home = words(request), house(request)
    view = await home.db.read(views.groups_page, spoken)
    if not typed:
        typed = {"school_year": str(rules.school_year(home.zone.date(home.clock.now())))}
    return page(request, "groups/list.html", status, view=view, form=views.new_form(typed, spoken), errors=errors)


async def show_group(
    request: AnyRequest,
    group_id: int,
    searched: str = "",
    *,
    problem: str = "",
    errors: dict[str, str] | None = None,
    text: str = "",
    sent: str = "",
    status: int = 200,
) -> Response[bytes]:
    """One group's page; after a refusal with what went wrong, nothing typed lost."""
    spoken, asked = words(request), as_read(searched)

    def load(reader: Reader) -> tuple[views.GroupPage, list[views.Found]]:
        view = views.group_page(reader, group_id, spoken)
        found = search(reader, asked) if asked else []
        present = queries.present_among(reader, group_id, [one.id for one in found])
        return view, [views.found(one, present) for one in found]

    view, found = await house(request).db.read(load)
    if asked:
        note_search(request, "groups", len(found))
    return page(
        request,
        "groups/one.html",
        status,
        view=view,
        search=asked,
        found=found,
        problem=problem,
        errors=errors or {},
        text=text,
        sent=int(sent) if sent.isdecimal() and len(sent) < 6 else None,
    )


def _told(request: AnyRequest, error: FormErrors) -> dict[str, str]:
    spoken = words(request)
    return {name: sentence(spoken, code, {}) for name, code in error.fields.items()}


def _said(request: AnyRequest, error: Refused | Conflict) -> str:
    spoken = words(request)
    if isinstance(error, Refused):
        return " ".join(reason_text(spoken, reason) for reason in error.reasons)
    return sentence(spoken, error.code, error.facts)


def export_members(tx: Tx, group_id: int, spoken: Words) -> str:
    """All members as CSV. Taking a list of people away is noted."""
    queries.group(tx, group_id)
    found = queries.all_members(tx, group_id)
    rows = [
        (
            one.last_name,
            one.first_name,
            str(one.birth_year or ""),
            phones.shown(one.phone) if one.phone else "",
            one.email or "",
            spoken.text(ROLES[one.role]),
        )
        for one in found
    ]
    record(tx, "groups.export", None, show(group_id), count=len(rows))
    return rules.csv_text([tuple(spoken.text(title) for title in EXPORT), *rows])


def write_to_group(tx: Tx, group_id: int, subject: str, text: str) -> int:
    """Write to every member, and to whoever speaks for the group. Returns to how many."""
    group = queries.group(tx, group_id)
    ids = [one.person_id for one in queries.all_members(tx, group_id)]
    if group.contact_id is not None and known(tx, group.contact_id) is not None:
        ids.append(group.contact_id)
    count = post_to_many(tx, ids, Notice("free_text", subject, text, short=text))
    record(tx, "groups.write", None, show(group_id), count=count)
    return count
