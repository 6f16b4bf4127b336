"""What the pages of setting up show."""

from collections.abc import Mapping

import msgspec

from devices.descriptions import title_of
from tierslieu.basics.actor import Actor
from tierslieu.fablab import queries as machines
from tierslieu.fablab import sentences
from tierslieu.fablab.rules import MachineNow, link_of
from tierslieu.fablab.setup import queries, wording
from tierslieu.fablab.setup.actions import SET_UP
from tierslieu.fablab.setup.desk import HEARD_EVERY
from tierslieu.fablab.setup.link_screens import was_heard
from tierslieu.fablab.setup.queries import Account, StoredLink
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications.queries import skills
from tierslieu.reservations.editors.fields import FormPage, Given, Group
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue

LINKS_STATE = {
    "online": ("free", _("À l’écoute")),
    "stale": ("silent", _("Sans nouvelles")),
    "offline": ("silent", _("Injoignable")),
}
NOTHING = ("silent", _("Aucune liaison"))
NEVER = ("silent", _("Jamais entendue"))


class LinkLine(msgspec.Struct, frozen=True):
    """One machine in the list of links."""

    key: str
    name: str
    kind_text: str
    state: str
    state_text: str
    by: str


class AccountLine(msgspec.Struct, frozen=True):
    """One account on the bus that is no machine's: what it is, and for a board its machines and when it called."""

    key: str
    name: str
    kind_text: str
    machines: str
    is_board: bool
    heard: str


class LinksPage(msgspec.Struct, frozen=True):
    """Every machine and how it is reached; the other accounts, and the kinds one may add."""

    lines: list[LinkLine]
    accounts: list[AccountLine]
    kinds: list[Choice]


def links_page(reader: Reader, spoken: Words, heard: Mapping[str, int], kind: str = "agent") -> LinksPage:
    """All machines, and the other accounts. `heard` tells when each board called, `kind` is the one that was chosen."""
    stored = {one.machine_id: one for one in queries.links(reader)}
    others = queries.accounts(reader)
    names = {one.key: one.name for one in others}
    lines = [_line(reader, spoken, one, stored.get(one.id), names) for one in machines.machines(reader)]
    used = [(one.agent, one.name) for one in stored.values()]
    return LinksPage(
        lines,
        [
            AccountLine(
                one.key,
                one.name,
                spoken.text(wording.ACCOUNTS[one.kind]),
                ", ".join(name for agent, name in used if agent == one.key),
                one.kind == "agent",
                _called(spoken, one, heard.get(one.key, 0), reader.now),
            )
            for one in others
        ],
        [Choice(code, spoken.text(text), code == kind) for code, text in wording.ACCOUNTS.items()],
    )


def _called(spoken: Words, one: Account, heard_at: int, now: int) -> str:
    """When a board called, empty for never: what another one of the same name did before counts for nothing."""
    if heard_at < one.created_at:
        return ""
    if now - heard_at < 2 * HEARD_EVERY:  # it is noted so often only
        return spoken.text(_("À l’écoute"))
    return spoken.text(_("Entendu il y a {time}"), time=spoken.duration(now - heard_at))


def _line(
    reader: Reader, spoken: Words, machine: MachineNow, stored: StoredLink | None, names: Mapping[str, str]
) -> LinkLine:
    is_heard = machine.last_message_at > 0
    state, text = LINKS_STATE[link_of(machine, reader.now)] if stored or is_heard else NOTHING
    if stored and not was_heard(machine, stored):
        state, text = NEVER
    by = title_of(stored.adapter) if stored else ""
    if stored and stored.agent:
        by = f"{by}, {names.get(stored.agent, stored.agent)}"
    kind = sentences.named(spoken, sentences.KINDS, machine.kind)
    return LinkLine(machine.key, machine.name, kind, state, spoken.text(text), by)


def machine_form(reader: Reader, spoken: Words, key: str, typed: Mapping[str, str] | None) -> FormPage:
    """The form of a machine's facts, of a new one without `key`. Raises NotFound."""
    one = machines.machine(reader, key) if key else None
    given = Given(spoken, typed, _stored(one) if one else {"takes_queue": True})
    here = [("", _("Ne se réserve pas"))]
    here += [(res.key, res.name) for res in venue(reader).resources if not res.retired_at and len(res.units) == 1]
    sites = [(place.key, place.name) for place in portraits(reader).sites.values()]
    about = [
        *(
            []
            if one
            else [
                given.line(
                    "key", _("Clé courte, pour son code QR"), 32, _("Comme p3d-4. Elle ne change plus."), required=True
                )
            ]
        ),
        given.line("name", _("Nom"), 100, required=True),
        given.select("kind", _("Type"), sentences.KINDS.items()),
        given.line("model", _("Marque et modèle"), 100),
        given.select("site", _("Lieu"), sites),
        given.select("resource", _("Se réserve comme"), here),
        given.select(
            "qualification", _("Habilitation"), [("", _("Aucune")), *((s.key, s.name) for s in skills(reader).values())]
        ),
        given.area("notices", _("À savoir, une ligne par remarque"), 2000),
    ]
    limits = [
        given.line("build_x", _("Largeur utile, en mm"), 6),
        given.line("build_y", _("Profondeur utile, en mm"), 6),
        given.line("build_z", _("Hauteur utile, en mm"), 6),
        given.line("nozzle", _("Buse, en mm"), 5),
        given.line("max_tool", _("Température la plus haute de la buse"), 4),
        given.line("max_bed", _("Température la plus haute du plateau"), 4),
        given.select("firmware", _("Micrologiciel"), wording.FIRMWARES.items()),
    ]
    use = [
        given.check("takes_queue", _("Prend les travaux de la file")),
        given.line("price", _("Prix d’une heure, en euros"), 8),
    ]
    groups = [
        Group("about", spoken.text(_("Ce que c’est")), about),
        Group("limits", spoken.text(_("Ce qu’elle peut faire (vide : on ne sait pas)")), limits),
        Group("use", spoken.text(_("Usage")), use),
    ]
    if one is None:
        return FormPage(spoken.text(_("Nouvelle machine")), "/fablab/reglages/nouvelle", "/fablab/reglages", groups)
    links = [(f"/fablab/reglages/{key}/liaison", spoken.text(_("Liaison")))]
    return FormPage(one.name, f"/fablab/reglages/{key}", f"/fablab/machines/{key}", groups, links)


def _stored(one: MachineNow) -> dict[str, object]:
    notices = msgspec.json.decode(one.notices, type=list[str])
    price = f"{one.hourly_cents / 100:.2f}".replace(".", ",") if one.hourly_cents else ""
    nozzle = "" if one.nozzle_mm is None else f"{one.nozzle_mm:g}".replace(".", ",")
    return {
        **{name: getattr(one, name) for name in ("name", "kind", "model", "site", "qualification", "firmware")},
        **{name: getattr(one, name) for name in ("build_x", "build_y", "build_z")},
        "resource": one.resource_key,
        "max_tool": one.max_tool_c,
        "max_bed": one.max_bed_c,
        "takes_queue": bool(one.takes_queue),
        "price": price,
        "nozzle": nozzle,
        "notices": "\n".join(notices),
    }


class SetupPart(msgspec.Struct, frozen=True):
    """The way from a machine's page to its settings."""

    key: str
    by: str


def setup_part(reader: Reader, _spoken: Words, key: str, who: Actor) -> SetupPart | None:
    """For who sets machines up."""
    if not who.may(SET_UP):
        return None
    stored = queries.link(reader, machines.machine(reader, key))
    return SetupPart(key, title_of(stored.adapter) if stored else "")
