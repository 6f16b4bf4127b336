"""Plans of before, all in one text, become plans that staff draw on."""

import json
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from tests.house.migrations import on
from tierslieu.migrations import config, migrate


def run(url: str, statement: str, values: dict[str, Any]) -> None:
    on(url, lambda connection: connection.execute(text(statement), values))


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    return on(url, lambda connection: [tuple(row) for row in connection.execute(text(query))])


@pytest.fixture
def former_url(bare_url: str) -> str:
    """A database at the step before, its plans in one text."""
    command.upgrade(config(bare_url), "0002")
    for statement, values in FORMER:
        run(bare_url, statement, values)
    return bare_url


HALL = {"key": "hall", "outline": "M18 18h268v193h-268z", "x": 152, "y": 114}
DESK = {"key": "D01", "outline": "M28 190h144v106h-144z", "x": 100, "y": 250}
LOST = {"key": "gone", "outline": "M1 1h9v9z", "x": 1, "y": 1}
FORMER: list[tuple[str, dict[str, Any]]] = [
    ("INSERT INTO site (id, key, name, kind, capacity) VALUES (1, 's', 'Site', 'main', 9)", {}),
    (
        "INSERT INTO space (id, key, site_id, name, capacity, closes_on_holidays, position)"
        " VALUES (2, 'hall', 1, 'Hall', 9, 1, 0)",
        {},
    ),
    (
        "INSERT INTO resource (id, key, space_id, name, kind, pick, capacity, is_bookable, is_listed, needs_approval,"
        " grid_minutes, min_minutes, max_minutes, notice_minutes, horizon_days, buffer_before, buffer_after,"
        " cancel_minutes, hourly_cents, details, position)"
        " VALUES (3, 'D01', 2, 'D01', 'desk', 'all', 1, 1, 0, 0, 30, 30, 60, 0, 90, 0, 0, 0, 0, '', 0)",
        {},
    ),
    (
        "INSERT INTO house_value (name, value) VALUES ('floor_plans', :plans)",
        {
            "plans": json.dumps(
                {
                    "main": {"view_box": "0 0 800 600", "walls": "M1 1h9", "areas": [HALL, LOST]},
                    "desks": {"view_box": "0 0 800 430", "walls": "", "areas": [DESK]},
                    "empty": {"areas": []},
                }
            )
        },
    ),
]


def test_plans_kept_as_one_text_become_plans(former_url: str) -> None:
    migrate(former_url)
    plans = "SELECT key, site_id, space_id, view_box, walls, position FROM floor_plan ORDER BY position"
    places = "SELECT f.key, p.key, p.outline, p.x FROM plan_place p JOIN floor_plan f ON f.id = p.plan_id ORDER BY p.id"
    assert rows(former_url, plans) == [
        ("main", 1, None, "0 0 800 600", "M1 1h9", 0),
        ("desks", 1, 2, "0 0 800 430", "", 1),
    ]
    assert [row[:2] for row in rows(former_url, places)] == [("main", "hall"), ("main", "gone"), ("desks", "D01")]
    left = "SELECT count(*) FROM house_value WHERE name = 'floor_plans'"
    assert rows(former_url, left) == [(0,)]
