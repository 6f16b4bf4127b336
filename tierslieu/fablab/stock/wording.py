"""The words of materials: kinds, movements, amounts. Stable codes in, sentences to translate out."""

from collections.abc import Mapping
from typing import Final

from tierslieu.fablab.stock import rules
from tierslieu.http.words import Words, _

KINDS: Final[Mapping[str, str]] = {
    "filament": _("Filament"),
    "resin": _("Résine"),
    "sheet": _("Plaque"),
    "vinyl": _("Vinyle"),
    "other": _("Pièces et divers"),
}
REASONS: Final[Mapping[str, str]] = {
    "delivery": _("Livraison"),
    "use": _("Travail"),
    "weighing": _("Pesée"),
    "sale": _("Vente"),
    "taken_back": _("Rendu"),
    "loss": _("Perte"),
    "inventory": _("Inventaire"),
    "cut": _("Découpe"),
    "offcut": _("Chute"),
    "repair": _("Réparation"),
}
SOURCES: Final[Mapping[str, str]] = {
    "machine": _("mesuré par la machine"),
    "slicer": _("selon le trancheur"),
}
SALES: Final[Mapping[str, str]] = {
    "due": _("À régler"),
    "settled": _("Réglé"),
    "waived": _("Rien à payer"),
}
PRICES: Final[Mapping[str, str]] = {
    "g": _("{price} le kilo"),
    "cm2": _("{price} le mètre carré"),
    "piece": _("{price} la pièce"),
}
UNITS: Final[Mapping[str, str]] = {"g": _("grammes"), "cm2": _("centimètres carrés"), "piece": _("pièces")}
ERRORS: Final[Mapping[str, str]] = {
    "partner_no_answer": _("Spoolman ne répond pas."),
    "partner_unknown_spool": _("Spoolman ne connaît plus une bobine."),
    "partner_refused": _("Spoolman a refusé une consommation."),
    "partner_not_understood": _("La réponse de Spoolman ne se lit pas."),
}
DONE: Final[Mapping[str, str]] = {
    "saved": _("C’est enregistré."),
    "delivered": _("La livraison est dans le stock. Imprimez les étiquettes."),
    "loaded": _("C’est noté : la machine connaît sa matière."),
    "unloaded": _("C’est noté : plus rien sur la machine."),
    "weighed": _("La pesée est enregistrée."),
    "finished": _("C’est noté : il n’en reste plus."),
    "sold": _("La vente est notée."),
    "taken": _("C’est noté. Vous réglez à l’accueil, quand vous voulez."),
    "closed": _("C’est noté."),
    "imported": _("Les bobines de Spoolman sont reprises."),
}


def unit_of(kind: str) -> str:
    """The code of the unit in which a kind is typed."""
    return rules.MEASURES[kind].unit


def amount(words: Words, kind: str, stored: int) -> str:
    """« 640 g », « 2,6 kg », « 0,18 m² », « 3 pièces »."""
    measure = rules.MEASURES[kind]
    if measure == rules.MASS:
        grams = stored / measure.in_unit
        return (
            f"{words.number(grams / 1000, 2)}\u00a0kg" if abs(grams) >= 10_000 else f"{words.number(grams, 0)}\u00a0g"
        )
    if measure == rules.AREA:
        square = stored / measure.in_price
        return f"{words.number(square, 2)}\u00a0m²" if abs(square) >= 0.1 else f"{round(stored / 100)}\u00a0cm²"
    return words.plural("{count} pièce", "{count} pièces", stored)


def price(words: Words, kind: str, cents: int | None) -> str:
    """« 22,50 € le kilo »; a price nobody set is said to be unknown."""
    if cents is None:
        return words.text(_("prix inconnu"))
    return words.text(PRICES[unit_of(kind)], price=words.money(cents))
