"""« Mes agendas »: one's reservations, or the planning of a place, in the calendar of a phone or a computer."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.codes import qr_drawing
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, ReasonLine, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.signin.origins import own_address
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.calendars import actions, queries, rules
from tierslieu.reservations.calendars.queries import Feed
from tierslieu.reservations.calendars.schemas import NewFeed
from tierslieu.venue.map import VenueMap
from tierslieu.venue.queries import venue

SUBSCRIBE = "reservations.subscribe"
SECRET_PAGE = {"referrer-policy": "no-referrer", "cache-control": "no-store"}
DETAILS: Mapping[str, str] = {
    rules.BUSY: _("Occupé ou libre, sans nom"),
    rules.OPENING: _("Heures d’ouverture"),
    rules.NAMES: _("Tout, avec les noms"),
}


class FeedLine(msgspec.Struct, frozen=True):
    """One of a person's calendars, in words."""

    id: str
    name: str
    what: str
    used: str


class FeedsPage(msgspec.Struct, frozen=True):
    """« Mes agendas »."""

    feeds: list[FeedLine]
    places: list[Choice]
    details: list[Choice]
    can_show_names: bool


class MyFeeds(Controller):
    """/mes-agendas."""

    path = "/mes-agendas"
    include_in_schema = False

    @get("/", opt=allow(SUBSCRIBE))
    async def list(self, request: AnyRequest) -> Response[bytes]:
        """One's calendars, and the forms for a new one."""
        return await _list(request, {}, {}, [], 200)

    @post("/", opt=allow(SUBSCRIBE))
    async def make(self, request: AnyRequest) -> Response[Any]:
        """A new calendar: its address is shown now, and never again."""
        form = await read_form(request)
        try:
            fields = check(NewFeed, form)
            opened = await house(request).db.write(
                actions.make_feed, fields.name, fields.place, fields.detail, by=actor(request)
            )
        except Invalid as error:
            return await _list(request, form, field_errors(words(request), error), [], 422)
        except Refused as error:
            return await _list(request, form, {}, told(words(request), error), 422)
        return _address_page(request, opened)

    @post("/{id:str}/nouvelle-adresse", opt=allow(SUBSCRIBE))
    async def renew(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Another address; the former one leads nowhere."""
        await read_form(request)
        opened = await house(request).db.write(actions.renew_feed, read(id), by=actor(request))
        return _address_page(request, opened)

    @post("/{id:str}/fin", opt=allow(SUBSCRIBE))
    async def revoke(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """End a calendar."""
        await read_form(request)
        await house(request).db.write(actions.revoke_feed, read(id), by=actor(request))
        return see_other("/mes-agendas")


def _address_page(request: AnyRequest, opened: actions.Opened) -> Response[bytes]:
    """The secret address, this once. Opened as webcal, phones and computers ask whether to subscribe."""
    base = own_address(request) or str(request.base_url).rstrip("/")
    address = f"{base}/agendas/{opened.token}.ics"
    webcal = f"webcal://{urlsplit(base).netloc}/agendas/{opened.token}.ics"
    drawing = qr_drawing(webcal)
    return page(
        request,
        "calendars/address.html",
        200,
        SECRET_PAGE,
        name=opened.name,
        address=address,
        webcal=webcal,
        drawing=drawing,
    )


async def _list(
    request: AnyRequest,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    reasons: list[ReasonLine],
    status: int,
) -> Response[bytes]:
    view = await house(request).db.read(feeds_page, actor(request), words(request), typed)
    return page(request, "calendars/feeds.html", status, view=view, typed=typed, errors=errors, reasons=reasons)


def feeds_page(reader: Reader, who: Actor, spoken: Words, typed: Mapping[str, str]) -> FeedsPage:
    """The page as it is now."""
    here = venue(reader)
    lines = [
        FeedLine(show(one.id), one.name, what(here, one, spoken), _used(one, spoken))
        for one in queries.feeds_of(reader, who.person_id or 0)
    ]
    can_show_names = who.may_everywhere(FOR_OTHERS)
    offered = [detail for detail in DETAILS if can_show_names or detail not in rules.FOR_STAFF]
    details = [Choice(one, spoken.text(DETAILS[one]), typed.get("detail") == one) for one in offered]
    return FeedsPage(lines, _places(here, spoken, typed.get("place", "")), details, can_show_names)


def _places(here: VenueMap, spoken: Words, chosen: str) -> list[Choice]:
    """Sites, spaces, then what people reserve."""
    sites = dict.fromkeys(one.site for one in here.spaces.values())
    texts = {rules.SITE + key: spoken.text(_("Tout le site {name}"), name=_site_name(here, key)) for key in sites}
    texts |= {rules.SPACE + one.key: spoken.text(_("Espace {name}"), name=one.name) for one in here.spaces.values()}
    texts |= {rules.RESOURCE + one.key: one.name for one in here.resources if one.is_bookable}
    return [Choice(value, label, value == chosen) for value, label in texts.items()]


def _site_name(here: VenueMap, key: str) -> str:
    place = rules.place_of(here, rules.SITE + key)
    return place.name if place else key


def what(here: VenueMap, feed: Feed, spoken: Words) -> str:
    """What a feed shows, in words."""
    if feed.detail == rules.OWN:
        return spoken.text(_("Mes réservations"))
    place = rules.place_of(here, feed.place)
    name = place.name if place else spoken.text(_("Lieu qui n’existe plus"))
    return f"{name}, {spoken.text(DETAILS[feed.detail]).lower()}"


def _used(feed: Feed, spoken: Words) -> str:
    if not feed.last_used_at:
        return spoken.text(_("Jamais lu par un agenda"))
    return spoken.text(_("Lu par un agenda {when}"), when=spoken.moment(feed.last_used_at))
