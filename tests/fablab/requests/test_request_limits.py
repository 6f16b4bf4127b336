"""What staff look at first, and how much one may ask for in a week: the rules alone, and in the house."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.fablab.benches import Fablab, codes
from tests.fablab.requests.wishes import make, price
from tests.fablab.test_pages import Browser
from tests.support.clients import FAB_MANAGER, PARIS, at
from tierslieu.fablab.requests.rules import (
    DAY,
    Amount,
    Limit,
    Patience,
    Policy,
    must_be_prepared,
    needs_agreement,
    over_limit,
    week_of,
    why_look,
)
from tierslieu.http.wording import reason_text
from tierslieu.http.words import spoken
from tierslieu.people.audit.queries import newest

KIND = "/api/v1/fablab/request-rules/printer_3d"
MAYBE = st.none() | st.integers(0, 1_000)
amounts = st.builds(Amount, st.just(1), MAYBE, MAYBE, MAYBE)
formats = st.sampled_from(["gcode", "bgcode", "sliced_3mf", "model", "drawing"])


@given(formats, st.sampled_from(["self", "staff"]), amounts, st.booleans())
def test_without_any_rule_only_what_no_machine_reads_is_looked_at(
    format_: str, service: str, amount: Amount, is_minor: bool
) -> None:
    never = Policy("printer_3d", for_staff=0, for_unprepared=0)
    why = why_look(never, format_, service, amount, is_minor=is_minor)
    assert (why == "unprepared") == must_be_prepared("printer_3d", format_)
    assert why in ("", "unprepared")


@given(formats, st.sampled_from(["self", "staff"]), amounts, st.booleans(), MAYBE, MAYBE)
def test_a_stricter_house_never_looks_at_less(
    format_: str, service: str, amount: Amount, is_minor: bool, grams: int | None, minutes: int | None
) -> None:
    some = Policy("printer_3d", over_grams=grams, over_minutes=minutes)
    every = Policy("printer_3d", is_always=1, over_grams=grams, over_minutes=minutes)
    if why_look(some, format_, service, amount, is_minor=is_minor):
        assert why_look(every, format_, service, amount, is_minor=is_minor)
    assert why_look(every, format_, service, amount, is_minor=is_minor)


@given(amounts, amounts, MAYBE, MAYBE, MAYBE)
def test_a_limit_is_passed_exactly_when_the_sum_is_greater(
    used: Amount, wished: Amount, grams: int | None, jobs: int | None, cents: int | None
) -> None:
    found = {one.code for one in over_limit(Limit("member", jobs, grams, None, cents), used, wished, 0)}
    assert ("week_grams" in found) == (grams is not None and (used.grams or 0) + (wished.grams or 0) > grams)
    assert ("week_jobs" in found) == (jobs is not None and used.jobs + wished.jobs > jobs)
    assert ("week_cents" in found) == (cents is not None and (used.cents or 0) + (wished.cents or 0) > cents)


def test_a_limit_of_money_is_told_in_euros() -> None:
    limit, used, wished = Limit("member", None, None, None, 1_000), Amount(1, cents=0), Amount(1, cents=1_255)
    (reason,) = over_limit(limit, used, wished, 1_795_996_800)
    told = reason_text(spoken("fr", PARIS), reason)
    assert "10\u00a0€ par semaine" in told
    assert "12,55\u00a0€" in told


@given(st.integers(1, 60), st.integers(9, 90), st.lists(st.integers(1, 5 * DAY), max_size=60))
def test_nothing_goes_without_a_warning_a_day_before(remind: int, keep: int, steps: list[int]) -> None:
    waits, now, reminded, warned = Patience(remind, keep), 0, 0, 0
    for step in steps:
        now += step
        word = waits.next_word(0, reminded, warned, now)
        if word == "remind":
            assert not reminded
            reminded = now
        elif word == "warn":
            assert not warned
            warned = now
        elif word == "go":
            assert warned
            assert now >= max(warned + DAY, keep * DAY)


@given(MAYBE, MAYBE)
def test_people_agree_to_what_costs_more_than_they_saw(before: int | None, after: int | None) -> None:
    assert needs_agreement(before, after) == (after is not None and after > (before or 0))


def test_weeks_begin_on_monday_on_nights_of_the_clock_too() -> None:
    since, until = week_of(PARIS, at("2026-10-25T12:00"))  # the autumn night is in this week
    assert (since, until - since) == (at("2026-10-19T00:00"), 7 * DAY + 3600)


def test_a_week_has_a_limit_and_staff_may_pass_over_it(quick_fablab: Fablab) -> None:
    price(quick_fablab)
    limits = "/api/v1/fablab/request-limits"
    for who in ("member", "minor", "visitor"):
        assert quick_fablab.manager.put(f"{limits}/{who}", {"jobs": 2, "minutes": 3}).status_code == 204
    assert quick_fablab.manager.put(f"{limits}/robot", {"jobs": 2}).status_code == 404
    quick_fablab.queue()
    file = quick_fablab.upload().json()["id"]
    refused = quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": file, "quantity": 2})
    assert codes(refused) == {"week_minutes"}
    quick_fablab.queue()
    third = quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": file})
    assert codes(third) == {"week_jobs", "week_minutes"}
    assert "2 travaux par semaine" in third.json()["reasons"][0]["text"]
    assert "lundi 30 novembre" in third.json()["reasons"][0]["text"]
    alone = quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": file, "exception": "other"})
    assert alone.status_code == 403
    passed = quick_fablab.manager.post("/api/v1/fablab/jobs", {"file": file, "exception": "event"})
    assert passed.status_code == 201, passed.text
    quick_fablab.house.clock.instant += 7 * DAY
    assert quick_fablab.maker.post("/api/v1/fablab/jobs", {"file": file}).status_code == 201


def test_what_is_made_once_more_counts_and_staff_say_why_it_may(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    price(fablab)
    job = fablab.queue(material="PLA")
    make(fablab, job)
    for who in ("member", "visitor"):
        assert fablab.manager.put(f"/api/v1/fablab/request-limits/{who}", {"jobs": 2}).status_code == 204
    path = f"/api/v1/fablab/jobs/{job['id']}/reprint"
    first = fablab.manager.post(path, {"quantity": 1})
    assert first.status_code == 201, first.text
    assert codes(fablab.manager.post(path, {"quantity": 1})) == {"week_jobs"}
    assert fablab.manager.post(path, {"exception": "because"}).status_code == 400
    lucie = Browser(fablab, FAB_MANAGER)
    page, act = f"/fablab/file/{job['id']}", f"/fablab/travaux/{job['id']}/refaire"
    assert "Pourquoi passer outre" not in lucie.get(page).text
    refused = lucie.submit(page, act, {"quantity": "3"})
    assert refused.status_code == 422
    for text in ("2 travaux par semaine", "Pourquoi passer outre", "Autre raison", 'value="3"'):
        assert text in refused.text, text
    assert lucie.submit(page, act, {"quantity": "many"}).status_code == 422
    passed = lucie.submit(page, act, {"quantity": "3", "exception": "failure"})
    assert passed.status_code == 303
    kept = [one for one in fablab.house.read(newest) if one.act == "fablab.requests.pass_limit"]
    assert [json.loads(one.facts) for one in kept] == [{"codes": ["week_jobs"], "reason": "failure"}]


def test_what_was_cancelled_counts_again_when_it_comes_back(quick_fablab: Fablab) -> None:
    fablab = quick_fablab
    for who in ("member", "visitor"):
        assert fablab.manager.put(f"/api/v1/fablab/request-limits/{who}", {"jobs": 1}).status_code == 204
    job = fablab.queue()
    assert fablab.maker.delete(f"/api/v1/fablab/jobs/{job['id']}").status_code == 204
    path = f"/api/v1/fablab/jobs/{job['id']}/again"
    assert fablab.manager.post(path).status_code == 204, "within the limit"
    assert fablab.maker.delete(f"/api/v1/fablab/jobs/{job['id']}").status_code == 204
    fablab.queue()
    assert codes(fablab.manager.post(path)) == {"week_jobs"}


def test_what_was_given_up_does_not_count(quick_fablab: Fablab) -> None:
    assert quick_fablab.manager.put("/api/v1/fablab/request-limits/member", {"jobs": 1}).status_code == 204
    assert quick_fablab.manager.put("/api/v1/fablab/request-limits/visitor", {"jobs": 1}).status_code == 204
    job = quick_fablab.queue()
    assert quick_fablab.maker.delete(f"/api/v1/fablab/jobs/{job['id']}").status_code == 204
    quick_fablab.queue()


def test_the_house_chooses_what_it_looks_at(quick_fablab: Fablab) -> None:
    assert quick_fablab.queue()["state"] == "queued"
    assert quick_fablab.manager.put(KIND, {"is_always": True}).status_code == 204
    assert quick_fablab.queue()["state"] == "requested"
    assert quick_fablab.manager.put(KIND, {"over_minutes": 5}).status_code == 204
    assert quick_fablab.queue(service="staff")["state"] == "queued"
    assert quick_fablab.queue(quantity=5)["state"] == "requested"
    assert quick_fablab.maker.put(KIND, {}).status_code == 403
    assert quick_fablab.manager.put("/api/v1/fablab/request-rules/oven", {}).status_code == 404


def test_an_estimate_keeps_nothing_and_says_what_is_unknown(quick_fablab: Fablab) -> None:
    price(quick_fablab)
    quick_fablab.box.wake()
    file = quick_fablab.upload().json()["id"]
    wish = {"file": file, "material": "PLA", "service": "staff", "quantity": 2, "deadline": "2026-11-25"}
    found = quick_fablab.maker.post("/api/v1/fablab/estimates", wish).json()
    assert (found["state"], found["why"], found["machine_cents"], found["energy_cents"]) == (
        *("requested", "staff"),
        *(207, None),
    )
    assert found["is_whole"] is False
    assert found["place"] == 1
    assert found["starts_at"] is not None
    assert quick_fablab.maker.get("/api/v1/fablab/jobs").json() == []
    past = quick_fablab.maker.post("/api/v1/fablab/jobs", {**wish, "deadline": "2026-11-23"})
    assert codes(past) == {"deadline_past"}
