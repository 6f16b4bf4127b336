"""Terminals and cards as staff set them up: a terminal gets its secrets once, a card its person."""

import itertools
import re
from typing import Final

import msgspec

from tierslieu.basics.actor import require
from tierslieu.basics.errors import Invalid, NotFound
from tierslieu.fablab import claiming
from tierslieu.fablab import queries as machines
from tierslieu.fablab import storing as fablab
from tierslieu.fablab.interlocks import actions, keys, queries, rules, storing
from tierslieu.fablab.interlocks.rules import Policy, TerminalNow
from tierslieu.fablab.interlocks.storing import PolicyChanged, Say
from tierslieu.fablab.rules import MachineNow, places
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.devices.actions import enrol_device, revoke_device
from tierslieu.people.devices.queries import is_enrolled
from tierslieu.people.persons.queries import known
from tierslieu.people.roles.queries import holders
from tierslieu.people.roles.rules import AT_MACHINES

MANAGE: Final = "fablab.manage_terminals"
CARD: Final = re.compile(r"[0-9A-F]{8,20}")
LONGEST_NAME: Final = 32
"""As the topics of the bus have it."""
UNHEARD: Final = {"boot_id": "", "state_seq": -1, "heard_at": 0, "is_online": 0, "lock": "unknown"}
DANGEROUS: Final = frozenset({"laser_cutter", "cnc_router"})


class Secrets(msgspec.Struct, frozen=True):
    """What a new terminal needs to know, shown once."""

    site: str
    device: str
    password: str
    lock_key: str
    card_key: str

    @property
    def as_file(self) -> str:
        """The lines to put into the terminal's configuration file."""
        values = {**msgspec.structs.asdict(self), "username": self.device}
        names = ("site", "device", "username", "password", "lock_key", "card_key")
        return "\n".join(f'{name} = "{values[name]}"' for name in names)


def usual_policy(kind: str) -> Policy:
    """What one begins with: machines that burn or cut want somebody beside them, and a look afterwards."""
    if kind in DANGEROUS:
        return Policy(confirm_every_s=900, is_checked_after=True)
    return Policy()


def enrol(tx: Tx, key: str, secret: bytes) -> Secrets:
    """Give a machine a terminal, or its terminal new secrets: the former ones stop working at once."""
    machine = fablab.locked(tx, machines.machine(tx, key).id)
    require(tx.by, MANAGE, *places(machine))
    former = tx.row(queries.ANY_OF_MACHINE, machine=machine.id)
    device = _own_place(tx, machine, former)
    generation = former.generation + 1 if former else 1
    if former is None:
        terminal_id = storing.new_terminal(tx, machine.id, device, usual_policy(machine.kind))
    else:
        terminal_id = former.id
        tx.run(storing.SET_ACCOUNT, which=terminal_id, device=device, generation=generation, revoked_at=0, **UNHEARD)
        tx.announce(PolicyChanged(terminal_id))
    record(tx, "fablab.terminal.enrol", None, machine.key)
    tx.touch(fablab.MACHINES)
    password = enrol_device(tx, device, "machine", machine.name)
    lock = keys.lock_key(secret, terminal_id, generation)
    return Secrets(machine.site, device, password, lock.hex(), keys.card_key(secret).hex())


def _own_place(tx: Tx, machine: MachineNow, former: TerminalNow | None) -> str:
    """The terminal's own name on the bus, for good: a machine may have an adapter or a plug beside it.

    A terminal of before spoke as its machine: that account ends with its new secrets, and what it said of the machine.
    It stays where an adapter took it over, once the terminal was removed.
    """
    if former is not None and former.device != machine.key:
        return former.device
    if former is not None and not queries.is_linked(tx, machine):
        revoke_device(tx, machine.key)
        fablab.silence(tx, machine)
    return own_place(tx, machine.key)


def own_place(tx: Tx, key: str) -> str:
    """A name that no machine, no terminal and no other device has."""
    tails = itertools.chain(("-box",), (f"-box{number}" for number in itertools.count(2)))
    names = (key[: LONGEST_NAME - len(tail)] + tail for tail in tails)
    return next(name for name in names if not _is_taken(tx, name))


def _is_taken(tx: Tx, name: str) -> bool:
    is_machine = tx.row(machines.BY_KEY, key=name) is not None
    return is_machine or is_enrolled(tx, name) or tx.row(queries.BY_DEVICE, device=name) is not None


def remove(tx: Tx, key: str) -> None:
    """The machine has no terminal any more: it is told to lock, what it said stays.

    Its key is the same until there is another terminal: the last order must still be believed.
    """
    machine = fablab.locked(tx, machines.machine(tx, key).id)
    require(tx.by, MANAGE, *places(machine))
    terminal = queries.terminal(tx, machine)
    if (one := queries.open_on(tx, machine.id)) is not None:
        storing.order(tx, terminal, Say(op="lock", session=one))
        actions.close(tx, machine, one, "cut")
    account = {"device": terminal.device, "generation": terminal.generation, "revoked_at": tx.now}
    tx.run(storing.SET_ACCOUNT, which=terminal.id, **account, **UNHEARD)
    if not rules.speaks_itself(machine, terminal):
        fablab.silence(tx, machine)
    record(tx, "fablab.terminal.remove", None, machine.key)
    tx.touch(fablab.MACHINES)


def set_policy(tx: Tx, key: str, policy: Policy) -> None:
    """Decide how the machine may be unlocked; the terminal learns its part of it."""
    machine = fablab.locked(tx, machines.machine(tx, key).id)
    require(tx.by, MANAGE, *places(machine))
    terminal = queries.terminal(tx, machine)
    resource = claiming.resource_of(tx, machine)
    if policy.needs_referent and (resource is None or not resource.referent):
        raise Invalid("form", {"needs_referent": "referent_unnamed"})
    kept = msgspec.structs.replace(policy, offline_cards=_offline_cards(tx, policy))
    tx.run(storing.SET_POLICY, which=terminal.id, policy=to_json(kept), policy_version=terminal.policy_version + 1)
    tx.announce(PolicyChanged(terminal.id))
    record(tx, "fablab.terminal.set", None, machine.key)


def _offline_cards(tx: Tx, policy: Policy) -> tuple[str, ...]:
    """The cards of staff who run machines: they alone open without network."""
    if not policy.offline_lease_s:
        return ()
    people = sorted({one.person_id for role in sorted(AT_MACHINES) for one in holders(tx, role)})
    return tuple(sorted(one.digest for one in tx.rows(queries.CARDS_AMONG, ids=people)))[: rules.MOST_OFFLINE_CARDS]


def read_card(number: str, secret: bytes) -> str:
    """The digest of a typed card number. Raises Invalid for what is none."""
    plain = re.sub(r"[\s:.-]", "", number).upper()
    if not CARD.fullmatch(plain):
        raise Invalid("form", {"number": "card_unreadable"})
    return keys.digest_of(keys.card_key(secret), plain)


def add_card(tx: Tx, person_id: int, digest: str) -> None:
    """The card speaks for this person at every terminal. Raises Invalid when it is somebody's already."""
    require(tx.by, MANAGE)
    if known(tx, person_id) is None:
        raise NotFound("no_such_person")
    added = tx.run(
        storing.ADD_CARD,
        id=tx.new_id(),
        digest=digest,
        person_id=person_id,
        created_at=tx.now,
        created_by=tx.by.person_id,
    )
    if not added:
        raise Invalid("form", {"number": "card_known"})
    record(tx, "fablab.card.add", person_id)


def end_card(tx: Tx, person_id: int, card_id: int) -> None:
    """The card opens nothing any more. Raises NotFound for one that is not this person's."""
    require(tx.by, MANAGE)
    if not tx.run(storing.END_CARD, which=card_id, whose=person_id):
        raise NotFound("no_card")
    record(tx, "fablab.card.end", person_id)
