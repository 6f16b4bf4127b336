"""What staff set: how each room holds its meetings, and how to plug in there."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles.rules import STAFF
from tierslieu.reservations.views import Choice
from tierslieu.reservations.visio import actions, queries
from tierslieu.reservations.visio.actions import RoomWish
from tierslieu.reservations.visio.schemas import RoomFields
from tierslieu.venue.queries import venue

SET, SETTERS = "reservations.set_visio", STAFF
KINDS = {
    "none": _("Pas de visio"),
    "fixed": _("Un lien fixe, toujours le même"),
    "jitsi": _("Un serveur Jitsi, un nom neuf par réservation"),
    "bbb": _("Le serveur BigBlueButton du lieu"),
}


class RoomLine(msgspec.Struct, frozen=True):
    """A room and how its meetings are held."""

    key: str
    name: str
    kind_text: str


class VisioPages(Controller):
    """/accueil/visio."""

    path = "/accueil/visio"
    include_in_schema = False

    @get("/", opt=allow(SET))
    async def look(self, request: AnyRequest) -> Response[bytes]:
        """Every room."""
        lines = await house(request).db.read(room_lines, words(request))
        return page(request, "visio/rooms.html", lines=lines)

    @get("/{key:str}", opt=allow(SET))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The form of one room."""
        name, typed = await house(request).db.read(room_texts, key)
        return _form(request, key, name, typed, {}, 200)

    @post("/{key:str}", opt=allow(SET))
    async def set(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """How its meetings are held from now on."""
        form = await read_form(request)
        try:
            fields = _checked(form, is_ready=house(request).settings.visio.is_ready)
        except FormErrors as error:
            name, _typed = await house(request).db.read(room_texts, key)
            told = {one: sentence(words(request), code, {}) for one, code in error.fields.items()}
            return _form(request, key, name, form, told, 422)
        texts = (fields.plug, fields.camera, fields.microphone)
        address = fields.address if fields.kind in ("fixed", "jitsi") else ""
        wish = RoomWish(fields.kind, address, *texts, is_renewed=fields.renewed)
        await house(request).db.write(actions.set_room, key, wish, by=actor(request))
        return see_other("/accueil/visio")


def _checked(form: Mapping[str, str], *, is_ready: bool) -> RoomFields:
    """The form as a wish. Raises FormErrors; an address that cannot be used is said beside its field."""
    try:
        fields = check(RoomFields, form)
    except FormErrors as error:
        raise (error if error.fields else FormErrors("form", {"address": "not_https"})) from None
    if fields.kind == "bbb" and not is_ready:
        raise FormErrors("form", {"kind": "no_visio_server"})
    return fields


def room_lines(reader: Reader, spoken: Words) -> list[RoomLine]:
    """Every room (and each other resource that holds meetings) with how it does."""
    known = queries.rooms(reader)
    return [
        RoomLine(one.key, one.name, spoken.text(KINDS[known[one.id].kind if one.id in known else "none"]))
        for one in venue(reader).resources
        if one.kind == "room" or one.id in known
    ]


def room_texts(reader: Reader, key: str) -> tuple[str, dict[str, str]]:
    """The name of a room and what its form holds. Raises NotFound."""
    resource = venue(reader).resource(key)
    room = queries.room_of(reader, resource.id)
    if room is None:
        return resource.name, {"kind": "none"}
    texts = {"address": room.address, "plug": room.plug, "camera": room.camera, "microphone": room.microphone}
    return resource.name, {"kind": room.kind, **texts}


def _form(
    request: AnyRequest, key: str, name: str, typed: Mapping[str, str], errors: Mapping[str, str], status: int
) -> Response[bytes]:
    spoken = words(request)
    kinds = [Choice(kind, spoken.text(text), kind == typed.get("kind")) for kind, text in KINDS.items()]
    return page(request, "visio/room.html", status, key=key, name=name, typed=typed, errors=errors, kinds=kinds)
