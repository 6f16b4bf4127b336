"""The page of choices: what can be chosen for a file, what it would cost and when it would be made."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.fablab import queries, sentences
from tierslieu.fablab import rules as machines
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.file_lines import file_lines
from tierslieu.fablab.files import facts as file_facts
from tierslieu.fablab.lines import flag_texts
from tierslieu.fablab.queries import StoredFile
from tierslieu.fablab.requests.limits import may_pass_limits
from tierslieu.fablab.requests.quoting import Quote
from tierslieu.fablab.requests.rules import kinds_for
from tierslieu.fablab.requests.wording import SERVICES, WHYS, cost_lines, passes, time_text, weight_text, when_text
from tierslieu.fablab.schemas import FileView
from tierslieu.fablab.stock.queries import items
from tierslieu.fablab.views import file_view, needs_team
from tierslieu.http.telling import Choice
from tierslieu.http.wording import reason_text
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import Acting, acted_for
from tierslieu.people.relations.queries import may_act_for

BETWEEN = "|"
OF_DRAWINGS, OF_MODELS = ("sheet", "vinyl", "other"), ("filament", "resin")


class PlateLine(msgspec.Struct, frozen=True):
    """A plate that can be chosen, what it takes, and its picture."""

    number: int
    name: str
    text: str
    picture: str
    is_chosen: bool


class Choosing(msgspec.Struct, frozen=True):
    """Everything the page shows beside what was typed."""

    id: str
    file: FileView
    lines: list[tuple[str, str]]
    flags: list[str]
    places: list[Choice]
    materials: list[Choice]
    services: list[Choice]
    acting: Acting | None
    is_by_team: bool
    may_pass: bool
    passes: list[Choice]
    plates: list[PlateLine]


class Told(msgspec.Struct, frozen=True):
    """A quote in words. `looked`: why staff look first, "" when it joins the queue at once."""

    cost: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    place: int | None
    when: str
    looked: str
    is_late: bool
    why: list[str]


def choosing(reader: Reader, who: Actor, file_id: int, spoken: Words, typed: dict[str, str]) -> Choosing:
    """The page for a file of one's own, of who one acts for, or any for staff. Raises NotFound."""
    stored = queries.file(reader, file_id)
    if not who.may_everywhere(RUN) and not may_act_for(reader, who.person_id, stored.person_id, reader.now):
        raise NotFound("unknown_file")
    facts = file_facts.read(stored.facts)
    service = typed.get("service", "staff" if stored.format == "model" else "self")
    return Choosing(
        show(stored.id),
        file_view(stored),
        file_lines(stored, spoken),
        flag_texts(facts, spoken),
        places(reader, stored.format, spoken, typed.get("where", "")),
        materials(reader, stored, spoken, typed.get("material", facts.material or "")),
        [Choice(code, spoken.text(text), code == service) for code, text in SERVICES.items()],
        acted_for(reader, who, show(stored.person_id), RUN),
        needs_team(reader, stored.person_id),
        may_pass_limits(who),
        passes(spoken, typed.get("exception", "")),
        plates(stored, facts, spoken),
    )


def plates(stored: StoredFile, facts: file_facts.Facts, spoken: Words) -> list[PlateLine]:
    """The plates of a package that has several."""
    return [
        PlateLine(
            one.number,
            spoken.text(_("Plateau {number}"), number=one.number),
            _takes(one, spoken),
            f"/fablab/fichiers/{show(stored.id)}/plateaux/{one.number}/image" if one.has_picture else "",
            one.number == facts.plate,
        )
        for one in facts.plate_list
    ]


def _takes(plate: file_facts.Plate, spoken: Words) -> str:
    """What is told of it: how long, how much."""
    told = [time_text(spoken, plate.seconds)] if plate.seconds else []
    told += [weight_text(spoken, plate.g)] if plate.g else []
    return ", ".join(told)


def places(reader: Reader, format_: str, spoken: Words, chosen: str) -> list[Choice]:
    """Any machine of a kind first, then each of them; without those in maintenance."""
    able = [one for one in queries.machines(reader) if one.kind in kinds_for(format_) and one.status == "in_service"]
    found = []
    for kind in dict.fromkeys(one.kind for one in able):
        any_text = spoken.text(_("{kind} : la première libre"), kind=sentences.named(spoken, sentences.KINDS, kind))
        found.append(Choice(f"{kind}:", any_text, chosen == f"{kind}:"))
        for one in able:
            value = f"{kind}:{one.key}"
            if one.kind == kind:
                found.append(Choice(value, one.name + (f" ({one.material})" if one.material else ""), chosen == value))
    return found


def materials(reader: Reader, stored: StoredFile, spoken: Words, chosen: str) -> list[Choice]:
    """What the stock has, by type and colour; without a stock the usual materials."""
    kinds = OF_DRAWINGS if stored.format == "drawing" else OF_MODELS
    there = [one for one in items(reader) if one.kind in kinds and one.remaining > 0]
    pairs = sorted({(one.type, one.colour) for one in there})
    values = list(dict.fromkeys([*(_value(*pair) for pair in pairs), *(_value(type_, "") for type_, _c in pairs)]))
    usual = [name for name in machines.MATERIALS if name not in values] if stored.format != "drawing" else []
    known = [*sorted(values, key=str.casefold), *usual]
    if chosen and chosen not in known:
        known.append(chosen)
    first = Choice("", spoken.text(_("Au choix de l’équipe")), not chosen)
    return [first, *(Choice(one, _shown(one, spoken), one == chosen) for one in known)]


def _value(type_: str, colour: str) -> str:
    return f"{type_}{BETWEEN}{colour}" if colour else type_


def _shown(value: str, spoken: Words) -> str:
    type_, _sign, colour = value.partition(BETWEEN)
    return f"{type_}, {colour}" if colour else spoken.text(_("{material}, toute couleur"), material=type_)


def fields_of(form: dict[str, str]) -> dict[str, str]:
    """A form as the fields of a wish: one choice names kind and machine, another material and colour."""
    kind, _sep, machine = form.get("where", "").partition(":")
    material, _sign, colour = form.get("material", "").partition(BETWEEN)
    others: dict[str, str] = {
        name: form[name] for name in ("quantity", "note", "service", "deadline", "exception") if name in form
    }
    return {"kind": kind, "machine": machine, "material": material, "colour": colour, **others}


def told_quote(quote: Quote, spoken: Words, now: int) -> Told:
    """What would come of the wish, in words."""
    one, cost = quote.estimate, quote.estimate.cost
    parts = (cost.material_cents, cost.machine_cents, cost.energy_cents, cost.total_cents)
    facts = [
        (spoken.text(_("Matière utilisée")), weight_text(spoken, one.grams)),
        (spoken.text(_("Temps de machine")), time_text(spoken, one.seconds)),
    ]
    return Told(
        cost_lines(spoken, *parts, is_whole=cost.is_whole),
        facts,
        quote.when.place if quote.when and quote.when.place else None,
        when_text(spoken, quote.when, now),
        spoken.text(WHYS[quote.asked.why]) if quote.asked.why else "",
        quote.is_late,
        [reason_text(spoken, one) for one in quote.when.why] if quote.when and quote.when.starts_at is None else [],
    )
