"""Materials as pages and programs show them: texts ready to show."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.ids import show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.fablab.stock import alerts, queries, rules, wording
from tierslieu.fablab.stock.actions import KEEP, SEE
from tierslieu.fablab.stock.loading import LOADABLE
from tierslieu.fablab.stock.queries import ItemNow, MaterialNow
from tierslieu.fablab.stock.schemas import ItemView, MaterialView
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader


class ItemLine(msgspec.Struct, frozen=True):
    """An item in a list. `look` and `state_text` are its chip."""

    number: int
    code: str
    name: str
    left: str
    where: str
    look: str
    state_text: str


class MaterialLine(msgspec.Struct, frozen=True):
    """A material in the list, with its items. `look` and `state_text` are its chip."""

    id: str
    name: str
    kind_text: str
    colour: str
    swatch: str
    on_hand: str
    promised: str
    threshold: str
    to_buy: str
    price: str
    look: str
    state_text: str
    items: list[ItemLine]


class ItemPage(msgspec.Struct, frozen=True):
    """The page of one item. `acts`: what the one who looks may do with it now."""

    number: int
    code: str
    name: str
    unit_text: str
    facts: list[tuple[str, str]]
    swatch: str
    look: str
    state_text: str
    acts: list[str]
    machines: list[Choice]
    tools: list[Choice]
    log: list[tuple[str, str, str, str]]
    needs_empty: bool
    location: str
    lot: str


class Stock:
    """All that is there, in one view of the database."""

    def __init__(self, reader: Reader) -> None:
        self.materials = queries.materials(reader)
        self.items = queries.items(reader)
        self.on_hand = alerts.sums(self.items)
        self.promised: Mapping[int, int] = alerts.promised(self.materials, self.items, fablab.waiting(reader))
        self.machines: Mapping[int, MachineNow] = {one.id: one for one in fablab.machines(reader)}

    def is_low(self, one: MaterialNow) -> bool:
        """True when too little is left."""
        return bool(one.is_active) and rules.is_low(
            self.on_hand.get(one.id, 0), self.promised.get(one.id, 0), one.threshold
        )

    def items_of(self, one: MaterialNow) -> list[ItemNow]:
        """The items of a material that are not finished."""
        return [item for item in self.items if item.material_id == one.id]

    def line(self, one: MaterialNow, words: Words) -> MaterialLine:
        """A material in words."""
        on_hand, promised = self.on_hand.get(one.id, 0), self.promised.get(one.id, 0)
        items = self.items_of(one)
        look, text = ("fault", _("À racheter")) if self.is_low(one) else ("free", _("Assez"))
        if not one.is_active:
            look, text = "taken", _("Plus suivi")
        elif any(item.needs_weighing for item in items):
            look, text = ("soon", _("À peser")) if look == "free" else (look, text)
        missing = max(0, 2 * one.threshold + promised - on_hand)
        return MaterialLine(
            show(one.id),
            one.name,
            words.text(wording.KINDS[one.kind]),
            one.colour,
            one.colour_hex,
            wording.amount(words, one.kind, on_hand),
            wording.amount(words, one.kind, promised) if promised else "",
            wording.amount(words, one.kind, one.threshold) if one.threshold else "",
            wording.amount(words, one.kind, missing) if self.is_low(one) else "",
            wording.price(words, one.kind, one.price_cents),
            look,
            words.text(text),
            [item_line(item, self.machines, words) for item in items],
        )

    def view(self, one: MaterialNow) -> MaterialView:
        """A material for programs."""
        return MaterialView(
            show(one.id),
            one.kind,
            one.type,
            one.name,
            one.colour,
            wording.unit_of(one.kind),
            one.price_cents,
            rules.shown(one.kind, self.on_hand.get(one.id, 0)),
            rules.shown(one.kind, self.promised.get(one.id, 0)),
            rules.shown(one.kind, one.threshold),
            self.is_low(one),
            bool(one.is_active),
            len(self.items_of(one)),
        )


def _state(one: ItemNow) -> tuple[str, str]:
    if one.finished_at is not None:
        return "taken", _("Finie")
    if one.needs_weighing:
        return "soon", _("À peser")
    if one.machine_id is not None:
        return "running", _("Sur une machine")
    return ("free", _("Entamée")) if one.opened_at else ("free", _("Neuve"))


def item_line(one: ItemNow, machines: Mapping[int, MachineNow], words: Words) -> ItemLine:
    """An item in words."""
    look, text = _state(one)
    machine = machines.get(one.machine_id or 0)
    left = wording.amount(words, one.kind, one.remaining)
    return ItemLine(
        one.number,
        rules.number_text(one.number),
        one.name,
        words.text(_("environ {amount}"), amount=left) if one.needs_weighing else left,
        machine.name if machine else one.location,
        look,
        words.text(text),
    )


def item_view(one: ItemNow, machines: Mapping[int, MachineNow]) -> ItemView:
    """An item for programs."""
    machine = machines.get(one.machine_id or 0)
    return ItemView(
        one.number,
        rules.number_text(one.number),
        one.name,
        one.kind,
        one.type,
        one.colour,
        wording.unit_of(one.kind),
        rules.shown(one.kind, one.remaining),
        bool(one.needs_weighing),
        one.location,
        one.lot,
        machine.key if machine else None,
        one.tool if machine else None,
        one.width_mm,
        one.height_mm,
        None if one.opened_at is None else datetime.fromtimestamp(one.opened_at, UTC),
        one.finished_at is not None,
    )


def item_page(reader: Reader, number: int, who: Actor, words: Words) -> ItemPage:
    """All that the page of one item shows to the one who looks. Raises NotFound."""
    one = queries.item(reader, number)
    machines = {machine.id: machine for machine in fablab.machines(reader)}
    runs = [machine for machine in machines.values() if who.may(RUN, *places(machine))]
    sees = who.may(SEE)
    look, text = _state(one)
    chosen = machines.get(one.machine_id or 0)
    return ItemPage(
        number,
        rules.number_text(number),
        one.name,
        words.text(wording.UNITS[wording.unit_of(one.kind)]),
        _facts(one, chosen, words),
        one.colour_hex,
        look,
        words.text(text),
        _acts(one, who, is_runner=bool(runs)),
        [Choice(machine.key, machine.name, machine.id == one.machine_id) for machine in runs],
        [Choice(str(tool), str(tool + 1), tool == (one.tool or 0)) for tool in range(5)],
        [_logged(move, one.kind, words) for move in queries.moves(reader, one.id)] if sees else [],
        one.empty_mg is None,
        one.location,
        one.lot,
    )


def _acts(one: ItemNow, who: Actor, *, is_runner: bool) -> list[str]:
    if one.finished_at is not None:
        return []
    found = []
    measure = rules.MEASURES[one.kind]
    if is_runner and one.kind in LOADABLE:
        found += ["load", *(["unload"] if one.machine_id is not None else [])]
    if who.may(SEE):
        found += ["weigh"] if measure == rules.MASS else []
        found += ["cut"] if measure == rules.AREA and one.width_mm else []
        found += ["finish"]
    if who.may(KEEP):
        found += ["count", "loss", "place"]
    if who.may(SEE) and one.price_cents is not None and one.remaining:
        found.append("sell")
    if one.is_free_to_take and one.price_cents is not None and who.person_id is not None and one.remaining:
        found.append("take")
    return found


def _facts(one: ItemNow, machine: MachineNow | None, words: Words) -> list[tuple[str, str]]:
    left = wording.amount(words, one.kind, one.remaining)
    found = [
        (words.text(_("Sorte")), ", ".join(part for part in (words.text(wording.KINDS[one.kind]), one.type) if part)),
        (words.text(_("Reste")), words.text(_("environ {amount}"), amount=left) if one.needs_weighing else left),
        (words.text(_("Prix")), wording.price(words, one.kind, one.price_cents)),
    ]
    if one.colour:
        found.insert(1, (words.text(_("Couleur")), one.colour))
    if one.width_mm and one.height_mm:
        found.append((words.text(_("Côtés")), f"{one.width_mm} × {one.height_mm}\u00a0mm"))
    if machine is not None:
        tool = words.text(_("outil {number}"), number=(one.tool or 0) + 1)
        found.append((words.text(_("Machine")), f"{machine.name}, {tool}"))
    if one.location:
        found.append((words.text(_("Rangement")), one.location))
    if one.lot:
        found.append((words.text(_("Lot")), one.lot))
    if one.empty_mg is not None:
        found.append((words.text(_("Bobine vide")), wording.amount(words, "filament", one.empty_mg)))
    return found


def _logged(move: queries.Move, kind: str, words: Words) -> tuple[str, str, str, str]:
    sign = "+" if move.amount >= 0 else "−"
    job = move.about if move.reason == "use" else ""
    source = words.text(wording.SOURCES[move.source]) if move.source in wording.SOURCES else ""
    return (
        f"{words.day(move.at, 'short')} {words.clock(move.at)}",
        words.text(wording.REASONS[move.reason]),
        f"{sign}{wording.amount(words, kind, abs(move.amount))}",
        ", ".join(part for part in (job, source) if part),
    )
