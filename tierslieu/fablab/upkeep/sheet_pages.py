"""Pages of safety sheets: read and accept one, for oneself or a child; staff write it and note papers."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.actor import Actor, require
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import MEND, RUN
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.fablab.upkeep import queries, sheets, wording
from tierslieu.fablab.upkeep.queries import Sheet
from tierslieu.fablab.upkeep.schemas import NewSheet
from tierslieu.fablab.upkeep.sheets import ACCEPT
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import Acting, acted_for

LABELS = {"text": _("Consignes"), "signs": _("Équipement et précautions, un par ligne")}


class SheetPage(msgspec.Struct, frozen=True):
    """A machine's sheet for one person. `version` 0: there is none."""

    key: str
    name: str
    version: int
    paragraphs: list[str]
    signs: list[str]
    accepted: str
    can_accept: bool
    mends: bool


class SheetPages(Controller):
    """/fablab/machines/{key}/fiche."""

    path = "/fablab/machines/{key:str}/fiche"
    include_in_schema = False

    @get("/", opt=PUBLIC)
    async def look(self, request: AnyRequest, key: FromPath[str], pour: FromQuery[str] = "") -> Response[bytes]:
        """The sheet, and the button that accepts it."""
        return await _show(request, key, pour)

    @post("/", opt=allow(ACCEPT))
    async def accept(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Read and accepted, by oneself, for a child, or on paper."""
        form, home, who = await read_form(request), house(request), actor(request)
        given, pour = form.get("version", ""), form.get("pour", "")
        version = int(given) if given.isdecimal() and len(given) < 7 else 0
        acting = await home.db.read(acted_for, who, pour, RUN)
        person_id = acting.person_id if acting else who.person_id or 0
        try:
            await home.db.write(sheets.accept, key, version, person_id, by=who)
        except Refused as error:
            return await _show(request, key, pour, told(words(request), error))
        return see_other(f"/fablab/machines/{key}/fiche?fait=accepted{f'&pour={acting.id}' if acting else ''}")

    @get("/modifier", opt=allow(MEND))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The form of a new version."""
        return await _form(request, key)

    @post("/modifier", opt=allow(MEND))
    async def put(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """A new version, which everybody accepts anew."""
        form = await read_form(request)
        try:
            await house(request).db.write(sheets.put_sheet, key, check(NewSheet, form), by=actor(request))
        except Invalid as error:
            return await _form(request, key, form, field_errors(words(request), error))
        except Refused as error:
            texts = {"text": " ".join(one.text for one in told(words(request), error))}
            return await _form(request, key, form, texts)
        return done(f"/fablab/machines/{key}/fiche", "saved")


def sheet_page(reader: Reader, key: str, who: Actor, acting: Acting | None, words: Words) -> SheetPage:
    """The sheet of a machine for the one who looks, or for whom they act. Raises NotFound."""
    machine = fablab.machine(reader, key)
    one = queries.sheet(reader, machine.id)
    mends = who.may(MEND, *places(machine))
    if one is None:
        return SheetPage(key, machine.name, 0, [], [], "", can_accept=False, mends=mends)
    person_id = acting.person_id if acting else who.person_id
    accepted = _accepted(reader, machine, one, person_id, words)
    can_accept = person_id is not None and not accepted and who.may(ACCEPT)
    paragraphs = [part.strip() for part in one.text.split("\n") if part.strip()]
    return SheetPage(key, machine.name, one.version, paragraphs, one.sign_list, accepted, can_accept, mends)


def _accepted(reader: Reader, machine: MachineNow, one: Sheet, person_id: int | None, words: Words) -> str:
    found = queries.accepted(reader, machine.id, one.version, person_id) if person_id is not None else None
    return words.text(wording.HOWS[found[0]], day=words.day(found[1], "year")) if found else ""


async def _show(request: AnyRequest, key: str, pour: str, reasons: list[ReasonLine] | None = None) -> Response[bytes]:
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> tuple[SheetPage, Acting | None]:
        acting = acted_for(reader, who, pour, RUN)
        return sheet_page(reader, key, who, acting, spoken), acting

    view, acting = await house(request).db.read(load)
    context: dict[str, Any] = {"reasons": reasons or [], "done": done_text(request, wording.DONE)}
    return page(request, "upkeep/sheet.html", 422 if reasons else 200, view=view, acting=acting, **context)


async def _form(
    request: AnyRequest, key: str, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response[bytes]:
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> tuple[str, dict[str, str]]:
        machine = fablab.machine(reader, key)
        require(who, MEND, *places(machine))
        one = queries.sheet(reader, machine.id)
        return machine.name, {"text": one.text, "signs": "\n".join(one.sign_list)} if one else {}

    name, stored = await house(request).db.read(load)
    return page(
        request,
        "upkeep/sheet_form.html",
        422 if errors else 200,
        key=key,
        name=name,
        typed=typed if typed is not None else stored,
        errors=errors or {},
        labels={field: spoken.text(text) for field, text in LABELS.items()},
    )
