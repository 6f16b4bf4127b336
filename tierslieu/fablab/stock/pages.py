"""Pages of the stock: what is there, what runs short, materials, deliveries, labels, the partner."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.fablab.stock import actions, partner, queries, rules, wording
from tierslieu.fablab.stock.actions import KEEP, SEE
from tierslieu.fablab.stock.importing import take_over
from tierslieu.fablab.stock.partner_calls import Away, Partner
from tierslieu.fablab.stock.queries import MaterialNow
from tierslieu.fablab.stock.schemas import Delivery, MaterialChange, NewMaterial
from tierslieu.fablab.stock.views import MaterialLine, Stock
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.labels import Tag, house_address, print_tags
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import Choice, done, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.groups.rules import csv_text

LABELS = {
    "kind": _("Sorte"),
    "type": _("Type"),
    "name": _("Nom"),
    "colour": _("Couleur"),
    "colour_hex": _("Teinte"),
    "density": _("Densité"),
    "diameter_mm": _("Diamètre"),
    "price": _("Prix"),
    "threshold": _("Seuil d’alerte"),
    "count": _("Combien"),
    "quantity": _("Quantité dans chacune"),
    "width_mm": _("Largeur"),
    "height_mm": _("Longueur"),
    "in_pile": _("Plaques sous une même étiquette"),
    "empty_g": _("Poids de la bobine vide"),
    "location": _("Rangement"),
    "lot": _("Lot"),
}


def chosen(reader: Reader, words: Words, kind: str, is_low: bool) -> list[MaterialLine]:
    """The materials of a kind ("" for all), or those that run short alone."""
    stock = Stock(reader)
    able = [one for one in stock.materials if kind in ("", one.kind)]
    return [stock.line(one, words) for one in able if stock.is_low(one) or not is_low]


class StockPages(Controller):
    """/fablab/stock."""

    path = "/fablab/stock"
    include_in_schema = False

    @get("/", opt=allow(SEE))
    async def look(
        self, request: AnyRequest, sorte: FromQuery[str] = "", racheter: FromQuery[str] = ""
    ) -> Response[bytes]:
        """What is there, by material."""
        return await _list(request, sorte, bool(racheter))

    @get("/stock.csv", opt=allow(SEE))
    async def download(
        self, request: AnyRequest, sorte: FromQuery[str] = "", racheter: FromQuery[str] = ""
    ) -> Response[str]:
        """The same for a spreadsheet: what is there, or what to buy."""
        spoken = words(request)
        lines = await house(request).db.read(chosen, spoken, sorte, bool(racheter))
        heads = (_("Matière"), _("Sorte"), _("Couleur"), _("En stock"), _("Attendu par la file"), _("Seuil d’alerte"))
        head = [*(spoken.text(one) for one in heads), spoken.text(_("À racheter")), spoken.text(_("Prix"))]
        rows = [
            [one.name, one.kind_text, one.colour, one.on_hand, one.promised, one.threshold, one.to_buy, one.price]
            for one in lines
        ]
        headers = {"content-disposition": 'attachment; filename="stock.csv"'}
        return Response(csv_text([head, *rows]), media_type="text/csv; charset=utf-8", headers=headers)

    @get("/etiquettes.pdf", opt=allow(SEE))
    async def print_labels(self, request: AnyRequest) -> Response[bytes]:
        """Labels of the items named in the address, or of all."""
        wanted = {int(text) for text in request.query_params.getall("n", []) if text.isdecimal() and len(text) < 10}
        base, spoken = house_address(request), words(request)
        hint = spoken.text(_("Scannez pour charger, peser ou finir."))
        items = [one for one in await house(request).db.read(queries.items) if not wanted or one.number in wanted]
        tags = [Tag(rules.number_text(one.number), f"{base}/bobines/{one.number}", hint, one.name) for one in items]
        return await print_tags(request, spoken.text(_("Étiquettes du stock")), tags, "etiquettes")

    @post("/spoolman", opt=allow(KEEP))
    async def import_spools(self, request: AnyRequest) -> Response[Any]:
        """Take over the spools of the partner."""
        await read_form(request)
        url = house(request).settings.stock.spoolman_url
        try:
            spools = await Partner(url).spools() if url else []
        except Away as away:
            return await _list(request, "", False, words(request).text(wording.ERRORS[away.code]))
        await house(request).db.write(take_over, spools, by=actor(request))
        return done("/fablab/stock", "imported")

    @get("/matieres/nouvelle", opt=allow(KEEP))
    async def ask_new(self, request: AnyRequest) -> Response[bytes]:
        """The form of a new material."""
        return await _form(request, None, {"diameter_mm": "1,75", "threshold": "0"})

    @post("/matieres/nouvelle", opt=allow(KEEP))
    async def add(self, request: AnyRequest) -> Response[Any]:
        """One more kind."""
        form = await read_form(request)
        try:
            wish = check(NewMaterial, form)
            material_id = await house(request).db.write(actions.add_material, wish, by=actor(request))
        except Invalid as error:
            return await _form(request, None, form, field_errors(words(request), error))
        return done(f"/fablab/stock/matieres/{show(material_id)}", "saved")

    @get("/matieres/{id:str}", opt=allow(KEEP))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One material: what it is, its items, a delivery."""
        return await _form(request, read(id), None)

    @post("/matieres/{id:str}", opt=allow(KEEP))
    async def change(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """What it is from now on."""
        form = await read_form(request)
        try:
            wish = check(MaterialChange, {"is_active": "0", "is_free_to_take": "0", **form})
            await house(request).db.write(actions.change_material, read(id), wish, by=actor(request))
        except Invalid as error:
            return await _form(request, read(id), form, field_errors(words(request), error))
        return done(f"/fablab/stock/matieres/{id}", "saved")

    @post("/matieres/{id:str}/livraison", opt=allow(KEEP))
    async def deliver(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Items that came in."""
        form = await read_form(request)
        try:
            wish = check(Delivery, form)
            await house(request).db.write(actions.deliver, read(id), wish, by=actor(request))
        except Invalid as error:
            return await _form(request, read(id), None, field_errors(words(request), error), form)
        except Refused as error:
            texts = {"count": " ".join(one.text for one in told(words(request), error))}
            return await _form(request, read(id), None, texts, form)
        return done(f"/fablab/stock/matieres/{id}", "delivered")


def printable(reader: Reader, _spoken: Words, _who: Actor) -> list[tuple[str, str]]:
    """The items whose labels one may print: number and name."""
    return [(str(one.number), f"{rules.number_text(one.number)} {one.name}") for one in queries.items(reader)]


async def _list(request: AnyRequest, kind: str, is_low: bool, problem: str = "") -> Response[bytes]:
    spoken, settings = words(request), house(request).settings

    def load(reader: Reader) -> tuple[list[MaterialLine], partner.Owed, int]:
        return chosen(reader, spoken, kind, is_low), partner.owed(reader), len(queries.due(reader))

    lines, owed, due = await house(request).db.read(load)
    kinds = [("", spoken.text(_("Tout"))), *((key, spoken.text(text)) for key, text in wording.KINDS.items())]
    tabs = [(f"/fablab/stock?sorte={key}", text, key == kind and not is_low) for key, text in kinds]
    tabs.append(("/fablab/stock?racheter=1", spoken.text(_("À racheter")), is_low))
    error = spoken.text(wording.ERRORS[owed.last_error]) if owed.last_error in wording.ERRORS else ""
    return page(
        request,
        "stock/list.html",
        422 if problem else 200,
        lines=lines,
        tabs=tabs,
        is_low=is_low,
        csv=f"/fablab/stock/stock.csv?sorte={kind if kind in wording.KINDS else ''}&racheter={'1' if is_low else ''}",
        due=due,
        has_partner=bool(settings.stock.spoolman_url),
        owed=owed,
        owed_error=error,
        problem=problem,
        done=done_text(request, wording.DONE),
    )


def _typed(one: MaterialNow, spoken: Words) -> dict[str, str]:
    def text(value: float | None, digits: int = 2) -> str:
        return "" if value is None else spoken.number(value, digits)

    return {
        "kind": one.kind,
        "type": one.type,
        "name": one.name,
        "colour": one.colour,
        "colour_hex": one.colour_hex,
        "density": text(one.density),
        "diameter_mm": text(one.diameter_mm),
        "price": text(None if one.price_cents is None else one.price_cents / 100),
        "threshold": text(rules.shown(one.kind, one.threshold), 0),
        "is_free_to_take": "1" if one.is_free_to_take else "",
        "is_active": "1" if one.is_active else "",
    }


async def _form(
    request: AnyRequest,
    material_id: int | None,
    typed: dict[str, str] | None,
    errors: dict[str, str] | None = None,
    delivered: dict[str, str] | None = None,
) -> Response[bytes]:
    spoken = words(request)

    def load(reader: Reader) -> tuple[MaterialNow | None, MaterialLine | None]:
        if material_id is None:
            return None, None
        one = queries.material(reader, material_id)
        return one, Stock(reader).line(one, spoken)

    one, line = await house(request).db.read(load)
    fields = typed if typed is not None else _typed(one, spoken) if one else {}
    kinds = [Choice(key, spoken.text(text), fields.get("kind") == key) for key, text in wording.KINDS.items()]
    kind = one.kind if one else fields.get("kind", "filament")
    unit = wording.unit_of(kind if kind in wording.KINDS else "filament")
    return page(
        request,
        "stock/material.html",
        422 if errors else 200,
        line=line,
        typed=fields,
        delivered=delivered or {"count": "1"},
        errors=errors or {},
        labels={name: spoken.text(text) for name, text in LABELS.items()},
        kinds=kinds,
        is_area=unit == "cm2",
        is_mass=unit == "g",
        unit_text=spoken.text(wording.UNITS[unit]),
        done=done_text(request, wording.DONE),
    )
