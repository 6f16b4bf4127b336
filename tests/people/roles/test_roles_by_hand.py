"""`tierslieu admin grant`: the first administrator of an installation, from the server itself."""

from pathlib import Path

import pytest

from tests.support.clients import ADMINISTRATOR, MEMBER, open_house
from tests.support.inside import read
from tierslieu.basics.ids import show
from tierslieu.cli import main
from tierslieu.demo.people import PASSWORD
from tierslieu.people.audit.queries import about_person
from tierslieu.people.persons.queries import by_key
from tierslieu.people.roles.queries import roles_of
from tierslieu.people.signin.queries import account


@pytest.fixture
def url(demo_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A database with people, which the command line finds through the settings."""
    monkeypatch.setenv("TIERSLIEU_DATABASE_URL", demo_url)
    monkeypatch.setenv("TIERSLIEU_DATA_DIR", str(tmp_path))
    return demo_url


def test_a_role_is_given_by_address_and_by_id(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_house(url, tmp_path) as house:
        found = read(house, account, MEMBER)
    assert found is not None
    assert main(["admin", "grant", MEMBER.upper(), "administrator"]) == 0
    assert main(["admin", "grant", show(found.id), "trainer@kind:printer_3d"]) == 0
    assert MEMBER not in capsys.readouterr().out
    with open_house(url, tmp_path) as house:
        assert set(read(house, roles_of, found.id)) == {"member", "administrator", "trainer"}
        acts = [(one.by, one.about) for one in read(house, about_person, found.id) if one.act == "roles.grant"]
    assert acts == [("device:system", "trainer@kind:printer_3d"), ("device:system", "administrator")]


def test_an_empty_house_gets_its_first_administrator(url: str, tmp_path: Path) -> None:
    assert main(["admin", "grant", "Rose@Example.org", "administrator", "--name", "Rose Petit Martin"]) == 0
    with open_house(url, tmp_path) as house:
        found = read(house, account, "rose@example.org")
        assert found is not None
        assert found.first_name == "Rose"
        assert "administrator" in read(house, roles_of, found.id)
        assert read(house, by_key, "rose") is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody@example.org", "administrator"], "--name"),
        (["0000000000001", "administrator"], "Nobody has this id"),
        (["xyz", "administrator"], "bad_id"),
        ([MEMBER, "king"], "There is no such role"),
        ([MEMBER, "trainer"], "for a place"),
        ([MEMBER, "receptionist@site:oasis"], "everywhere"),
    ],
)
def test_what_cannot_be_given_is_told(
    url: str, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["admin", "grant", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_an_old_database_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIERSLIEU_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite3'}")
    assert main(["admin", "grant", MEMBER, "administrator"]) == 2
    assert "tierslieu migrate" in capsys.readouterr().err


def test_the_first_administrator_signs_in_with_a_password_given_on_the_server(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["trop court", "trop court", "un lapin dans la neige", "autre", *["un lapin dans la neige"] * 2])
    monkeypatch.setattr("tierslieu.cli.getpass", lambda _prompt: next(typed))
    assert [main(["admin", "password", MEMBER]) for _ in range(3)] == [2, 2, 0]
    assert "lapin" not in "".join(capsys.readouterr())
    with open_house(url, tmp_path) as house:
        answer = house.client.post("/api/v1/sessions", json={"email": MEMBER, "password": "un lapin dans la neige"})
        assert answer.status_code == 201


def test_whoever_lost_every_second_proof_begins_anew(url: str, tmp_path: Path) -> None:
    assert main(["admin", "reset-factor", ADMINISTRATOR]) == 0
    with open_house(url, tmp_path) as house:
        answer = house.client.post("/api/v1/sessions", json={"email": ADMINISTRATOR, "password": PASSWORD})
        caller = {"authorization": f"Bearer {answer.json()['token']}"}
        assert "people.erase" not in house.client.get("/api/v1/me", headers=caller).json()["permissions"]


def test_the_log_is_verified_from_the_server(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["admin", "grant", MEMBER, "administrator"]) == 0
    assert main(["admin", "verify-log"]) == 0
    assert "sound" in capsys.readouterr().out
