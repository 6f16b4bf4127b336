"""Pages of upkeep for who mends machines: what is due, a machine's plans and log, noting that it was done."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import MEND
from tierslieu.fablab.rules import places
from tierslieu.fablab.stock import queries as stock
from tierslieu.fablab.stock import rules as stock_rules
from tierslieu.fablab.stock import wording as stock_wording
from tierslieu.fablab.upkeep import counting, planning, queries, wording
from tierslieu.fablab.upkeep.queries import Plan
from tierslieu.fablab.upkeep.schemas import Counter, Done, NewPlan, PlanChange
from tierslieu.fablab.upkeep.views import machine_upkeep, overview
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, Form, check, page, read_form, words
from tierslieu.http.telling import Choice, ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader

LABELS = {
    "title": _("Ce qu’il faut faire"),
    "measure": _("Compté en"),
    "every": _("Tous les combien"),
    "steps": _("Étapes, une par ligne"),
    "note": _("Note"),
    "hours": _("Heures de marche"),
    "jobs": _("Travaux"),
    "metres": _("Mètres de filament"),
    "parts": _("Pièce prise dans le stock"),
}


class UpkeepPages(Controller):
    """/fablab/entretien, and the upkeep of each machine."""

    path = "/fablab"
    include_in_schema = False

    @get("/entretien", opt=allow(MEND))
    async def look(self, request: AnyRequest) -> Response[bytes]:
        """What is due, what was told, what is out of service."""
        view = await house(request).db.read(overview, actor(request), words(request))
        return page(request, "upkeep/overview.html", view=view, done=done_text(request, wording.DONE))

    @get("/machines/{key:str}/entretien", opt=allow(MEND))
    async def machine(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """Counters, plans and log of one machine."""
        return await _machine(request, key)

    @post("/machines/{key:str}/entretien", opt=allow(MEND))
    async def add(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """A new plan."""
        form = await read_form(request)
        try:
            await house(request).db.write(planning.add_plan, key, check(NewPlan, form), by=actor(request))
        except Invalid as error:
            return await _machine(request, key, form, field_errors(words(request), error))
        return done(f"/fablab/machines/{key}/entretien", "saved")

    @post("/machines/{key:str}/compteurs", opt=allow(MEND))
    async def count(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """What the machine's own counter shows."""
        form = await read_form(request)
        try:
            await house(request).db.write(counting.set_counter, key, check(Counter, form), by=actor(request))
        except Invalid as error:
            return await _machine(request, key, form, field_errors(words(request), error))
        return done(f"/fablab/machines/{key}/entretien", "saved")

    @get("/entretien/{id:str}", opt=allow(MEND))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """A plan: note that it was done, or change it."""
        return await _plan(request, read(id))

    @post("/entretien/{id:str}", opt=allow(MEND))
    async def change(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The plan as it is from now on."""
        form, plan_id = await read_form(request), read(id)
        try:
            wish = check(PlanChange, {"is_active": "0", "is_blocking": "0", **form})
            await house(request).db.write(planning.change_plan, plan_id, wish, by=actor(request))
        except Invalid as error:
            return await _plan(request, plan_id, form, field_errors(words(request), error))
        return done("/fablab/entretien", "saved")

    @post("/entretien/{id:str}/fait", opt=allow(MEND))
    async def note(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It was done."""
        form, plan_id = await read_form(request), read(id)
        try:
            wish = Done.model_validate(done_fields(form))
        except ValueError:
            errors = {"parts": words(request).text(_("Vérifiez la pièce et la note."))}
            return await _plan(request, plan_id, None, errors, form)
        try:
            await house(request).db.write(planning.note_done, plan_id, wish, by=actor(request))
        except Refused as error:
            return await _plan(request, plan_id, None, {}, form, told(words(request), error))
        return done("/fablab/entretien", "done")


def done_fields(form: Form) -> dict[str, object]:
    """The form of a checklist as the command: a box for each step, one part at most."""
    ticked = [int(name[5:]) for name in form if name.startswith("step-") and name[5:].isdecimal() and len(name) < 8]
    parts = [{"item": form["part"], "quantity": form.get("count") or "1"}] if form.get("part") else []
    return {"steps": ticked, "note": form.get("note", ""), "parts": parts}


async def _machine(
    request: AnyRequest, key: str, typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response[bytes]:
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> Any:
        require(who, MEND, *places(fablab.machine(reader, key)))
        return machine_upkeep(reader, key, who, spoken)

    view = await house(request).db.read(load)
    return page(
        request,
        "upkeep/machine.html",
        422 if errors else 200,
        view=view,
        typed=typed or {},
        errors=errors or {},
        labels=_labels(spoken),
        measures=_measures(spoken, (typed or {}).get("measure", "hours")),
        done=done_text(request, wording.DONE),
    )


def _labels(spoken: Words) -> dict[str, str]:
    return {name: spoken.text(text) for name, text in LABELS.items()}


def _measures(spoken: Words, chosen: str) -> list[Choice]:
    return [Choice(key, spoken.text(text), key == chosen) for key, text in wording.MEASURES.items()]


async def _plan(
    request: AnyRequest,
    plan_id: int,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    noted: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> tuple[Plan, str, str, list[Choice]]:
        one = queries.plan(reader, plan_id)
        machine = fablab.machine_by_id(reader, one.machine_id)
        require(who, MEND, *places(machine))
        return one, machine.key, machine.name, _parts(reader, spoken, (noted or {}).get("part", ""))

    one, key, name, parts = await house(request).db.read(load)
    fields = typed if typed is not None else _typed(one)
    return page(
        request,
        "upkeep/plan.html",
        422 if errors or reasons else 200,
        id=show(plan_id),
        title=one.title,
        key=key,
        machine=name,
        steps=[(str(at), text) for at, text in enumerate(one.checklist)],
        parts=parts,
        noted=noted or {},
        typed=fields,
        errors=errors or {},
        reasons=reasons or [],
        labels=_labels(spoken),
        measures=_measures(spoken, fields.get("measure", "hours")),
    )


def _typed(one: Plan) -> dict[str, str]:
    return {
        "title": one.title,
        "measure": one.measure,
        "every": str(one.every),
        "steps": "\n".join(one.checklist),
        "is_blocking": "1" if one.is_blocking else "",
        "is_active": "1" if one.is_active else "",
    }


def _parts(reader: Reader, spoken: Words, chosen: str) -> list[Choice]:
    """Spare parts: what is counted in pieces."""
    able = [one for one in stock.items(reader) if stock_rules.MEASURES[one.kind] == stock_rules.PIECE]
    found = [
        Choice(str(one.number), f"{one.name} ({stock_wording.amount(spoken, one.kind, one.remaining)})")
        for one in able
        if one.remaining
    ]
    found = [Choice(one.value, one.label, one.value == chosen) for one in found]
    return [Choice("", spoken.text(_("Aucune")), not chosen), *found]
