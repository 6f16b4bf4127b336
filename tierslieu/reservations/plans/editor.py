"""Drawing plans, for staff: a picture behind, places on it. By mouse or by numbers, with or without script."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Invalid, NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, Form, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.plans.actions import drawn, require_known, start_plan
from tierslieu.reservations.plans.forms import PlaceFields, PlanFields, fields_of, fresh
from tierslieu.reservations.plans.showing import short
from tierslieu.reservations.views import Choice
from tierslieu.venue.map import VenueMap
from tierslieu.venue.plans import actions, queries
from tierslieu.venue.plans.pictures import LARGEST, read_picture
from tierslieu.venue.plans.queries import Place, Sheet
from tierslieu.venue.queries import venue

HOME = "/gestion/plans"


class Spot(msgspec.Struct, frozen=True):
    """A place on the plan that is being drawn."""

    id: str
    key: str
    name: str
    label: str
    outline: str
    x: int
    y: int
    is_current: bool


class Editor(msgspec.Struct, frozen=True):
    """The page of one plan."""

    id: str
    plan: Sheet
    width: int
    height: int
    spots: list[Spot]
    sites: list[Choice]
    spaces: list[Choice]
    keys: list[Choice]
    shapes: list[Choice]
    current: Spot | None
    place: Mapping[str, str]
    errors: Mapping[str, str]


class PlanList(msgspec.Struct, frozen=True):
    """The page of all plans."""

    plans: list[tuple[str, str, str]]
    sites: list[Choice]
    spaces: list[Choice]
    given: Mapping[str, str]
    errors: Mapping[str, str]


class PlanEditor(Controller):
    """All plans, and each of them."""

    path = HOME

    @get("/", opt=allow(actions.DRAW), include_in_schema=False)
    async def list(self, request: AnyRequest) -> Response[bytes]:
        """The plans in their order, and a form for one more."""
        return await _list(request, {}, {})

    @post("/", opt=allow(actions.DRAW), include_in_schema=False)
    async def start(self, request: AnyRequest) -> Response[Any]:
        """One more plan, empty."""
        form = await read_form(request)
        try:
            plan_id = await house(request).db.write(start_plan, check(PlanFields, form).named, by=actor(request))
        except Invalid as error:
            return await _list(request, form, _fields(error))
        return see_other(f"{HOME}/{show(plan_id)}")

    @get("/{id:str}", opt=allow(actions.DRAW), include_in_schema=False)
    async def one(self, request: AnyRequest, id: FromPath[str], place: FromQuery[str] = "") -> Response[bytes]:
        """The plan with its places, one of them chosen or a new one to add."""
        return await _edit(request, read(id), read(place) if place else 0)

    @post("/{id:str}", opt=allow(actions.DRAW), include_in_schema=False)
    async def rename(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Another name, site or space."""
        form = await read_form(request)
        try:
            wish = check(PlanFields, form).named
            await house(request).db.write(drawn, read(id), actions.rename_plan, wish, by=actor(request))
        except Invalid as error:
            return await _edit(request, read(id), 0, form, _fields(error))
        return see_other(f"{HOME}/{show(read(id))}")

    @post("/{id:str}/ordre", opt=allow(actions.DRAW), include_in_schema=False)
    async def move(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """One place earlier or later in the list."""
        form = await read_form(request)
        step = -1 if form.get("step") == "before" else 1
        await house(request).db.write(drawn, read(id), actions.move_plan, step, by=actor(request))
        return see_other(HOME)

    @post("/{id:str}/retirer", opt=allow(actions.DRAW), include_in_schema=False)
    async def remove(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Take the plan away; what stood on it stays."""
        await read_form(request)
        await house(request).db.write(drawn, read(id), actions.remove_plan, by=actor(request))
        return see_other(HOME)

    @post("/{id:str}/fond", opt=allow(actions.DRAW), include_in_schema=False)
    async def picture(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """A picture behind the places, or none any more."""
        form = await read_form(request)
        plan_id, who, db = read(id), actor(request), house(request).db
        if form.get("drop"):
            await db.write(drawn, plan_id, actions.drop_picture, by=who)
            return see_other(f"{HOME}/{show(plan_id)}")
        try:
            found = await asyncio.to_thread(read_picture, await _bytes(form.files.get("file")))
        except Invalid as error:
            return await _edit(request, plan_id, 0, {}, _fields(error), error.facts)
        await db.write(drawn, plan_id, actions.put_picture, found, by=who)
        return see_other(f"{HOME}/{show(plan_id)}")

    @post("/{id:str}/places", opt=allow(actions.DRAW), include_in_schema=False)
    async def put(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Place a resource or a space."""
        return await _put(request, read(id), 0)

    @post("/{id:str}/places/{place:str}", opt=allow(actions.DRAW), include_in_schema=False)
    async def change(self, request: AnyRequest, id: FromPath[str], place: FromPath[str]) -> Response[Any]:
        """Another outline for a place."""
        return await _put(request, read(id), read(place))

    @post("/{id:str}/places/{place:str}/retirer", opt=allow(actions.DRAW), include_in_schema=False)
    async def take_off(self, request: AnyRequest, id: FromPath[str], place: FromPath[str]) -> Response[Any]:
        """Take something off the plan."""
        await read_form(request)
        await house(request).db.write(drawn, read(id), actions.remove_place, read(place), by=actor(request))
        return see_other(f"{HOME}/{show(read(id))}")


async def _bytes(upload: UploadFile | None) -> bytes:
    return await upload.read(LARGEST + 1) if upload is not None and upload.filename else b""


async def _put(request: AnyRequest, plan_id: int, place_id: int) -> Response[Any]:
    home, who, form = house(request), actor(request), await read_form(request)
    try:
        fields = check(PlaceFields, form)
        if place_id:
            former = await home.db.read(_place, plan_id, place_id)
            wish = fields.place(former.key, former)
            await home.db.write(drawn, plan_id, actions.change_place, place_id, wish, by=who)
            return see_other(f"{HOME}/{show(plan_id)}?place={show(place_id)}")
        await home.db.read(require_known, fields.key)
        await home.db.write(drawn, plan_id, actions.put_place, fields.place(fields.key, None), by=who)
    except Invalid as error:
        return await _edit(request, plan_id, place_id, form, _fields(error))
    except Refused as refused:
        return await _edit(request, plan_id, place_id, form, {"key": refused.reasons[0].code})
    return see_other(f"{HOME}/{show(plan_id)}")


def _place(reader: Reader, plan_id: int, place_id: int) -> Place:
    found = next((one for one in queries.places_of(reader, plan_id) if one.id == place_id), None)
    if found is None:
        raise NotFound("no_such_place")
    return found


def _fields(error: Invalid) -> dict[str, str]:
    """The code of what is wrong for each field."""
    return dict(error.fields) or {"name": error.code}


async def _list(request: AnyRequest, given: Form | dict[str, str], wrong: Mapping[str, str]) -> Response[bytes]:
    spoken = words(request)
    view = await house(request).db.read(_list_view, given, _told(spoken, wrong, {}), spoken)
    return page(request, "reservations/plans.html", 422 if wrong else 200, view=view)


def _told(spoken: Words, wrong: Mapping[str, str], facts: Mapping[str, object]) -> dict[str, str]:
    return {name: sentence(spoken, code, facts) for name, code in wrong.items()}


def _list_view(reader: Reader, given: Mapping[str, str], errors: Mapping[str, str], spoken: Words) -> PlanList:
    here, sites = venue(reader), dict(reader.rows(queries.SITES))
    spaces = {space.key: space.name for space in here.spaces.values()}
    plans = [
        (show(one.id), one.name, spaces.get(one.space or "", sites.get(one.site, one.site)))
        for one in queries.sheets(reader)
    ]
    return PlanList(
        plans,
        _choices(sites, given.get("site", "")),
        _choices({"": spoken.text("Tout le site"), **spaces}, given.get("space", "")),
        given,
        errors,
    )


def _choices(named: Mapping[str, str], chosen: str) -> list[Choice]:
    return [Choice(value, label, value == chosen) for value, label in named.items()]


async def _edit(
    request: AnyRequest,
    plan_id: int,
    place_id: int,
    given: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    facts: Mapping[str, object] | None = None,
) -> Response[bytes]:
    """The page of a plan; after a refusal with what was typed, and a sentence beside each field."""
    spoken = words(request)
    errors = _told(spoken, wrong or {}, facts or {})
    view = await house(request).db.read(_editor, plan_id, place_id, given or {}, errors, spoken)
    return page(request, "reservations/plan_editor.html", 422 if errors else 200, view=view)


def _editor(
    reader: Reader, plan_id: int, place_id: int, given: Mapping[str, str], errors: Mapping[str, str], spoken: Words
) -> Editor:
    here, plan = venue(reader), queries.sheet(reader, plan_id)
    places = queries.places_of(reader, plan_id)
    names = _names(here)
    spots = [_spot(one, names, one.id == place_id) for one in places]
    current = next((one for one in places if one.id == place_id), None)
    drawing = plan.drawn(places)
    place = {**(fields_of(current) if current else fresh(drawing)), **given}
    free = {key: name for key, name in names.items() if key not in {one.key for one in places}}
    shapes = {"box": spoken.text("Rectangle"), "round": spoken.text("Rond"), "corners": spoken.text("Coin par coin")}
    spaces = {space.key: space.name for space in here.spaces.values() if space.site == plan.site}
    width, height = drawing.size
    return Editor(
        show(plan_id),
        plan,
        width,
        height,
        spots,
        _choices(dict(reader.rows(queries.SITES)), given.get("site", plan.site)),
        _choices({"": spoken.text("Tout le site"), **spaces}, given.get("space", plan.space or "")),
        _choices({"": spoken.text("Choisir…"), **free}, given.get("key", "")),
        _choices(shapes, place["shape"]),
        next((one for one in spots if one.is_current), None),
        place,
        errors,
    )


def _names(here: VenueMap) -> dict[str, str]:
    """What may stand on a plan: resources in service, then spaces."""
    spaces = {space.key: space.name for space in here.spaces.values()}
    resources = {one.key: one.name for one in here.resources if not one.retired_at}
    return {**spaces, **resources}


def _spot(one: Place, names: Mapping[str, str], is_current: bool) -> Spot:
    name = names.get(one.key, one.key)
    return Spot(show(one.id), one.key, name, short(name), one.outline, one.x, one.y, is_current)
