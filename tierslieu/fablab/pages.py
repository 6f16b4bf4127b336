"""Pages for makers: the FabLab, one's queue, bringing a file, a machine."""

import asyncio
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from tierslieu.basics.errors import Invalid, NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.fablab import actions, care, page_parts, queries, rules, sentences
from tierslieu.fablab.actions import QUEUE, REPORT, RUN
from tierslieu.fablab.cards import fablab_view
from tierslieu.fablab.depositing import deposit
from tierslieu.fablab.files import facts as file_facts
from tierslieu.fablab.lines import Line, flag_texts, line
from tierslieu.fablab.machine_page import machine_page
from tierslieu.fablab.queries import StoredFile
from tierslieu.fablab.schemas import NewJob, Problem
from tierslieu.fablab.views import Board, file_view, needs_team
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.streams import stream
from tierslieu.http.telling import Choice, ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import Acting, acted_for
from tierslieu.people.persons.correcting import SEE
from tierslieu.people.relations.queries import may_act_for

CLOSED_SHOWN = 5


def my_lines(reader: Reader, who: Any, spoken: Words) -> list[Line]:
    """One's own jobs: open ones in their order, then the last closed ones."""
    board = Board(reader, who)
    found = queries.mine(reader, who.person_id)
    opened = sorted((one for one in found if one.state in rules.OPEN), key=lambda one: one.rank)
    closed = [one for one in found if one.state not in rules.OPEN][:CLOSED_SHOWN]
    return [line(board, one, spoken) for one in (*opened, *closed)]


class FablabPages(Controller):
    """/fablab and what lies under it."""

    path = "/fablab"
    include_in_schema = False

    @get("/", opt=PUBLIC)
    async def index(self, request: AnyRequest) -> Response[bytes]:
        """Machines, one's own queue, the way to bring a file."""
        home, who, spoken = house(request), actor(request), words(request)
        view = await home.db.read(lambda reader: fablab_view(Board(reader, who), spoken))
        mine = await home.db.read(my_lines, who, spoken) if who.person_id else []
        return page(request, "fablab/index.html", view=view, mine=mine, done=done_text(request, sentences.DONE))

    @get("/flux", opt=PUBLIC)
    async def flow(self, request: AnyRequest) -> Stream:
        """The cards, live."""
        return stream(page_parts.cards_feed(request))

    @get("/signal", opt=PUBLIC)
    async def signal(self, request: AnyRequest) -> Stream:
        """That something moved."""
        return stream(page_parts.signal_feed(request))

    @get("/ma-file", opt=allow(QUEUE))
    async def mine(self, request: AnyRequest) -> Response[bytes]:
        """One's own jobs, as a part of a page."""
        mine = await house(request).db.read(my_lines, actor(request), words(request))
        return page(request, "fablab/_mine.html", mine=mine)

    @get("/deposer", opt=allow(QUEUE))
    async def ask_file(self, request: AnyRequest, pour: FromQuery[str] = "") -> Response[bytes]:
        """The form for a file, for oneself or for the person one acts for."""
        acting = await house(request).db.read(acted_for, actor(request), pour, RUN)
        return page(request, "fablab/deposit.html", errors={}, acting=acting)

    @post("/deposer", opt=allow(QUEUE))
    async def take_file(self, request: AnyRequest) -> Response[Any]:
        """Take the file in and show what was read of it."""
        form = await read_form(request)
        try:
            file_id = await deposit(house(request), actor(request), form.files.get("file"), form.get("pour", ""))
        except Invalid as error:
            acting = await house(request).db.read(acted_for, actor(request), form.get("pour", ""), RUN)
            errors = field_errors(words(request), error)
            return page(request, "fablab/deposit.html", 422, errors=errors, acting=acting)
        return see_other(f"/fablab/deposer/{show(file_id)}")

    @get("/deposer/{id:str}", opt=allow(QUEUE))
    async def look(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """What was read of the file, and the form that queues it."""
        return await _confirm_page(request, read(id), {}, {}, [], 200)

    @post("/deposer/{id:str}", opt=allow(QUEUE))
    async def queue(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Queue the file."""
        form = await read_form(request)
        spoken, file_id = words(request), read(id)
        try:
            kind, _sep, machine = form.get("where", "").partition(":")
            fields = {name: form[name] for name in ("material", "quantity", "note") if name in form}
            wish = check(NewJob, {"file": id, "kind": kind, "machine": machine, **fields})
            await house(request).db.write(actions.queue_job, wish, file_id, by=actor(request))
        except FormErrors as error:
            return await _confirm_page(request, file_id, form, field_errors(spoken, error), [], 422)
        except Refused as error:
            return await _confirm_page(request, file_id, form, {}, told(spoken, error), 422)
        stored = await house(request).db.read(queries.file, file_id)
        is_for_other = stored.person_id != actor(request).person_id
        if is_for_other and actor(request).may(SEE):
            return see_other(f"/personnes/{show(stored.person_id)}?fait=deposee#fablab")
        return done("/fablab", "queued")

    @get("/fichiers/{id:str}/image", opt=allow(QUEUE))
    async def picture(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The picture of a file: the one we made of what the slicer put in."""
        home, who = house(request), actor(request)
        found = await home.db.read(queries.file, read(id))
        if found.thumbnail_sha is None or (found.person_id != who.person_id and not who.may_everywhere(RUN)):
            raise NotFound("unknown_file")
        data = await asyncio.to_thread(home.files.path(found.thumbnail_sha).read_bytes)
        return Response(data, media_type="image/png", headers={"cache-control": "private, max-age=86400"})

    @post("/travaux/{id:str}/annuler", opt=allow(QUEUE))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Take a job back."""
        form = await read_form(request)
        await house(request).db.write(actions.cancel_job, read(id), by=actor(request))
        if form.get("pour") and actor(request).may(SEE):
            return see_other(f"/personnes/{show(read(form['pour']))}#fablab")
        return done(_back(request, form), "cancelled" if form.get("act") != "stop" else "stopping")

    @post("/travaux/{id:str}/monter", opt=allow(QUEUE))
    async def move_up(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """One place forward."""
        form = await read_form(request)
        await house(request).db.write(actions.move_up, read(id), by=actor(request))
        return done(_back(request, form), "moved")

    @post("/travaux/{id:str}/relancer", opt=allow(QUEUE))
    async def again(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Once more into the queue."""
        form = await read_form(request)
        await house(request).db.write(actions.queue_again, read(id), by=actor(request))
        return done(_back(request, form), "queued")

    @get("/machines/{key:str}", opt=PUBLIC)
    async def machine(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """One machine."""
        return await machine_page(request, key)

    @get("/machines/{key:str}/etat", opt=PUBLIC)
    async def machine_state(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The part of a machine's page that moves."""
        return await machine_page(request, key, template="fablab/_machine.html")

    @post("/machines/{key:str}/probleme", opt=allow(REPORT))
    async def problem(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Tell staff what is wrong."""
        try:
            wish = check(Problem, await read_form(request))
        except FormErrors as error:
            errors = field_errors(words(request), error)
            return await machine_page(request, key, status=422, errors=errors)
        await house(request).db.write(care.report_problem, key, wish.note, by=actor(request))
        return done(f"/fablab/machines/{key}", "noted")


def _back(request: AnyRequest, form: dict[str, str]) -> str:
    """Staff go back to the whole queue when they came from it."""
    is_staff_page = form.get("from") == "file" and actor(request).may(RUN)
    return "/fablab/file" if is_staff_page else "/fablab"


async def _confirm_page(
    request: AnyRequest,
    file_id: int,
    typed: dict[str, str],
    errors: dict[str, str],
    refusals: list[ReasonLine],
    status: int,
) -> Response[bytes]:
    home, who, spoken = house(request), actor(request), words(request)

    def load(reader: Reader) -> tuple[StoredFile, list[Choice], Acting | None, bool]:
        found = queries.file(reader, file_id)
        if not who.may_everywhere(RUN) and not may_act_for(reader, who.person_id, found.person_id, reader.now):
            raise NotFound("unknown_file")
        acting = acted_for(reader, who, show(found.person_id), RUN)
        places = _places(reader, spoken, typed.get("where", ""))
        return found, places, acting, needs_team(reader, found.person_id)

    stored, places, acting, is_by_team = await home.db.read(load)
    material = typed.get("material", file_facts.read(stored.facts).material or "")
    return page(
        request,
        "fablab/confirm.html",
        status,
        file=file_view(stored),
        lines=_file_lines(stored, spoken),
        flags=flag_texts(file_facts.read(stored.facts), spoken),
        places=places,
        materials=_materials(spoken, material),
        typed=typed,
        errors=errors,
        reasons=refusals,
        action=f"/fablab/deposer/{show(file_id)}",
        acting=acting,
        is_by_team=is_by_team,
    )


def _places(reader: Reader, spoken: Words, chosen: str) -> list[Choice]:
    """Any machine of a kind first, then each of them; without those in maintenance."""
    able = [one for one in queries.machines(reader) if one.kind in rules.FILE_KINDS and one.status == "in_service"]
    found = []
    for kind in dict.fromkeys(one.kind for one in able):
        any_text = spoken.text(_("{kind} : la première libre"), kind=sentences.named(spoken, sentences.KINDS, kind))
        found.append(Choice(f"{kind}:", any_text, chosen == f"{kind}:"))
        for one in able:
            value = f"{kind}:{one.key}"
            if one.kind == kind:
                found.append(Choice(value, one.name + (f" ({one.material})" if one.material else ""), chosen == value))
    return found


def _materials(spoken: Words, chosen: str) -> list[Choice]:
    known = (*rules.MATERIALS, *((chosen,) if chosen and chosen not in rules.MATERIALS else ()))
    return [
        Choice("", spoken.text(_("Au choix de l’équipe")), not chosen),
        *(Choice(one, one, one == chosen) for one in known),
    ]


def _file_lines(stored: StoredFile, spoken: Words) -> list[tuple[str, str]]:
    """What was read, in words; what is unknown is said to be."""
    facts = file_facts.read(stored.facts)
    unknown = spoken.text(_("inconnu"))
    amount = unknown
    if facts.total_g or facts.total_mm:
        grams = f"{spoken.number(facts.total_g, 1)}\u00a0g" if facts.total_g else ""
        metres = f"{spoken.number(facts.total_mm / 1000, 2)}\u00a0m" if facts.total_mm else ""
        amount = ", ".join(part for part in (grams, metres) if part)
    size = unknown
    if facts.size_mm and facts.size_source:
        size = f"{rules.size_text(facts.size_mm)} ({spoken.text(sentences.SIZE_SOURCES[facts.size_source])})"
    time = spoken.duration(facts.seconds) if facts.seconds else unknown
    if facts.seconds_source:
        time += " " + spoken.text(_("(selon {source})"), source=facts.seconds_source)
    return [
        (spoken.text(_("Fichier")), f"{stored.name} ({_weight(stored.size, spoken)})"),
        (spoken.text(_("Durée")), time),
        (spoken.text(_("Filament")), amount),
        (spoken.text(_("Taille")), size),
        (spoken.text(_("Matière")), ", ".join(facts.materials) or unknown),
        (
            spoken.text(_("Couche")),
            f"{spoken.number(facts.layer_height_mm, 2)}\u00a0mm" if facts.layer_height_mm else unknown,
        ),
    ]


def _weight(size: int, spoken: Words) -> str:
    if size < 1_000_000:
        return f"{max(1, size // 1000)}\u00a0ko"
    return f"{spoken.number(size / 1_000_000, 1)}\u00a0Mo"
