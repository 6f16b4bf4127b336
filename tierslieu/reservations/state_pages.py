"""`/gestion/etat`: how the installation is, in plain words; what staff are to know after a backup was put back."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect

from tierslieu.http.guards import actor, allow, house
from tierslieu.http.health import part_states
from tierslieu.http.pages import page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import _
from tierslieu.infra import beating, seen, state
from tierslieu.infra.feature import Check, Every, Feature
from tierslieu.infra.house import House
from tierslieu.infra.state import Line
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.rights.views import retention_line
from tierslieu.people.roles.rules import STAFF

SEE = "house.see_state"
AnyRequest = Request[Any, Any, State]


class StatePages(Controller):
    """How the installation is."""

    path = "/gestion/etat"
    tags = ("house",)

    @get(opt=allow(SEE), include_in_schema=False)
    async def look(self, request: AnyRequest) -> Response[Any]:
        """A line for each thing, what is wrong first."""
        home, spoken = house(request), words(request)
        lines = sorted(await _lines(home), key=lambda one: one.is_sound)
        told = [(one.is_sound, sentence(spoken, one.code, one.facts)) for one in lines]
        is_missing = any(one.code.startswith("state_") for one in lines)
        return page(request, "reservations/state.html", lines=told, is_missing=is_missing)

    @post("/lu", opt=allow(SEE), include_in_schema=False)
    async def have_read(self, request: AnyRequest) -> Redirect:
        """Somebody knows what is missing: it is not told any longer."""
        await read_form(request)
        await house(request).db.write(have_read, by=actor(request))
        return see_other("/gestion/etat")


def have_read(tx: Tx) -> None:
    """What is missing was read, and by whom is in the log."""
    if seen.gap(tx) is not None:
        seen.forget_gap(tx)
        record(tx, "house.state.read", None)


async def _lines(home: House) -> list[Line]:
    known, gap, given_up, old_data = await home.db.read(
        lambda reader: (seen.beat(reader), seen.gap(reader), beating.given_up(reader), retention_line(reader))
    )
    parts = [f"part_{name}_{how}" for name, how in (await part_states(home)).items() if how not in ("ok", "off")]
    lines = [Line(code, False) for code in parts] or [Line("parts_are_up", True)]
    if given_up:
        lines.append(Line("jobs_given_up", False, {"count": given_up}))
    if missing := state.missing(gap):
        lines.append(missing)
    return [*lines, old_data, state.disk(home.settings.data_dir), state.clock(home.clock.now(), known)]


FEATURE = Feature(
    name="house.state",
    controllers=(StatePages,),
    permissions={SEE: STAFF},
    jobs={beating.COUNT: beating.count, beating.WATCH_CLOCK: beating.watch_clock},
    schedules=(Every(60, beating.COUNT), Every(10, beating.WATCH_CLOCK)),
    on_start=(beating.begin,),
    companions=(beating.watched,),
    checks=(
        Check(
            _("Aucun travail de fond n’a été abandonné."),
            _("Travaux de fond abandonnés après dix essais : {count}. Le journal du service dit pourquoi."),
            beating.given_up,
        ),
    ),
)
