"""Jobs as lines of a list: texts ready to show, and what may be done with each now."""

import msgspec

from tierslieu.basics.ids import show
from tierslieu.fablab import rules, sentences
from tierslieu.fablab.files.facts import Facts, read
from tierslieu.fablab.rules import JobNow, MachineNow
from tierslieu.fablab.views import Board
from tierslieu.http.wording import reason_text
from tierslieu.http.words import Words, _


class Line(msgspec.Struct, frozen=True):
    """A job in a list. `acts` are the names of what may be done with it now."""

    id: str
    number: str
    title: str
    look: str
    state_text: str
    place: int | None
    details: list[str]
    notice: str
    who: str
    acts: list[str]
    machines: list[tuple[str, str]]
    flagged: list[str]
    picture: str
    gate: str = ""
    file_href: str = ""
    own_href: str = ""


def line(board: Board, one: JobNow, words: Words) -> Line:
    """A job of one's own, or any for staff."""
    facts = read(one.facts)
    machine = board.by_id.get((one.wanted_machine_id if one.state in rules.WAITING else one.machine_id) or 0)
    return Line(
        show(one.id),
        rules.job_text(one.number),
        one.file_name,
        sentences.JOB_LOOKS[one.state],
        sentences.named(words, sentences.JOB_STATES, one.state),
        board.positions.get(one.id),
        _facts_of(board, one, machine, words),
        _notice(board, one, words),
        board.name(one.person_id),
        _acts(board, one),
        _able(board, one),
        flag_texts(facts, words),
        f"/fablab/fichiers/{show(one.file_id)}/image" if one.thumbnail_sha else "",
        f"/m/{machine.key}" if machine is not None and one.state == "to_check" else "",
        f"/fablab/deposer/{show(one.file_id)}",
        f"/mes-fabrications/{rules.job_text(one.number)}" if one.person_id == board.who.person_id else "",
    )


def _notice(board: Board, one: JobNow, words: Words) -> str:
    """What happened to a job, or what keeps it from beginning."""
    if one.notice and (one.state in rules.OPEN or one.state == "failed"):
        return sentences.notice(words, one.notice)
    found = board.expected.get(one.id)
    if one.state == "queued" and found is not None and found.why:
        return reason_text(words, found.why[0])
    return ""


def expected_text(board: Board, one: JobNow, words: Words) -> str:
    """When a waiting job is expected to begin, and on what that rests; a machine may be ready for it already."""
    found = board.expected.get(one.id)
    if one.id in board.startable:
        return words.text(_("une machine est prête : l’équipe peut le lancer"))
    if found is None or (found.starts_at is not None and found.starts_at <= board.now):
        return ""
    if found.starts_at is None:
        return words.text(_("heure encore inconnue"))
    when = when_text(found.starts_at, board.now, words)
    if found.is_measured:
        return words.text(_("vers {hour}, selon les {count} dernières impressions"), hour=when, count=found.samples)
    return words.text(_("vers {hour}, estimation du trancheur"), hour=when)


def when_text(at: int, now: int, words: Words) -> str:
    """« 15 h 20 », with its day when that is not today."""
    day, hour = words.day(at, "short"), words.hour(at)
    return hour if day == words.day(now, "short") else f"{day}, {hour}"


def flag_texts(facts: Facts, words: Words) -> list[str]:
    """Where the commands stand that somebody should look at."""
    where = _("{command}, ligne {line}")
    found = [words.text(where, command=flag.command, line=flag.line) for flag in facts.flags[:5]]
    rest = facts.flag_count - len(found)
    return [*found, words.text(_("et {count} de plus"), count=rest)] if rest > 0 else found


def _facts_of(board: Board, one: JobNow, machine: MachineNow | None, words: Words) -> list[str]:
    facts, found = read(one.facts), []
    if machine is not None:
        found.append(machine.name)
    if facts.seconds and one.state in ("queued", "dispatched"):
        found.append(words.duration(facts.seconds))
    if machine is not None and one.state == "running" and machine.seconds_left is not None:
        found.append(words.text(_("reste {duration}"), duration=words.duration(machine.seconds_left)))
    if one.material:
        found.append(one.material)
    if one.quantity > 1:
        found.append(words.text(_("{done} sur {count} exemplaires"), done=one.copies_done, count=one.quantity))
    if one.state == "queued" and (text := expected_text(board, one, words)):
        found.append(text)
    if one.id in board.expected and board.expected[one.id].is_by_team:
        found.append(words.text(_("lancée par l’équipe")))
    if one.state == "held":
        found.append(words.text(_("mis de côté : {reason}"), reason=one.held_reason))
    if one.priority:
        found.append(words.text(_("passe avant : {reason}"), reason=one.priority_reason))
    if one.id in board.unqualified and board.runs_job(one):
        found.append(words.text(_("pas encore d’habilitation")))
    if one.note:
        found.append(f"« {one.note} »" if words.locale == "fr" else one.note)
    return found


def _acts(board: Board, one: JobNow) -> list[str]:
    is_staff = board.runs_job(one)
    found = []
    if one.state == "queued":
        if board.may_pass(one):
            found.append("up")
        found.append("cancel")
    elif one.state in ("dispatched", "running"):
        machine = board.by_id.get(one.machine_id or 0)
        if machine is not None and machine.is_remote:
            found.append("stop")
    elif one.state == "held":
        found.append("cancel")
    elif one.state in ("failed", "cancelled") and (one.attempts or is_staff):
        found.append("again")
    elif one.state == "done":
        found.append("remake")
    elif one.state == "to_check" and one.machine_id is not None:
        found.append("gate")
    return found


def _able(board: Board, one: JobNow) -> list[tuple[str, str]]:
    """Where staff may start it: key and name, the ready ones first."""
    if one.state != "queued" or not board.runs_job(one):
        return []
    able = [
        machine
        for machine in board.machines
        if machine.kind == one.kind
        and one.wanted_machine_id in (None, machine.id)
        and machine.status == "in_service"
        and board.runs(machine)
    ]
    able.sort(key=lambda machine: not rules.is_ready(machine, board.state_on(machine), board.now))
    return [(machine.key, machine.name) for machine in able]
