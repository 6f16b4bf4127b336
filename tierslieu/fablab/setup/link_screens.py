"""What the page of a machine's link shows: what it needs, what became of the try, who was never heard."""

from collections.abc import Mapping

import msgspec

from devices.descriptions import DESCRIPTIONS, FieldDescription
from tierslieu.fablab import queries as machines
from tierslieu.fablab.rules import MachineNow
from tierslieu.fablab.setup import queries, trying, wording
from tierslieu.fablab.setup.queries import StoredLink
from tierslieu.fablab.setup.schemas import Found
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader


class LinkField(msgspec.Struct, frozen=True):
    """One field of an adapter, to be typed. A secret that is kept is never shown again."""

    name: str
    label: str
    value: str
    hint: str
    kind: str
    is_secret: bool
    required: bool
    choices: list[Choice]


class TryLine(msgspec.Struct, frozen=True):
    """What became of one try: who was tried, a sentence, and what answered."""

    title: str
    text: str
    note: str
    is_ok: bool
    found: list[tuple[str, str]]


class LinkPage(msgspec.Struct, frozen=True):
    """How one machine is reached: the adapter, what it needs, the meter, where it runs, the last try.

    `tries` are what became of it, the machine's first, then its meter's. `may_keep`: what was typed may be saved though
    nobody answered. `unheard`: who was never heard since the link was saved, as sentences.
    """

    key: str
    name: str
    adapters: list[Choice]
    adapter: str
    fields: list[LinkField]
    meters: list[Choice]
    meter: str
    meter_fields: list[LinkField]
    agents: list[Choice]
    is_linked: bool
    tries: list[TryLine]
    is_ok: bool
    may_keep: bool
    is_elsewhere: bool
    unheard: list[str]

    @property
    def labels(self) -> dict[str, str]:
        return {one.name: one.label for one in (*self.fields, *self.meter_fields)}


def link_page(
    reader: Reader, spoken: Words, key: str, typed: Mapping[str, str] | None = None, tried: Found | None = None
) -> LinkPage:
    """The form of a machine's link, as it is stored or as it was just typed. Raises NotFound."""
    machine = machines.machine(reader, key)
    stored = queries.link(reader, machine)
    kinds = queries.fitting(machine)
    adapter = typed.get("adapter", "") if typed is not None else stored.adapter if stored else ""
    meter = typed.get("meter", "") if typed is not None else stored.meter if stored else ""
    agent = typed.get("agent", "") if typed is not None else stored.agent if stored else ""
    own, beside = (stored.way, stored.meter_way) if stored else (None, None)
    found = tried or (stored.probe if stored else None)
    return LinkPage(
        machine.key,
        machine.name,
        _kinds(spoken, kinds, adapter, _("Choisir…")),
        adapter,
        _fields(spoken, adapter, "a_", typed, own.settings if own and own.kind == adapter else {}),
        _kinds(spoken, [one for one in queries.meters() if one != adapter], meter, _("Aucune")),
        meter,
        _fields(spoken, meter, "m_", typed, beside.settings if beside and beside.kind == meter else {}),
        [
            Choice("", spoken.text(_("Cet ordinateur")), not agent),
            *(Choice(one.key, one.name, one.key == agent) for one in queries.agents(reader)),
        ],
        stored is not None,
        _tries(spoken, found) if found else [],
        tried is None or trying.is_answered(tried),
        tried is not None and trying.may_be_kept(tried),
        bool(agent),
        _unheard(reader, spoken, machine, stored) if stored and typed is None else [],
    )


def _tries(spoken: Words, found: Found) -> list[TryLine]:
    titles = (_("La machine"), _("La prise"))
    return [_try(spoken, spoken.text(title), one) for title, one in zip(titles, found.parts, strict=False)]


def _try(spoken: Words, title: str, found: Found) -> TryLine:
    text = spoken.text(wording.TRIES.get(found.code, wording.TRIES["no_answer"]))
    note = spoken.text(wording.NOTES[found.note]) if found.note in wording.NOTES else ""
    return TryLine(title, text, note, found.code == "ok", _found(spoken, found))


def _unheard(reader: Reader, spoken: Words, machine: MachineNow, stored: StoredLink) -> list[str]:
    found = []
    if not was_heard(machine, stored):
        found.append(spoken.text(_("La machine n’a jamais été entendue par cette liaison.")))
    if not was_meter_heard(reader, stored):
        found.append(spoken.text(_("La prise n’a jamais été entendue par cette liaison.")))
    return found


def was_heard(machine: MachineNow, stored: StoredLink) -> bool:
    """Whether the machine itself answered since it is reached this way. The program that looks for it is another."""
    if stored.code == "ok" or machine.measured_at >= stored.tried_at:
        return True
    return machine.last_message_at >= stored.tried_at and machine.state not in ("", "offline", "unknown")


def was_meter_heard(reader: Reader, stored: StoredLink) -> bool:
    """The same of the plug beside it; true where there is none."""
    tried = stored.probe.meter
    if not stored.meter or (tried is not None and tried.code == "ok"):
        return True
    return queries.has_measured_power(reader, stored.machine_id, stored.tried_at)


def _kinds(spoken: Words, kinds: list[str], chosen: str, none: str) -> list[Choice]:
    offered = [Choice(kind, DESCRIPTIONS[kind].title, kind == chosen) for kind in kinds]
    return [Choice("", spoken.text(none), not chosen), *offered]


def _fields(
    spoken: Words, kind: str, prefix: str, typed: Mapping[str, str] | None, kept: Mapping[str, str]
) -> list[LinkField]:
    if kind not in DESCRIPTIONS:
        return []
    return [_field(spoken, one, prefix, typed, kept) for one in DESCRIPTIONS[kind].fields]


def _field(
    spoken: Words, one: FieldDescription, prefix: str, typed: Mapping[str, str] | None, kept: Mapping[str, str]
) -> LinkField:
    name = prefix + one.name
    usual = "" if kept or one.is_required else one.usual  # what is required differs everywhere: an example, no more
    value = "" if one.is_secret else (typed or {}).get(name, kept.get(one.name, usual))
    hint = spoken.text(wording.HELPS[one.help]) if one.help in wording.HELPS else ""
    if not hint and one.is_required and one.usual:
        hint = spoken.text(_("Comme {example}"), example=one.usual)
    if one.is_secret and kept.get(one.name):
        hint = f"{hint} {spoken.text(_('Vide : celui qui est gardé reste, pour la même adresse.'))}".strip()
    choices = [
        Choice(word, spoken.text(wording.CHOICES.get(word, word)), word == (value or one.usual)) for word in one.choices
    ]
    label = spoken.text(wording.LABELS.get(one.label, one.label))
    return LinkField(
        name, label, value, hint, one.kind, one.is_secret, one.is_required and not kept.get(one.name), choices
    )


def _found(spoken: Words, found: Found) -> list[tuple[str, str]]:
    shown = [(_("Nom"), found.name), (_("Modèle"), found.model), (_("Logiciel"), found.software)]
    if found.build_mm:
        shown.append((_("Volume"), " × ".join(str(one) for one in found.build_mm) + " mm"))
    if found.nozzle_mm:
        shown.append((_("Buse"), f"{spoken.number(found.nozzle_mm)} mm"))
    if found.power_w is not None:
        shown.append((_("Puissance mesurée"), f"{spoken.number(found.power_w)} W"))
    if found.energy_wh is not None:
        shown.append((_("Énergie comptée"), f"{spoken.number(found.energy_wh / 1000, 2)} kWh"))
    return [(spoken.text(label), text) for label, text in shown if text]
