"""What people see of doors: what was measured, what was ordered, what is known of it. No name, no badge."""

from collections.abc import Mapping

from tierslieu.access import queries as access
from tierslieu.access.doors import actions, queries, rules, wording
from tierslieu.access.doors.rules import CommandNow, DoorNow
from tierslieu.access.doors.schemas import DoorForm, DoorLine, DoorView, OwnDoor, OwnDoors
from tierslieu.access.doors.wording import named
from tierslieu.access.zones.queries import zone_of, zones
from tierslieu.basics.ids import show
from tierslieu.http.telling import Choice
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations import queries as reservations


def door_lines(reader: Reader, spoken: Words) -> list[DoorLine]:
    """The doors in use, by name."""
    return [_line(reader, spoken, one) for one in queries.doors(reader)]


def _line(reader: Reader, spoken: Words, door: DoorNow) -> DoorLine:
    look, word = rules.look_of(door, reader.now)
    text, zone = named(spoken, wording.LOOKS, word), zone_of(reader, door.zone_id)
    return DoorLine(door.key, door.name, zone.name if zone else "–", look, text, _heard(spoken, door, reader.now))


def _heard(spoken: Words, door: DoorNow, now: int) -> str:
    if not door.heard_at:
        return spoken.text(_("jamais"))
    return spoken.text(_("il y a {time}"), time=spoken.duration(max(1, now - door.heard_at)))


def form_of(reader: Reader, spoken: Words, door: DoorNow | None, typed: Mapping[str, str]) -> DoorForm:
    """The form of a door or of a new one. `typed` is what was sent and refused: nothing of it is lost."""
    zone = zone_of(reader, door.zone_id) if door else None
    chosen = typed.get("zone", zone.key if zone else "")
    side = typed.get("side", door.side if door else "in")
    kiosk = typed.get("kiosk", door.kiosk_key if door else "")
    nobody = Choice("", spoken.text(_("Aucune")), not kiosk)
    kiosks = [Choice(one.key, one.name, one.key == kiosk) for one in access.kiosks(reader) if not one.is_door]
    return DoorForm(
        name=typed.get("name", door.name if door else ""),
        pulse_s=typed.get("pulse_s", str(door.pulse_ms // 1_000) if door else "5"),
        online="online" in typed if typed else bool(door and door.opens_online),
        zones=[Choice(one.key, one.name, one.key == chosen) for one in zones(reader)],
        sides=[Choice(code, spoken.text(text), code == side) for code, text in wording.SIDES.items()],
        kiosks=[nobody, *kiosks],
    )


def door_view(reader: Reader, spoken: Words, key: str, typed: Mapping[str, str]) -> DoorView:
    """The page of one door. Raises NotFound."""
    door = queries.door(reader, key)
    look, word = rules.look_of(door, reader.now)
    return DoorView(
        key=door.key,
        name=door.name,
        look=look,
        state_text=named(spoken, wording.LOOKS, word),
        facts=_facts(reader, spoken, door),
        commands=[_command(spoken, one, door) for one in reader.rows(queries.LAST_COMMANDS, door=door.id)],
        events=[
            (_when(spoken, at), named(spoken, wording.EVENTS, type) + (f" ({reason})" if reason else ""))
            for at, type, reason in reader.rows(queries.EVENTS, door=door.id)
        ],
        form=form_of(reader, spoken, door, typed),
        causes=[Choice(code, spoken.text(text)) for code, text in wording.CAUSES.items()],
    )


def _facts(reader: Reader, spoken: Words, door: DoorNow) -> list[tuple[str, str]]:
    zone = zone_of(reader, door.zone_id)
    listed = spoken.text(_("aucune : sans réseau, rien ne s’ouvre"))
    if door.list_at:
        listed = _when(spoken, door.list_at)
    found = [
        (spoken.text(_("Zone")), zone.name if zone else spoken.text(_("plus utilisée : la porte reste fermée"))),
        (spoken.text(_("Entendue")), _heard(spoken, door, reader.now)),
        (spoken.text(_("Gâche commandée")), named(spoken, wording.STRIKES, door.strike)),
        (spoken.text(_("Porte mesurée")), named(spoken, wording.LEAVES, door.leaf)),
        (spoken.text(_("Lecteur")), named(spoken, wording.READERS, door.reader)),
        (spoken.text(_("Clavier à code")), named(spoken, wording.PIN_PADS, door.pin_pad)),
        (spoken.text(_("Liste des badges, vérifiée")), listed),
        (spoken.text(_("Démarrage")), door.boot_id or "–"),
    ]
    return [*found, (spoken.text(_("Défaut")), door.fault)] if door.fault else found


def _when(spoken: Words, at: int) -> str:
    return f"{spoken.day(at, 'short')} {spoken.clock(at)}"


def _command(spoken: Words, one: CommandNow, door: DoorNow) -> tuple[str, str, str]:
    origin = named(spoken, wording.CAUSES, one.cause) or named(spoken, wording.ORIGINS, one.origin)
    what = named(spoken, wording.OPS, one.op) + (f" ({origin})" if origin else "")
    return _when(spoken, one.issued_at), what, result_text(spoken, one, door)


def result_text(spoken: Words, one: CommandNow, door: DoorNow) -> str:
    """What became of an order. Open is said only when the contact saw it."""
    if one.op in rules.OPENING and one.opened_at:
        return spoken.text(_("ouverte, vue par le capteur"))
    if one.op in rules.OPENING and one.state == "confirmed" and door.leaf == "unknown":
        return spoken.text(_("débloquée ; aucun capteur ne dit si elle s’est ouverte"))
    answer = spoken.text(_("fait")) if one.op not in rules.OPENING and one.state == "confirmed" else ""
    answer = answer or named(spoken, wording.ANSWERS, one.state)
    reason = named(spoken, wording.REASONS, one.reason) or one.reason
    return f"{answer} : {reason}" if reason else answer


def own_doors(reader: Reader, spoken: Words, reservation_id: int) -> OwnDoors | None:
    """The doors that the reservation opens from its page now; None without any."""
    found = actions.doors_for(reader, reservations.stored(reader, reservation_id))
    doors = [OwnDoor(one.key, one.name, _own_text(reader, spoken, one, reservation_id)) for one in found]
    return OwnDoors(show(reservation_id), doors) if doors else None


def _own_text(reader: Reader, spoken: Words, door: DoorNow, reservation_id: int) -> str:
    """What became of the last opening that this reservation asked for, for a minute."""
    commands = reader.rows(queries.LAST_COMMANDS, door=door.id)
    last = next((one for one in commands if one.reservation_id == reservation_id), None)
    if last is None or reader.now - last.issued_at > 60:
        return ""
    return result_text(spoken, last, door)
