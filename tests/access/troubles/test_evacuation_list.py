"""The evacuation list on disk: there each minute, whole whatever happens while it is written, and its hour is on it."""

import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.access.doors import badge, plain
from tests.access.scanning.standing import ANYONE, at_zone, present
from tests.support.clients import HouseUnderTest
from tests.support.failing import CUT, FORKED
from tests.support.inside import run_jobs, stop_jobs
from tierslieu.access.presence import running
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.infra.settings import PresenceSettings

LONG = "<p>Une liste bien plus longue que la première.</p>" * 4_000


def write_half(folder: Path) -> None:
    """The child: the power goes when the disk has half of the list, or all of it and not yet under its name."""
    with patch.object(os, "fsync", lambda _file: os._exit(CUT)):
        running.put(folder, LONG)


def write_a_part(folder: Path) -> None:
    """The child: the power goes while the text is on its way."""
    opened = Path.open

    def open_badly(path: Path, *how: Any, **more: Any) -> Any:
        file = opened(path, *how, **more)
        file.write(LONG[:9_000])
        file.flush()
        os._exit(CUT)

    with patch.object(Path, "open", open_badly):
        running.put(folder, LONG)


def test_the_power_goes_while_the_list_is_written(quick_nugue: HouseUnderTest) -> None:
    house = quick_nugue
    stop_jobs(house)
    door = at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1), *ANYONE)
    present(house, door, badge(house).token)
    folder = house.house.settings.data_dir / PresenceSettings().paper_folder
    house.is_at("2026-11-24T09:41")
    run_jobs(house)
    whole = (folder / running.NAME).read_text(encoding="utf-8")
    assert "Sofia M." in whole
    assert "9 h 41" in plain(whole), "its age can be told without the service"
    for cut in (write_a_part, write_half):
        child = FORKED.Process(target=cut, args=(folder,))
        child.start()
        child.join(60)
        assert child.exitcode == CUT
        assert (folder / running.NAME).read_text(encoding="utf-8") == whole
    assert door.get("/api/v1/kiosk/evacuation").status_code == 200
    house.is_at("2026-11-24T09:42")
    run_jobs(house)
    assert "9 h 42" in plain((folder / running.NAME).read_text(encoding="utf-8"))
    assert (folder / running.NAME).stat().st_mode & 0o077 == 0
