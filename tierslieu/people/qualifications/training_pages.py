"""Training sessions: who offers, who enrols, and what is granted after."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, ReasonLine, done, done_text, field_errors, reason_lines, told
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications import actions, queries, rules, training
from tierslieu.people.qualifications.schemas import LevelWish, NewSession
from tierslieu.people.qualifications.showing import TrainingLine, level_choices, names_of, training_line
from tierslieu.people.qualifications.wording import DONE

PATH = "/habilitations/seances"
PRESENT = "present_"


class SeatLine(msgspec.Struct, frozen=True):
    """Somebody who takes part, for those who train; `reasons` say why the level cannot be given."""

    person_id: str
    seat: int
    name: str
    is_present: bool
    reasons: list[ReasonLine]


class SessionsPage(msgspec.Struct, frozen=True):
    """« Formations »: the sessions to come, the last ones for those who train, and the form to announce one."""

    coming: list[TrainingLine]
    past: list[TrainingLine]
    filters: list[tuple[str, str, bool]]
    qualifications: list[Choice]


class SessionPage(msgspec.Struct, frozen=True):
    """One session. `seats` only for those who train or work at the desk."""

    line: TrainingLine
    description: str
    seats: list[SeatLine]
    levels: list[Choice]
    level: str
    is_over: bool
    trains: bool
    is_preview: bool
    reasons: list[ReasonLine]


class TrainingPages(Controller):
    """/habilitations/seances."""

    path = PATH
    include_in_schema = False

    @get("/", opt=allow(actions.SEE))
    async def sessions(self, request: AnyRequest, pour: FromQuery[str] = "") -> Response[bytes]:
        """The sessions to come, of one qualification or of all."""
        return await _list(request, pour[:40], {}, {}, [], 200)

    @post("/", opt=allow(actions.TRAIN))
    async def plan(self, request: AnyRequest) -> Response[Any]:
        """Announce a session."""
        form, spoken = await read_form(request), words(request)
        try:
            new = check(NewSession, form)
            which = read(new.qualification)
            session_id = await house(request).db.write(training.plan, new, which, by=actor(request))
        except FormErrors as error:
            return await _list(request, "", form, field_errors(spoken, error), [], 422)
        except Refused as error:
            return await _list(request, "", form, {}, told(spoken, error), 422)
        return done(f"{PATH}/{show(session_id)}", "planned")

    @get("/{id:str}", opt=allow(actions.SEE))
    async def session(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One session."""
        return await _one(request, read(id))

    @post("/{id:str}/inscription", opt=allow(actions.SEE))
    async def enrol(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Take a seat for oneself; a full session names the next one."""
        await read_form(request)
        there = done(f"{PATH}/{id}", "enrolled")
        return await _seat(request, training.enrol, read(id), actor(request).person_id or 0, there)

    @post("/{id:str}/desinscription", opt=allow(actions.SEE))
    async def leave(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Give one's seat back."""
        await read_form(request)
        return await _seat(
            request, training.leave, read(id), actor(request).person_id or 0, done(f"{PATH}/{id}", "left")
        )

    @post("/pour/{id:str}", opt=allow(actions.SEE_ALL))
    async def enrol_other(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The desk takes a seat for somebody, from their page."""
        session = (await read_form(request)).get("session", "")
        there = see_other(f"/personnes/{id}#qualifications")
        return await _seat(request, training.enrol, read(session), read(id), there)

    @post("/{id:str}/rendre/{person:str}", opt=allow(actions.SEE_ALL))
    async def leave_other(self, request: AnyRequest, id: FromPath[str], person: FromPath[str]) -> Response[Any]:
        """The desk gives somebody's seat back."""
        await read_form(request)
        return await _seat(request, training.leave, read(id), read(person), done(f"{PATH}/{id}", "left"))

    @post("/{id:str}/annuler", opt=allow(actions.TRAIN))
    async def cancel(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Call it off; everybody is told."""
        await read_form(request)
        try:
            await house(request).db.write(training.cancel, read(id), by=actor(request))
        except (Refused, Conflict) as error:
            return await _one(request, read(id), error)
        return done(f"{PATH}/{id}", "cancelled")

    @post("/{id:str}/apercu", opt=allow(actions.TRAIN))
    async def preview(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Before granting: who can have the level, who cannot and why. Nothing changes."""
        form = await read_form(request)
        return await _one(request, read(id), level=_level(form), present=present_in(form))

    @post("/{id:str}/habilitations", opt=allow(actions.TRAIN))
    async def grant(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Grant the level to those who were there, all or none."""
        form = await read_form(request)
        level, present = _level(form), present_in(form)
        try:
            await house(request).db.write(training.grant_present, read(id), sorted(present), level, by=actor(request))
        except (Refused, Conflict) as error:
            return await _one(request, read(id), error, level=level, present=present)
        return done(f"{PATH}/{id}", "granted")


def _level(form: Mapping[str, str]) -> str:
    return check(LevelWish, {"level": form.get("level", "")}).level


def present_in(form: Mapping[str, str]) -> set[int]:
    """The people whose box was ticked."""
    return {read(name.removeprefix(PRESENT)) for name in form if name.startswith(PRESENT)}


async def _list(
    request: AnyRequest,
    key: str,
    form: Mapping[str, str],
    errors: dict[str, str],
    reasons: list[ReasonLine],
    status: int,
) -> Response[bytes]:
    view = await house(request).db.read(read_sessions, words(request), actor(request), key, form)
    context: dict[str, Any] = {"view": view, "form": form, "errors": errors, "reasons": reasons}
    return page(request, "qualifications/sessions.html", status, done=done_text(request, DONE), **context)


async def _seat(
    request: AnyRequest, act: Callable[..., object], session_id: int, person_id: int, there: Redirect
) -> Response[Any]:
    """Take a seat or give it back, and go there; the session again where that cannot be."""
    try:
        await house(request).db.write(act, session_id, person_id, by=actor(request))
    except (Refused, Conflict) as error:
        return await _one(request, session_id, error)
    return there


async def _one(
    request: AnyRequest,
    session_id: int,
    error: DomainError | None = None,
    *,
    level: str = "",
    present: set[int] | None = None,
) -> Response[bytes]:
    spoken = words(request)
    reasons = told(spoken, error) if error else []
    view = await house(request).db.read(read_session, spoken, actor(request), session_id, level, present)
    status = 422 if error else 200
    view = msgspec.structs.replace(view, reasons=reasons)
    return page(request, "qualifications/session.html", status, view=view, done=done_text(request, DONE))


def read_sessions(reader: Reader, spoken: Words, who: Actor, key: str, form: Mapping[str, str]) -> SessionsPage:
    """The sessions to come; those who train also see the last ones, and can announce one."""
    catalogue = queries.skills(reader)
    skill = queries.skill_by_key(catalogue, key)
    mine = training.mine(reader, who.person_id) if who.person_id else set()
    trained = [one for one in catalogue.values() if one.is_active and actions.trains(reader, who, one)]
    past = training.past(reader) if trained else []
    kept = {one.id for one in trained}
    asked = form.get("qualification", show(skill.id) if skill else "")
    active = [one for one in catalogue.values() if one.is_active]
    return SessionsPage(
        [training_line(spoken, one, catalogue, mine) for one in training.coming(reader, skill.id if skill else None)],
        [training_line(spoken, one, catalogue, mine) for one in past if one.qualification_id in kept],
        [(f"{PATH}?pour={one.key}", one.name, one.key == key) for one in active],
        [Choice(show(one.id), one.name, show(one.id) == asked) for one in trained],
    )


def read_session(
    reader: Reader, spoken: Words, who: Actor, session_id: int, level: str, present: set[int] | None
) -> SessionPage:
    """One session for one person. Raises NotFound; Forbidden when names are asked for without the right."""
    catalogue, one = queries.skills(reader), training.training(reader, session_id)
    skill = catalogue.get(one.qualification_id)
    if skill is None:
        raise NotFound("unknown_qualification")
    trains = actions.trains(reader, who, skill)
    if level and not trains:
        raise Forbidden("not_allowed")
    mine = training.mine(reader, who.person_id) if who.person_id else set()
    wanted = level or (rules.ALONE if rules.ALONE in skill.levels else skill.levels[-1])
    return SessionPage(
        training_line(spoken, one, catalogue, mine),
        skill.description,
        _seats(reader, spoken, who, session_id, level, present) if trains or who.may(actions.SEE_ALL) else [],
        level_choices(spoken, wanted, *(one for one in skill.levels if actions.manages(who) or one != "trainer")),
        wanted,
        one.starts_at <= reader.now,
        trains,
        bool(level),
        [],
    )


def _seats(
    reader: Reader, spoken: Words, who: Actor, session_id: int, level: str, present: set[int] | None
) -> list[SeatLine]:
    found = training.seats(reader, session_id)
    names = names_of(reader, (seat.person_id for seat in found))
    against = training.preview(reader, who, session_id, level) if level else {}
    return [
        SeatLine(
            show(seat.person_id),
            seat.seat,
            names.get(seat.person_id, ""),
            present is None or seat.person_id in present,
            reason_lines(spoken, against.get(seat.person_id, ())),
        )
        for seat in found
    ]
