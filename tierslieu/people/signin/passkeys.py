"""Passkeys: made and used with the webauthn library. The person is verified by their device, each time.

A challenge is stored, bound to a browser, and taken out before an answer is judged: an answer works once.
"""

import binascii
import json
import secrets
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, update

from tierslieu.basics.errors import Invalid
from tierslieu.basics.ids import show
from tierslieu.infra.logs import log
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.signin import throttle
from tierslieu.people.signin.queries import PasskeyLine, passkey_by_credential, passkeys_of
from tierslieu.people.signin.rules import CHALLENGE_LIFE, MAX_PASSKEYS
from tierslieu.people.signin.tables import Passkey, PasskeyChallenge

REFUSED: Final = "passkey_refused"
LOG = log("signin")

y, c = columns(Passkey), columns(PasskeyChallenge)
ADD_CHALLENGE: Query[Any] = Query(insert_into(PasskeyChallenge))
TAKE: Query[Any] = Query(
    delete(table_of(PasskeyChallenge)).where(
        c.challenge == bindparam("given"),
        c.browser_sha256 == bindparam("browser"),
        c.expires_at > bindparam("now"),
        c.person_id.is_(None),
    )
)
TAKE_OWN: Query[Any] = Query(
    delete(table_of(PasskeyChallenge)).where(
        c.challenge == bindparam("given"),
        c.browser_sha256 == bindparam("browser"),
        c.expires_at > bindparam("now"),
        c.person_id == bindparam("person"),
    )
)
TIDY: Query[Any] = Query(delete(table_of(PasskeyChallenge)).where(c.expires_at <= bindparam("now")))
ADD: Query[Any] = Query(insert_into(Passkey))
REMOVE: Query[Any] = Query(
    delete(table_of(Passkey)).where(y.id == bindparam("which"), y.person_id == bindparam("person"))
)
USED: Query[Any] = Query(
    update(table_of(Passkey))
    .where(y.id == bindparam("which"), y.sign_count == bindparam("former"))
    .values(sign_count=bindparam("count"), used_at=bindparam("now"))
)
WARN: Query[Any] = Query(update(table_of(Passkey)).where(y.id == bindparam("which")).values(warned_at=bindparam("now")))


class Place(NamedTuple):
    """Where passkeys are made and used: the name they belong to, and the exact address of our pages."""

    party: str
    address: str


class Answer(msgspec.Struct, frozen=True):
    """A browser's answer, as far as it must be read before it is judged."""

    credential: str
    challenge: str
    whole: dict[str, Any]


class Made(msgspec.Struct, frozen=True):
    """A new passkey, judged good."""

    credential: str
    public_key: str
    sign_count: int


def challenge(tx: Tx, browser: str, origin: str, person_id: int | None = None, *, life: int = CHALLENGE_LIFE) -> bytes:
    """A new challenge for this browser, good for `life` seconds: to sign in, or for a person to make a passkey.

    Raises TooMany."""
    throttle.attempt(tx, throttle.Limit(f"challenge:{origin}", throttle.CHALLENGES))
    tx.run(TIDY, now=tx.now)
    fresh = secrets.token_bytes(32)
    tx.run(
        ADD_CHALLENGE,
        challenge=_text(fresh),
        browser_sha256=browser,
        person_id=person_id,
        expires_at=tx.now + life,
    )
    return fresh


def options_to_use(fresh: bytes, place: Place) -> str:
    """What the browser needs to sign in with a passkey, as JSON: any passkey of this place will do."""
    from webauthn import generate_authentication_options, options_to_json  # slow to import, and seldom needed
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(
        generate_authentication_options(
            rp_id=place.party, challenge=fresh, user_verification=UserVerificationRequirement.REQUIRED
        )
    )


def options_to_make(fresh: bytes, place: Place, venue: str, person: tuple[int, str], known: list[PasskeyLine]) -> str:
    """What the browser needs to make a passkey for a person (id, name), as JSON."""
    from webauthn import base64url_to_bytes, generate_registration_options, options_to_json
    from webauthn.helpers import structs

    person_id, name = person
    return options_to_json(
        generate_registration_options(
            rp_id=place.party,
            rp_name=venue,
            user_name=name,
            user_display_name=name,
            user_id=show(person_id).encode(),
            challenge=fresh,
            attestation=structs.AttestationConveyancePreference.NONE,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(base64url_to_bytes(one.credential)) for one in known
            ],
        )
    )


def read_answer(text: str) -> Answer:
    """The parts of an answer that are needed to look things up; nothing in it is believed yet. Raises Invalid."""
    try:
        whole = json.loads(text)
        data = json.loads(_bytes(whole["response"]["clientDataJSON"]))
        credential, given = whole["rawId"], data["challenge"]
        is_plain = all(isinstance(part, str) and part.isascii() for part in (credential, given))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise Invalid(REFUSED) from error
    if not is_plain or len(credential) > 2000 or len(given) > 100:
        raise Invalid(REFUSED)
    return Answer(credential, given, whole)


def take(tx: Tx, answer: Answer, browser: str, person_id: int | None = None) -> PasskeyLine | None:
    """Take the challenge out: it was given to this browser, for this purpose, a short time ago. Raises Invalid.

    Returns the passkey that answered, None when it is not known.
    """
    if person_id is None:
        taken = tx.run(TAKE, given=answer.challenge, browser=browser, now=tx.now)
    else:
        taken = tx.run(TAKE_OWN, given=answer.challenge, browser=browser, now=tx.now, person=person_id)
    if not taken:
        raise Invalid(REFUSED)
    return passkey_by_credential(tx, answer.credential)


def judge_made(answer: Answer, place: Place) -> Made:
    """The new passkey, when the answer is right in all its parts. Raises Invalid."""
    from webauthn import verify_registration_response

    try:
        found = verify_registration_response(
            credential=answer.whole,
            expected_challenge=_bytes(answer.challenge),
            expected_rp_id=place.party,
            expected_origin=place.address,
            require_user_verification=True,
        )
    except Exception as error:  # whatever a forged answer breaks inside the library is one refusal
        raise Invalid(REFUSED) from error
    return Made(_text(found.credential_id), _text(found.credential_public_key), found.sign_count)


def judge_used(answer: Answer, line: PasskeyLine, place: Place) -> int:
    """The passkey's counter, when the answer is right in all its parts. Raises Invalid."""
    from webauthn import verify_authentication_response

    try:
        found = verify_authentication_response(
            credential=answer.whole,
            expected_challenge=_bytes(answer.challenge),
            expected_rp_id=place.party,
            expected_origin=place.address,
            credential_public_key=_bytes(line.public_key),
            credential_current_sign_count=0,  # compared by `note_use`, which also leaves a warning
            require_user_verification=True,
        )
    except Exception as error:
        raise Invalid(REFUSED) from error
    return found.new_sign_count


def note_use(tx: Tx, line: PasskeyLine, count: int) -> bool:
    """Note a use. False when the counter went backwards: a copy of the passkey may exist, so it is not taken."""
    is_counting = count > 0 or line.sign_count > 0
    if is_counting and count <= line.sign_count:
        tx.run(WARN, which=line.id, now=tx.now)
        LOG.warning("passkey counter went back", passkey=show(line.id))
        return False
    return tx.run(USED, which=line.id, former=line.sign_count, count=count, now=tx.now) == 1


def add(tx: Tx, person_id: int, made: Made, name: str) -> None:
    """Keep a new passkey. Raises Invalid when there are too many, Conflict when it is known already."""
    if len(passkeys_of(tx, person_id)) >= MAX_PASSKEYS:
        raise Invalid("too_many_passkeys", count=MAX_PASSKEYS)
    tx.run(
        ADD,
        id=tx.new_id(),
        person_id=person_id,
        credential=made.credential,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name.strip()[:60],
        created_at=tx.now,
        used_at=0,
        warned_at=0,
    )


def remove(tx: Tx, person_id: int, passkey_id: int) -> bool:
    """Remove one of a person's passkeys. False when it is not theirs."""
    return tx.run(REMOVE, which=passkey_id, person=person_id) == 1


def tidy(tx: Tx, _payload: object) -> None:
    """Forget the challenges that nobody answered."""
    tx.run(TIDY, now=tx.now)


def _text(value: bytes) -> str:
    return binascii.b2a_base64(value, newline=False).decode().translate(URL_SAFE).rstrip("=")


def _bytes(text: str) -> bytes:
    plain = text.translate(PLAIN)
    return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)


URL_SAFE = str.maketrans("+/", "-_")
PLAIN = str.maketrans("-_", "+/")
