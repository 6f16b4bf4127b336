"""How sign-in speaks of browsers, ways in and what came of them."""

from typing import Final

from tierslieu.http.words import Words, _

METHODS: Final = {
    "link": _("lien reçu par courriel"),
    "code": _("code reçu par courriel"),
    "password": _("mot de passe"),
    "passkey": _("clé d’accès"),
    "totp": _("second facteur"),
    "pin": _("carte et code à la borne"),
    "franceconnect": _("FranceConnect"),
    "proconnect": _("ProConnect"),
}
OUTCOMES: Final = {
    "done": _("réussie"),
    "wrong_password": _("mot de passe refusé"),
    "wrong_second_factor": _("second facteur refusé"),
    "passkey_refused": _("clé d’accès refusée"),
}
KINDS: Final = {"program": _("Programme"), "kiosk": _("Borne")}


def method_text(words: Words, method: str) -> str:
    """How somebody came in."""
    return words.text(METHODS[method]) if method in METHODS else method


def outcome_text(words: Words, outcome: str) -> str:
    """What came of it."""
    return words.text(OUTCOMES.get(outcome, _("refusée")))


def browser_text(words: Words, label: str, kind: str = "browser") -> str:
    """« Firefox sous Linux », from a label."""
    if kind in KINDS:
        return words.text(KINDS[kind])
    browser, _slash, system = label.partition("/")
    if browser and system:
        return words.text(_("{browser} sous {system}"), browser=browser, system=system)
    return browser or system or words.text(_("Navigateur inconnu"))
