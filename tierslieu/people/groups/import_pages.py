"""Importing a list, for staff: send the file, look at every line, confirm."""

import asyncio
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, Invalid, NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.wording import reason_text, sentence
from tierslieu.http.words import Words
from tierslieu.infra.database import Database
from tierslieu.infra.transaction import Reader
from tierslieu.people.groups import importing, lists, queries
from tierslieu.people.groups.actions import MANAGE
from tierslieu.people.groups.importing import NEW, Candidate, Imported, Plan, Planned
from tierslieu.people.groups.ods_writing import MEDIA_TYPE, write_ods
from tierslieu.people.groups.rules import csv_text
from tierslieu.people.groups.views import Choice
from tierslieu.people.groups.wording import FIELDS, MODEL, MODEL_LINE
from tierslieu.people.persons import phones


class ImportLine(msgspec.Struct, frozen=True):
    """A line in words. `wrong`: sentences on what to correct; `choices`: who it could be."""

    number: int
    name: str
    details: str
    wrong: list[str]
    choices: list[Choice]


class ImportPage(msgspec.Struct, frozen=True):
    """What an import will do. Nothing was written so far."""

    id: str
    group_id: str
    group: str
    good: list[ImportLine]
    bad: list[ImportLine]
    ignored: str
    sure: int
    """How many good lines nobody known is like: they make new files without a question."""


class ImportPages(Controller):
    """/groupes/{id}/importer."""

    path = "/groupes"
    include_in_schema = False

    @get("/modele.csv", opt=allow(MANAGE))
    async def model_csv(self, request: AnyRequest) -> Response[str]:
        """An example to fill in, for any spreadsheet."""
        headers = {"content-disposition": 'attachment; filename="modele-groupe.csv"'}
        return Response(csv_text([MODEL, MODEL_LINE]), media_type="text/csv; charset=utf-8", headers=headers)

    @get("/modele.ods", opt=allow(MANAGE))
    async def model_ods(self, request: AnyRequest) -> Response[bytes]:
        """The same for LibreOffice."""
        headers = {"content-disposition": 'attachment; filename="modele-groupe.ods"'}
        return Response(write_ods([MODEL, MODEL_LINE]), media_type=MEDIA_TYPE, headers=headers)

    @get("/{id:str}/importer", opt=allow(MANAGE))
    async def ask(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form for a file."""
        return await _ask(request, read(id))

    @post("/{id:str}/importer", opt=allow(MANAGE))
    async def take(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Read the file and keep what each line would do."""
        form = await read_form(request)
        home, group_id = house(request), read(id)
        try:
            found = await _read_upload(form.files.get("file"))
        except Invalid as error:
            return await _ask(request, group_id, sentence(words(request), error.fields["file"], error.facts), 422)
        made = await _plan(home.db, group_id, found)
        try:
            import_id = await home.db.write(importing.keep_plan, group_id, made, by=actor(request))
        except Refused as error:
            return await _ask(request, group_id, _said(words(request), error), 422)
        return see_other(f"/groupes/{id}/importer/{show(import_id)}")

    @get("/{id:str}/importer/{which:str}", opt=allow(MANAGE))
    async def look(self, request: AnyRequest, id: FromPath[str], which: FromPath[str]) -> Response[bytes]:
        """What each line will do."""
        try:
            return await _look(request, read(id), read(which), {}, "", 200)
        except NotFound as error:
            return await _over(request, read(id), error)

    @post("/{id:str}/importer/{which:str}", opt=allow(MANAGE))
    async def confirm(self, request: AnyRequest, id: FromPath[str], which: FromPath[str]) -> Response[Any]:
        """All good lines in one go, or nothing."""
        form = await read_form(request)
        group_id, import_id, spoken = read(id), read(which), words(request)
        choices = chosen(form)
        wish = (importing.confirm, group_id, import_id, choices)
        try:
            done = await house(request).db.write(*wish, skip_bad=form.get("skip") == "1", by=actor(request))
        except NotFound as error:
            return await _over(request, group_id, error)
        except Refused as error:
            return await _look(request, group_id, import_id, choices, _said(spoken, error), 422)
        except Conflict as error:
            return await _look(request, group_id, import_id, choices, sentence(spoken, error.code, error.facts), 409)
        return page(request, "groups/imported.html", done=done, id=id, lines=_done_lines(done, spoken))


def chosen(form: dict[str, str]) -> dict[int, str]:
    """What was chosen for each line; fields that name no line are left out."""
    numbers = {name: name.removeprefix("line-") for name in form if name.startswith("line-")}
    return {
        int(text): form[name] for name, text in numbers.items() if text.isascii() and text.isdigit() and len(text) < 9
    }


async def _read_upload(upload: UploadFile | None) -> lists.List:
    """The people of an uploaded file, read beside the event loop. Raises Invalid."""
    if upload is None or not upload.filename:
        raise Invalid("missing", {"file": "missing"})
    data = await upload.read(lists.LARGEST + 1)
    return await asyncio.to_thread(lists.read_list, upload.filename, data)


async def _plan(db: Database, group_id: int, found: lists.List) -> Plan:
    """What each line will do, read a part at a time: a long file keeps nobody else waiting."""
    planned: list[Planned] = []
    for first in range(0, len(found.lines), importing.AT_A_TIME):
        planned += await db.read(importing.plan, found.lines[first : first + importing.AT_A_TIME])
    return await db.read(importing.with_members, group_id, planned, found.ignored)


async def _ask(request: AnyRequest, group_id: int, problem: str = "", status: int = 200) -> Response[bytes]:
    group = await house(request).db.read(queries.group, group_id)
    return page(request, "groups/import.html", status, group=group, id=show(group_id), problem=problem)


async def _over(request: AnyRequest, group_id: int, error: NotFound) -> Response[bytes]:
    """The file was used or is too old: said above the form for another one."""
    if error.code != "import_over":
        raise error
    return await _ask(request, group_id, sentence(words(request), error.code, {}), 404)


async def _look(
    request: AnyRequest, group_id: int, import_id: int, choices: dict[int, str], problem: str, status: int
) -> Response[bytes]:
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> ImportPage:
        group = queries.group(reader, group_id)
        found = importing.kept_plan(reader, group_id, import_id, who.person_id)
        return import_page(found, group_id, group.name, import_id, choices, spoken)

    view = await house(request).db.read(load)
    return page(request, "groups/preview.html", status, view=view, problem=problem)


def import_page(
    found: Plan, group_id: int, group: str, import_id: int, choices: dict[int, str], spoken: Words
) -> ImportPage:
    """The plan in words."""
    good, bad = found.good, found.bad
    return ImportPage(
        show(import_id),
        show(group_id),
        group,
        [_line(one, choices.get(one.line.number, one.chosen), spoken) for one in good],
        [_line(one, "", spoken) for one in bad],
        ", ".join(found.ignored),
        sum(1 for one in good if not one.candidates),
    )


def _line(one: Planned, choice: str, spoken: Words) -> ImportLine:
    line = one.line
    details = [str(line.birth_year or ""), line.email or "", phones.shown(line.phone) if line.phone else ""]
    wrong = [
        f"{spoken.text(FIELDS[each.field]).capitalize()} : {sentence(spoken, each.code, {})}"
        if each.field in FIELDS
        else sentence(spoken, each.code, {})
        for each in line.wrong
    ]
    choices = [Choice(show(each.id), _candidate(each, spoken), choice == show(each.id)) for each in one.candidates]
    if choices:
        choices.append(Choice(NEW, spoken.text("C’est une nouvelle personne"), choice == NEW))
    return ImportLine(line.number, line.name, ", ".join(part for part in details if part), wrong, choices)


def _candidate(one: Candidate, spoken: Words) -> str:
    """« C’est elle : Monique Lefèvre, 1948, fiche 7KQ2 (déjà dans le groupe) »."""
    facts = {"name": one.name, "mark": one.mark}
    year = f", {one.birth_year}" if one.birth_year else ""
    text = spoken.text("C’est elle : {name}{year}, fiche {mark}", year=year, **facts)
    return f"{text} ({spoken.text('déjà dans le groupe')})" if one.is_member else text


def _said(spoken: Words, error: Refused) -> str:
    return " ".join(reason_text(spoken, reason) for reason in error.reasons)


def _done_lines(done: Imported, spoken: Words) -> list[str]:
    found = [
        spoken.plural("{count} nouvelle personne", "{count} nouvelles personnes", done.created),
        spoken.plural(
            "{count} personne connue a rejoint le groupe",
            "{count} personnes connues ont rejoint le groupe",
            done.joined,
        ),
    ]
    if done.present:
        found.append(spoken.plural("{count} personne y était déjà", "{count} personnes y étaient déjà", done.present))
    if done.left_out:
        found.append(spoken.plural("{count} ligne laissée de côté", "{count} lignes laissées de côté", done.left_out))
    return found
