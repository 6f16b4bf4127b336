"""An installation that kept roles as a text on the person: they become grants, and nobody loses or gains one."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from sqlalchemy import text

from tests.house.migrations import on
from tests.support.databases import PostgresTemplates
from tierslieu.migrations import config, migrate

FORMER = {1: "member", 2: "receptionist", 3: "member,elected_referent", 4: "member,member", 5: ""}
ADD = (
    "INSERT INTO person (id, first_name, last_name, roles, locale, is_active, created_at)"
    " VALUES (:id, 'Rose', 'Petit', :roles, 'fr', 1, 1700000000)"
)


@pytest.fixture
def former_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database at the step before, with people."""
    if engine == "sqlite":
        url = f"sqlite:///{tmp_path / 'former.sqlite3'}"
    else:
        templates: PostgresTemplates = request.getfixturevalue("postgres_templates")
        asyncio.run(create(templates.server, "former_roles"))
        url = f"{templates.server}/former_roles"
    command.upgrade(config(url), "0001")
    for person_id, roles in FORMER.items():
        on(url, lambda connection, p=person_id, r=roles: connection.execute(text(ADD), {"id": p, "roles": r}))  # type: ignore[misc]
    return url


async def create(server: str, name: str) -> None:
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name}")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()


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
