"""Pages of meetings at a distance: the link and the test of one's own reservation, the door of a meeting for guests."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.basics.spans import Span
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.labels import house_address
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.problems import status_of
from tierslieu.http.wording import reason_text, sentence
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import queries as reservations
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.views import Choice
from tierslieu.reservations.visio import actions, opening, queries, rules
from tierslieu.reservations.visio.schemas import Entering, TestWish
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue

MAKE = "reservations.make"
HEADERS = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
PARTS = {"plug": _("Brancher"), "camera": _("Caméra"), "microphone": _("Micro")}


class Picture(msgspec.Struct, frozen=True):
    """A photo of the room, and what it shows in words."""

    href: str
    small_href: str
    width: int
    height: int
    alt: str


class OwnMeeting(msgspec.Struct, frozen=True):
    """The meeting of one's own reservation: its address, how to plug in, the test."""

    id: str
    resource: str
    when: str
    link: str
    share_text: str
    instructions: list[tuple[str, str]]
    test_text: str
    tests: list[Choice]
    rules: str
    photos: list[Picture]


class MeetingDoor(msgspec.Struct, frozen=True):
    """The page that guests get: what, when, and the way in. `state` is early, open, over or off."""

    token: str
    resource: str
    when: str
    state: str
    opens: str
    link: str
    needs_name: bool


class OwnMeetingPages(Controller):
    """/mes-reservations/{id}/visio."""

    path = "/mes-reservations/{id:str}/visio"
    include_in_schema = False

    @get("/", opt=allow(MAKE))
    async def look(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The link to share, how to plug in, and a slot to test the equipment."""
        return await _own(request, read(id))

    @post("/essai", opt=allow(MAKE))
    async def book_test(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Keep a quarter of an hour to test."""
        form, spoken = await read_form(request), words(request)
        try:
            wish = check(TestWish, form)
            await house(request).db.write(actions.book_test, read(id), wish.start, by=actor(request))
        except FormErrors as error:
            told = " ".join(sentence(spoken, code, {}) for code in error.fields.values())
            return await _own(request, read(id), told, 422)
        except Refused as error:
            told = " ".join(reason_text(spoken, reason) for reason in error.reasons)
            return await _own(request, read(id), told, status_of(error))
        return see_other(f"/mes-reservations/{id}/visio")

    @post("/essai/annuler", opt=allow(MAKE))
    async def give_up_test(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Give the test back."""
        await read_form(request)
        await house(request).db.write(actions.give_up_test, read(id), by=actor(request))
        return see_other(f"/mes-reservations/{id}/visio")


class MeetingPages(Controller):
    """/visio/{token}: the door of a meeting, for whoever was given its address."""

    path = "/visio/{token:str}"
    include_in_schema = False

    @get("/", opt=PUBLIC)
    async def look(self, request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
        """What, when, and the way in."""
        view = await house(request).db.read(door, token, words(request))
        return page(request, "visio/door.html", 200, HEADERS, view=view, errors={}, name=actor(request).first_name)

    @post("/", opt=PUBLIC, status_code=200)
    async def enter(self, request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
        """Under a name: the link that lets them in. The room is opened again if nobody was there for a while."""
        form, home = await read_form(request), house(request)
        view = await home.db.read(door, token, words(request))
        try:
            fields = check(Entering, form)
        except FormErrors as error:
            told = {name: sentence(words(request), code, {}) for name, code in error.fields.items()}
            return page(request, "visio/door.html", 422, HEADERS, view=view, errors=told, name=form.get("name", ""))
        if view.state != "open" or not home.settings.visio.is_ready:
            raise NotFound("no_such_meeting")
        meeting, is_host = await home.db.write(_enter, token, by=actor(request))
        link = opening.join_call(home.settings.visio, meeting, fields.name, is_host=is_host)
        shown = msgspec.structs.replace(view, link=link, needs_name=False)
        return page(request, "visio/door.html", 200, HEADERS, view=shown, errors={}, name=fields.name)


def _enter(tx: Tx, token: str) -> tuple[str, bool]:
    """The meeting, and whether it is one's own; its room is opened if that is long ago."""
    one, room = queries.meeting_of(tx, token)
    origin_id = one.origin_id or one.id
    if queries.opened_at(tx, origin_id) < tx.now - opening.FRESH:
        opening.plan_opening(tx, one, tx.now)
    is_host = tx.by.person_id is not None and may_act_for(tx, tx.by.person_id, one.person_id, tx.now)
    return rules.mark(room.salt, origin_id), is_host


def door(reader: Reader, token: str, spoken: Words) -> MeetingDoor:
    """The page of a meeting as it stands now: it follows its reservation when that is moved."""
    one, room = queries.meeting_of(reader, token)
    opens = one.starts_at - rules.OPENS_EARLY
    state = "open" if opens <= reader.now < one.ends_at else "early" if reader.now < opens else "over"
    if one.state not in ("confirmed", "checked_in"):
        state = "over" if one.state == "finished" else "off"
    is_server = room.kind == "bbb"
    link = rules.address(room, one.origin_id or one.id) if state in ("open", "early") and not is_server else ""
    resource = venue(reader).by_id[one.resource_id].name
    when = f"{spoken.day(one.starts_at)}, {spoken.hours(one.span)}"
    return MeetingDoor(token, resource, when, state, spoken.hour(opens), link, is_server and state == "open")


async def _own(request: AnyRequest, which: int, problem: str = "", status: int = 200) -> Response[bytes]:
    home = house(request)
    view = await home.db.read(own_meeting, which, actor(request), words(request), house_address(request))
    return page(request, "visio/own.html", status, HEADERS, view=view, problem=problem)


def own_meeting(reader: Reader, which: int, who: Actor, spoken: Words, public_url: str) -> OwnMeeting:
    """The meeting of a reservation, for its person or who acts for them. Raises NotFound without a meeting."""
    one = reservations.stored(reader, which)
    is_theirs = who.may(FOR_OTHERS) or may_act_for(reader, who.person_id, one.person_id, reader.now)
    found = _meeting(reader, one, spoken, public_url) if is_theirs else None
    if found is None:
        raise NotFound("no_such_meeting")
    return found


def own_part(reader: Reader, spoken: Words, which: int) -> OwnMeeting | None:
    """The meeting on the page of its reservation; None without one."""
    return _meeting(reader, reservations.stored(reader, which), spoken, "")


def _meeting(reader: Reader, one: Stored, spoken: Words, public_url: str) -> OwnMeeting | None:
    link, room = queries.link_of(reader, one, public_url), queries.room_of(reader, one.resource_id)
    if not link or room is None:
        return None
    key, resource = venue(reader).by_id[one.resource_id].key, venue(reader).by_id[one.resource_id].name
    portrait = portraits(reader).resource(key)
    when = f"{spoken.day(one.starts_at)}, {spoken.hours(one.span)}"
    share = spoken.text(_("Réunion à distance, {when}. Pour nous rejoindre : {link}"), when=when, link=link)
    test = queries.test_of(reader, one.id)
    tests = [] if test else rules.tests_in(queries.free_before(reader, one), spoken.zone, one.starts_at, reader.now)
    return OwnMeeting(
        show(one.id),
        resource,
        when,
        link,
        share,
        [(spoken.text(PARTS[part]), text) for part, text in room.instructions],
        _test_text(test.span, spoken) if test else "",
        [Choice(str(each.start), _test_text(each, spoken), place == 0) for place, each in enumerate(tests)],
        portrait.instructions,
        [
            Picture(
                f"/photos/{each.sha256}.webp", f"/photos/{each.small_sha256}.webp", each.width, each.height, each.alt
            )
            for each in portrait.photos
        ],
    )


def _test_text(one: Span, spoken: Words) -> str:
    return f"{spoken.day(one.start)}, {spoken.hours(one)}"
