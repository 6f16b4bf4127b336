"""The planning of staff: who is where, moved by the form that every way of moving sends, and what it refuses."""

import re

from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.counting import counted

DAY = "2026-11-25"


def desk_of(house: HouseUnderTest) -> Browser:
    desk = Browser(house)
    desk.sign_in(RECEPTION)
    return desk


def reserved(house: HouseUnderTest, email: str, key: str, start: str, end: str, **more: object) -> str:
    answer = house.sign_in(email).reserve(key, f"{DAY}T{start}", f"{DAY}T{end}", **more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reservations"][0]["id"])


def standing(house: HouseUnderTest) -> list[dict[str, str]]:
    """What Sofia has reserved now."""
    found = house.sign_in().get("/api/v1/reservations").json()["items"]
    return [one for one in found if one["state"] != "cancelled"]


def wish(id_: str, version: str, start: str, end: str, key: str = "visio-1", date: str = DAY) -> dict[str, str]:
    return {"id": id_, "version": version, "resource": key, "date": date, "from": start, "to": end}


def version_of(page: str, id_: str) -> str:
    found = re.search(rf'data-id="{id_}" data-version="(\d+)"', page)
    assert found is not None, page
    return found[1]


def test_the_desk_sees_who_is_where_and_moves_a_reservation_to_another_room(nugue: HouseUnderTest) -> None:
    made = reserved(nugue, MEMBER, "visio-1", "10:00", "11:00", title="Entretien")
    desk = desk_of(nugue)
    day = desk.get(f"/planning?date={DAY}")
    assert day.status_code == 200, day.text
    assert "Sofia Moreau, Entretien" in day.text
    one = desk.get(f"/planning/reservations/{made}")
    assert "Entretien" in one.text
    moved = desk.submit("/planning/deplacer", wish(made, version_of(day.text, made), "14:00", "15:00", "bureau-1"))
    assert moved.status_code == 303, moved.text
    after = desk.get(moved.headers["location"])
    assert "C’est déplacé" in after.text
    assert 'data-row="bureau-1"' in after.text
    assert [one["resource"] for one in standing(nugue)] == ["bureau-1"]


def test_what_changed_since_the_page_was_shown_is_told_and_nothing_moves(quick_nugue: HouseUnderTest) -> None:
    made = reserved(quick_nugue, MEMBER, "visio-1", "10:00", "11:00")
    desk, other = desk_of(quick_nugue), desk_of(quick_nugue)
    seen = version_of(desk.get(f"/planning?date={DAY}").text, made)
    other.get(f"/planning?date={DAY}")
    assert other.submit("/planning/deplacer", wish(made, seen, "12:00", "13:00")).status_code == 303
    stale = desk.submit("/planning/deplacer", wish(made, seen, "15:00", "16:00"))
    assert stale.status_code == 409
    assert "déplacée entre-temps" in stale.text
    assert "/planning/reservations/" in stale.text
    assert "Voir où elle en est" in stale.text
    (now,) = standing(quick_nugue)
    assert now["starts_at"] == "2026-11-25T11:00:00Z"


def test_every_reason_is_told_beside_the_form_and_nothing_typed_is_lost(quick_nugue: HouseUnderTest) -> None:
    made = reserved(quick_nugue, MEMBER, "visio-1", "10:00", "11:00")
    reserved(quick_nugue, OTHER_MEMBER, "visio-1", "14:00", "15:00")
    desk = desk_of(quick_nugue)
    seen = version_of(desk.get(f"/planning?date={DAY}").text, made)
    taken = desk.submit("/planning/deplacer", wish(made, seen, "14:00", "15:00"))
    assert taken.status_code == 409
    assert 'value="14:00"' in taken.text
    backwards = desk.submit("/planning/deplacer", wish(made, seen, "15:00", "14:00"))
    assert backwards.status_code == 422
    unread = desk.submit("/planning/deplacer", wish(made, seen, "25:00", "14:00"))
    assert unread.status_code == 422
    assert "from-error" in unread.text
    no_day = desk.submit("/planning/deplacer", wish(made, seen, "10:00", "14:00", date="demain"))
    assert no_day.status_code == 422
    nowhere = desk.submit("/planning/deplacer", wish("0000000000001", seen, "10:00", "14:00"))
    assert nowhere.status_code == 404
    assert desk.submit("/planning/deplacer", {"id": "!"}).status_code == 422


def test_filters_weeks_and_pages_are_bounded(quick_nugue: HouseUnderTest) -> None:
    made = reserved(quick_nugue, MEMBER, "D02", "10:00", "11:00")
    desk = desk_of(quick_nugue)
    assert 'data-row="D02"' in desk.get(f"/planning?date={DAY}").text, "what is reserved is shown, listed or not"
    only = desk.get(f"/planning?date={DAY}&espace=coworking").text
    assert 'data-row="visio-1"' not in only
    assert 'data-row="D01"' in only
    assert 'data-row="visio-1"' in desk.get(f"/planning?date={DAY}&sorte=room").text
    week = desk.get(f"/planning/semaine?resource=D02&date={DAY}")
    assert week.text.count("data-row=") == 7
    assert made in week.text
    assert desk.get("/planning?date=x").status_code == 422
    assert desk.get("/planning?page_number=x").status_code in (400, 422)
    assert desk.get("/planning?espace=nulle-part").status_code == 200
    assert desk.get("/planning/semaine?resource=nothing").status_code == 404
    member = Browser(quick_nugue)
    member.sign_in(MEMBER)
    assert member.get("/planning").status_code == 403


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(quick_nugue: HouseUnderTest) -> None:
    caller = quick_nugue.sign_in(RECEPTION)
    for hour in range(9, 13):
        reserved(quick_nugue, MEMBER, "visio-1", f"{hour}:00".zfill(5), f"{hour + 1}:00".zfill(5))
    with counted(quick_nugue) as engine:
        assert caller.get(f"/planning?date={DAY}&sorte=room").status_code == 200
        few, engine.statements = engine.statements, 0
        assert caller.get(f"/planning?date={DAY}").status_code == 200
        assert engine.statements <= few + 1, (few, engine.statements)


def test_the_programme_is_on_paper_with_names_for_the_desk_and_without_for_the_doors(
    quick_nugue: HouseUnderTest,
) -> None:
    reserved(quick_nugue, MEMBER, "visio-1", "10:00", "11:00", title="Entretien")
    desk = desk_of(quick_nugue)
    named = desk.get(f"/planning/programme?date={DAY}")
    assert "Sofia M., Entretien" in named.text
    door = desk.get(f"/planning/programme?date={DAY}&porte=1")
    assert "Sofia" not in door.text
    assert "Entretien" not in door.text
    assert "Réservé" in door.text
    pdf = desk.get(f"/planning/programme.pdf?date={DAY}")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert desk.get("/planning/programme?date=jamais").status_code == 422
