"""The form of a resource: what it is, what it has, its rules, what it is made of."""

from collections.abc import Mapping

from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.editors.fields import Field, FormPage, Given, Group
from tierslieu.reservations.editors.forms import PARTS_SHOWN
from tierslieu.reservations.editors.screens import HOME
from tierslieu.venue.facts import EQUIPMENT
from tierslieu.venue.map import ResourceFacts, VenueMap
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue
from tierslieu.venue.wording import EQUIPMENT as EQUIPMENT_WORDS
from tierslieu.venue.wording import KINDS, NOISES

YEAR = 366 * 1440
MINUTES = _("en minutes")
USUAL: Mapping[str, object] = {
    "kind": "room", "capacity": 1, "min_people": 1, "is_bookable": True, "is_listed": False, "holds_requests": True,
    "grid_minutes": 30, "min_minutes": 30, "max_minutes": 480, "notice_minutes": 0, "horizon_days": 90,
    "buffer_before": 0, "buffer_after": 0, "cancel_minutes": 60, "move_minutes": -1, "one_at_a_time": 1,
    "grace_minutes": 15, "position": 500, "count": 1, "pick": "all",
}  # fmt: skip
AT_ONCE = {
    "0": _("Peut avoir autre chose en même temps"),
    "1": _("Pas deux fois la même sorte"),
    "2": _("Rien d’autre en même temps"),
}
PICKS = {"all": _("Toutes ensemble"), "one": _("Une au choix")}


def resource_form(
    reader: Reader, spoken: Words, key: str, typed: Mapping[str, str] | None, space: str = ""
) -> FormPage:
    """The form of a resource, of a new one without `key`. Raises NotFound."""
    here = venue(reader)
    one = here.resource(key) if key else None
    stored = {**USUAL, "space": space} if one is None else _stored(reader, here, one)
    given = Given(spoken, typed, stored)
    groups = [
        Group("about", spoken.text(_("Ce que c’est")), _about(given, here, one)),
        Group("equipment", spoken.text(_("Équipement")), _equipment(given)),
        Group("rules", spoken.text(_("Règles")), _rules(given, here)),
        Group("units", spoken.text(_("De quoi c’est fait")), _made_of(given, here, one)),
    ]
    path = f"{HOME}/ressources/{key}"
    links = [(f"{path}/horaires", spoken.text(_("Horaires et absences"))), (f"{path}/photos", spoken.text(_("Photos")))]
    if one is None:
        return FormPage(spoken.text(_("Nouvelle ressource")), f"{HOME}/ressources/nouvelle", HOME, groups)
    back = HOME if one.retired_at else f"/ressources/{key}"
    return FormPage(one.name, path, back, groups, links, key, bool(one.retired_at))


def _stored(reader: Reader, here: VenueMap, one: ResourceFacts) -> dict[str, object]:
    portrait = portraits(reader).resource(one.key)
    found: dict[str, object] = {name: getattr(one, name) for name in one.__struct_fields__}
    found |= {"description": portrait.description, "instructions": portrait.instructions, "position": portrait.position}
    found |= {f"e_{tag}": True for tag in one.equipment if tag in EQUIPMENT}
    found["others"] = ", ".join(tag for tag in one.equipment if tag not in EQUIPMENT)
    found["hourly_cents"] = f"{one.hourly_cents / 100:.2f}".replace(".", ",")
    found["count"] = len(one.units)
    found |= {f"m_{member}": True for member in members_of(here, one)}
    for number, (part, count) in enumerate(one.parts, start=1):
        found |= {f"part{number}": part, f"count{number}": count}
    return found


def members_of(here: VenueMap, one: ResourceFacts) -> list[str]:
    """The keys of the single resources whose units a resource is made of; none when the units are its own."""
    singles = [here.units[unit] for unit in one.units if unit in here.units]
    return [single.key for single in singles if single.id != one.id] if not one.parts else []


def _about(given: Given, here: VenueMap, one: ResourceFacts | None) -> list[Field]:
    fields = [
        given.line("name", _("Nom"), required=True),
        given.number("capacity", _("Personnes au plus"), (1, 100_000)),
        given.number("min_people", _("Personnes au moins"), (1, 100_000)),
        given.line("details", _("En une ligne, pour les listes")),
        given.area("description", _("Description")),
        given.area("instructions", _("Consignes pour qui a réservé"), hint=_("Où est la clé, comment ranger…")),
        given.number("position", _("Rang dans les listes"), (0, 100_000)),
    ]
    if one is not None:
        return fields
    spaces = [(space.key, space.name) for space in here.spaces.values()]
    hint = _("Lettres simples, chiffres et tirets. Il ne change plus.")
    return [
        given.line("key", _("Nom court"), 40, hint, required=True),
        given.select("space", _("Espace"), spaces),
        given.select("kind", _("Sorte"), KINDS.items()),
        *fields,
    ]


def _equipment(given: Given) -> list[Field]:
    known = sorted((given.check(f"e_{tag}", EQUIPMENT_WORDS[tag]) for tag in EQUIPMENT), key=lambda one: one.label)
    return [*known, given.line("others", _("Autre équipement"), 500, _("Séparé par des virgules"))]


def _rules(given: Given, here: VenueMap) -> list[Field]:
    staff = [(one.key, one.name) for one in here.resources if one.kind == "staff_time" and not one.retired_at]
    return [
        given.check("is_bookable", _("Se réserve")),
        given.check("is_listed", _("Montré sur la page Réserver")),
        given.check("needs_approval", _("L’équipe lit chaque demande")),
        given.check("holds_requests", _("Une demande garde l’horaire en attendant")),
        given.number("grid_minutes", _("Pas des horaires"), (1, 1440), MINUTES),
        given.number("min_minutes", _("Durée la plus courte"), (1, YEAR), MINUTES),
        given.number("max_minutes", _("Durée la plus longue"), (1, YEAR), MINUTES),
        given.number("notice_minutes", _("Au moins, avant le début"), (0, YEAR), MINUTES),
        given.number("horizon_days", _("Au plus tôt, à l’avance"), (0, 1000), _("en jours")),
        given.number("cancel_minutes", _("Annulation jusqu’à, avant le début"), (0, YEAR), MINUTES),
        given.number("move_minutes", _("Déplacement jusqu’à"), (-1, YEAR), _("en minutes ; -1 : comme l’annulation")),
        given.number("buffer_before", _("Préparation avant"), (0, 1440), MINUTES),
        given.number("buffer_after", _("Rangement après"), (0, 1440), MINUTES),
        given.number("grace_minutes", _("Libéré sans arrivée après"), (0, 1440), _("en minutes ; 0 : jamais")),
        given.line("hourly_cents", _("Prix d’une heure, en euros"), 12),
        given.select("one_at_a_time", _("Une personne"), AT_ONCE.items()),
        given.select("noise", _("Bruit"), NOISES.items()),
        given.select(
            "referent", _("Seulement quand cette personne est là"), [("", _("Personne en particulier")), *staff]
        ),
    ]


def _made_of(given: Given, here: VenueMap, one: ResourceFacts | None) -> list[Field]:
    """A resource that is there keeps its sort: composed, made of others' units, or of its own."""
    if one is None:
        pick = given.select("pick", _("Ces unités"), PICKS.items())
        return [*_own(given), pick, *_members(given, here, None), *_parts(given, here)]
    if one.parts:
        return _parts(given, here)
    return _members(given, here, one) if members_of(here, one) else _own(given)


def _own(given: Given) -> list[Field]:
    return [given.number("count", _("Unités semblables"), (1, 200), _("Par exemple 6 places d’établi"))]


def _members(given: Given, here: VenueMap, one: ResourceFacts | None) -> list[Field]:
    kept = {*one.units} if one else set()
    return [
        given.check(f"m_{single.key}", single.name)
        for unit, single in here.units.items()
        if (one is None or single.space.id == one.space.id) and (not single.retired_at or unit in kept)
    ]


def _parts(given: Given, here: VenueMap) -> list[Field]:
    whole = [(other.key, other.name) for other in here.resources if not other.parts and not other.retired_at]
    found: list[Field] = []
    for number in range(1, PARTS_SHOWN + 1):
        label = given.spoken.text("Composé de ({number})", number=number)
        found.append(given.select(f"part{number}", label, [("", _("Rien")), *whole]))
        count = given.spoken.text("Combien ({number})", number=number)
        found.append(given.number(f"count{number}", count, (1, 100), required=False))
    return found
