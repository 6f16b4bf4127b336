"""The screen at a room's door: now, next, until when, readable from afar; half an hour of it for a badge."""

import secrets
from typing import Any, Final

import msgspec
from litestar import Controller, Response, get, post
from litestar.response import Stream

from tierslieu.access import queries
from tierslieu.access.kiosk import door_acts, door_rules, wording
from tierslieu.access.kiosk.door_acts import SHOW_DOOR, Said
from tierslieu.access.kiosk.door_rules import MOST_STRETCHES, Stretch
from tierslieu.access.schemas import EARLIEST, KioskRow, NewScan, TypedBadge
from tierslieu.basics.spans import Span
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, html, page, read_form, words
from tierslieu.http.streams import Feed, feeds, stream
from tierslieu.http.wording import reason_text
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.queries import known_among
from tierslieu.reservations import queries as reservations
from tierslieu.venue.queries import venue

DOORS: Final = "doors"
"""The live topic that moves when a room's day does."""
EACH_MINUTE: Final = 60.0
HEADLINES: Final = {"free": _("Libre"), "taken": _("Occupé"), "closed": _("Fermé")}
TONES: Final = {"free": "granted", "taken": "denied", "closed": "waiting"}
"""The colours of the kiosk for each state."""
ANSWERS: Final = {
    "here": (_("C’est à vous"), _("La salle est à vous jusqu’à {until}.")),
    "asked": (_("Demande notée"), _("L’accueil vous répond bientôt.")),
    "refused": (_("Pas de réservation possible maintenant"), _("Choisissez un autre moment, ou demandez à l’accueil.")),
}


class Shown(msgspec.Struct, frozen=True):
    """A stretch of the day in words. `tone` is the colour, `is_now` the one to show."""

    start: int
    end: int
    tone: str
    headline: str
    until_text: str
    who: str
    next_text: str
    is_now: bool


class DoorView(msgspec.Struct, frozen=True):
    """The screen: the name of the room and its day from now on."""

    name: str
    tone: str
    shown: list[Shown]


class DoorPages(Controller):
    """/porte."""

    path = "/porte"
    include_in_schema = False

    @get("", opt=allow(SHOW_DOOR))
    async def show(self, request: AnyRequest) -> Response[bytes]:
        """The room now."""
        return await _screen(request)

    @get("/etat", opt=allow(SHOW_DOOR))
    async def state(self, request: AnyRequest) -> Response[bytes]:
        """The room now, for a screen whose stream is broken."""
        return html(request, await _fragment(request, await _door(request)))

    @get("/flux", opt=allow(SHOW_DOOR))
    async def follow(self, request: AnyRequest) -> Stream:
        """The room whenever it changes, and each minute."""
        door, spoken, home = await _door(request), words(request), house(request)

        async def render() -> str:
            return await _fragment(request, door)

        def make() -> Feed:
            return Feed(home.live, (DOORS,), render, quiet=EACH_MINUTE)

        return stream(feeds(request.app.state).get(f"door:{door.key}:{door.shows_names}", spoken.catalogue, make))

    @post("/badge", opt=allow(SHOW_DOOR), status_code=200)
    async def present(self, request: AnyRequest) -> Response[bytes]:
        """A badge, shown or typed with its pin: an arrival, or half an hour of the room."""
        form, door = await read_form(request), await _door(request)
        try:
            typed = check(TypedBadge, form)
        except FormErrors:
            return await _screen(request, _denied(words(request), "misread"), 422)
        scan = NewScan(scan_id=typed.scan_id, badge=typed.badge, pin=typed.pin, at_device=EARLIEST, device_seq=0)
        said = await door_acts.answer(house(request), door, scan, actor(request))
        return await _screen(request, _answer(words(request), said, typed.badge))


def has_doors(reader: Reader, _event: object) -> bool:
    """True when a screen hangs at some door; from memory: each new code moves the venue's revision."""
    return reader.remembered("door_screens", venue(reader), lambda: queries.has_doors(reader))


def touch_doors(tx: Tx, _event: object) -> None:
    """The day of some room changed."""
    tx.touch(DOORS)


class Answer(msgspec.Struct, frozen=True):
    """What a badge was answered, in words. With `badge`, its pin is to be typed."""

    tone: str
    title: str
    sentence: str
    badge: str = ""


def _answer(spoken: Words, said: Said, badge: str) -> Answer:
    if said.kind == "denied":
        return _denied(spoken, said.code)
    if said.kind == "pin":
        title, sentence = (spoken.text(text) for text in wording.RESULTS["pin_needed"])
        return Answer("waiting", title, sentence, badge)
    title, sentence = (spoken.text(text) for text in ANSWERS[said.kind])
    if said.reasons:
        sentence = " ".join(reason_text(spoken, reason) for reason in said.reasons[:2])
    until = spoken.hour(said.until) if said.until else ""
    return Answer("granted" if said.kind == "here" else "blocked", title, sentence.format(until=until))


def _denied(spoken: Words, code: str) -> Answer:
    title, sentence = wording.RESULTS.get(code, wording.RESULTS["not_a_badge"])
    return Answer("denied", spoken.text(title), spoken.text(sentence))


async def _door(request: AnyRequest) -> KioskRow:
    return await house(request).db.read(queries.door, actor(request).device or "")


async def _fragment(request: AnyRequest, door: KioskRow) -> str:
    spoken = words(request)
    view = await house(request).db.read(door_view, door, spoken)
    template = request.app.state.templates[spoken.catalogue].get_template("access/_door.html")
    return str(template.render(view=view))


async def _screen(request: AnyRequest, answer: Answer | None = None, status: int = 200) -> Response[bytes]:
    view = await house(request).db.read(door_view, await _door(request), words(request))
    context: dict[str, Any] = {"view": view, "answer": answer, "scan_id": secrets.token_hex(16)}
    return page(request, "access/door.html", status, {"referrer-policy": "no-referrer"}, **context)


def door_view(reader: Reader, door: KioskRow, spoken: Words) -> DoorView:
    """The screen of a door now."""
    here = venue(reader)
    resource = here.by_id[door.resource_id]
    day = here.zone.date(reader.now)
    window = Span(reader.now, here.zone.day(day).end)
    rows = reservations.claims(reader, sorted(resource.units), window)
    found = door_rules.stretches(resource, here.hours(resource, day), rows, window)[:MOST_STRETCHES]
    names = _names(reader, found) if door.shows_names else {}
    shown = [_shown(one, following, names, spoken) for one, following in zip(found, [*found[1:], None], strict=True)]
    return DoorView(resource.name, shown[0].tone, [msgspec.structs.replace(shown[0], is_now=True), *shown[1:]])


def _names(reader: Reader, found: list[Stretch]) -> dict[int, str]:
    """The first names of those whose reservations are shown, by reservation."""
    stored = reservations.stored_among(reader, [id_ for one in found for id_ in one.causes])
    first = {one.id: one.first_name for one in known_among(reader, [one.person_id for one in stored])}
    return {one.id: first.get(one.person_id, "") for one in stored}


def _shown(one: Stretch, following: Stretch | None, names: dict[int, str], spoken: Words) -> Shown:
    until = spoken.text(_("jusqu’à {hour}"), hour=spoken.hour(one.span.end)) if following else ""
    after = ""
    if following is not None:
        after = _after(following, _who(following, names), spoken)
    headline = spoken.text(HEADLINES[one.state])
    return Shown(one.span.start, one.span.end, TONES[one.state], headline, until, _who(one, names), after, is_now=False)


def _after(following: Stretch, who: str, spoken: Words) -> str:
    state = spoken.text(HEADLINES[following.state]).lower()
    if following.state == "closed":
        return spoken.text(_("Ensuite : {state}"), state=state)
    text = spoken.text(_("Ensuite, {hours} : {state}"), hours=spoken.hours(following.span), state=state)
    return f"{text}, {who}" if who else text


def _who(one: Stretch, names: dict[int, str]) -> str:
    return ", ".join(dict.fromkeys(names[id_] for id_ in one.causes if names.get(id_)))
