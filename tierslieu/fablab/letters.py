"""The letter that tells a maker that their job is over on the machine."""

from collections.abc import Mapping

from tierslieu.fablab.rules import JobNow, job_text
from tierslieu.http.words import Words, _
from tierslieu.infra.mail import Letter
from tierslieu.infra.settings import Settings
from tierslieu.people.persons.schemas import Known

SUBJECT = _("Votre travail {number} au FabLab")
TEXTS: Mapping[str, str] = {
    "ok": _(
        "Bonjour {name},\n\nLa machine a fini {file} ({number}). L’équipe retire la pièce et la garde pour vous.\n\n"
        "Une question ? Appelez le {phone}.\n\n{venue}"
    ),
    "other": _(
        "Bonjour {name},\n\nLa machine s’est arrêtée pendant {file} ({number}). L’équipe va regarder la pièce.\n"
        "Rien n’est perdu : le travail peut être relancé depuis « Ma file ».\n\n"
        "Une question ? Appelez le {phone}.\n\n{venue}"
    ),
}


def letter(person: Known, job: JobNow, outcome: str, settings: Settings, words: Words) -> Letter:
    """What the maker reads; nothing is promised that nobody has seen."""
    facts = {
        "name": person.first_name,
        "file": job.file_name,
        "number": job_text(job.number),
        "phone": settings.phone,
        "venue": settings.venue_name,
    }
    text = TEXTS["ok" if outcome == "ok" else "other"]
    return Letter(person.email or "", words.text(SUBJECT, **facts), words.text(text, **facts))
