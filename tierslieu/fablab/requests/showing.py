"""One job as its person, those who act for them and staff read it: state, price, time, talk, steps."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab import rules, sentences
from tierslieu.fablab.actions import runs
from tierslieu.fablab.file_lines import file_lines
from tierslieu.fablab.files.facts import read
from tierslieu.fablab.lines import flag_texts
from tierslieu.fablab.queue.queries import expected
from tierslieu.fablab.requests import dues, queries
from tierslieu.fablab.requests.answering import OVER, Offer, offered
from tierslieu.fablab.requests.estimates import Wanted, estimate
from tierslieu.fablab.requests.photos import TAKEN_FROM
from tierslieu.fablab.requests.rights import ANSWER, HAND_OVER
from tierslieu.fablab.requests.rules import must_be_prepared
from tierslieu.fablab.requests.wording import (
    RECEIVERS,
    SERVICES,
    STEPS,
    TURNS,
    WHYS,
    cost_lines,
    cost_text,
    energy_text,
    time_text,
    weight_text,
    when_text,
)
from tierslieu.fablab.rules import JobNow
from tierslieu.fablab.schemas import FileView
from tierslieu.fablab.telemetry.queries import kwh_of
from tierslieu.fablab.views import file_view
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications.queries import standings
from tierslieu.people.relations.queries import is_minor, may_act_for


class Line(msgspec.Struct, frozen=True):
    """A job in a list."""

    id: str
    number: str
    title: str
    look: str
    state_text: str
    details: list[str]
    who: str
    picture: str


class Spoken(msgspec.Struct, frozen=True):
    """A word of the talk, ready to read."""

    when: str
    who: str
    text: str
    is_staff: bool


class Photo(msgspec.Struct, frozen=True):
    """The photo of what was made."""

    href: str
    alt: str
    width: int
    height: int


class JobPage(msgspec.Struct, frozen=True):
    """All about one job. `acts` are the names of what the one who looks may do now."""

    id: str
    number: str
    title: str
    look: str
    state_text: str
    person: str
    person_id: str
    is_own: bool
    facts: list[tuple[str, str]]
    cost_title: str
    cost: list[tuple[str, str]]
    when: str
    turn: str
    turn_text: str
    why: str
    answer: str
    offer: list[tuple[str, str]]
    talk: list[Spoken]
    steps: list[tuple[str, str]]
    acts: list[str]
    shelf: str
    photo: Photo | None
    file: FileView
    lines: list[tuple[str, str]]
    flags: list[str]
    file_id: str
    original_id: str
    skill: str
    must_prepare: bool


def job_of(reader: Reader, who: Actor, number: int) -> JobNow:
    """A job by its number: one's own, of who one acts for, any for staff of its machines. Raises NotFound."""
    one = queries.job_by_number(reader, number)
    places = rules.job_places(one, fablab.machines(reader))
    is_staff = runs(reader, who, one) or who.may(ANSWER, *places) or who.may(HAND_OVER)
    if not is_staff and not may_act_for(reader, who.person_id, one.person_id, reader.now):
        raise NotFound("unknown_job")
    return one


def number_of(text: str) -> int:
    """The number in « J000123 » or « 123 », as scanned or typed. Raises NotFound for anything else."""
    digits = text.strip().upper().removeprefix("J").partition("-")[0]
    if not digits.isascii() or not digits.isdigit() or not 0 < len(digits) < 10:
        raise NotFound("unknown_job")
    return int(digits)


def line(reader: Reader, one: JobNow, spoken: Words, who: str = "") -> Line:
    """A job in a list."""
    return Line(
        show(one.id),
        rules.job_text(one.number),
        one.file_name,
        sentences.JOB_LOOKS[one.state],
        sentences.named(spoken, sentences.JOB_STATES, one.state),
        [part for part in (choice_text(one, spoken), spoken.day(one.created_at)) if part],
        who,
        f"/fablab/fichiers/{show(one.file_id)}/image" if one.thumbnail_sha else "",
    )


def choice_text(one: JobNow, spoken: Words) -> str:
    """« PLA, bleu, 2 exemplaires »."""
    count = spoken.plural("{count} exemplaire", "{count} exemplaires", one.quantity) if one.quantity > 1 else ""
    return ", ".join(part for part in (one.material, one.colour, count) if part)


def job_page(reader: Reader, who: Actor, number: int, spoken: Words) -> JobPage:
    """The whole page of a job. Raises NotFound for strangers."""
    one = job_of(reader, who, number)
    request, stored = queries.request_of(reader, one.id), fablab.file(reader, one.file_id)
    person, offer = known(reader, one.person_id), offered(request) if request else None
    title, cost = _cost(reader, one, spoken)
    original = queries.original_of(reader, one.id)
    return JobPage(
        id=show(one.id),
        number=rules.job_text(one.number),
        title=one.file_name,
        look=sentences.JOB_LOOKS[one.state],
        state_text=sentences.named(spoken, sentences.JOB_STATES, one.state),
        person=f"{person.first_name} {person.last_name}" if person else "",
        person_id=show(one.person_id),
        is_own=who.person_id == one.person_id,
        facts=_facts(reader, one, spoken),
        cost_title=title,
        cost=cost,
        when=_when(reader, one, spoken),
        turn=request.turn if request else "",
        turn_text=spoken.text(TURNS[request.turn]) if request else "",
        why=spoken.text(WHYS[request.why]) if request else "",
        answer=request.note if request else "",
        offer=_offer(reader, offer, spoken) if offer else [],
        talk=_talk(reader, one, spoken),
        steps=_steps(reader, one, spoken),
        acts=_acts(reader, one, request, who),
        shelf=_shelf(reader, one, spoken),
        photo=_photo(reader, one, spoken),
        file=file_view(stored),
        lines=file_lines(stored, spoken),
        flags=flag_texts(read(stored.facts), spoken),
        file_id=show(one.file_id),
        original_id=show(original) if original else "",
        skill=_skill(reader, one, spoken),
        must_prepare=must_be_prepared(one.kind, one.format),
    )


def _facts(reader: Reader, one: JobNow, spoken: Words) -> list[tuple[str, str]]:
    machine = fablab.machine_by_id(reader, one.machine_id or one.wanted_machine_id or 0) if _bound(one) else None
    where = machine.name if machine else sentences.named(spoken, sentences.KINDS, one.kind)
    found = [
        (spoken.text(_("Machine")), where),
        (spoken.text(_("Matière")), choice_text(one, spoken) or spoken.text(_("au choix de l’équipe"))),
        (spoken.text(_("Qui la fabrique ?")), spoken.text(SERVICES[one.service])),
    ]
    if one.quantity > 1:
        done = spoken.text(_("{done} sur {count}"), done=one.copies_done, count=one.quantity)
        found.append((spoken.text(_("Exemplaires faits")), done))
    if one.deadline is not None:
        found.append((spoken.text(_("Souhaitée avant la fin du")), spoken.day(one.deadline - 1)))
    if one.note:
        found.append((spoken.text(_("Un mot pour l’équipe")), one.note))
    if remark := fablab.remark_on(reader, one):
        found.append((spoken.text(_("Remarque au retrait de la machine")), remark))
    return found


def _bound(one: JobNow) -> bool:
    return bool(one.machine_id or one.wanted_machine_id)


def _cost(reader: Reader, one: JobNow, spoken: Words) -> tuple[str, list[tuple[str, str]]]:
    """What it really took and cost once that is known; before, what is estimated."""
    made = queries.dues_of(reader, one.id)
    if not made and one.state not in ("done", "failed"):
        machine_id = one.wanted_machine_id
        found = estimate(
            reader, read(one.facts), Wanted(one.kind, machine_id, one.material, one.colour, one.quantity)
        ).cost
        parts = (found.material_cents, found.machine_cents, found.energy_cents, found.total_cents)
        return spoken.text(_("Prix estimé")), cost_lines(spoken, *parts, is_whole=found.is_whole)
    if not made:
        return spoken.text(_("Coût réel")), _real(one, spoken)
    total = sum(due.cents for due in made)
    lines = [(due.job_ref, _due_text(due, kwh_of(reader, due.job_ref), spoken)) for due in made]
    return spoken.text(_("Coût réel")), [*lines, (spoken.text(_("Total")), spoken.money(total))]


def _real(one: JobNow, spoken: Words) -> list[tuple[str, str]]:
    return [
        (spoken.text(_("Matière utilisée")), weight_text(spoken, dues.real_grams(one))),
        (spoken.text(_("Temps de machine")), time_text(spoken, dues.real_seconds(one))),
        (spoken.text(_("Prix")), cost_text(spoken, one.cost_cents)),
    ]


def _due_text(due: queries.Due, kwh: float | None, spoken: Words) -> str:
    states = {"due": _("à régler"), "settled": _("réglé"), "waived": _("offert")}
    energy = energy_text(spoken, kwh, due.energy_cents)
    took = ", ".join((weight_text(spoken, due.grams), time_text(spoken, due.seconds), energy))
    return f"{spoken.money(due.cents)} ({took}), {spoken.text(states[due.state])}"


def _when(reader: Reader, one: JobNow, spoken: Words) -> str:
    if one.state not in ("queued", "held"):
        return ""
    found = expected(reader).get(one.id)
    place = spoken.text(_("Place {place} dans la file."), place=found.place) if found and found.place else ""
    return f"{place} {when_text(spoken, found, reader.now)}".strip()


def _offer(reader: Reader, offer: Offer, spoken: Words) -> list[tuple[str, str]]:
    machine = fablab.machine_by_id(reader, offer.machine_id) if offer.machine_id else None
    return [
        (spoken.text(_("Machine")), machine.name if machine else sentences.named(spoken, sentences.KINDS, offer.kind)),
        (spoken.text(_("Matière")), ", ".join(part for part in (offer.material, offer.colour) if part)),
        (spoken.text(_("Exemplaires")), str(offer.quantity)),
        (spoken.text(_("Nouveau prix estimé")), cost_text(spoken, offer.cents)),
    ]


def _talk(reader: Reader, one: JobNow, spoken: Words) -> list[Spoken]:
    team, person = spoken.text(_("L’équipe")), known(reader, one.person_id)
    name = person.first_name if person else ""
    return [
        Spoken(spoken.moment(said.at), team if said.is_staff else name, said.text, bool(said.is_staff))
        for said in queries.talk(reader, one.id)
        if said.text
    ]


def _steps(reader: Reader, one: JobNow, spoken: Words) -> list[tuple[str, str]]:
    found = [(spoken.moment(one.created_at), spoken.text(STEPS["deposited"]))]
    found += [(spoken.moment(step.at), _step_text(step, spoken)) for step in queries.steps(reader, one.id)]
    return found


def _step_text(step: queries.Step, spoken: Words) -> str:
    text = spoken.text(STEPS.get(step.kind, step.kind))
    if step.kind == "asked":
        return f"{text} ({spoken.text(WHYS[step.detail]).lower()})" if step.detail in WHYS else text
    if step.kind == "collected":
        return f"{text} {spoken.text(RECEIVERS[step.detail])}" if step.detail in RECEIVERS else text
    return f"{text} ({step.detail})" if step.kind in ("started", "shelved") and step.detail else text


def _shelf(reader: Reader, one: JobNow, spoken: Words) -> str:
    item = queries.kept(reader, one.id)
    if item is None or item.state != "waiting":
        return ""
    shelf = next((found for found in queries.shelves(reader) if found.id == item.shelf_id), None)
    if shelf is None:
        return spoken.text(_("Prête à retirer à l’accueil."))
    return spoken.text(_("Prête à retirer : étagère {code}."), code=shelf.code)


def _photo(reader: Reader, one: JobNow, spoken: Words) -> Photo | None:
    found = queries.picture_of(reader, one.id)
    if found is None:
        return None
    alt = found.alt or spoken.text(_("Photo de {number}"), number=rules.job_text(one.number))
    return Photo(f"/mes-fabrications/{rules.job_text(one.number)}/photo.webp", alt, found.width, found.height)


def _skill(reader: Reader, one: JobNow, spoken: Words) -> str:
    """For staff: whether the person could make it alone, and whether they are a minor."""
    keys = {found.qualification for found in fablab.machines(reader) if found.kind == one.kind and found.qualification}
    able = all(standings(reader, [one.person_id], key, reader.now)[one.person_id].may_use_alone for key in keys)
    text = spoken.text(_("Habilitation : oui")) if able else spoken.text(_("Habilitation : pas encore"))
    return f"{text}. {spoken.text(_('Personne mineure'))}" if is_minor(reader, one.person_id, reader.now) else text


def _acts(reader: Reader, one: JobNow, request: queries.Request | None, who: Actor) -> list[str]:
    """What the one who looks may do now."""
    is_own = may_act_for(reader, who.person_id, one.person_id, reader.now)
    is_open = one.state == "requested" and request is not None and request.turn != "over"
    found: list[str] = []
    if is_open and is_own:
        found += ["withdraw", "correct"]
    if is_open and request is not None and request.turn == "agreement":
        found.append("agree")
    if one.state not in OVER:
        found.append("say")
    if is_open and who.may(ANSWER, *rules.job_places(one, fablab.machines(reader))):
        found.append("answer")
    if one.state in TAKEN_FROM:
        found.append("photo")
    if one.state in ("done", "failed", "cancelled", "refused") and is_own:
        found.append("again")
    item = queries.kept(reader, one.id)
    if item is not None and item.state == "waiting":
        found.append("collect")
    return found
