"""Pages of measures, for staff: one machine's, its thresholds, a week side by side, a month in euros."""

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Refused
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.rules import places
from tierslieu.fablab.telemetry import actions, queries, showing, weeks
from tierslieu.fablab.telemetry.actions import CALIBRATE, SEE, SET_PRICE
from tierslieu.fablab.telemetry.activity import Thresholds
from tierslieu.fablab.telemetry.schemas import KwhPrice, Limits, Recording
from tierslieu.fablab.telemetry.wording import DONE, PHASES
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.groups.rules import csv_text

CSV = "text/csv; charset=utf-8"
HOUR_HEADS = (
    _("Heure"),
    _("Puissance min. (W)"),
    _("Puissance moyenne (W)"),
    _("Puissance max. (W)"),
    _("Énergie (Wh)"),
    _("Buse max. (°C)"),
    _("Plateau max. (°C)"),
    _("Éteinte (s)"),
    _("Au repos (s)"),
    _("Au travail (s)"),
)


class MeasurePages(Controller):
    """Under a machine's own page."""

    path = "/fablab/machines/{key:str}"
    include_in_schema = False

    @get("/mesures", opt=allow(SEE))
    async def measures(self, request: AnyRequest, key: FromPath[str], sur: FromQuery[str] = "jour") -> Response[bytes]:
        """Power, temperatures, energy and activity."""
        view = await house(request).db.read_long(showing.measures_view, key, sur, words(request))
        may = actor(request).may(CALIBRATE)
        return page(request, "telemetry/measures.html", view=view, may_calibrate=may)

    @get("/mesures.csv", opt=allow(SEE))
    async def download(self, request: AnyRequest, key: FromPath[str], sur: FromQuery[str] = "mois") -> Response[str]:
        """The hours, for a spreadsheet."""
        spoken = words(request)
        days = showing.DAYS.get(sur, showing.DAYS["mois"])
        rows = await house(request).db.read_long(showing.hour_rows, key, days, spoken)
        heads = [spoken.text(text) for text in HOUR_HEADS]
        return _csv([heads, *rows], f"mesures-{key}.csv")

    @get("/etalonnage", opt=allow(CALIBRATE))
    async def look(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """What was recorded, what it suggests, the thresholds in force."""
        return await _calibration(request, key)

    @post("/etalonnage/enregistrer", opt=allow(CALIBRATE))
    async def note_phase(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Begin or end a recording."""
        wish = check(Recording, await read_form(request))
        is_begin = wish.what == "begin"
        action = actions.begin_recording if is_begin else actions.end_recording
        try:
            await house(request).db.write(action, key, wish.phase, by=actor(request))
        except Refused as error:
            return await _calibration(request, key, 422, reasons=told(words(request), error))
        return done(f"/fablab/machines/{key}/etalonnage", "recording" if is_begin else "recorded")

    @post("/etalonnage", opt=allow(CALIBRATE))
    async def set_limits(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Set the thresholds."""
        form = await read_form(request)
        typed = {name: form.get(name, "").replace(",", ".") for name in Limits.model_fields}
        try:
            wish = check(Limits, typed)
        except FormErrors as error:
            return await _calibration(request, key, 422, form, field_errors(words(request), error))
        limits = Thresholds(**wish.model_dump())
        await house(request).db.write(actions.set_thresholds, key, limits, by=actor(request))
        return done(f"/fablab/machines/{key}/etalonnage", "limits_set")


async def _calibration(
    request: AnyRequest,
    key: str,
    status: int = 200,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> dict[str, Any]:
        machine = fablab.machine(reader, key)
        limits, found = queries.thresholds(reader, machine.id), actions.suggestion(reader, machine.id)
        shown = found or limits or Thresholds()
        values = {name: spoken.number(value, 1) for name, value in msgspec.structs.asdict(shown).items()}
        values |= {"busy_after": str(shown.busy_after), "idle_after": str(shown.idle_after)}
        return {
            "key": machine.key,
            "name": machine.name,
            "may_change": who.may(CALIBRATE, *places(machine)),
            "phases": _phases(reader, machine.id, spoken),
            "in_force": limits is not None,
            "is_suggested": found is not None,
            "values": {**values, **{name: text for name, text in (typed or {}).items() if name in values}},
            "view": showing.measures_view(reader, key, "jour", spoken),
        }

    context = await house(request).db.read_long(load)
    told_by_page: dict[str, Any] = {"errors": errors or {}, "reasons": reasons or [], "done": done_text(request, DONE)}
    return page(request, "telemetry/calibration.html", status, **context, **told_by_page)


def _phases(reader: Reader, machine_id: int, words: Words) -> list[dict[str, Any]]:
    """Each phase with how it stands."""
    found, lines = queries.recordings(reader, machine_id), []
    for phase, name in PHASES.items():
        one = found.get(phase)
        text = words.text(_("Pas encore enregistré"))
        if one is not None and not one.ended_at:
            text = words.text(_("En cours depuis {hour}"), hour=words.hour(one.started_at))
        elif one is not None:
            length = words.duration(one.ended_at - one.started_at)
            text = words.text(_("{day}, {length}"), day=words.day(one.started_at, "short"), length=length)
        is_on = one is not None and not one.ended_at
        lines.append({"phase": phase, "name": words.text(name), "text": text, "is_on": is_on})
    return lines


class UsePages(Controller):
    """All machines side by side."""

    path = "/fablab"
    include_in_schema = False

    @get("/semaine", opt=allow(SEE))
    async def week(self, request: AnyRequest, date: FromQuery[str] = "") -> Response[bytes]:
        """Reserved, on and at work, machine by machine."""
        spoken, who = words(request), actor(request)
        first = weeks.week_of(spoken, date, house(request).clock.now())
        span = weeks.span_of(spoken, first, first + timedelta(days=7))
        found = await house(request).db.read_long(weeks.uses, who, span)
        return page(
            request,
            "telemetry/week.html",
            rows=[(one.machine.key, weeks.row(one, spoken)[:6]) for one in found],
            heads=[spoken.text(text) for text in weeks.HEADS[:6]],
            first=first,
            title=spoken.text(_("Semaine du {day}"), day=spoken.day(first)),
            before=first - timedelta(days=7),
            after=first + timedelta(days=7),
        )

    @get("/semaine.csv", opt=allow(SEE))
    async def week_table(self, request: AnyRequest, date: FromQuery[str] = "") -> Response[str]:
        """The same for a spreadsheet, in hours."""
        spoken = words(request)
        first = weeks.week_of(spoken, date, house(request).clock.now())
        span = weeks.span_of(spoken, first, first + timedelta(days=7))
        found = await house(request).db.read_long(weeks.uses, actor(request), span)
        rows = [weeks.plain_row(one, spoken)[:6] for one in found]
        return _csv([[spoken.text(text) for text in weeks.HEADS[:6]], *rows], f"machines-{first}.csv")

    @get("/energie", opt=allow(SEE))
    async def energy(self, request: AnyRequest, mois: FromQuery[str] = "") -> Response[bytes]:
        """What each machine used in a month, and the price of electricity."""
        return await _energy(request, mois)

    @get("/energie.csv", opt=allow(SEE))
    async def energy_table(self, request: AnyRequest, mois: FromQuery[str] = "") -> Response[str]:
        """The same for a spreadsheet."""
        spoken = words(request)
        first = weeks.month_of(spoken, mois, house(request).clock.now())
        span = weeks.span_of(spoken, first, weeks.next_month(first))
        found = await house(request).db.read_long(weeks.uses, actor(request), span)
        rows = [[cells[0], *cells[3:]] for cells in (weeks.plain_row(one, spoken) for one in found)]
        heads = [spoken.text(text) for text in (weeks.HEADS[0], *weeks.HEADS[3:])]
        return _csv([heads, *rows], f"energie-{first:%Y-%m}.csv")

    @post("/energie/prix", opt=allow(SET_PRICE))
    async def set_price(self, request: AnyRequest) -> Response[Any]:
        """What a kilowatt-hour costs from a day on."""
        form = await read_form(request)
        typed = {"since": form.get("since", ""), "cents": form.get("cents", "").replace(",", ".")}
        try:
            wish = check(KwhPrice, typed)
        except FormErrors as error:
            return await _energy(request, "", 422, form, field_errors(words(request), error))
        since = house(request).zone.day(wish.since).start
        await house(request).db.write(actions.set_price, since, round(wish.cents * 1000), by=actor(request))
        return done("/fablab/energie", "price_set")


async def _energy(
    request: AnyRequest,
    mois: str,
    status: int = 200,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    spoken, who, home = words(request), actor(request), house(request)
    first = weeks.month_of(spoken, mois, home.clock.now())
    span = weeks.span_of(spoken, first, weeks.next_month(first))

    def load(reader: Reader) -> tuple[list[weeks.Use], list[queries.Price]]:
        return weeks.uses(reader, who, span), reader.rows(queries.PRICES)

    found, prices = await home.db.read_long(load)
    cells = [(one.machine.key, weeks.row(one, spoken)) for one in found]
    return page(
        request,
        "telemetry/energy.html",
        status,
        rows=[(key, [line[0], *line[3:]]) for key, line in cells],
        heads=[spoken.text(text) for text in (weeks.HEADS[0], *weeks.HEADS[3:])],
        title=spoken.text(_("Énergie et coûts, {month}"), month=f"{first:%m/%Y}"),
        month=f"{first:%Y-%m}",
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{weeks.next_month(first):%Y-%m}",
        prices=[(spoken.day(one.since, "year"), f"{spoken.number(one.cents, 2)}\u00a0c/kWh") for one in prices[:12]],
        may_price=who.may(SET_PRICE),
        typed=typed or {},
        errors=errors or {},
        done=done_text(request, DONE),
    )


def _csv(rows: list[list[str]], name: str) -> Response[str]:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(csv_text(rows), media_type=CSV, headers=headers)
