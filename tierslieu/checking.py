"""`tierslieu check`: the complete check of an installation, a line for each thing. Changes nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tierslieu import starting
from tierslieu.basics.clock import SystemClock
from tierslieu.basics.zone import Zone
from tierslieu.features import FEATURES
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, spoken
from tierslieu.infra import seen, soundness, state
from tierslieu.infra.database import Database, engine_for
from tierslieu.infra.feature import Check
from tierslieu.infra.settings import Settings
from tierslieu.infra.soundness import Unsound
from tierslieu.infra.state import Line
from tierslieu.infra.transaction import Reader
from tierslieu.migrations import HEAD, check

MOST = 5
"""Findings that are told of one database."""


class Told(NamedTuple):
    """What was found, in words."""

    is_sound: bool
    text: str


def every_check(settings: Settings) -> Iterator[Told]:
    """Look at everything, tell each thing as soon as it is known; what rests on a broken part is not looked at."""
    words = spoken(settings.locale, Zone(settings.zone))
    try:
        if not settings.data_dir.is_dir():
            raise Unsound("folder_not_there", file=str(settings.data_dir))
        yield _said(words, state.disk(settings.data_dir))
        for line in _database(settings):
            yield _said(words, line)
        yield from asyncio.run(_contents(settings, words))
    except Unsound as error:
        yield Told(False, starting.told(settings, error))


def _said(words: Words, line: Line) -> Told:
    return Told(line.is_sound, sentence(words, line.code, line.facts))


def _database(settings: Settings) -> Iterator[Line]:
    """File, references, schema. Raises Unsound when the rest cannot be looked at."""
    path = soundness.file_of(settings.database)
    if path is not None:
        yield from _file(path)
    known = starting.revision(settings)
    if known != HEAD:
        raise Unsound("schema_is_older", theirs=known or "-", ours=HEAD)
    try:
        check(settings.database)
    except Exception as error:  # whatever it finds is what is told
        yield Line("schema_differs", False, {"finding": str(error)[:300]})
    else:
        yield Line("schema_is_right", True)


def _file(path: Path) -> Iterator[Line]:
    if not path.exists():
        raise Unsound("database_not_there", file=str(path))
    soundness.look_at_header(path)
    for finding in soundness.look_through(path, "integrity_check", MOST):
        raise Unsound("database_damaged", finding=finding, file=str(path))
    yield Line("database_is_whole", True, {"size_mb": path.stat().st_size // 1_000_000})
    broken = soundness.broken_references(path)
    yield Line("references_are_right", True) if not broken else Line("references_broken", False, {"tables": broken})


async def _contents(settings: Settings, words: Words) -> list[Told]:
    db = Database(engine_for(settings.database), SystemClock(settings.clock_offset))
    await db.start()
    try:
        return await db.read_long(_looked_at, words)
    finally:
        await db.stop()


def _looked_at(reader: Reader, words: Words) -> list[Told]:
    """All that the features look at, in one view of the database."""
    lines = (state.clock(reader.now, seen.beat(reader)), state.missing(seen.gap(reader)))
    return [
        *(_said(words, line) for line in lines if line is not None),
        *(_counted(words, one, one.look(reader)) for feature in FEATURES for one in feature.checks),
    ]


def _counted(words: Words, one: Check, count: int) -> Told:
    return Told(not count, words.text(one.wrong, count=count) if count else words.text(one.sound))
