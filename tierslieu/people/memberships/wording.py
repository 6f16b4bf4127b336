"""The words for codes of memberships, plans, categories and credits."""

from tierslieu.http.words import Words, _

STATES = {
    "to_come": _("À venir"),
    "in_force": _("En cours"),
    "suspended": _("Suspendue"),
    "ended": _("Terminée"),
    "cancelled": _("Arrêtée"),
}
STATE_KINDS = {
    "to_come": ("soon", "clock"),
    "in_force": ("free", "check"),
    "suspended": ("paused", "pause"),
    "ended": ("taken", "calendar-days"),
    "cancelled": ("taken", "x"),
}
UNITS = {
    "free": _("sans frais, pour un an"),
    "day": _("la journée"),
    "half_day": _("la demi-journée"),
    "month": _("le mois"),
    "year": _("l’année"),
    "book": _("le carnet"),
}
ANCHORS = {
    "": _("À partir du jour d’inscription"),
    "01-01": _("Année ou mois civil (prix au prorata en cours de période)"),
    "09-01": _("Saison, du 1er septembre au 31 août (prix au prorata en cours de saison)"),
}
CREDIT_KINDS = {
    "half_day": _("Demi-journées"),
    "day": _("Journées"),
    "hour": _("Heures"),
    "print_minutes": _("Minutes d’impression"),
    "workshop": _("Séances d’atelier"),
    "euro": _("Avoir en euros"),
}
GIVE_REASONS = {
    "given": _("Offert"),
    "bought": _("Acheté"),
    "goodwill": _("Geste commercial"),
    "correction": _("Correction"),
}
SPEND_REASONS = {"used": _("Utilisé"), "correction": _("Correction")}
MOVE_REASONS = {
    **GIVE_REASONS,
    **SPEND_REASONS,
    "expired": _("Date dépassée"),
    "reversed": _("Annulation d’une ligne"),
    "reservation": _("Réservation"),
    "fabrication": _("Travail au FabLab"),
    "workshop": _("Atelier"),
}
FREE_REASONS = {
    "volunteer": _("Bénévole du lieu"),
    "partner": _("Partenaire du lieu"),
    "staff": _("Agent de la commune"),
    "hardship": _("Situation difficile"),
    "trial": _("Essai"),
}
SUSPEND_REASONS = {
    "asked": _("À la demande de la personne"),
    "absence": _("Longue absence"),
    "unpaid": _("Somme non payée"),
    "rules": _("Règlement non respecté"),
    "other": _("Autre raison"),
}
CANCEL_REASONS = {
    "asked": _("À la demande de la personne"),
    "moved": _("Départ de la commune"),
    "unpaid": _("Somme non payée"),
    "rules": _("Règlement non respecté"),
    "mistake": _("Erreur de saisie"),
    "other": _("Autre raison"),
}
HOWS = {
    "seen_proof_of_address": _("Justificatif de domicile vu"),
    "seen_student_card": _("Carte d’étudiant vue"),
    "seen_job_seeker_notice": _("Attestation de recherche d’emploi vue"),
    "seen_benefit_notice": _("Attestation de droits vue"),
    "seen_identity_document": _("Pièce d’identité vue"),
    "seen_association_papers": _("Papiers de l’association vus"),
    "seen_company_papers": _("Papiers de l’entreprise vus"),
    "declared": _("Déclaré par la personne"),
}


def amount_text(words: Words, kind: str, count: int) -> str:
    """« 7 demi-journées », « 12,50 € »."""
    if kind == "euro":
        return words.money(count) if count else words.text("0 €")
    texts = {
        "half_day": words.plural("{count} demi-journée", "{count} demi-journées", count),
        "day": words.plural("{count} journée", "{count} journées", count),
        "hour": words.plural("{count} heure", "{count} heures", count),
        "print_minutes": words.plural("{count} minute d’impression", "{count} minutes d’impression", count),
        "workshop": words.plural("{count} séance d’atelier", "{count} séances d’atelier", count),
    }
    return texts[kind]


def signed_text(words: Words, kind: str, count: int) -> str:
    """The same with its sign: « + 7 demi-journées », « − 12,50 € »."""
    return f"{'+' if count > 0 else '−'}\u00a0{amount_text(words, kind, abs(count))}"
