"""What can be checked of the ESPHome terminal without a board: its file, and its lock compiled on this computer."""

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

import devices.wire
from tests.devices.terminals.esp_subject import COMPILER

FOLDER = Path(devices.wire.__file__).parents[2] / "deploy" / "terminals" / "esphome"
PROGRAM = r"""
#include <cassert>
#include <iostream>
#include "tierslieu_lock.h"
using namespace tierslieu;
int main() {
  Order o;
  o.cmd_id = "5d1e0b7d5f2e9a31", o.seq = 118, o.op = "unlock", o.issued_at = 1795302131, o.ttl_s = 10;
  o.boot_id = "8f3c21d0", o.lease_id = "0b7d5f2e9a31c4d8", o.lease_s = 900, o.text = {"Bonjour", "jusqu’à 14:30"};
  std::cout << canonical("oasis", "laser-1", o) << "\n===\n" << plain_card("04 a2 3b 1c 5d 80");
  Lock lock;
  lock.begin("8f3c21d0", 0);
  lock.look({}, 100);
  assert(lock.take(o, 0, 100).result == "done" && lock.relay);
  lock.look({true}, 200);
  assert(lock.word() == "unlocked");
  Order late = o;
  late.cmd_id = "another-one";
  assert(lock.take(late, 0, 300).reason == "old_seq");
  late.boot_id = "00000000", late.seq = 500, late.cmd_id = "a-third-one";
  assert(lock.take(late, 0, 300).reason == "boot_changed");
  for (int t = 1200; t < 903000; t += 1000) lock.look({lock.relay}, t);
  assert(!lock.relay && lock.events.back().reason == "time");
  o.cmd_id = "again-0001", o.seq = 600;
  assert(lock.take(o, 1795302131 + 11, 903000).reason == "ttl_passed");
  o.cmd_id = "again-0002";
  assert(lock.take(o, 0, 903000).result == "done");
  lock.look({true, true}, 903100);
  assert(lock.word() == "estop" && !lock.relay);
  assert(!lock.look({}, 990000));
}
"""


class _Reader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads ESPHome's own tags as plain texts."""


_Reader.add_constructor("!secret", lambda loader, node: f"secret:{node.value}")


def configuration() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((FOLDER / "terminal.yaml").read_text(encoding="utf-8"), _Reader)
    return found


def test_the_file_holds_no_secret_and_never_closes_by_itself() -> None:
    read = configuration()
    assert {read["substitutions"][name] for name in ("lock_key", "card_key")} == {"secret:lock_key", "secret:card_key"}
    assert read["mqtt"]["password"] == "secret:password"
    assert [one["restore_mode"] for one in read["switch"]] == ["ALWAYS_OFF"]
    assert read["mqtt"]["clean_session"] is True
    assert read["mqtt"]["on_json_message"][0]["topic"].endswith("/down/lock")


def test_its_lock_keeps_the_vectors_and_the_lease(tmp_path: Path) -> None:
    assert COMPILER is not None
    source, program = tmp_path / "check.cpp", tmp_path / "check"
    source.write_text(PROGRAM, encoding="utf-8")
    subprocess.run([COMPILER, "-std=c++17", "-I", str(FOLDER), "-o", str(program), str(source)], check=True)
    told = subprocess.run([str(program)], check=True, capture_output=True).stdout.decode()
    held = json.loads((Path(devices.wire.__file__).parent / "vectors.json").read_text(encoding="utf-8"))
    assert told == held["sealed"][0]["canonical"] + "\n===\n" + held["card"]["canonical"]
