"""Upkeep for programs: counters, plans, incidents, safety sheets."""

from litestar import Controller, get, post, put
from litestar.params import FromPath, JSONBody

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import read, show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import MEND, REPORT
from tierslieu.fablab.away import Absence, absence
from tierslieu.fablab.rules import places
from tierslieu.fablab.upkeep import counting, incidents, planning, queries, sheets
from tierslieu.fablab.upkeep.schemas import (
    Acceptance,
    Counter,
    CounterView,
    Done,
    Follow,
    IncidentView,
    NewIncident,
    NewPlan,
    NewSheet,
    PlanChange,
    PlanView,
    SheetView,
)
from tierslieu.fablab.upkeep.sheets import ACCEPT
from tierslieu.fablab.upkeep.views import counter_views, incident_view, plan_view
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader, Tx


def list_plans(reader: Reader, who: Actor) -> list[PlanView]:
    """The plans of the machines one mends, the most urgent first."""
    return [plan_view(one) for one in planning.look(reader) if who.may(MEND, *places(one.machine))]


def list_incidents(reader: Reader, who: Actor) -> list[IncidentView]:
    """The open incidents of the machines one mends; others get their own."""
    machines = {one.id: one for one in fablab.machines(reader)}
    if not who.may(MEND):
        return [
            incident_view(one, machines[one.machine_id].key) for one in queries.incidents_by(reader, who.person_id or 0)
        ]
    found = queries.open_incidents(reader)
    return [
        incident_view(one, machines[one.machine_id].key)
        for one in found
        if who.may(MEND, *places(machines[one.machine_id]))
    ]


def report_and_show(tx: Tx, key: str, wish: NewIncident, away: Absence) -> IncidentView:
    """Tell an incident and show it."""
    return incident_view(queries.incident(tx, incidents.report(tx, key, wish, None, away)), key)


def follow_and_show(tx: Tx, incident_id: int, wish: Follow) -> IncidentView:
    """Follow an incident and show it."""
    incidents.follow(tx, incident_id, wish)
    one = queries.incident(tx, incident_id)
    return incident_view(one, fablab.machine_by_id(tx, one.machine_id).key)


def add_plan_and_show(tx: Tx, key: str, wish: NewPlan) -> PlanView:
    """Make a plan and show it."""
    plan_id = planning.add_plan(tx, key, wish)
    return next(plan_view(one) for one in planning.look(tx) if one.plan.id == plan_id)


def show_sheet(reader: Reader, key: str, who: Actor) -> SheetView:
    """A machine's newest sheet; version 0 when there is none. Raises NotFound."""
    machine = fablab.machine(reader, key)
    one = queries.sheet(reader, machine.id)
    if one is None:
        return SheetView(key, 0, "", [], None)
    accepted = None
    if who.person_id is not None:
        accepted = queries.accepted(reader, machine.id, one.version, who.person_id) is not None
    return SheetView(key, one.version, one.text, one.sign_list, accepted)


def put_and_show(tx: Tx, key: str, wish: NewSheet) -> SheetView:
    """Write a sheet and show it."""
    sheets.put_sheet(tx, key, wish)
    return show_sheet(tx, key, tx.by)


class UpkeepApi(Controller):
    """Counters and plans."""

    path = "/api/v1/fablab"
    tags = ("fablab",)

    @get("/counters", opt=allow(MEND))
    async def counters(self, request: AnyRequest) -> list[CounterView]:
        """What every machine did in all."""
        return await house(request).db.read(counter_views)

    @post("/machines/{key:str}/counters", opt=allow(MEND), status_code=204)
    async def set_counter(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Counter]) -> None:
        """What the machine's own counter shows."""
        await house(request).db.write(counting.set_counter, key, data, by=actor(request))

    @get("/plans", opt=allow(MEND))
    async def plans(self, request: AnyRequest) -> list[PlanView]:
        """Maintenance plans, the most urgent first."""
        return await house(request).db.read(list_plans, actor(request))

    @post("/machines/{key:str}/plans", opt=allow(MEND))
    async def add_plan(self, request: AnyRequest, key: FromPath[str], data: JSONBody[NewPlan]) -> PlanView:
        """A new plan for a machine."""
        return await house(request).db.write(add_plan_and_show, key, data, by=actor(request))

    @put("/plans/{id:str}", opt=allow(MEND), status_code=204)
    async def change_plan(self, request: AnyRequest, id: FromPath[str], data: JSONBody[PlanChange]) -> None:
        """A plan as it is from now on."""
        await house(request).db.write(planning.change_plan, read(id), data, by=actor(request))

    @post("/plans/{id:str}/done", opt=allow(MEND))
    async def done(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Done]) -> dict[str, str]:
        """It was done; answers the id of the entry in the log."""
        done_id = await house(request).db.write(planning.note_done, read(id), data, by=actor(request))
        return {"id": show(done_id)}


class IncidentsApi(Controller):
    """Incidents and safety sheets."""

    path = "/api/v1/fablab"
    tags = ("fablab",)

    @get("/incidents", opt=allow(REPORT))
    async def incidents(self, request: AnyRequest) -> list[IncidentView]:
        """Open incidents, for who mends machines; others get those they told."""
        return await house(request).db.read(list_incidents, actor(request))

    @post("/machines/{key:str}/incidents", opt=allow(REPORT))
    async def report(self, request: AnyRequest, key: FromPath[str], data: JSONBody[NewIncident]) -> IncidentView:
        """Tell what is wrong; a danger takes the machine out of service and closes its time until it is back."""
        home = house(request)
        return await home.db.write(report_and_show, key, data, absence(home), by=actor(request))

    @post("/incidents/{id:str}/steps", opt=allow(MEND))
    async def follow(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Follow]) -> IncidentView:
        """What was done about it; who told it hears of it."""
        return await house(request).db.write(follow_and_show, read(id), data, by=actor(request))

    @get("/machines/{key:str}/sheet", opt=PUBLIC)
    async def sheet(self, request: AnyRequest, key: FromPath[str]) -> SheetView:
        """A machine's safety sheet."""
        return await house(request).db.read(show_sheet, key, actor(request))

    @put("/machines/{key:str}/sheet", opt=allow(MEND))
    async def put_sheet(self, request: AnyRequest, key: FromPath[str], data: JSONBody[NewSheet]) -> SheetView:
        """A new version of the sheet, to be accepted anew."""
        return await house(request).db.write(put_and_show, key, data, by=actor(request))

    @post("/machines/{key:str}/sheet/acceptances", opt=allow(ACCEPT), status_code=204)
    async def accept(self, request: AnyRequest, key: FromPath[str], data: JSONBody[Acceptance]) -> None:
        """Read and accepted: by oneself, for a child one guards, or (staff) on paper."""
        who = actor(request)
        person_id = read(data.person) if data.person else who.person_id or 0
        await house(request).db.write(sheets.accept, key, data.version, person_id, by=who)
