"""The parts of the benchmark, in order: speed over HTTP, statements and growth, start-up and memory, weight."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench import (
    camera,
    commanding,
    counting,
    crowding,
    dooring,
    flood,
    ingest,
    listing,
    pixel,
    starting,
    uploading,
    weight,
)
from tests.bench.client import loader
from tests.bench.measuring import CLIENTS, Meter, Result
from tests.bench.processes import Memory, memory
from tests.bench.scenarios import BARE, SCENARIOS
from tests.bench.serving import pid_of, server_behind, serving
from tests.bench.stores import Store
from tests.bench.table import Entry, figure, rows_text

HTTP = (BARE.name, *(scenario.name for scenario in SCENARIOS))
NAMES = (
    *HTTP,
    *(
        "statements",
        "growth",
        "availability",
        "crowd",
        "start",
        "weight",
        "ingest",
        "upload",
        "list",
        "command",
        "door",
        "pixel",
        "camera",
    ),
)
MOST_STATEMENTS, MOST_CROWD = 10, 3
MOST_GROWTH, MOST_START_S, MOST_MB = 1.3, 2.5, 150
MOST_CORE, LEAST_OF_EMPTY, MOST_ROUND_TRIPS, MOST_PIXEL_MS = 0.5, 0.5, 5, 500
MOST_UPLOAD_S = 2
MOST_CAMERA_MS = 400
MOST_LIST_KB = 400
MOST_REQUESTS, MOST_KB, MOST_ELEMENTS = 8, 90, 330


class Bench:
    """Runs the chosen parts and gathers the lines of the table."""

    def __init__(self, work: Path, chosen: frozenset[str], *, is_quick: bool) -> None:
        self.entries: list[Entry] = []
        self.notes: list[str] = []
        self._work = work
        self._chosen = chosen
        self._is_quick = is_quick

    @property
    def needs_stores(self) -> bool:
        """True when more than start-up and weight is asked for."""
        return bool(self._chosen - {"start", "weight", "command", "door", "pixel", "camera"})

    def run(self, stores: Sequence[Store], sizes: Sequence[int]) -> None:
        """Everything that was chosen."""
        for store in stores if self._chosen & set(HTTP) else ():
            for count in sizes:
                self._http(store, count)
        for store in stores if self._chosen & {"statements", "growth"} else ():
            self._history(store, sizes)
        for store in stores if "availability" in self._chosen else ():
            self._availability(store, sizes[-1])
        for store in stores if "crowd" in self._chosen else ():
            self._crowd(store, sizes[0])
        if "start" in self._chosen:
            self._start(stores[0], sizes[0])
        if "weight" in self._chosen:
            self._weight()
        for store in stores if "ingest" in self._chosen else ():
            self._ingest(store, sizes[0])
        for store in stores if "upload" in self._chosen else ():
            self._upload(store, sizes[0])
        for store in stores if "list" in self._chosen else ():
            self._list(store, sizes[0])
        if "command" in self._chosen:
            self._command()
        if "door" in self._chosen:
            self._door()
        if "pixel" in self._chosen:
            self._pixel()
        if "camera" in self._chosen:
            self._camera()

    def _http(self, store: Store, count: int) -> None:
        folder = self._work / f"{store.kind}-{count}"
        rounds, size = (5, 0.3) if self._is_quick else (9, 0.5)
        with store.copy(count) as url, serving(folder, url) as service, loader() as client:
            meter = Meter(service.port, pid_of(service), server_behind(url), client)
            for scenario in (BARE, *SCENARIOS):
                if scenario.name not in self._chosen:
                    continue
                if not meter.answers(scenario):
                    self._note(f"{scenario.name}: skipped, the service has no such address yet")
                    continue
                for clients in CLIENTS:
                    print(
                        f"{store.kind} {rows_text(count)}: {scenario.name}, {clients} clients",
                        file=sys.stderr,
                        flush=True,
                    )
                    result = meter.measure(scenario, clients, rounds, size)
                    self.entries.append(_speed(result, store.kind, count))
            self._memory_after(store.kind, count, memory(pid_of(service)))

    def _memory_after(self, kind: str, count: int, found: Memory) -> None:
        where = (kind, rows_text(count))
        self.entries.append(figure("memory after the load", f"{found.pss:.0f} MB", where=where))

    def _history(self, store: Store, sizes: Sequence[int]) -> None:
        with ExitStack() as stack:
            urls = [stack.enter_context(store.copy(count)) for count in sizes]
            if "statements" in self._chosen:
                self._statements(store.kind, urls, sizes)
            if "growth" in self._chosen and len(urls) > 1:
                times = counting.week_of_all(urls)
                ratio = times[-1] / times[0]
                name = f"week of 60 desks, {rows_text(sizes[-1])} / {rows_text(sizes[0])}"
                value = f"{times[-1]:.2f}/{times[0]:.2f} ms = {ratio:.2f}"
                ok = ratio <= MOST_GROWTH
                self.entries.append(figure(name, value, f"<= {MOST_GROWTH}", ok, (store.kind,)))

    def _statements(self, kind: str, urls: Sequence[str], sizes: Sequence[int]) -> None:
        found = [counting.statements(url, self._work / "counting") for url in urls]
        for name in found[0]:
            counts = [one[name] for one in found]
            if counts[0] is None:
                continue
            is_same = len(set(counts)) == 1
            target = "the same" if len(sizes) > 1 else ""
            value = " / ".join(str(count) for count in counts)
            where = (kind, "/".join(rows_text(count) for count in sizes))
            self.entries.append(figure(f"statements: {name}", value, target, is_same if target else None, where))

    def _availability(self, store: Store, count: int) -> None:
        where = (store.kind, rows_text(count))
        with store.copy(count) as url:
            found = counting.availability(url)
        name = f"free times of {found.resources} resources, a week"
        is_few = found.statements <= MOST_STATEMENTS
        self.entries += [
            figure(f"{name}: statements", str(found.statements), f"<= {MOST_STATEMENTS}", is_few, where),
            figure(f"{name}: {found.runs} runs", f"{found.milliseconds:.0f} ms", where=where),
        ]

    def _crowd(self, store: Store, count: int) -> None:
        """Many people want one slot at the same moment: how much later the winner knows than somebody alone."""
        folder = self._work / f"crowd-{store.kind}"
        with store.copy(count) as url, serving(folder, url) as service:
            found = crowding.race(service.port)
        where = (store.kind, rows_text(count))
        name = f"{crowding.PEOPLE} people, one slot"
        value = f"{found.winner_ms:.1f} / {found.alone_ms:.1f} ms = {found.ratio:.1f}"
        self.entries += [
            figure(f"{name}: the winner / alone", value, f"<= {MOST_CROWD}", found.ratio <= MOST_CROWD, where),
            figure(f"{name}: answers but 201 and 409", str(found.others), "0", found.others == 0, where),
            figure(f"{name}: the last loser", f"{found.last_ms:.0f} ms", where=where),
        ]

    def _start(self, store: Store, count: int) -> None:
        folder = self._work / "starting"
        fresh = starting.starts(folder / "fresh", "", 1)[0]
        with store.copy(count) as url:
            again = starting.middle(starting.starts(folder / "again", url, 3))
        where = (store.kind, rows_text(count))
        is_quick = again.seconds <= MOST_START_S
        self.entries += [
            figure("first start, empty folder", f"{fresh.seconds:.2f} s", where=(store.kind, "0")),
            figure("start to ready", f"{again.seconds:.2f} s", f"<= {MOST_START_S} s", is_quick, where),
            _memory(again, "pss", where, MOST_MB),
            _memory(again, "rss", where, None),
        ]

    def _weight(self) -> None:
        if weight.browser_path() is None:
            self._note("weight: skipped, no Chromium (CHROMIUM names one)")
            return
        found = weight.first_visit(self._work / "weight")
        for name, value, most, unit in (
            ("requests", found.requests, MOST_REQUESTS, ""),
            ("received", found.kilobytes, MOST_KB, " kB"),
            ("elements", found.elements, MOST_ELEMENTS, ""),
        ):
            text = f"{value:.1f}{unit}" if unit else str(value)
            self.entries.append(figure(f"/reserver, {name}", text, f"<= {most}{unit}", value <= most))

    def _ingest(self, store: Store, count: int) -> None:
        """A thousand machines that measure each second, and as many measures as go in."""
        if flood.MOSQUITTO is None:
            self._note("ingest: skipped, no Mosquitto")
            return
        with store.copy(count) as url:
            paced, burst = ingest.ingest(self._work / f"ingest-{store.kind}", url, is_quick=self._is_quick)
        is_judged = store.kind == "sqlite"
        name = f"{flood.MACHINES} machines, a measure a second"
        stored = f"{paced.stored} of {paced.sent}"
        rates = f"{burst.stored:.0f}/{burst.received:.0f} = {burst.share:.2f}"
        for what, value, target, is_ok in (
            (f"{name}: share of a core", f"{paced.share:.2f}", f"<= {MOST_CORE}", paced.share <= MOST_CORE),
            (f"{name}: stored", stored, "all", paced.stored >= paced.sent),
            ("measures/s, of an empty subscriber's", rates, f">= {LEAST_OF_EMPTY}", burst.share >= LEAST_OF_EMPTY),
        ):
            self.entries.append(
                figure(what, value, target if is_judged else "", is_ok if is_judged else None, (store.kind,))
            )

    def _upload(self, store: Store, count: int) -> None:
        """Scans that three kiosks kept, sent in one go."""
        with store.copy(count) as url, serving(self._work / f"upload-{store.kind}", url) as service:
            found = uploading.upload(service.port, url)
        where = (store.kind, rows_text(count))
        name = f"{uploading.SCANS} kept scans from {uploading.KIOSKS} kiosks"
        is_quick, is_exact = found.seconds <= MOST_UPLOAD_S, found.inside == found.expected
        counted = f"{found.inside} of {found.expected}"
        self.entries += [
            figure(name, f"{found.seconds:.2f} s", f"<= {MOST_UPLOAD_S} s", is_quick, where),
            figure(f"{name}: inside then", counted, "all", is_exact, where),
        ]

    def _list(self, store: Store, count: int) -> None:
        """The list of badges that kiosks decide by when they are alone."""
        with store.copy(count) as url, serving(self._work / f"list-{store.kind}", url) as service:
            found = listing.listing(service.port, pid_of(service))
        where = (store.kind, rows_text(count))
        name = f"list of {found.badges} badges for a kiosk"
        is_whole, target = found.badges >= listing.PEOPLE, f"<= {MOST_LIST_KB} kB"
        self.entries += [
            *(
                figure(f"{name}: {what}", f"{size:.0f} kB", target, is_whole and size <= MOST_LIST_KB, where)
                for what, size in (("received", found.received), ("not compressed", found.unpacked))
            ),
            figure(f"{name}: processor time, whole", f"{found.whole_ms:.0f} ms", where=where),
            figure(f"{name}: processor time, nothing new", f"{found.same_ms:.0f} ms", where=where),
        ]

    def _command(self) -> None:
        found = commanding.commanding(self._work / "commanding")
        value = f"{found.command_ms:.2f}/{found.raw_ms:.2f} ms = {found.ratio:.1f}"
        is_ok = found.ratio <= MOST_ROUND_TRIPS
        self.entries.append(figure("command to ack / broker there and back", value, f"<= {MOST_ROUND_TRIPS}", is_ok))

    def _door(self) -> None:
        found = dooring.dooring(self._work / "dooring")
        value = f"{found.command_ms:.2f}/{found.raw_ms:.2f} ms = {found.ratio:.1f}"
        is_ok = found.ratio <= MOST_ROUND_TRIPS
        self.entries.append(
            figure("order to a door and ack / broker there and back", value, f"<= {MOST_ROUND_TRIPS}", is_ok)
        )

    def _pixel(self) -> None:
        if weight.browser_path() is None:
            self._note("pixel: skipped, no Chromium (CHROMIUM names one)")
            return
        found = pixel.pixel(self._work / "pixel")
        is_ok = found.median_ms <= MOST_PIXEL_MS and found.is_changed
        value = f"{found.median_ms:.0f} ms (longest {found.longest_ms:.0f})"
        self.entries.append(figure("message to changed pixel", value, f"<= {MOST_PIXEL_MS} ms", is_ok))

    def _camera(self) -> None:
        """A card before the kiosk's camera: until the welcome is on the screen."""
        if weight.browser_path() is None:
            self._note("camera: skipped, no Chromium (CHROMIUM names one)")
            return
        found = camera.first_answers(self._work / "camera")
        is_quick = 0 < found.median_ms <= MOST_CAMERA_MS
        name = f"camera: first picture to welcome, median of {found.cards}"
        self.entries.append(figure(name, f"{found.median_ms:.0f} ms", f"<= {MOST_CAMERA_MS} ms", is_quick))

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _memory(start: starting.Start, kind: str, where: Sequence[str], most: float | None) -> Entry:
    value: float = getattr(start.memory, kind)
    name = f"memory, {start.processes} processes, {kind}"
    if most is None:
        return figure(name, f"{value:.0f} MB", where=where)
    return figure(name, f"{value:.0f} MB", f"<= {most} MB", value <= most, where)


def _speed(result: Result, kind: str, count: int) -> Entry:
    """One line; targets are for the embedded database."""
    scenario = result.scenario
    numbers = (result.own_ms, result.database_ms, result.p50_ms, result.p95_ms)
    own, database, p50, p95 = (f"{number:.2f}" for number in numbers)
    share = f"{result.share:.3f}" if scenario is not BARE else ""
    rate = f"{result.rate:.0f}"
    database = database if kind != "sqlite" else ""
    cells = (scenario.name, kind, rows_text(count), str(result.clients), rate, share, own, database, p50, p95)
    limits = []
    if scenario.most_ms is not None:
        limits.append((f"<= {scenario.most_ms:g} ms", result.own_ms <= scenario.most_ms))
    if scenario.least_share is not None:
        limits.append((f">= 1/{1 / scenario.least_share:.0f}", result.share >= scenario.least_share))
    is_judged = bool(limits) and kind == "sqlite"
    target = ", ".join(text for text, _ in limits) if is_judged else ""
    return Entry(cells, target, all(ok for _, ok in limits) if is_judged else None)
