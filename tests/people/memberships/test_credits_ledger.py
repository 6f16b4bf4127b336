"""Any life of two accounts, compared with plain lists: sums, never below zero, expiry, reversals, merge and undo."""

import atexit
import contextlib
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.people.memberships.desk import balances, lots_below_zero
from tests.support.databases import SqliteTemplates
from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import Ids
from tierslieu.infra.sqlite_engine import SqliteDriver, connect
from tierslieu.infra.statements import SQLITE
from tierslieu.infra.transaction import Texts, Tx
from tierslieu.people.memberships.credits.actions import expire_due, give, reverse, spend
from tierslieu.people.memberships.credits.queries import balance, lines
from tierslieu.people.persons.actions import create_person

KIND, START = "half_day", 1_800_000_000
PEOPLE = st.integers(0, 1)
FOLDER = TemporaryDirectory()
atexit.register(FOLDER.cleanup)
TEMPLATES = SqliteTemplates(Path(FOLDER.name))
TEXTS = Texts(SQLITE)


class Lot:
    """What the model knows of a lot."""

    def __init__(self, owner: int, amount: int, expires_at: int | None) -> None:
        self.owner, self.left, self.expires_at = owner, amount, expires_at


class Ledger(RuleBasedStateMachine):
    """Two people, given and spending, while time passes; their files merge and come apart."""

    def __init__(self) -> None:
        super().__init__()
        self.url = TEMPLATES.make("empty")
        self.connection = connect(Path(self.url.removeprefix("sqlite:///")), read_only=False)
        self.connection.execute("PRAGMA synchronous=OFF")
        self.now, self.uses, self.lots = START, 0, list[Lot]()
        self.given = self.spent = self.expired = 0
        self.moved: list[tuple[int, Lot]] | None = None
        self.ids = Ids()

    def tx(self) -> Tx:
        return Tx(SqliteDriver(self.connection), TEXTS, self.now, ids=self.ids, listeners=lambda _event: ())

    @initialize()
    def two_people(self) -> None:
        self.people = [create_person(self.tx(), name, "Petit") for name in ("Rose", "Ange")]

    def usable(self, who: int) -> list[Lot]:
        mine = [one for one in self.lots if one.owner == who and one.left]
        return [one for one in mine if one.expires_at is None or one.expires_at > self.now]

    @rule(who=PEOPLE, amount=st.integers(1, 9), days=st.none() | st.integers(1, 5))
    def give(self, who: int, amount: int, days: int | None) -> None:
        expires_at = None if days is None else self.now + days
        assert give(self.tx(), self.people[who], KIND, amount, expires_at=expires_at)
        self.lots.append(Lot(who, amount, expires_at))
        self.given += amount

    @rule(who=PEOPLE, amount=st.integers(1, 12), is_repeated=st.booleans())
    def spend(self, who: int, amount: int, is_repeated: bool) -> None:
        about = f"use-{self.uses}"
        self.uses += 1
        mine = self.usable(who)
        if sum(one.left for one in mine) < amount:
            with contextlib.suppress(Refused):
                self.atomic(lambda tx: spend(tx, self.people[who], KIND, amount, "used", about))
                raise AssertionError("a spending without credits went through")
            return
        assert spend(self.tx(), self.people[who], KIND, amount, "used", about)
        if is_repeated:
            assert not spend(self.tx(), self.people[who], KIND, amount, "used", about)
        self.spent += amount
        for one in sorted(mine, key=lambda lot: (lot.expires_at or 1 << 62, self.lots.index(lot))):
            part = min(one.left, amount)
            one.left, amount = one.left - part, amount - part

    def atomic(self, act: object) -> None:
        self.connection.execute("SAVEPOINT act")
        try:
            act(self.tx())  # type: ignore[operator]
        except Refused:
            self.connection.execute("ROLLBACK TO act")
            raise
        finally:
            self.connection.execute("RELEASE act")

    @rule(days=st.integers(1, 4))
    def time_passes(self, days: int) -> None:
        self.now += days

    @rule(times=st.integers(1, 2))
    def expire(self, times: int) -> None:
        for _ in range(times):
            expire_due(self.tx())
        for one in self.lots:
            if one.expires_at is not None and one.expires_at <= self.now:
                self.expired += one.left
                one.left = 0

    @rule(who=PEOPLE, number=st.integers(0, 5))
    def reverse_and_back(self, who: int, number: int) -> None:
        """A spending is undone, then done again under another name: nothing changes where all lots still count."""
        done = [one for one in lines(self.tx(), self.people[who]) if one.reason == "used"]
        if number >= len(done) or any(one.expires_at is not None for one in self.lots):
            return
        before = balance(self.tx(), self.people[who], KIND)
        try:
            self.atomic(lambda tx: reverse(tx, self.people[who], done[number].move_id))
        except Refused:
            return
        assert balance(self.tx(), self.people[who], KIND) == before - done[number].amount
        for move in lines(self.tx(), self.people[who]):
            if move.reason == "reversed":
                with contextlib.suppress(Refused):
                    reverse(self.tx(), self.people[who], move.move_id)
                    raise AssertionError("a reversal was reversed")
        self.refill(who, -done[number].amount)

    def refill(self, who: int, amount: int) -> None:
        """The model follows what the ledger says of each lot."""
        rows = self.connection.execute("SELECT lot_id, sum(amount) FROM credit_entry GROUP BY lot_id ORDER BY lot_id")
        for one, (_id, left) in zip(self.lots, rows.fetchall(), strict=True):
            one.left = left
        self.spent -= amount

    @precondition(lambda self: self.moved is None)
    @rule(kept=PEOPLE)
    def merge(self, kept: int) -> None:
        self.moved = [(1 - kept, one) for one in self.lots if one.owner == 1 - kept]
        self.change_owner(1 - kept, kept)
        for _owner, one in self.moved:
            one.owner = kept

    @precondition(lambda self: self.moved is not None)
    @rule()
    def undo(self) -> None:
        """The very lots that moved go back, one by one, whatever was spent from them since."""
        ids = [row[0] for row in self.connection.execute("SELECT id FROM credit_lot ORDER BY id")]
        for owner, one in self.moved or ():
            place = ids[self.lots.index(one)]
            statement = "UPDATE credit_lot SET person_id = ? WHERE id = ?"
            self.connection.execute(statement, (self.people[owner], place))
            one.owner = owner
        self.moved = None

    def change_owner(self, former: int, new: int) -> None:
        statement = "UPDATE credit_lot SET person_id = ? WHERE person_id = ?"
        self.connection.execute(statement, (self.people[new], self.people[former]))

    @invariant()
    def nothing_is_below_zero(self) -> None:
        assert lots_below_zero(self.url) == 0
        assert all(total >= 0 for total in balances(self.url).values())

    @invariant()
    def sums_are_what_was_given_less_what_left(self) -> None:
        assert sum(balances(self.url).values()) == self.given - self.spent - self.expired

    @invariant()
    def everybody_has_what_the_model_says(self) -> None:
        if hasattr(self, "people"):
            for who, person_id in enumerate(self.people):
                assert balance(self.tx(), person_id, KIND) == sum(one.left for one in self.usable(who))

    def teardown(self) -> None:
        self.connection.close()
        Path(self.url.removeprefix("sqlite:///")).unlink()


TestLedger = Ledger.TestCase
TestLedger.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_rows_of_one_lot_never_change_hands_alone() -> None:
    """What makes a merge safe: an entry has no person of its own."""
    url = TEMPLATES.make("empty")
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(credit_entry)")}
    assert columns == {"move_id", "lot_id", "amount"}
