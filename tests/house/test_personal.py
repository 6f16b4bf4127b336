"""Where people appear: every column that holds a person is declared, every declared word has its sentence."""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import SQLModel

from tierslieu.features import FEATURES
from tierslieu.infra.personal import DELETE, KEEP, UNLINK, Personal
from tierslieu.people.rights.acts import ACTS
from tierslieu.people.rights.wording import LABELS, key_of

SOURCES = Path(__file__).parents[2] / "tierslieu"
DECLARED = tuple(item for feature in FEATURES for item in feature.personal)
PERSON_NAMES = re.compile(r"(^|_)(person|receiver|guardian|holder|trainer|referent|member)_id$|_by$")
NOT_PERSONS = {("audit_entry", "by")}
RECORDED = re.compile(r"""\b(?:record|record_for|note)\(\s*tx,\s*"([a-z_.]+)\"""")


def person_columns() -> Iterator[tuple[str, str]]:
    """Table and column of everything that refers to a person, by foreign key or by name."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.c:
            is_key = any(key.column.table.name == "person" for key in column.foreign_keys)
            if is_key or (PERSON_NAMES.search(column.name) and "INT" in str(column.type)):
                yield table.name, column.name


def test_every_column_that_holds_a_person_is_declared() -> None:
    """Or else a merge would lose it, an export would hide it and an erasure would leave it."""
    declared = {(str(item.table.__tablename__), item.column) for item in DECLARED}
    assert set(person_columns()) - declared - NOT_PERSONS == set()


def test_declarations_are_sound() -> None:
    wrong = [item for item in DECLARED if not _is_sound(item)]
    assert wrong == []


def _is_sound(item: Personal) -> bool:
    columns = set(item.table.__table__.c.keys())  # type: ignore[attr-defined]
    named = {name.partition(".")[0] for name in item.shown} | set(item.same) | set(item.blank) | {item.column}
    named |= {item.moment} if item.moment else set()
    is_titled = bool(item.title) == bool(item.shown)
    return named <= columns and is_titled and item.on_erase in (KEEP, UNLINK, DELETE)


def test_every_downloaded_column_has_a_name_in_words() -> None:
    wanted = {key_of(name) for item in DECLARED for name in item.shown}
    assert wanted - set(LABELS) == set()


def test_every_act_of_the_log_has_a_sentence() -> None:
    found = {act for path in SOURCES.rglob("*.py") for act in RECORDED.findall(path.read_text())}
    assert "people.erase" in found
    assert found - set(ACTS) == set()


def test_retention_rules_have_names_of_their_own() -> None:
    names = [rule.name for feature in FEATURES for rule in feature.retentions]
    assert len(names) == len(set(names))
