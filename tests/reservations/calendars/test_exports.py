"""Tables to take along: what is on the screen, opened by another program, computed by none."""

import csv
import io
from datetime import date, time

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from tests.support.clients import FAB_MANAGER, MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import read
from tierslieu.infra.statements import Query, columns
from tierslieu.people.audit.tables import AuditEntry
from tierslieu.reservations.calendars.spreadsheets import Sheet, write_csv, write_ods

a = columns(AuditEntry)
ACTS: Query[tuple[str, str]] = Query(select(a.act, a.about).order_by(a.seq))


def rows_of(caller: Caller, path: str) -> list[list[str]]:
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_ones_own_reservations_as_a_table(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    made = sofia.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00").json()["reservations"][0]
    head, *rows = rows_of(sofia, "/exports/mes-reservations.csv")
    assert head[:4] == ["Référence", "Jour", "Début", "Fin"]
    mine = next(row for row in rows if row[0] == made["reference"])
    assert mine[1:4] == ["2026-11-25", "10:00", "11:00"]
    assert sofia.get("/exports/mes-reservations.csv").content.startswith(b"\xef\xbb\xbf")
    assert not sofia.get("/exports/mes-reservations.csv?mark=0").content.startswith(b"\xef\xbb\xbf")
    book = CalamineWorkbook.from_filelike(io.BytesIO(sofia.get("/exports/mes-reservations.ods").content))
    sheet = book.get_sheet_by_index(0).to_python()
    cells = next(row for row in sheet if row[0] == made["reference"])
    assert cells[1] == date(2026, 11, 25)
    assert rows_of(sofia, "/exports/mes-reservations.csv?show=past")[0] == head


def test_the_desks_lists_are_noted(quick_nugue: HouseUnderTest) -> None:
    claire, sofia = quick_nugue.sign_in(RECEPTION), quick_nugue.sign_in(MEMBER)
    sofia.reserve("visio-1", "2026-11-24T10:00", "2026-11-24T11:00")
    sofia.reserve("grande-salle", "2026-12-04T10:00", "2026-12-04T11:00", people=20)
    assert any("Moreau" in row for row in rows_of(claire, "/exports/attendus.csv"))
    assert any("Moreau" in row for row in rows_of(claire, "/exports/demandes.csv"))
    assert any("Moreau" in row for row in rows_of(claire, "/exports/planning.csv?date=2026-11-24"))
    week = rows_of(claire, "/exports/planning.csv?date=2026-11-24&vue=semaine")
    assert len(week) >= len(rows_of(claire, "/exports/planning.csv?date=2026-11-24"))
    noted = [
        about for act, about in read(quick_nugue, lambda reader: reader.rows(ACTS)) if act == "reservations.export"
    ]
    assert noted[:2] == ["attendus", "demandes"]


def test_the_week_is_everybodys(quick_nugue: HouseUnderTest) -> None:
    head, *rows = rows_of(quick_nugue.stranger, "/exports/semaine.csv?date=2026-11-24")
    assert len(head) == 8
    assert any("libre" in cell for row in rows for cell in row)
    assert quick_nugue.stranger.get("/exports/semaine.csv?date=nothing").status_code == 422


@pytest.mark.parametrize("name", ["attendus", "demandes", "planning"])
def test_members_do_not_see_the_lists_of_staff(quick_nugue: HouseUnderTest, name: str) -> None:
    assert quick_nugue.sign_in(MEMBER).get(f"/exports/{name}.csv").status_code == 403
    assert quick_nugue.sign_in(FAB_MANAGER).get(f"/exports/{name}.ods").status_code == 200


def test_no_cell_is_computed() -> None:
    evil = ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "a\x00b\x1fc", 'a;b"c\nd', "<b>&amp;"]
    sheet = Sheet("essai", ["=Titre"], [[text] for text in evil] + [[7], [1.5], [date(2026, 1, 2)], [time(9, 5)]])
    table = list(csv.reader(io.StringIO(write_csv(sheet).decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in table[:5]] == ["'=Titre", "'=1+1", "'+33", "'-2", "'@SUM(A1)"]
    assert not any(row[0].lstrip().startswith("=") for row in table)
    assert [row[0] for row in table[-4:]] == ["7", "1,50", "2026-01-02", "09:05"]
    cells = CalamineWorkbook.from_filelike(io.BytesIO(write_ods(sheet))).get_sheet_by_index(0).to_python()
    assert [row[0] for row in cells[:2]] == ["=Titre", "=1+1"]
    assert [row[0] for row in cells[-4:-1]] == [7.0, 1.5, date(2026, 1, 2)]
    assert str(cells[-1][0]).startswith(("09:05", "9:05"))
