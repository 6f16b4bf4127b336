"""A database that is gone, cut short, damaged, newer or an older copy: it is told before more is lost."""

import asyncio
import contextlib
import gc
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.access.doors import plain, submit
from tests.access.scanning.test_scans_in_trouble import held
from tests.support.clients import ADMINISTRATOR, MEMBER, TUESDAY_MORNING, HouseUnderTest, at, borrowed_frame, open_house
from tests.support.databases import SqliteTemplates
from tests.support.inside import stop_jobs
from tierslieu import cli, starting
from tierslieu.app import furnish
from tierslieu.checking import every_check
from tierslieu.infra import seen, sqlite_engine, state
from tierslieu.infra.beating import count
from tierslieu.infra.seen import Beat, Gap, Seen
from tierslieu.infra.settings import MqttSettings, Settings
from tierslieu.infra.soundness import Unsound
from tierslieu.infra.sqlite_engine import SqliteEngine

PAGE = 4096
BEAT = Beat("notre-base", 7, 1_795_503_600)


def damage(path: Path) -> None:
    """Some pages in the middle hold something else."""
    with path.open("r+b") as file:
        file.seek(PAGE * 40)
        file.write(bytes(number * 7 % 256 for number in range(PAGE * 3)))


def cut_short(path: Path) -> None:
    """A copy that did not come to its end."""
    with path.open("r+b") as file:
        file.truncate(PAGE * 70)


def make_newer(path: Path) -> None:
    """The database of a version to come."""
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()


def overwrite(path: Path) -> None:
    """Another file has taken its place."""
    path.write_text("Ceci n’est pas une base de données. " * 20)


@pytest.mark.parametrize(
    ("spoil", "is_open", "code"),
    [
        (Path.unlink, False, "database_gone"),
        (overwrite, False, "database_not_ours"),
        (cut_short, False, "database_damaged"),
        (damage, True, "database_damaged"),
        (make_newer, False, "database_newer"),
    ],
)
def test_what_cannot_go_on_is_told_and_left_as_it_is(
    sqlite_templates: SqliteTemplates,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Path], None],
    is_open: bool,
    code: str,
) -> None:
    path = tmp_path / "tierslieu.sqlite3"
    shutil.copy(sqlite_templates.make("empty").removeprefix("sqlite:///"), path)
    starting.prepare(Settings(data_dir=tmp_path))
    seen.note(tmp_path, Seen(BEAT, is_open=is_open))
    spoil(path)
    before = path.read_bytes() if path.exists() else b""
    with pytest.raises(Unsound, match=code) as told:
        starting.prepare(Settings(data_dir=tmp_path))
    assert not told.value.is_passing
    assert cli.main(["serve", "--port", "1", "--data-dir", str(tmp_path)]) in (2, 3)
    gc.enable()
    assert cli.main(["migrate", "--data-dir", str(tmp_path)]) == 3
    assert cli.main(["check", "--data-dir", str(tmp_path)]) == 3
    said = capsys.readouterr()
    assert code in said.err + said.out, "the log names it"
    assert len(said.err.splitlines()) >= 2, "the terminal tells it"
    assert "Traceback" not in said.err
    assert "À VOIR" in said.out
    assert (path.read_bytes() if path.exists() else b"") == before


def test_a_folder_that_cannot_be_written_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("not a folder")
    with pytest.raises(Unsound, match="folder_refuses") as told:
        starting.prepare(Settings(data_dir=tmp_path / "a-file"))
    assert told.value.is_passing
    away = Settings(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Unsound, match="database_away_at_start") as told:
        starting.prepare(away)
    assert told.value.is_passing
    assert starting.say(away, told.value) == starting.TRY_AGAIN


def test_a_database_that_another_program_holds_is_told(
    sqlite_templates: SqliteTemplates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_engine, "BUSY_MS", 100)
    settings = Settings(data_dir=tmp_path, database_url=sqlite_templates.make("empty"), mqtt=MqttSettings(url="off"))
    sent: list[str] = []

    async def open_it(app: starting.Opening) -> None:
        async def receive() -> dict[str, str]:
            return {"type": "lifespan.startup"}

        async def send(message: dict[str, str]) -> None:
            sent.append(message["type"] + message["message"])

        with pytest.raises(BaseExceptionGroup):
            await app({"type": "lifespan", "asgi": {}, "state": {}}, receive, send)

    with held(settings.database), borrowed_frame(settings.upload_limit) as frame:
        app = starting.Opening(furnish(frame, settings))
        asyncio.run(open_it(app))
    assert sent == ["lifespan.startup.failed"], "no trace of the inside"
    assert app.failure is not None
    assert starting.say(settings, app.failure) == starting.TRY_AGAIN
    assert "Un autre programme tient" in starting.told(settings, app.failure)


def test_without_the_end_of_its_log_or_from_a_backup_staff_are_told(
    sqlite_templates: SqliteTemplates, tmp_path: Path
) -> None:
    """The main file alone, as if somebody had deleted its -wal, is a copy from before."""
    url, folder = sqlite_templates.make("open"), tmp_path / "data"
    folder.mkdir()
    path, alone = Path(url.removeprefix("sqlite:///")), tmp_path / "alone.sqlite3"
    with open_house(url, folder) as house:
        stop_jobs(house)
        known = house.read(seen.beat)
        shutil.copy(path, alone)
        house.clock.instant += 60
        house.client.blocking_portal.call(count, house.house, {})
        assert seen.last_seen(folder) == Seen(Beat(known.lineage, known.count + 1, known.at + 60), is_open=True)
        kept = (folder / seen.NAME).read_bytes()
        assert (folder / seen.NAME).stat().st_mode & 0o077 == 0
    ended = seen.last_seen(folder)
    assert ended is not None
    assert ended.is_open is False, "it ended well"
    (folder / seen.NAME).write_bytes(kept)
    with open_house(f"sqlite:///{alone}", folder) as house:
        stop_jobs(house)
        ines = house.sign_in(ADMINISTRATOR)
        text = plain(ines.get("/gestion/etat").text)
        assert "plus ancienne que celle qui servait ici mardi 24 novembre à 8 h 01" in text
        assert house.sign_in(MEMBER).get("/gestion/etat", follow_redirects=False).status_code == 403
        assert submit(ines, "/gestion/etat", "/gestion/etat/lu").status_code == 303
        text = plain(ines.get("/gestion/etat").text)
        assert "plus ancienne" not in text
        assert "A lu ce qui manque" in ines.get("/journal").text


def test_what_was_seen_is_compared_by_count_and_by_name() -> None:
    older, other = Beat("notre-base", 5, 100), Beat("une-autre", 9, 50)
    assert seen.gap_between(BEAT, None) is None
    assert seen.gap_between(BEAT, BEAT) is None
    assert seen.gap_between(older, BEAT) == Gap("older", 100, BEAT.at)
    assert seen.gap_between(other, BEAT) == Gap("other", 50, BEAT.at)
    assert seen.gap_between(None, BEAT) == Gap("other", 0, BEAT.at)
    assert [state.clock(now, BEAT).code for now in (BEAT.at, BEAT.at - 7200, BEAT.at - 40, 10, 2**31)] == [
        "clock_is_right",
        "clock_went_back",
        "clock_is_right",
        "clock_is_wrong",
        "clock_is_wrong",
    ]


def test_pages_that_cannot_be_read_are_a_503_with_words(quick_nugue: HouseUnderTest) -> None:
    house, ines = quick_nugue, quick_nugue.sign_in(ADMINISTRATOR)
    stop_jobs(house)
    path = Path(house.house.settings.database.removeprefix("sqlite:///"))
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage_after_header(path)
    house.client.blocking_portal.call(forget_pages, house)
    found = [ines.get(path) for path in ("/presence", "/reserver", "/gestion/etat", "/api/v1/reservations")]
    assert {one.status_code for one in found} <= {200, 503}
    broken = [one for one in found if one.status_code == 503]
    assert broken
    assert "ne se lit plus" in plain(broken[0].text)
    ready = house.client.get("/health/ready")
    assert (ready.status_code, ready.json()["database"]) == (503, "broken")


async def forget_pages(house: HouseUnderTest) -> None:
    """What was read before is read again from the disk."""
    engine = house.house.db.engine
    assert isinstance(engine, SqliteEngine)
    for connection in engine._opened:
        connection.execute("PRAGMA shrink_memory")


def damage_after_header(path: Path) -> None:
    """Every page but the first hold something else."""
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\x5a" * (path.stat().st_size - PAGE))


HARM = (
    "INSERT INTO claim SELECT unit_id, starts_at + 60, ends_at, cause, cause_id FROM claim LIMIT 1",
    "INSERT INTO presence SELECT 1, 0, 99, id, 1, 1, 1795503600, 'in', 'x' FROM access_zone LIMIT 1",
    "INSERT INTO job VALUES (1, 'letter', '{}', 0, 0, 10, NULL, 1, 'gone')",
    "UPDATE audit_entry SET act = 'nothing' WHERE seq IN (SELECT min(seq) FROM audit_entry)",
    "DELETE FROM person WHERE id IN (SELECT person_id FROM badge LIMIT 1)",
)
"""What no program of ours would write."""


def test_a_complete_check_names_what_is_wrong(sqlite_templates: SqliteTemplates, tmp_path: Path) -> None:
    nowhere = [one for one in every_check(Settings(data_dir=tmp_path / "none")) if not one.is_sound]
    assert "pas de dossier" in nowhere[0].text
    url = sqlite_templates.make("open")
    settings = Settings(data_dir=tmp_path, database_url=url, clock_offset=at(TUESDAY_MORNING) - int(time.time()))
    assert [one.text for one in every_check(settings) if not one.is_sound] == []
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {name}")
        for harm in HARM:
            other.execute(harm)
        other.commit()
    wrong = " ".join(one.text for one in every_check(settings) if not one.is_sound)
    words = (
        "nomment d’autres",
        "réservés deux fois",
        "ne suit pas les passages",
        "Le journal de l’équipe a",
        "abandonnés",
    )
    for word in words:
        assert word in wrong, word
