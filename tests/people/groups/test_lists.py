"""Reading lists: the encodings and separators that spreadsheets write, real ODS files, and files made to harm."""

import contextlib
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.people.groups.sheets import cell, empty, ods, raw_zip, row
from tierslieu.basics.errors import Invalid
from tierslieu.people.groups.lists import LARGEST, List, read_list
from tierslieu.people.groups.ods_writing import MANIFEST, content, pack, write_ods
from tierslieu.people.groups.rules import csv_text, harmless

PEOPLE = "Prénom;NOM;Année de naissance;Courriel;Téléphone\r\nZoé;Lefèvre;1948;zoe@example.org;06 39 98 01 01\r\n"


def refused(name: str, data: bytes) -> str:
    with pytest.raises(Invalid) as found:
        read_list(name, data)
    assert found.value.fields == {"file": found.value.code}
    return found.value.code


def one(found: List) -> tuple[str, str, int | None, str | None, str | None]:
    (line,) = found.lines
    assert not line.wrong, line.wrong
    return (line.first_name, line.last_name, line.birth_year, line.email, line.phone)


ZOE = ("Zoé", "Lefèvre", 1948, "zoe@example.org", "+33639980101")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso8859-15", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_every_usual_kind_of_csv_says_the_same(encoding: str, sign: str, end: str) -> None:
    text = PEOPLE.replace(";", sign).replace("\r\n", end)
    assert one(read_list("liste.csv", text.encode(encoding))) == ZOE


def test_an_oe_is_read_in_both_western_encodings() -> None:
    for encoding in ("cp1252", "iso8859-15"):
        found = read_list("liste.csv", "prénom;nom\nSœur;Lebœuf\n".encode(encoding))
        assert found.lines[0].name == "Sœur Lebœuf"


def test_quotes_hold_separators_quotes_and_line_ends() -> None:
    data = b'prenom;nom;remarque\n"Jean ""Jo""";"Petit; dit Grand";"une\nremarque"\nAna;Roy\n'
    found = read_list("liste.csv", data)
    assert [(line.number, line.name) for line in found.lines] == [(2, 'Jean "Jo" Petit; dit Grand'), (4, "Ana Roy")]
    assert found.ignored == ("remarque",)


@pytest.mark.parametrize(
    "headings",
    [
        "prenom;nom;annee de naissance;courriel;telephone",
        "PRÉNOM;Nom de famille;Date de naissance;E-mail;Portable",
        "First name;Last name;Year of birth;Email address;Phone",
        "given_name;surname;birth_year;mail;Tél.",
    ],
)
def test_headings_are_known_in_any_order_case_and_language(headings: str) -> None:
    values = ["Zoé", "Lefèvre", "12/05/1948", "Zoe@Example.org", "06.39.98.01.01"]
    for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1]):
        names = headings.split(";")
        text = ";".join(names[at] for at in order) + "\n" + ";".join(values[at] for at in order) + "\n"
        assert one(read_list("liste.csv", text.encode())) == ZOE


@pytest.mark.parametrize("year", ["1948", "1948.0", "1948-05-12", "12/05/1948", "12.5.1948", "1948-05-12T00:00:00"])
def test_a_year_is_found_in_a_date(year: str) -> None:
    rows = [
        row(*(cell(text) for text in ("prénom", "nom", "naissance"))),
        row(cell("Zoé"), cell("Lefèvre"), cell(year)),
    ]
    if year == "1948.0":
        rows[1] = row(cell("Zoé"), cell("Lefèvre"), cell("1 948", value_type="float", value="1948.0"))
    assert one(read_list("liste.ods", ods(*rows)))[2] == 1948


def test_what_is_wrong_is_said_for_each_line_with_its_number() -> None:
    text = (
        "prénom;nom;année;courriel;téléphone\n"
        ";Roy;;;\n\n=1+1;Roy;;;\nAna;Roy;abc;sans-arobase;12\nAna;Roy;1700;;\nAna;R\u202eoy;;;\n"
        "Léo;Roy;;leo@example.org;\nLEO;roy;;;\nTom;Roy;;Leo@example.org;\n"
    )
    found = read_list("liste.csv", text.encode())
    told = [(line.number, [(each.field, each.code) for each in line.wrong]) for line in found.lines]
    assert told == [
        (2, [("first_name", "missing")]),
        (4, [("first_name", "formula_name")]),
        (5, [("birth_year", "int_parsing"), ("email", "bad_email"), ("phone", "bad_phone")]),
        (6, [("birth_year", "greater_than_equal")]),
        (7, [("last_name", "bad_text")]),
        (8, []),
        (9, [("last_name", "same_line")]),
        (10, [("email", "email_twice")]),
    ]


@pytest.mark.parametrize("sign", "=+-@")
def test_a_formula_is_no_name(sign: str) -> None:
    found = read_list("liste.csv", f"prénom;nom\n{sign}HYPERLINK;Roy\nAna;{sign}cmd\n".encode())
    assert [line.wrong[0].code for line in found.lines] == ["formula_name", "formula_name"]


def test_ods_is_read_with_repeats_spaces_notes_and_formulas_as_values() -> None:
    note = "<office:annotation><text:p>secret</text:p></office:annotation>"
    four = '<table:table-cell table:formula="of:=2+2" office:value-type="float" office:value="1990">'
    formula = f"{four}<text:p>4</text:p></table:table-cell>"
    rows = [
        empty(3),
        row(cell("Prénom"), cell("Nom"), cell("naissance")),
        row(
            f'<table:table-cell>{note}<text:p>Jean<text:s text:c="2"/>Paul</text:p></table:table-cell>',
            cell("Roy"),
            formula,
        ),
        row(cell("Ana"), cell("Roy")),
        empty(1_048_000),
    ]
    found = read_list("liste.ods", ods(*rows))
    assert [(line.number, line.name, line.birth_year) for line in found.lines] == [
        (5, "Jean Paul Roy", 1990),
        (6, "Ana Roy", None),
    ]


def test_the_model_is_a_real_ods_file_for_other_programs_and_for_us() -> None:
    data = write_ods([("prénom", "nom"), ("Zoé", "<Lefèvre & fils>")])
    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python() == [
        ["prénom", "nom"],
        ["Zoé", "<Lefèvre & fils>"],
    ]
    assert read_list("m.ods", data).lines[0].last_name == "<Lefèvre & fils>"


HEAD = row(cell("prénom"), cell("nom"))
BILLION = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
HARMFUL = {
    "list.xls": (b"anything", "wrong_sheet_ending"),
    "list": (b"anything", "wrong_sheet_ending"),
    "a.csv": (b"  \n ", "empty_sheet"),
    "b.csv": (b"prenom;nom\n", "no_people_in_sheet"),
    "c.csv": (b"x;y\n1;2\n", "no_headings"),
    "d.csv": (b"Nom Prenom;x\nRoy Ana;2\n", "names_in_one_column"),
    "e.csv": (b"prenom;nom;Nom de famille\nAna;Roy;Roy\n", "heading_twice"),
    "f.csv": (b"prenom;nom\nAna;\x00Roy\n", "sheet_with_nul"),
    "g.csv": (b'prenom;nom\n"Ana;Roy\n' + b"x;y\n" * 10, "unclosed_quote"),
    "h.csv": (b'prenom;nom\n"Ana"x;Roy\n', "bad_quotes"),
    "i.csv": (b"prenom;nom\n" + b"x" * 100_000 + b";Roy\n", "cell_too_long"),
    "j.csv": (b"prenom;nom\n" + b'"' + b"x" * 200_000 + b'";Roy\n', "cell_too_long"),
    "k.csv": (b"prenom;nom" + b";" * 1_000_000 + b"\nAna;Roy\n", "too_many_columns"),
    "l.csv": (b"prenom;nom" + b";x" * 40 + b"\nAna;Roy\n", "too_many_columns"),
    "m.csv": (b"prenom;nom\n" + b"Ana;Roy\n" * 2001, "too_many_rows"),
    "n.csv": (b"prenom;nom\n" + b"x" * LARGEST, "file_too_large"),
    "o.csv": (b"\x81\x8d\xfe prenom;nom\n", "unknown_encoding"),
    "p.csv": (write_ods([("prénom", "nom"), ("A", "B")]), "not_what_it_says"),
    "a.ods": (b"prenom;nom\nAna;Roy\n", "not_what_it_says"),
    "b.ods": (b"PK\x03\x04" + b"\x00" * 100, "broken_sheet"),
    "c.ods": (write_ods([("prénom", "nom"), ("A", "B")])[:-40], "broken_sheet"),
    "d.ods": (ods(HEAD, row(cell("Ana"), cell("Roy"), repeated=1_000_000)), "too_many_rows"),
    "e.ods": (ods(HEAD, row(cell("Ana", repeated=1_000_000))), "too_many_columns"),
    "f.ods": (ods(HEAD, row(cell("Ana"), cell("Roy"), repeated=99_999_999)), "too_many_rows"),
    "g.ods": (ods(HEAD, row(cell("Ana", repeated=10**12))), "broken_sheet"),
    "h.ods": (pack(BILLION), "broken_sheet"),
    "i.ods": (pack("<x>"), "broken_sheet"),
    "j.ods": (raw_zip(other_xml=b"<x/>"), "broken_sheet"),
    "k.ods": (raw_zip(content_xml=b" " * 60_000_000), "sheet_too_heavy"),
    "l.ods": (
        pack(content([HEAD]), MANIFEST.replace("/>", "><encryption-data/></manifest:file-entry>", 1)),
        "sheet_is_locked",
    ),
    "m.ods": (ods(HEAD, empty(200_000), row(cell("Ana"), cell("Roy"))), "too_many_rows"),
    "n.ods": (ods(), "empty_sheet"),
    "o.ods": (ods(HEAD, row(cell("x" * 5000), cell("Roy"))), "cell_too_long"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_files_made_to_harm_are_refused_and_cost_little(name: str) -> None:
    data, code = HARMFUL[name]
    tracemalloc.start()
    try:
        assert refused(name, data) == code
        assert tracemalloc.get_traced_memory()[1] < 150_000_000
    finally:
        tracemalloc.stop()


def test_a_password_in_the_archive_itself_is_seen() -> None:
    data = bytearray(write_ods([("prénom", "nom"), ("A", "B")]))
    at = data.find(b"PK\x01\x02")
    while at >= 0:  # the flag "encrypted" of each entry of the directory
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    assert refused("liste.ods", bytes(data)) == "sheet_is_locked"


@given(st.binary(max_size=300), st.sampled_from(["l.csv", "l.ods"]), st.booleans())
def test_no_bytes_break_the_reader(data: bytes, name: str, has_start: bool) -> None:
    with contextlib.suppress(Invalid):
        read_list(name, (b"PK\x03\x04" if has_start else b"") + data)


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=5), max_size=5))
def test_an_export_holds_no_formula(rows: list[list[str]]) -> None:
    text = csv_text(rows)
    assert text.startswith("\ufeff")
    for cells in rows:
        for each in cells:
            assert not harmless(each).startswith(("=", "+", "-", "@", "\t", "\r"))
