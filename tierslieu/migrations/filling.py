"""What steps move inside the data, in plain Python: the same on both databases."""

from sqlalchemy import Connection, text

from tierslieu.basics.ids import Ids
from tierslieu.people.persons.names import rows as words_of
from tierslieu.people.persons.names import sort_name


def people(connection: Connection) -> None:
    """Fill what people's new columns and tables derive from what an installation knows already."""
    _roles_as_grants(connection)
    _nobody(connection)
    _covered_machines(connection)
    _words_of_names(connection)


def _roles_as_grants(connection: Connection) -> None:
    """Each role of a person becomes a grant without an end; then the column they came from goes."""
    ids = Ids()
    rows = [
        {"id": ids.new(), "person": person_id, "role": role, "at": created_at}
        for person_id, roles, created_at in connection.execute(text("SELECT id, roles, created_at FROM person"))
        for role in dict.fromkeys(roles.split(","))
        if role
    ]
    if rows:
        add = "INSERT INTO role_grant (id, person_id, role, scope, granted_at) VALUES (:id, :person, :role, '', :at)"
        connection.execute(text(add), rows)
    connection.execute(text("ALTER TABLE person DROP COLUMN roles"))


def _words_of_names(connection: Connection) -> None:
    """The words by which people are found, the order of lists, and a first instant of change."""
    known = connection.execute(text("SELECT id, first_name, last_name FROM person WHERE sort_name = ''")).all()
    places = [{"id": id_, "place": sort_name(first, last)} for id_, first, last in known]
    words = [
        {"word": word, "place": sort_name(first, last), "id": id_}
        for id_, first, last in known
        for word in words_of(first, last)
    ]
    if known:
        connection.execute(text("UPDATE person SET sort_name = :place WHERE id = :id"), places)
    if words:
        add = "INSERT INTO person_word (word, sort_name, person_id) VALUES (:word, :place, :id)"
        connection.execute(text(add), words)
    connection.execute(text("UPDATE person SET changed_at = created_at WHERE changed_at = 0"))


def _nobody(connection: Connection) -> None:
    """The file that stands for people who are no longer known: anonymous rows that must name someone name it."""
    add = (
        "INSERT INTO person (id, first_name, last_name, locale, is_active, created_at, changed_at, erased_at)"
        " VALUES (0, '—', '—', 'fr', 0, 0, 0, 0)"
    )
    connection.execute(text(add))


def _covered_machines(connection: Connection) -> None:
    """What each machine of the workshop asks for is told to qualifications."""
    add = (
        "INSERT INTO covered_machine (machine_key, qualification_key, name, kind)"
        " SELECT key, qualification, name, kind FROM machine WHERE qualification IS NOT NULL"
    )
    connection.execute(text(add))
