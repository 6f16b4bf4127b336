"""Refusals: who may not grant, what must be held first, what the database itself refuses, odd requests."""

import pytest

from tests.people.qualifications.workshop import add_skill, do, give, newcomer, person, skill, token, trainer
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, Forbidden, NotFound, Refused
from tierslieu.infra.transaction import Tx
from tierslieu.people.qualifications import actions, queries, training
from tierslieu.people.qualifications.schemas import NewSession, NewSkill, Wish
from tierslieu.people.roles.queries import held_by
from tierslieu.people.roles.rules import Held

AT_LASER = Held("trainer", "machine:laser-1")


def codes(found: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in found.value.reasons}


def refused(house: HouseUnderTest, wish: Wish, who: Actor) -> set[str]:
    with pytest.raises(Refused) as found:
        do(house, who, actions.grant, wish)
    return codes(found)


def test_trainers_grant_at_their_machines_up_to_autonomous(nugue: HouseUnderTest) -> None:
    laser, vinyl, who = skill(nugue, "decoupe-laser").id, skill(nugue, "decoupe-vinyle").id, newcomer(nugue)
    camille = trainer(person(nugue, "u14"), "machine:vinyl-1")
    elsewhere = trainer(person(nugue, "u07"), "machine:p3d-1")
    by_kind = trainer(person(nugue, "u07"), "kind:laser_cutter")
    assert refused(nugue, Wish(who, laser, "autonomous"), camille) == {"not_your_qualification"}
    assert refused(nugue, Wish(who, vinyl, "trainer"), camille) == {"only_managers_name_trainers"}
    assert refused(nugue, Wish(person(nugue, "u14"), vinyl, "autonomous"), camille) == {"not_to_oneself"}
    assert refused(nugue, Wish(who, laser, "discovery"), elsewhere) == {"not_your_qualification"}
    assert refused(nugue, Wish(who, laser, "discovery"), Actor(1)) == {"not_your_qualification"}
    do(nugue, camille, actions.grant, Wish(who, vinyl, "autonomous"))
    do(nugue, by_kind, actions.grant, Wish(who, laser, "accompanied"))
    held_only = Actor(person(nugue, "u17"), permissions=frozenset())
    do(nugue, held_only, actions.grant, Wish(who, skill(nugue, "brodeuse").id, "autonomous"))


def test_naming_a_trainer_opens_the_trainers_pages(nugue: HouseUnderTest) -> None:
    who = newcomer(nugue)
    grant = give(nugue, who, "decoupe-laser", "trainer")
    assert AT_LASER in read(nugue, held_by, who)
    give(nugue, who, "decoupe-laser", "autonomous")
    assert AT_LASER not in read(nugue, held_by, who)
    grant = give(nugue, who, "decoupe-laser", "trainer")
    write(nugue, actions.withdraw, grant, "asked")
    assert AT_LASER not in read(nugue, held_by, who)


def test_every_reason_comes_at_once(nugue: HouseUnderTest) -> None:
    add_skill(nugue, "base")
    needs = (("base", "autonomous"), ("electronique", "discovery"))
    hard = add_skill(nugue, "hard", levels=("autonomous",), min_age=18, is_active=False, needs=needs)
    child = newcomer(nugue, birth_year=2012)
    found = refused(nugue, Wish(child, hard.id, "trainer"), trainer(person(nugue, "u14"), "machine:vinyl-1"))
    assert found == {
        *("not_your_qualification", "only_managers_name_trainers", "level_not_used", "qualification_closed"),
        *("too_young_to_train", "prerequisite_missing"),
    }
    unknown = newcomer(nugue, birth_year=None)
    found = refused(nugue, Wish(unknown, hard.id, "autonomous"), Actor(device="system"))
    assert found == {"qualification_closed", "birth_year_unknown", "prerequisite_missing"}


def test_prerequisites_count_at_their_level_and_while_they_last(nugue: HouseUnderTest) -> None:
    add_skill(nugue, "base", valid_months=1)
    add_skill(nugue, "next", needs=(("base", "autonomous"),))
    who = newcomer(nugue)
    give(nugue, who, "base", "accompanied")
    with pytest.raises(Refused):
        give(nugue, who, "next")
    give(nugue, who, "base", "autonomous")
    give(nugue, who, "next")
    assert read(nugue, queries.may_use_alone, who, "next", nugue.clock.instant)
    nugue.is_at("2027-01-05T10:00")
    found = read(nugue, queries.standing, who, "next", nugue.clock.instant)
    assert [reason.code for reason in found.missing] == ["prerequisite_missing"]
    assert found.may_use_accompanied


def test_the_database_keeps_grants_as_they_were_given(nugue: HouseUnderTest) -> None:
    from sqlalchemy import text

    from tierslieu.infra.statements import Query

    who = newcomer(nugue)
    first = give(nugue, who, "brodeuse", "discovery")
    second = give(nugue, who, "brodeuse", "autonomous")

    def run(tx: Tx, sql: str) -> None:
        tx.run(Query(text(sql)))

    for sql in (
        f"UPDATE qualification_grant SET level = 'trainer' WHERE id = {second}",
        f"UPDATE qualification_grant SET valid_until = NULL WHERE id = {second}",
        f"UPDATE qualification_grant SET ended_at = NULL WHERE id = {first}",
        f"UPDATE qualification_grant SET ended_at = 1 WHERE id = {first}",
        f"DELETE FROM qualification_grant WHERE id = {second}",
    ):
        with pytest.raises(Conflict):
            write(nugue, run, sql)
    write(nugue, run, f"UPDATE qualification_grant SET person_id = {newcomer(nugue)} WHERE id = {first}")


def test_unknown_people_things_and_grants(nugue: HouseUnderTest) -> None:
    with pytest.raises(NotFound):
        write(nugue, actions.grant, Wish(17, skill(nugue, "brodeuse").id, "autonomous"))
    with pytest.raises(NotFound):
        write(nugue, actions.grant, Wish(newcomer(nugue), 17, "autonomous"))
    with pytest.raises(NotFound):
        write(nugue, actions.put_skill, NewSkill(key="some-key", name="A", levels=("autonomous",)), 17)
    with pytest.raises(Refused) as found:
        write(
            nugue,
            actions.put_skill,
            NewSkill(key="some-key", name="A", levels=("autonomous",), needs=(("x", "trainer"),)),
        )
    assert codes(found) == {"unknown_prerequisite"}
    assert read(nugue, queries.standing, newcomer(nugue), "no-such-key", 0).may_use_alone, "nothing is asked for"
    write(nugue, actions.note_use, newcomer(nugue), "no-such-key", 5)
    write(nugue, actions.note_use, newcomer(nugue), None, 5)


def test_sessions_refuse_the_past_strangers_and_the_too_young(nugue: HouseUnderTest) -> None:
    laser = skill(nugue, "decoupe-laser").id

    def plan(day: str, by: Actor) -> int:
        facts = {"qualification": token(laser), "date": day, "start": "18:00", "minutes": 60}
        return int(do(nugue, by, training.plan, NewSession(**facts, place="Atelier", capacity=2), laser))

    system, stranger = Actor(device="system"), trainer(person(nugue, "u14"), "machine:vinyl-1")
    for day, giver, code in (
        ("2026-11-20", system, "training_in_the_past"),
        ("2028-11-20", system, "training_too_far"),
        ("2026-11-25", stranger, "not_your_qualification"),
    ):
        with pytest.raises(Refused) as found:
            plan(day, giver)
        assert codes(found) == {code}
    session = plan("2026-11-25", system)
    desk = Actor(1, permissions=frozenset({actions.SEE_ALL}))
    for facts, code in (({"birth_year": 2013}, "too_young_to_train"), ({"birth_year": None}, "birth_year_unknown")):
        with pytest.raises(Refused) as found:
            do(nugue, desk, training.enrol, session, newcomer(nugue, **facts))
        assert codes(found) == {code}
    with pytest.raises(Forbidden):
        do(nugue, Actor(person(nugue, "u05")), training.enrol, session, newcomer(nugue))
    guest = newcomer(nugue)
    do(nugue, desk, training.enrol, session, guest)
    for early in ([guest], []):
        with pytest.raises(Refused):
            write(nugue, training.grant_present, session, early, "autonomous")
    nugue.is_at("2026-11-25T19:30")
    with pytest.raises(Conflict):
        write(nugue, training.grant_present, session, [guest, newcomer(nugue)], "autonomous")
    for late in (training.enrol, training.leave):
        with pytest.raises(Refused):
            do(nugue, desk, late, session, guest)
    with pytest.raises(Refused):
        write(nugue, training.cancel, session)
    assert write(nugue, training.grant_present, session, [guest], "autonomous") == 1


def test_all_of_a_session_or_nobody(nugue: HouseUnderTest) -> None:
    vinyl, desk = skill(nugue, "decoupe-vinyle").id, Actor(1, permissions=frozenset({actions.SEE_ALL}))
    facts = {"qualification": token(vinyl), "date": "2026-11-25", "start": "18:00", "minutes": 60}
    session = write(nugue, training.plan, NewSession(**facts, place="Atelier", capacity=3), vinyl)
    camille = person(nugue, "u14")
    people = [newcomer(nugue, "Ana"), newcomer(nugue, "Bo"), camille]
    for one in people:
        do(nugue, desk, training.enrol, session, one)
    nugue.is_at("2026-11-25T20:00")
    who = trainer(camille, "machine:vinyl-1")
    shown = read(nugue, training.preview, who, session, "autonomous")
    assert [reason.code for reason in shown[camille]] == ["not_to_oneself"]
    assert shown[people[0]] == ()
    with pytest.raises(Refused):
        do(nugue, who, training.grant_present, session, people, "autonomous")
    assert read(nugue, queries.grants_of, people[0]) == []
    assert do(nugue, who, training.grant_present, session, people[:2], "autonomous") == 2


@pytest.mark.parametrize(
    ("email", "path", "status"),
    [
        (MEMBER, "/habilitations", 403),
        (MEMBER, "/habilitations/catalogue", 403),
        (RECEPTION, "/habilitations", 200),
        (RECEPTION, "/habilitations/catalogue", 403),
        (FAB_MANAGER, "/habilitations?niveau=zzz&etat=%01&numero=-4&qualification=%3Cscript%3E", 200),
        (FAB_MANAGER, "/habilitations?etat=%00", 422),
        (FAB_MANAGER, "/habilitations?numero=99999999999999999999999", 200),
        (FAB_MANAGER, "/habilitations/catalogue/0000000000001", 404),
        (FAB_MANAGER, "/habilitations/catalogue/%C3%A9", 422),
        (FAB_MANAGER, "/habilitations/donner/0000000000001", 404),
        (MEMBER, "/habilitations/seances/0000000000001", 404),
        (MEMBER, "/habilitations/seances?pour=%27%3B--", 200),
        (MEMBER, "/habilitations/attestations/0000000000001/attestation.pdf", 404),
        (MEMBER, "/habilitations/verifier/0000000000001", 404),
    ],
)
def test_odd_addresses(quick_nugue: HouseUnderTest, email: str, path: str, status: int) -> None:
    browser = Browser(quick_nugue)
    browser.sign_in(email)
    answer = browser.get(path)
    assert answer.status_code == status
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"qualification": "x", "date": "2026-02-30", "start": "25:00", "minutes": "-1", "capacity": "1e9", "place": ""},
        {"date": "9999-12-31", "start": "٣:٠٠", "minutes": "٦٠", "capacity": "0", "place": "\x00"},
    ],
)
def test_bad_forms_come_back_with_what_was_typed(quick_nugue: HouseUnderTest, fields: dict[str, str]) -> None:
    lucie = Browser(quick_nugue)
    lucie.sign_in(FAB_MANAGER)
    lucie.get("/habilitations/seances")
    answer = lucie.submit("/habilitations/seances", fields)
    assert answer.status_code == 422
    if fields.get("minutes") == "-1":
        assert 'value="-1"' in answer.text
        assert 'id="date-error"' in answer.text
    who = token(newcomer(quick_nugue))
    lucie.get(f"/habilitations/donner/{who}")
    assert lucie.submit(f"/habilitations/donner/{who}", {"level": "king", **fields}).status_code == 422
