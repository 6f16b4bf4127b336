"""What the step of reservations moves inside the data, in plain SQL: the same on both databases."""

import json
from typing import Any

from sqlalchemy import Connection, text

from tierslieu.basics.ids import Ids

WHERE = (
    "SELECT s.site_id, s.id FROM space s WHERE s.key = :key"
    " UNION ALL SELECT s.site_id, s.id FROM resource r JOIN space s ON s.id = r.space_id WHERE r.key = :key"
)
ADD_PLAN = (
    "INSERT INTO floor_plan (id, key, name, site_id, space_id, view_box, walls, picture, position)"
    " VALUES (:id, :key, :name, :site_id, :space_id, :view_box, :walls, '', :position)"
)
ADD_PLACE = "INSERT INTO plan_place (id, plan_id, key, outline, x, y) VALUES (:id, :plan_id, :key, :outline, :x, :y)"


def reservations(connection: Connection) -> None:
    """Each reservation known so far is the first of its own chain."""
    connection.execute(text("UPDATE reservation SET origin_id = id WHERE origin_id = 0"))
    _plans(connection)


def _plans(connection: Connection) -> None:
    """The floor plans, kept as one text so far, become plans that people can draw on."""
    found = connection.execute(text("SELECT value FROM house_value WHERE name = 'floor_plans'")).scalar()
    ids = Ids()
    for position, (key, plan) in enumerate(json.loads(found or "{}").items()):
        places = [where for area in plan.get("areas", []) if (where := _where(connection, area["key"]))]
        if places:
            _plan(connection, ids, {"key": key[:40], "position": position, "places": places, **plan})
    connection.execute(text("DELETE FROM house_value WHERE name = 'floor_plans'"))


def _where(connection: Connection, key: str) -> tuple[int, int] | None:
    """The site and the space of what a plan shows."""
    found = connection.execute(text(WHERE), {"key": key}).first()
    return (found[0], found[1]) if found else None


def _plan(connection: Connection, ids: Ids, plan: dict[str, Any]) -> None:
    """One plan: of the venue (`main`), or of the space of what it shows."""
    site_id, space_id = plan["places"][0]
    is_main = plan["key"] == "main"
    row = {"id": ids.new(), "key": plan["key"], "name": "Plan" if is_main else "Plan détaillé", "site_id": site_id}
    row |= {"space_id": None if is_main else space_id, "view_box": plan.get("view_box", "0 0 800 600")}
    row |= {"walls": plan.get("walls", ""), "position": plan["position"]}
    connection.execute(text(ADD_PLAN), row)
    for area in plan["areas"]:
        place = {"id": ids.new(), "plan_id": row["id"], "key": area["key"][:40], "outline": area["outline"]}
        connection.execute(text(ADD_PLACE), {**place, "x": int(area["x"]), "y": int(area["y"])})
