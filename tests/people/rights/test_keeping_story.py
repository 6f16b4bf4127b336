"""What is too old goes by itself, and an installation says when it last did."""

import re

from tests.access.doors import plain
from tests.people.rights.test_rights_story import id_of, name_of, past_of
from tests.support.clients import ADMINISTRATOR, HouseUnderTest
from tests.support.inside import read, run_jobs, stop_jobs, write
from tierslieu.basics.spans import DAY
from tierslieu.infra.personal import Retention
from tierslieu.people.audit.queries import newest
from tierslieu.people.rights import queries, rules
from tierslieu.people.rights.actions import apply, end_turn
from tierslieu.people.rights.feature import FEATURE
from tierslieu.people.signin.queries import account

YEAR = 365 * DAY


def runs_of(house: HouseUnderTest, rule: str = "reservations.people") -> list[queries.Ran]:
    """The runs of a rule, the newest first."""
    return [one for one in read(house, queries.runs, 500) if one.rule == rule]


def retention_acts(house: HouseUnderTest) -> int:
    """How often the log tells that something was removed by age."""
    return [one.act for one in read(house, newest, 2**62, 1000)].count("people.retention")


def test_an_unused_account_is_warned_then_forgotten(nugue: HouseUnderTest) -> None:
    who = id_of(nugue)
    nugue.clock.instant += 2 * YEAR - 20 * DAY
    run_jobs(nugue)
    assert who in [person for person, _due in read(nugue, queries.warned)]
    assert name_of(nugue, who) == "Sofia Moreau"
    nugue.clock.instant += 29 * DAY
    run_jobs(nugue)
    assert name_of(nugue, who) == "Sofia Moreau"
    nugue.clock.instant += 2 * DAY
    run_jobs(nugue)
    assert name_of(nugue, who) == "— —"
    assert read(nugue, account, ADMINISTRATOR) is not None, "staff are never forgotten by themselves"


def test_a_sign_of_life_keeps_the_account(nugue: HouseUnderTest) -> None:
    who = id_of(nugue)
    nugue.clock.instant += 2 * YEAR - 20 * DAY
    run_jobs(nugue)
    nugue.sign_in()
    nugue.clock.instant += 31 * DAY
    run_jobs(nugue)
    assert name_of(nugue, who) == "Sofia Moreau"
    assert who not in [person for person, _due in read(nugue, queries.warned)]


def test_past_reservations_lose_their_names_after_two_years(nugue: HouseUnderTest) -> None:
    sofia = nugue.sign_in()
    sofia.reserve("visio-1", "2026-11-24T09:00", "2026-11-24T10:00")
    who = id_of(nugue)
    nugue.clock.instant += 2 * YEAR + 2 * DAY
    nugue.sign_in()
    run_jobs(nugue)
    assert past_of(nugue, who) == []
    (took, *_earlier) = runs_of(nugue)
    assert took.removed >= 1
    told = retention_acts(nugue)
    nugue.clock.instant += DAY
    run_jobs(nugue)
    (quiet, before, *_earlier) = runs_of(nugue)
    assert (quiet.removed, before) == (0, took), "a run that finds nothing is a run"
    assert quiet.at >= took.at + DAY
    assert retention_acts(nugue) == told, "it is no act of the log"
    page = plain(nugue.sign_in(ADMINISTRATOR).get("/conservation").text)
    row = next(one for one in re.findall(r"<tr>.*?</tr>", page) if " ans" in one and f"{took.removed} le " in one)
    assert row.count("novembre 2028") == 2, "when it was applied last, and when it last removed something"


def test_an_installation_says_when_old_data_was_last_removed(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    run_jobs(house)
    stop_jobs(house)
    sound, late = "Ce qui est trop ancien a été retiré mardi 24 novembre à 8 h", "n’est plus retiré depuis 4 jours"
    assert sound in plain(house.sign_in(ADMINISTRATOR).get("/gestion/etat").text)
    house.clock.instant += 3 * DAY
    assert read(house, queries.days_overdue) == 0
    house.clock.instant += DAY
    page = plain(house.sign_in(ADMINISTRATOR).get("/gestion/etat").text)
    assert sound not in page
    assert f"<strong>À voir :</strong> Ce qui est trop ancien {late}" in page
    (check,) = FEATURE.checks
    assert read(house, check.look) == 4
    run_jobs(house)
    assert read(house, check.look) == 0
    assert rules.days_overdue(None, 1) == 0


def test_the_steps_of_a_run_are_one_run(quick_nugue: HouseUnderTest) -> None:
    house, left = quick_nugue, [2, 2, 0]
    stop_jobs(house)
    rule = Retention("test.steps", "", DAY, "", lambda _tx, _before, _most: left.pop(0))
    began = house.clock.instant
    assert [write(house, apply, rule, 2, since) for since in (None, began, began)] == [2, 2, 0]
    assert [one.removed for one in runs_of(house, "test.steps")] == [4]
    write(house, end_turn)
    house.clock.instant += 366 * DAY
    write(house, end_turn)
    assert [one.rule for one in read(house, queries.runs)] == [rules.WHOLE_TURN], "runs are told of for a year"


def test_retention_cut_short_goes_on(nugue: HouseUnderTest) -> None:
    """The rules run twice, or from two processes, remove once."""
    sofia = nugue.sign_in()
    for hour in range(9, 12):
        sofia.reserve("visio-1", f"2026-11-24T{hour:02d}:00", f"2026-11-24T{hour:02d}:30")
    nugue.clock.instant += 2 * YEAR + 2 * DAY
    (rule,) = [one for one in nugue.house.retentions if one.name == "reservations.people"]
    removed = [write(nugue, apply, rule, 2) for _ in range(4)]
    assert sum(removed) >= 3
    assert removed[-1] == 0
