"""What tells a maker that their job is over on the machine."""

from collections.abc import Mapping

from tierslieu.fablab.rules import JobNow, MachineNow, job_text
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
    "ok_own": _(
        "Bonjour {name},\n\nLa machine a fini {file} ({number}). Elle attend que vous la vidiez : retirez la pièce, "
        "puis dites si elle est réussie, {gate}\n\nVous n’êtes pas sur place ? L’équipe retire la pièce et la garde "
        "pour vous.\n\nUne question ? Appelez le {phone}.\n\n{venue}"
    ),
    "other_own": _(
        "Bonjour {name},\n\nLa machine s’est arrêtée pendant {file} ({number}). Retirez ce qui s’y trouve, puis "
        "dites-le, {gate}\n\nVous n’êtes pas sur place ? L’équipe s’en occupe. "
        "Rien n’est perdu : le travail peut être relancé depuis « Ma file ».\n\n"
        "Une question ? Appelez le {phone}.\n\n{venue}"
    ),
}


SHORTS: Mapping[str, str] = {
    "ok": _("FabLab : la machine a fini {file} ({number}). L’équipe garde la pièce pour vous."),
    "other": _("FabLab : la machine s’est arrêtée pendant {file} ({number}). Le travail peut être relancé."),
    "ok_own": _("FabLab : la machine a fini {file} ({number}). Elle attend que vous la vidiez."),
    "other_own": _("FabLab : la machine s’est arrêtée pendant {file} ({number}). Elle est à vider."),
}


def notice(
    person: Known, job: JobNow, machine: MachineNow, outcome: str, settings: Settings, words: Words, *, may_clear: bool
) -> Notice:
    """What the maker is told; nothing is promised that nobody has seen. `may_clear`: they may empty the machine."""
    facts = {
        "gate": gate_words(machine.key, settings, words),
        "name": person.first_name,
        "file": job.file_name,
        "number": job_text(job.number),
        "phone": settings.phone,
        "venue": settings.venue_name,
    }
    which = "ok" if outcome == "ok" else "other"
    told = f"{which}_own" if may_clear else which
    return Notice(
        kind=f"job_{which}",
        subject=words.text(SUBJECT, **facts),
        text=words.text(TEXTS[told], **facts),
        short=words.text(SHORTS[told], **{**facts, "file": title(job.file_name)}),
    )


def gate_words(key: str, settings: Settings, words: Words) -> str:
    """Where people say what they do at a machine: its code, and the page behind it where the house has an address."""
    base = settings.public_url
    if not base:
        return words.text(_("par le code collé sur la machine."))
    return words.text(_("par le code collé sur la machine, ou ici : {address}"), address=f"{base}/m/{key}")
