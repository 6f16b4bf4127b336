"""An installation that kept roles as a text on the person: they become grants, and nobody loses or gains one."""

import pytest
from alembic import command
from sqlalchemy import text

from tests.house.migrations import on
from tierslieu.migrations import config, migrate

FORMER = {1: "member", 2: "receptionist", 3: "member,elected_referent", 4: "member,member", 5: ""}
ADD = (
    "INSERT INTO person (id, first_name, last_name, roles, locale, is_active, created_at)"
    " VALUES (:id, 'Rose', 'Petit', :roles, 'fr', 1, 1700000000)"
)


@pytest.fixture
def former_url(bare_url: str) -> str:
    """A database at the step before, with people."""
    command.upgrade(config(bare_url), "0001")
    for person_id, roles in FORMER.items():
        on(bare_url, lambda connection, p=person_id, r=roles: connection.execute(text(ADD), {"id": p, "roles": r}))  # type: ignore[misc]
    return bare_url


def test_roles_become_grants(former_url: str) -> None:
    migrate(former_url)
    rows = on(
        former_url,
        lambda connection: connection.execute(
            text("SELECT person_id, role, scope, granted_at, ends_at FROM role_grant ORDER BY person_id, role")
        ).fetchall(),
    )
    expected = [(1, "member"), (2, "receptionist"), (3, "elected_referent"), (3, "member"), (4, "member")]
    assert [(row[0], row[1]) for row in rows] == expected
    assert {(row[2], row[3], row[4]) for row in rows} == {("", 1_700_000_000, None)}
    migrate(former_url)
