"""Words of zones and of decisions, for staff."""

from collections.abc import Mapping
from typing import Final

from devices.badges.decide import Rule
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.memberships.plans.queries import offered
from tierslieu.people.qualifications.queries import skills
from tierslieu.people.roles.wording import LABELS

DONE: Final[Mapping[str, str]] = {
    "saved": _("Zone enregistrée. Les bornes et les portes suivent ces règles dès maintenant."),
    "retired": _("Zone retirée. Ce qui y a été noté reste."),
}
PASSBACK: Final[Mapping[str, str]] = {
    "off": _("Ne rien faire"),
    "soft": _("Laisser entrer et le signaler à l’équipe"),
    "timed": _("Refuser un moment, puis laisser entrer et le signaler"),
    "hard": _("Refuser jusqu’à la sortie"),
}
WHO: Final[Mapping[str, str]] = {
    "anyone": _("Toute personne qui a un badge"),
    "reservation": _("Qui a une réservation ici, maintenant"),
}
WHO_OF: Final[Mapping[str, str]] = {
    "role": _("Rôle : {name}"),
    "plan": _("Formule : {name}"),
    "qualification": _("Habilitation : {name}"),
}
WHEN: Final[Mapping[str, str]] = {
    "open": _("pendant l’ouverture"),
    "staffed": _("quand l’équipe est là"),
    "always": _("à toute heure"),
}
PIN: Final[Mapping[str, str]] = {
    "never": _("sans code"),
    "unstaffed": _("avec un code quand l’équipe n’est pas là"),
    "always": _("avec un code, toujours"),
}
REASONS: Final[Mapping[str, str]] = {
    "entered": _("Cette personne entre."),
    "inside": _("Cette personne entre ; elle est déjà comptée à l’intérieur."),
    "released": _("Cette personne passe : pendant une alarme, les portes s’ouvrent à tout badge."),
    "badge_revoked": _("Refusé : cette personne n’est plus active ici."),
    "badge_expired": _("Refusé : son badge n’est plus valable."),
    "badge_not_yet": _("Refusé : son badge n’est pas encore valable."),
    "closed": _("Refusé : la zone est fermée à ce moment."),
    "not_allowed": _("Refusé : aucune règle de la zone ne la laisse entrer à ce moment."),
    "too_early": _("Refusé : sa réservation n’a pas encore commencé."),
    "pin_needed": _("Son code lui est demandé, car personne de l’équipe n’est là ou la règle le veut toujours."),
    "passback": _("Refusé : elle est déjà comptée à l’intérieur, et n’est pas sortie."),
    "passback_wait": _("Refusé : son badge vient de servir à entrer."),
    "full": _("Refusé : toutes les places sont prises."),
}
FLAGS: Final[Mapping[str, str]] = {
    "passback": _("Entrée sans être sorti avant"),
    "twice": _("Même badge à deux endroits au même moment : copie ou prêt possible"),
    "doubted": _("Badge mis en doute, noté sans son code par une borne hors ligne"),
    "number": _("Numéro tapé, sans la carte"),
    "conflict": _("Laissé passer sans réseau, alors que le service aurait refusé (ou l’inverse)"),
    "over_capacity": _("Entrée au-delà des places"),
    "near_capacity": _("Presque plein"),
    "late": _("Passage reçu plus tard"),
    "clock": _("L’horloge de l’appareil était fausse"),
    "exit_without_entry": _("Sortie sans entrée notée"),
    "unknown_exit": _("Sortie d’un badge inconnu"),
    "alarm": _("Pendant une alarme"),
}


def who_choices(reader: Reader, spoken: Words) -> list[tuple[str, str]]:
    """Everybody a rule can name, as (value, label): "role:receptionist"."""
    plain = [(who, spoken.text(text)) for who, text in WHO.items()]
    roles = [(f"role:{key}", LABELS[key]) for key in LABELS]
    plans = [(f"plan:{one.terms.key}", one.terms.name) for one in offered(reader, reader.now)]
    known = [(f"qualification:{one.key}", one.name) for one in skills(reader).values() if one.is_active]
    named = [(value, spoken.text(WHO_OF[value.partition(":")[0]], name=spoken.text(name))) for value, name in roles]
    other = [(value, spoken.text(WHO_OF[value.partition(":")[0]], name=name)) for value, name in (*plans, *known)]
    return [*plain, *named, *other]


def rule_text(spoken: Words, rule: Rule, names: Mapping[str, str]) -> str:
    """A rule in plain words."""
    who = names.get(who_value(rule), rule.value or rule.who)
    return spoken.text(
        _("{who}, {moment}, {pin}"), who=who, moment=spoken.text(WHEN[rule.when]), pin=spoken.text(PIN[rule.pin])
    )


def who_value(rule: Rule) -> str:
    """How the form names whom a rule lets in."""
    return f"{rule.who}:{rule.value}" if rule.value else rule.who
