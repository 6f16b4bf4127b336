"""Changes to the ways in that a person has. Each is told to them, and never takes their last way away."""

from typing import Final

from tierslieu.basics.errors import Invalid
from tierslieu.basics.zone import Zone
from tierslieu.http.words import _, spoken
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.actions import put_password
from tierslieu.people.persons.events import AccountClosed
from tierslieu.people.persons.queries import known
from tierslieu.people.signin import factors, passkeys
from tierslieu.people.signin.actions import end_all_sessions
from tierslieu.people.signin.arrivals import forget_browsers
from tierslieu.people.signin.queries import ways_of

TOLD: Final = {
    "password": _("Le mot de passe de votre compte a été changé, {moment}."),
    "passkey": _("Une clé d’accès a été ajoutée à votre compte, {moment}."),
    "reset": _("Le second facteur de votre compte a été retiré par l’équipe, {moment}."),
}


def set_password(tx: Tx, person_id: int, password_hash: str, kept: str | None, zone: Zone) -> None:
    """A new password: whoever knew the old one is out everywhere else."""
    put_password(tx, person_id, password_hash)
    end_all_sessions(tx, person_id, kept)
    tell(tx, person_id, "password", zone)


def remove_password(tx: Tx, person_id: int) -> None:
    """No password any more. Raises Invalid when it is the only way in."""
    ways = ways_of(tx, person_id)
    if not ways.has_email and not ways.passkeys:
        raise Invalid("last_way_in")
    put_password(tx, person_id, None)


def add_passkey(tx: Tx, person_id: int, made: passkeys.Made, name: str, zone: Zone) -> None:
    """One more passkey."""
    passkeys.add(tx, person_id, made, name)
    tell(tx, person_id, "passkey", zone)


def remove_passkey(tx: Tx, person_id: int, passkey_id: int) -> bool:
    """One passkey less. Raises Invalid when it is the only way in; False when it is not theirs."""
    ways = ways_of(tx, person_id)
    if ways.passkeys == 1 and not ways.has_email and not ways.has_password:
        raise Invalid("last_way_in")
    return passkeys.remove(tx, person_id, passkey_id)


def sign_out_everywhere(tx: Tx, person_id: int) -> None:
    """End every session; browsers must earn their trust anew."""
    end_all_sessions(tx, person_id)
    forget_browsers(tx, person_id)


def leave(tx: Tx, event: AccountClosed) -> None:
    """A closed account's sessions do not come back when it is opened again."""
    sign_out_everywhere(tx, event.person_id)


def sign_out_by_staff(tx: Tx, person_id: int) -> None:
    """The same, done by staff: recorded."""
    sign_out_everywhere(tx, person_id)
    record(tx, "people.close_sessions", person_id)


def reset_factor(tx: Tx, person_id: int, zone: Zone) -> None:
    """A lost second factor is forgotten, by an administrator: recorded, and told to the person."""
    factors.reset(tx, person_id)
    sign_out_everywhere(tx, person_id)
    record(tx, "people.reset_factor", person_id)
    tell(tx, person_id, "reset", zone)


def tell(tx: Tx, person_id: int, what: str, zone: Zone) -> None:
    """Tell a person that their ways in changed, in case it was somebody else."""
    person = known(tx, person_id)
    if person is None:
        return
    words = spoken(person.locale, zone)
    lines = (
        words.text(_("Bonjour {name},"), name=person.first_name),
        words.text(TOLD[what], moment=words.moment(tx.now)),
        words.text(_("Ce n’était pas vous, ou vous ne l’avez pas demandé ? Appelez l’accueil.")),
    )
    subject = words.text(_("Votre connexion a changé"))
    post(tx, person_id, Notice(f"{what}_changed", subject, "\n\n".join(lines) + "\n", is_asked=True))
