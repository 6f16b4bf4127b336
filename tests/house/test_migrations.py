"""The steps lead to the tables of the code, on both databases, and the service knows which step it needs."""

import pytest

from tests.house import migrations
from tests.support.databases import PostgresTemplates, SqliteTemplates
from tierslieu.migrations import HEAD
from tierslieu.migrations.current import current_revision


@pytest.fixture
def bare_url(engine: str, request: pytest.FixtureRequest) -> str:
    """A database with nothing in it."""
    name = "sqlite_templates" if engine == "sqlite" else "postgres_templates"
    templates: SqliteTemplates | PostgresTemplates = request.getfixturevalue(name)
    return migrations.bare(templates)


def test_the_service_needs_the_newest_step() -> None:
    assert migrations.faults_of_head() == []


def test_a_migrated_database_says_so(empty_url: str) -> None:
    assert current_revision(empty_url) == HEAD


def test_a_new_database_has_no_revision(bare_url: str) -> None:
    assert current_revision(bare_url) is None


def test_the_steps_make_the_tables_of_the_code(empty_url: str) -> None:
    assert migrations.faults_of(empty_url) == []


def test_types_checks_keys_and_indexes_are_the_same(empty_url: str, bare_url: str) -> None:
    assert migrations.differences(empty_url, bare_url) == []


def test_a_difference_is_seen(empty_url: str, bare_url: str) -> None:
    def spoil(connection: object) -> None:
        connection.exec_driver_sql("ALTER TABLE person ADD COLUMN nickname VARCHAR(3)")  # type: ignore[attr-defined]

    migrations.on(empty_url, spoil)
    assert migrations.faults_of(empty_url) != []
    assert any("nickname" in line for line in migrations.differences(empty_url, bare_url))
