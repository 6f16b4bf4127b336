"""The kiosk: enrolled with a one-time code, useful without script, honest in its headers."""

import re

import httpx

from tests.access.doors import badge, fields, kiosk, plain, submit
from tests.support.clients import MEMBER, RECEPTION, Caller, HouseUnderTest
from tierslieu.access.rules import CODE_LIVES, kiosk_key, shown_code, typed_code

CODE = re.compile(r'class="one-time-code">(\d{4}.\d{4})<')


def open_code(house: HouseUnderTest, name: str = "Entrée du hall") -> str:
    answer = submit(house.sign_in(RECEPTION), "/bornes", name=name)
    assert answer.status_code == 200
    found = CODE.search(answer.text)
    assert found is not None
    return found.group(1)


def type_code(house: HouseUnderTest, code: str) -> httpx.Response:
    """Type a code on a fresh device."""
    house.client.cookies.clear()
    answer = submit(Caller(house.client), "/kiosk/enrolment", code=code)
    house.client.cookies.clear()
    return answer


def device_of(house: HouseUnderTest, answer: httpx.Response) -> Caller:
    """The device that got the cookie, calling with it as a browser would."""
    cookies = " ".join(answer.headers.get_list("set-cookie"))
    found = re.search(r"device=([^;]+);", cookies)
    assert found is not None, cookies
    device = Caller(house.client)
    device.headers = {"cookie": f"device={found.group(1)}", "x-requested-with": "kiosk"}
    return device


def test_staff_make_a_device_a_kiosk_with_a_code(nugue: HouseUnderTest) -> None:
    answer = type_code(nugue, open_code(nugue))
    assert (answer.status_code, answer.headers["location"]) == (303, "/kiosk")
    device = device_of(nugue, answer)
    assert device.get("/api/v1/kiosk").json()["device"] == "kiosk-entree-du-hall"
    assert "Présentez votre badge" in device.get("/kiosk").text


def test_a_code_serves_once(nugue: HouseUnderTest) -> None:
    code = open_code(nugue)
    assert type_code(nugue, code).status_code == 303
    again = type_code(nugue, code)
    assert again.status_code == 422
    assert "plus de dix minutes" in again.text


def test_a_code_lives_ten_minutes(nugue: HouseUnderTest) -> None:
    early, late = open_code(nugue, "Une"), open_code(nugue, "Deux")
    nugue.clock.instant += CODE_LIVES - 1
    assert type_code(nugue, early).status_code == 303
    nugue.clock.instant += 1
    assert type_code(nugue, late).status_code == 422


def test_guessing_codes_is_slowed(quick_nugue: HouseUnderTest) -> None:
    code = open_code(quick_nugue)
    for guess in range(5):
        assert type_code(quick_nugue, f"0000000{guess}").status_code == 422
    assert "Trop d’essais" in type_code(quick_nugue, code).text
    quick_nugue.clock.instant += CODE_LIVES - 1
    assert "Trop d’essais" in type_code(quick_nugue, code).text


def test_a_stopped_kiosk_is_out_at_once_and_can_come_back(nugue: HouseUnderTest) -> None:
    device = device_of(nugue, type_code(nugue, open_code(nugue)))
    assert device.get("/api/v1/kiosk").status_code == 200
    claire = nugue.sign_in(RECEPTION)
    assert submit(claire, "/bornes", "/bornes/kiosk-entree-du-hall/arret").status_code == 303
    assert device.get("/api/v1/kiosk").status_code == 401
    assert device_of(nugue, type_code(nugue, open_code(nugue))).get("/api/v1/kiosk").status_code == 200


def test_a_new_code_leaves_the_kiosk_at_work_until_it_is_typed(nugue: HouseUnderTest) -> None:
    device = device_of(nugue, type_code(nugue, open_code(nugue)))
    code = open_code(nugue)
    assert device.get("/api/v1/kiosk").status_code == 200
    assert type_code(nugue, code).status_code == 303
    assert device.get("/api/v1/kiosk").status_code == 401


def test_only_staff_enrol(nugue: HouseUnderTest) -> None:
    assert nugue.sign_in(RECEPTION).get("/bornes").status_code == 200
    assert nugue.sign_in(MEMBER).get("/bornes").status_code == 403
    assert nugue.sign_in(MEMBER).post("/bornes").status_code == 403


def test_a_kiosk_needs_a_name(quick_nugue: HouseUnderTest) -> None:
    answer = submit(quick_nugue.sign_in(RECEPTION), "/bornes", name="")
    assert answer.status_code == 422
    assert "à remplir" in plain(answer.text)


def test_a_browser_that_is_no_kiosk_is_led_to_the_enrolment(nugue: HouseUnderTest) -> None:
    for who in (nugue.stranger, nugue.sign_in(RECEPTION)):
        answer = who.get("/kiosk", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/kiosk/enrolment")


def test_without_script_the_form_gives_the_whole_result(nugue: HouseUnderTest) -> None:
    door, number = kiosk(nugue), badge(nugue).badge.card_number
    scan_id = fields(door.get("/kiosk"))["scan_id"]
    answer = submit(door, "/kiosk", "/kiosk/scans", badge=number, scan_id=scan_id)
    assert answer.status_code == 200
    assert 'data-state="granted"' in answer.text
    assert "Passage noté" in answer.text
    again = submit(door, "/kiosk", "/kiosk/scans", badge=number, scan_id=scan_id)
    assert 'data-state="granted"' in again.text


def test_a_scanner_types_into_the_form_too(nugue: HouseUnderTest) -> None:
    door, token = kiosk(nugue), badge(nugue).token
    scan_id = fields(door.get("/kiosk"))["scan_id"]
    answer = submit(door, "/kiosk", "/kiosk/scans", badge=token, scan_id=scan_id)
    assert "Bonjour Sofia" in answer.text


def test_a_wrong_number_is_explained(nugue: HouseUnderTest) -> None:
    door = kiosk(nugue)
    for typed in ("12345", "bonjour"):
        scan_id = fields(door.get("/kiosk"))["scan_id"]
        answer = submit(door, "/kiosk", "/kiosk/scans", badge=typed, scan_id=scan_id)
        assert 'data-state="denied"' in answer.text
        assert "six chiffres" in answer.text


def test_the_page_may_use_the_camera_and_the_reader_and_nothing_more(quick_nugue: HouseUnderTest) -> None:
    headers = kiosk(quick_nugue).get("/kiosk").headers
    assert "script-src 'self' 'wasm-unsafe-eval'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert "camera=(self)" in headers["permissions-policy"]
    assert "camera=()" in quick_nugue.stranger.get("/kiosk/enrolment").headers["permissions-policy"]


def test_the_page_carries_its_words_in_both_languages(quick_nugue: HouseUnderTest) -> None:
    text = kiosk(quick_nugue).get("/kiosk").text
    for code in ("fr", "en"):
        part = re.search(rf'<template data-language="{code}">(.*?)</template>', text, re.S)
        assert part is not None
        assert 'data-word="kept_title"' in part.group(1)
    assert "<script>" not in text
    assert " style=" not in text


def test_keys_and_codes_in_plain_letters() -> None:
    assert kiosk_key("Entrée du hall") == "kiosk-entree-du-hall"
    assert kiosk_key("…") == "kiosk-x"
    assert len(kiosk_key("é" * 200)) <= 40
    assert typed_code("1234 5678") == typed_code(shown_code("12345678")) == "12345678"
