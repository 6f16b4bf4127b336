"""A diagnostic report in words: for its page, and as the same text to send to somebody who helps."""

import msgspec

from devices.descriptions import DESCRIPTIONS, title_of
from tierslieu.fablab import sentences
from tierslieu.fablab.setup import redaction, report_wording, wording
from tierslieu.fablab.setup.diagnostics import Counted, Logged, Part, Report
from tierslieu.http.words import Words, _

Lines = list[tuple[str, str]]


class Chapter(msgspec.Struct, frozen=True):
    """One part of the report."""

    id: str
    title: str
    lines: Lines


def chapters(spoken: Words, report: Report) -> list[Chapter]:
    """All that is in it, in the order in which one searches."""
    found = [Chapter("machine", spoken.text(_("La machine")), _machine(spoken, report))]
    titles = (_("L’appareil"), _("La prise"))
    for number, part in enumerate(report.parts):
        is_meter = number > 0 or (part.kind in DESCRIPTIONS and DESCRIPTIONS[part.kind].is_meter)
        found.append(Chapter(f"part-{number}", spoken.text(titles[is_meter]), _part(spoken, part, report)))
    if report.question:
        found.append(Chapter("program", spoken.text(_("Le programme qui lui parle")), _program(spoken, report)))
    if report.log:
        found.append(Chapter("log", spoken.text(_("Derniers événements")), _log(spoken, report)))
    return found


def as_text(spoken: Words, report: Report) -> str:
    """The whole report as plain text."""
    title = spoken.text(_("Diagnostic de {key}, le {date}"), key=report.key, date=spoken.long_date(report.at))
    told = spoken.text(_("Sans clé, sans mot de passe, sans adresse, sans nom de personne ni de fichier."))
    return "\n".join([title, told, *(_paragraph(one) for one in chapters(spoken, report)), ""])


def _paragraph(one: Chapter) -> str:
    return "\n".join(["", one.title, *(f"- {label} : {text}" for label, text in one.lines)])


def _machine(spoken: Words, report: Report) -> Lines:
    heard = _since(spoken, report.at - report.heard_at) if report.heard_at else spoken.text(_("Jamais"))
    lines = [
        (_("Clé courte"), report.key),
        (_("Type"), sentences.named(spoken, sentences.KINDS, report.kind)),
        (_("Dernier message"), heard),
        (_("Liaison"), sentences.named(spoken, report_wording.LINKS, report.link)),
        (_("État"), sentences.named(spoken, report_wording.STATES, report.state)),
        (_("Défauts"), "; ".join(_coded(spoken, one) for one in report.faults) or spoken.text(_("Aucun"))),
        (_("Version du service"), f"{report.service}, {report.python}"),
    ]
    return [(spoken.text(label), text) for label, text in lines if text]


def _part(spoken: Words, part: Part, report: Report) -> Lines:
    lines = [(spoken.text(_("Type de liaison")), title_of(part.kind))]
    if part.code:
        label = _("Essai à l’instant, depuis ce serveur") if report.agent else _("Essai à l’instant")
        lines.append((spoken.text(label), f"{spoken.text(wording.TRIES.get(part.code, part.code))} ({part.code})"))
        lines.append((spoken.text(_("Durée de l’essai")), f"{part.took_ms} ms"))
    if part.note:
        lines.append((spoken.text(_("Remarque")), _noted(spoken, part.note)))
    if part.software:
        lines.append((spoken.text(_("Logiciel")), part.software))
    return lines + [
        (spoken.text(wording.LABELS.get(label, label)), _setting(spoken, value))
        for label, value in part.settings.items()
    ]


def _noted(spoken: Words, note: str) -> str:
    known = wording.NOTES.get(note)
    return f"{spoken.text(known)} ({note})" if known else note


def _setting(spoken: Words, value: str) -> str:
    if not value:
        return spoken.text(_("vide"))
    return spoken.text(_("rempli, non montré")) if value == redaction.SET else value


def _program(spoken: Words, report: Report) -> Lines:
    where = report.agent or spoken.text(_("Cet ordinateur"))
    lines = [(spoken.text(_("Qui lui parle")), where)]
    if report.counted is None:
        waits = _("Le boîtier n’a pas encore répondu.") if report.agent else _("Le programme n’a pas répondu.")
        return [*lines, (spoken.text(_("Réponse")), spoken.text(waits))]
    return lines + _counted(spoken, report.counted)


def _counted(spoken: Words, counted: Counted) -> Lines:
    lines = [(spoken.text(_("Version")), ", ".join(one for one in (counted.software, counted.python) if one))]
    if not counted.facts:
        return [*lines, (spoken.text(_("Réponse")), spoken.text(_("Il ne connaît pas encore cette machine.")))]
    for name, value in counted.facts.items():
        part, bare = _split(name)
        label = spoken.text(report_wording.COUNTED.get(bare, bare))
        named = spoken.text(report_wording.METER, label=label) if part == "meter_" else label
        lines.append((named, _value(spoken, bare, value)))
    return lines


def _split(name: str) -> tuple[str, str]:
    part = next((one for one in redaction.PARTS if one and name.startswith(one)), "")
    return part, name.removeprefix(part)


def _value(spoken: Words, name: str, value: str | int) -> str:
    if isinstance(value, str):
        if name == "last_error":
            return _coded(spoken, value)
        return sentences.named(spoken, report_wording.STATES, value) if name == "state" else value
    if name in redaction.FLAGS:
        return spoken.text(_("oui") if value else _("non"))
    return _since(spoken, value) if name in redaction.AGES else str(value)


def _coded(spoken: Words, code: str) -> str:
    """A sentence with its code behind it: the sentence for who reads, the code for who helps."""
    known = sentences.FAULTS.get(code) or wording.TRIES.get(code)
    return f"{spoken.text(known)} ({code})" if known else code


def _since(spoken: Words, seconds: int) -> str:
    return spoken.text(_("il y a {time}"), time=spoken.duration(max(0, seconds)))


def _log(spoken: Words, report: Report) -> Lines:
    return [(f"{spoken.day(one.at, 'short')} {spoken.clock(one.at)}", _event(spoken, one)) for one in report.log]


def _event(spoken: Words, one: Logged) -> str:
    return sentences.named(spoken, sentences.LOG, one.kind) + (f" ({one.code})" if one.code else "")
