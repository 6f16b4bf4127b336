"""From a file to lines of people: which column is what, what each line says, and what is wrong with it. Pure.

Headings are recognised whatever their order, case, accents and language; unknown columns are left out, and
said so. Each line is judged alone, then against the others of the file.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from tierslieu.people.groups.ods import read_ods
from tierslieu.people.groups.sheets import Row, read_csv, refuse
from tierslieu.people.persons import names
from tierslieu.people.persons.schemas import PersonFields

LARGEST: Final = 5_000_000
CSV_ENDINGS: Final = ("csv", "txt", "tsv")
ODS_START: Final = b"PK\x03\x04"
FORMULA: Final = ("=", "+", "-", "@")
"""A name that begins so would be computed by the spreadsheet in which somebody opens an export."""
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "first_name": ("prenom", "prenoms", "prenomusuel", "firstname", "givenname", "forename"),
    "last_name": ("nom", "nomdefamille", "nomdusage", "nomusuel", "lastname", "surname", "familyname"),
    "birth_year": (
        "anneedenaissance",
        "anneenaissance",
        "annee",
        "naissance",
        "datedenaissance",
        "datenaissance",
        "birthyear",
        "yearofbirth",
        "birthdate",
        "dateofbirth",
    ),
    "email": ("courriel", "adressecourriel", "email", "mail", "adressemail", "adresseemail", "emailaddress"),
    "phone": ("telephone", "tel", "mobile", "portable", "telephonemobile", "telephoneportable", "phone", "phonenumber"),
}
IN_ONE: Final = ("nomprenom", "prenomnom", "nometprenom", "prenometnom", "fullname", "name")
FIELD_OF: Final = {heading: field for field, headings in HEADINGS.items() for heading in headings}
YEAR: Final = re.compile(r"(?:\d{1,2}[/.-]\d{1,2}[/.-])?(\d{4})(?:-\d{1,2}-\d{1,2}.*)?")


class Wrong(msgspec.Struct, frozen=True):
    """What is to be corrected in a line: a field and a stable code."""

    field: str
    code: str


class Line(msgspec.Struct, frozen=True):
    """One person of the file. `number` is the line in the spreadsheet; without `wrong` it can be imported."""

    number: int
    first_name: str
    last_name: str
    birth_year: int | None = None
    email: str | None = None
    phone: str | None = None
    wrong: tuple[Wrong, ...] = ()

    @property
    def name(self) -> str:
        """First name and family name."""
        return f"{self.first_name} {self.last_name}".strip()


class List(msgspec.Struct, frozen=True):
    """A whole file. `ignored` are the headings of columns that are not used."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...]


def read_list(file_name: str, data: bytes) -> List:
    """The people of a file. Raises Invalid when the file as a whole cannot be used."""
    rows = _read_rows(file_name, data)
    fields, ignored = columns_of(rows[0])
    lines = [read_line(row, fields) for row in rows[1:]]
    if not lines:
        raise refuse("no_people_in_sheet")
    return List(tuple(_with_doubles(lines)), ignored)


def _read_rows(file_name: str, data: bytes) -> list[Row]:
    ending = file_name.rpartition(".")[2].lower()
    if ending not in (*CSV_ENDINGS, "ods"):
        raise refuse("wrong_sheet_ending")
    if not data.strip():
        raise refuse("empty_sheet")
    if len(data) > LARGEST:
        raise refuse("file_too_large", limit=LARGEST)
    if (ending == "ods") != data.startswith(ODS_START):
        raise refuse("not_what_it_says")
    return read_ods(data) if ending == "ods" else read_csv(data)


def columns_of(headings: Row) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each field stands, and the headings nobody needs. Raises Invalid when names cannot be told."""
    fields: dict[str, int] = {}
    ignored, folded = [], [plain(text) for text in headings.cells]
    for place, heading in enumerate(folded):
        field = FIELD_OF.get(heading)
        if field is None:
            ignored.append(headings.cells[place][:60])
        elif field in fields:
            raise refuse("heading_twice", line=headings.number)
        else:
            fields[field] = place
    if not {"first_name", "last_name"} <= fields.keys():
        raise refuse("names_in_one_column" if set(IN_ONE) & set(folded) else "no_headings", line=headings.number)
    return fields, tuple(text for text in ignored if text)


def plain(heading: str) -> str:
    """A heading without case, accents, spaces and signs."""
    return "".join(sign for sign in names.fold(heading) if sign.isalnum())


def read_line(row: Row, fields: Mapping[str, int]) -> Line:
    """One line, with everything that is wrong in it."""
    typed = {field: row.cells[place] if place < len(row.cells) else "" for field, place in fields.items()}
    wrong = [Wrong(field, "formula_name") for field in ("first_name", "last_name") if typed[field].startswith(FORMULA)]
    asked = {field: text for field, text in typed.items() if text}
    if "birth_year" in asked:
        asked["birth_year"] = year_of(asked["birth_year"])
    try:
        kept = PersonFields.model_validate(asked)
    except ValidationError as error:
        wrong.extend(Wrong(str(one["loc"][0]), _code(one)) for one in error.errors() if one["loc"])
    else:
        if not wrong:
            return Line(row.number, kept.first_name, kept.last_name, kept.birth_year, kept.email, kept.phone)
    return Line(row.number, _short(typed["first_name"]), _short(typed["last_name"]), wrong=tuple(wrong))


def year_of(text: str) -> str:
    """The year of a year or a date, as text; what is neither stays, to be refused where it is checked."""
    found = YEAR.fullmatch(text.strip())
    return found[1] if found else text


def _code(error: Any) -> str:
    kind = str(error["type"])
    return str(error["msg"]).removeprefix("Value error, ") if kind == "value_error" else kind


def _short(text: str) -> str:
    """A refused name as it is shown: cut, and without signs that could disturb."""
    return "".join(sign for sign in text[:60] if sign.isprintable())


def _with_doubles(lines: Sequence[Line]) -> list[Line]:
    """The lines; one that says the same person as an earlier one, or has their address, is wrong."""
    people: set[tuple[str, int | None]] = set()
    addresses: set[str] = set()
    found = []
    for line in lines:
        wrong = list(line.wrong)
        if not wrong:
            who = (names.sort_name(line.first_name, line.last_name), line.birth_year)
            if who in people:
                wrong.append(Wrong("last_name", "same_line"))
            elif line.email in addresses:
                wrong.append(Wrong("email", "email_twice"))
            people.add(who)
            addresses.update((line.email,) if line.email else ())
        found.append(msgspec.structs.replace(line, wrong=tuple(wrong)))
    return found
