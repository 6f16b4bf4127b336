"""The page of one item, which its label opens: load, weigh, cut, finish; and « je prends » for everybody."""

import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import BaseModel

from tierslieu.basics.errors import Conflict, Invalid, Refused
from tierslieu.basics.ids import show
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.stock import actions, loading, queries, rules, wording
from tierslieu.fablab.stock.actions import KEEP, SEE, TAKE
from tierslieu.fablab.stock.pages import LABELS
from tierslieu.fablab.stock.schemas import Amount, Count, Cut, Load, Place, Strict, Weighing
from tierslieu.fablab.stock.selling import sell
from tierslieu.fablab.stock.views import item_page
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import _
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.acting import acted_for
from tierslieu.people.persons.noting import note_search
from tierslieu.people.persons.searching import as_read, named

ITEM_LABELS = {
    **LABELS,
    "machine": _("Machine"),
    "tool": _("Outil"),
    "gross_g": _("Poids sur la balance"),
    "quantity": _("Quantité"),
    "rest_width_mm": _("Largeur de la chute gardée"),
    "rest_height_mm": _("Longueur de la chute gardée"),
}


class Act(NamedTuple):
    """Something done to an item: its form, what it runs, what is said after."""

    form: type[BaseModel]
    run: Callable[[Tx, int, Any], object]
    code: str


ACTS = {
    "charger": Act(Load, lambda tx, number, wish: loading.load(tx, number, wish.machine, wish.tool), "loaded"),
    "decharger": Act(Strict, lambda tx, number, _wish: loading.unload(tx, number), "unloaded"),
    "peser": Act(Weighing, actions.weigh, "weighed"),
    "couper": Act(Cut, actions.cut, "saved"),
    "finir": Act(Strict, lambda tx, number, _wish: actions.finish(tx, number), "finished"),
    "compter": Act(Count, lambda tx, number, wish: actions.count(tx, number, wish.quantity), "saved"),
    "perte": Act(Amount, lambda tx, number, wish: actions.write_off(tx, number, wish.quantity), "saved"),
    "ranger": Act(Place, actions.place, "saved"),
}


class ItemPages(Controller):
    """/bobines/{number}: spools, sheets, rolls, boxes."""

    path = "/bobines"
    include_in_schema = False

    @get("/{number:int}", opt=allow(TAKE))
    async def look(self, request: AnyRequest, number: FromPath[int]) -> Response[bytes]:
        """One item, with what the one who looks may do."""
        return await _show(request, number)

    @post("/{number:int}/charger", opt=allow(RUN))
    async def load(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """Put it on a machine."""
        return await _act(request, number, "charger")

    @post("/{number:int}/decharger", opt=allow(RUN))
    async def unload(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """Take it off."""
        return await _act(request, number, "decharger")

    @post("/{number:int}/peser", opt=allow(SEE))
    async def weigh(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """What the scales show."""
        return await _act(request, number, "peser")

    @post("/{number:int}/couper", opt=allow(SEE))
    async def cut(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """A rectangle is taken."""
        return await _act(request, number, "couper")

    @post("/{number:int}/finir", opt=allow(SEE))
    async def finish(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """Nothing is left."""
        return await _act(request, number, "finir")

    @post("/{number:int}/compter", opt=allow(KEEP))
    async def count(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """An inventory."""
        return await _act(request, number, "compter")

    @post("/{number:int}/perte", opt=allow(KEEP))
    async def lose(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """Lost or spoiled."""
        return await _act(request, number, "perte")

    @post("/{number:int}/ranger", opt=allow(KEEP))
    async def place(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """Where it lies."""
        return await _act(request, number, "ranger")

    @get("/{number:int}/vendre", opt=allow(SEE))
    async def find_buyer(self, request: AnyRequest, number: FromPath[int], q: FromQuery[str] = "") -> Response[bytes]:
        """To whom: found by the beginnings of their names, by their address or their phone."""
        typed = as_read(q)
        name, people = await house(request).db.read(
            lambda reader: (queries.item(reader, number).name, named(reader, typed))
        )
        if typed:
            note_search(request, "stock", len(people))
        return page(request, "stock/sell.html", number=number, name=name, typed=typed, people=people)

    @get("/{number:int}/prendre", opt=allow(TAKE))
    async def ask_take(
        self,
        request: AnyRequest,
        number: FromPath[int],
        quantite: FromQuery[str] = "",
        pour: FromQuery[str] = "",
    ) -> Response[bytes]:
        """How much, then what it costs: nothing is charged before that was seen."""
        return await _take_page(request, number, {"quantity": quantite, "pour": pour})

    @post("/{number:int}/prendre", opt=allow(TAKE))
    async def take(self, request: AnyRequest, number: FromPath[int]) -> Response[Any]:
        """Take it: charged to one's account, once however often the form is sent."""
        form = await read_form(request)
        who, home, given = actor(request), house(request), {"quantity": form.get("quantity", "")}
        try:
            wish = check(Amount, given)
            acting = await home.db.read(acted_for, who, form.get("pour", ""), SEE)
            person_id = acting.person_id if acting else who.person_id or 0
            act = form.get("act", "")[:32]
            await home.db.write(sell, number, wish.quantity, person_id, act, by=who)
        except Invalid as error:
            return await _take_page(request, number, dict(form), field_errors(words(request), error))
        except Refused as error:
            return await _take_page(request, number, dict(form), {}, told(words(request), error))
        if acting is not None and who.may(SEE):
            return done(f"/personnes/{show(person_id)}", "sold")
        return done("/fablab/mes-achats", "taken")


async def _act(request: AnyRequest, number: int, name: str) -> Response[Any]:
    form, one = await read_form(request), ACTS[name]
    try:
        wish = check(one.form, form)
        await house(request).db.write(one.run, number, wish, by=actor(request))
    except Invalid as error:
        return await _show(request, number, name, form, field_errors(words(request), error))
    except (Refused, Conflict) as error:
        return await _show(request, number, name, form, {}, told(words(request), error))
    return done(f"/bobines/{number}", one.code)


async def _show(
    request: AnyRequest,
    number: int,
    act: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    spoken = words(request)
    view = await house(request).db.read(item_page, number, actor(request), spoken)
    return page(
        request,
        "stock/item.html",
        422 if errors or reasons else 200,
        view=view,
        tried=act,
        typed=typed or {},
        errors={f"{act}-{name}": text for name, text in (errors or {}).items()},
        labels={f"{act}-{name}": spoken.text(text) for name, text in ITEM_LABELS.items()},
        reasons=reasons or [],
        done=done_text(request, wording.DONE),
    )


async def _take_page(
    request: AnyRequest,
    number: int,
    typed: dict[str, str],
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    spoken, who = words(request), actor(request)
    found, problem = dict(errors or {}), None
    cents, wish = None, None
    if typed.get("quantity") and not found:
        try:
            wish = check(Amount, {"quantity": typed["quantity"]})
        except Invalid as error:
            problem = error
            found = field_errors(spoken, error)

    def load(reader: Reader) -> dict[str, Any]:
        one = queries.item(reader, number)
        acting = acted_for(reader, who, typed.get("pour", ""), SEE)
        return {"one": one, "acting": acting}

    loaded = await house(request).db.read(load)
    one = loaded["one"]
    if wish is not None:
        cents = rules.price(one.kind, rules.stored(one.kind, wish.quantity), one.price_cents)
    return page(
        request,
        "stock/take.html",
        422 if errors or reasons or problem else 200,
        number=number,
        name=one.name,
        left=wording.amount(spoken, one.kind, one.remaining),
        price=wording.price(spoken, one.kind, one.price_cents),
        unit_text=spoken.text(wording.UNITS[wording.unit_of(one.kind)]),
        typed=typed,
        amount="" if wish is None else wording.amount(spoken, one.kind, rules.stored(one.kind, wish.quantity)),
        cost="" if cents is None else spoken.money(cents),
        act=typed.get("act") or secrets.token_hex(12),
        acting=loaded["acting"],
        errors=found,
        reasons=reasons or [],
    )
