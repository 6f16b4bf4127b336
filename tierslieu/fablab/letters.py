"""What tells a maker that their job is over on the machine."""

from collections.abc import Mapping

from tierslieu.fablab.rules import JobNow, job_text
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.people.messages.gsm import title
from tierslieu.people.messages.schemas import Notice
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


SHORTS: Mapping[str, str] = {
    "ok": _("FabLab : la machine a fini {file} ({number}). L’équipe garde la pièce pour vous."),
    "other": _("FabLab : la machine s’est arrêtée pendant {file} ({number}). Le travail peut être relancé."),
}


def notice(person: Known, job: JobNow, outcome: str, settings: Settings, words: Words) -> Notice:
    """What the maker is told; nothing is promised that nobody has seen."""
    facts = {
        "name": person.first_name,
        "file": job.file_name,
        "number": job_text(job.number),
        "phone": settings.phone,
        "venue": settings.venue_name,
    }
    which = "ok" if outcome == "ok" else "other"
    return Notice(
        kind=f"job_{which}",
        subject=words.text(SUBJECT, **facts),
        text=words.text(TEXTS[which], **facts),
        short=words.text(SHORTS[which], **{**facts, "file": title(job.file_name)}),
    )
