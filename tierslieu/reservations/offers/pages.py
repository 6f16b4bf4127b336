"""One offer: shown first, accepted or declined by a button. From the link of a message, or signed in."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, DomainError, NotFound, Refused
from tierslieu.http.guards import PUBLIC, SignInFirst, actor, house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.telling import told
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import may_act_for
from tierslieu.reservations import actions, queries
from tierslieu.reservations.offers import actions as offers
from tierslieu.reservations.offers.letters import until_text
from tierslieu.reservations.offers.queries import offer
from tierslieu.reservations.offers.schemas import Offer
from tierslieu.reservations.offers.ways import PATH, read_key
from tierslieu.reservations.rules import price_cents
from tierslieu.venue.queries import venue

BACK = {"accueil": "/accueil/attente", "attente": "/attente"}
"""Where a form may ask to come back to."""


class OfferPage(msgspec.Struct, frozen=True):
    """An offer in words. `state` is open, taken, declined or over; `former` the reservation that would give way."""

    key: str
    resource: str
    when: str
    until: str
    price: str
    former: str
    note: str
    state: str
    name: str
    is_signed_in: bool


class OfferPages(Controller):
    """/propositions. The link of a message is enough; without it one must be signed in."""

    path = PATH
    include_in_schema = False

    @get("/{key:str}", opt=PUBLIC)
    async def show_offer(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """What is kept, until when, and the two buttons. Looking changes nothing."""
        return await _page(request, key)

    @post("/{key:str}/accepter", opt=PUBLIC)
    async def accept(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Take it."""
        return await _answer(request, key, offers.accept)

    @post("/{key:str}/refuser", opt=PUBLIC)
    async def decline(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Leave it to the next one."""
        return await _answer(request, key, offers.decline)


async def _answer(request: AnyRequest, key: str, act: Any) -> Response[Any]:
    form, home = await read_form(request), house(request)
    offer_id, is_signed = read_key(home.secret, key)
    by = await home.db.read(answerer, offer_id, actor(request), is_signed=is_signed)
    try:
        await home.db.write(act, offer_id, by=by)
    except (Refused, Conflict) as error:
        return await _page(request, key, error)
    return see_other(BACK.get(form.get("retour", ""), f"{PATH}/{key}"))


def answerer(reader: Reader, offer_id: int, who: Actor, *, is_signed: bool) -> Actor:
    """Who answers an offer: who is signed in when they may, else the one to whom its signed link was sent.

    Raises SignInFirst or NotFound when the address alone does not allow it.
    """
    one = offer(reader, offer_id)
    if who.may(actions.FOR_OTHERS) or may_act_for(reader, who.person_id, one.person_id, reader.now):
        return who
    if not is_signed:
        raise NotFound("no_such_offer") if who.is_known else SignInFirst()
    if known(reader, one.person_id) is None:
        raise NotFound("no_such_offer")
    is_theirs = may_act_for(reader, one.asked_by, one.person_id, reader.now)
    return Actor(person_id=one.asked_by if is_theirs else one.person_id)


async def _page(request: AnyRequest, key: str, error: DomainError | None = None) -> Response[bytes]:
    home, spoken, who = house(request), words(request), actor(request)
    offer_id, is_signed = read_key(home.secret, key)

    def load(reader: Reader) -> OfferPage:
        answerer(reader, offer_id, who, is_signed=is_signed)
        return offer_page(reader, offer(reader, offer_id), key, who, spoken)

    view = await home.db.read(load)
    status = 200
    if error is not None:
        status = 422 if isinstance(error, Refused) and not error.is_conflict else 409
    reasons = told(spoken, error) if error is not None else []
    return page(request, "offers/offer.html", status, view=view, reasons=reasons)


def offer_page(reader: Reader, one: Offer, key: str, who: Actor, spoken: Words) -> OfferPage:
    """An offer as it is now."""
    here = venue(reader)
    resource = here.by_id[one.resource_id]
    state = one.state if one.state in ("taken", "declined") else "over"
    former = ""
    if one.replaces is not None:
        before = queries.stored(reader, one.replaces)
        name = here.by_id[before.resource_id].name
        former = f"{name}, {spoken.day(before.starts_at)}, {spoken.hours(before.span)}"
    person = known(reader, one.person_id) if who.person_id not in (None, one.person_id) else None
    return OfferPage(
        key,
        resource.name,
        f"{spoken.day(one.starts_at)}, {spoken.hours(one.span)}",
        until_text(one, spoken),
        spoken.money(price_cents(resource, one.span)),
        former,
        one.note,
        "open" if one.is_open(reader.now) else state,
        f"{person.first_name} {person.last_name}" if person else "",
        who.person_id == one.person_id,
    )
