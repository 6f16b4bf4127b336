"""Attestations: a grant as an Open Badges 3.0 credential, and where everybody can verify it."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import show
from tierslieu.http.words import Words, _
from tierslieu.infra.settings import Settings
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.qualifications import queries, rules
from tierslieu.people.qualifications.queries import GrantLine
from tierslieu.people.qualifications.rules import Skill
from tierslieu.people.qualifications.wording import LEVEL_HINTS, LEVELS
from tierslieu.people.relations.queries import zone_of

CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
SCHEMA: Final = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
KEY_PATH: Final = "/.well-known/attestations/key.json"
ISSUER_PATH: Final = "/.well-known/attestations/issuer.json"


class Attested(msgspec.Struct, frozen=True):
    """A grant with what an attestation says of it. `name` is "" once the person's file is closed."""

    grant: GrantLine
    skill: Skill
    name: str
    ends_at: int | None
    state: str


def attested(reader: Reader, grant_id: int) -> Attested:
    """A grant as it stands now. Raises NotFound. `state` is valid, expired, replaced or withdrawn."""
    one = queries.grant(reader, grant_id)
    skill = queries.skill(reader, one.qualification_id)
    person = known(reader, one.person_id)
    end = rules.ends_at(skill, one.held, zone_of(reader))
    name = f"{person.first_name} {person.last_name}" if person else ""
    return Attested(one, skill, name, end, _state(one, end, reader.now, is_known=person is not None))


def _state(one: GrantLine, end: int | None, now: int, *, is_known: bool) -> str:
    if not is_known or (one.ended_at is not None and one.end_reason != "replaced"):
        return "withdrawn"
    if one.ended_at is not None:
        return "replaced"
    return "valid" if end is None or now < end else "expired"


def of_person(reader: Reader, grant_id: int, person_id: int | None, *, is_staff: bool) -> Attested:
    """The attestation for its holder or for staff. Raises NotFound for anyone else: existence is not told."""
    found = attested(reader, grant_id)
    if found.grant.person_id != person_id and not is_staff:
        raise NotFound("unknown_grant")
    return found


def address_of(settings: Settings) -> str:
    """The address under which the house is known, without a slash at its end."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def verify_path(grant_id: int) -> str:
    """Where everybody can verify an attestation."""
    return f"/habilitations/verifier/{show(grant_id)}"


def issuer(settings: Settings) -> dict[str, Any]:
    """Who attests."""
    address = address_of(settings)
    return {
        "id": f"{address}{ISSUER_PATH}",
        "type": ["Profile"],
        "name": f"{settings.venue_name}, {settings.venue_town}",
        "url": f"{address}/",
        "phone": settings.phone,
    }


def credential(one: Attested, settings: Settings, words: Words) -> dict[str, Any]:
    """The Open Badges 3.0 AchievementCredential of a grant."""
    address = address_of(settings)
    found: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": f"{address}{verify_path(one.grant.id)}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title(one, words),
        "issuer": issuer(settings),
        "validFrom": moment(one.grant.granted_at),
        "credentialSubject": _subject(one, address, words),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": f"{address}{verify_path(one.grant.id)}/statut.json",
            "type": "1EdTechRevocationList",
        },
    }
    if one.ends_at is not None:
        found["validUntil"] = moment(one.ends_at)
    return found


def _subject(one: Attested, address: str, words: Words) -> dict[str, Any]:
    who = {"type": "IdentityObject", "identityHash": one.name, "hashed": False, "identityType": "name"}
    achievement = {
        "id": f"{address}{ISSUER_PATH}#{one.skill.key}-{one.grant.level}",
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": title(one, words),
        "description": one.skill.description or one.skill.name,
        "criteria": {"narrative": criteria(one, words)},
        "inLanguage": "en" if words.locale == "en" else "fr",
    }
    return {
        "id": f"{address}{verify_path(one.grant.id)}#holder",
        "type": ["AchievementSubject"],
        "identifier": [who],
        "achievement": achievement,
    }


def title(one: Attested, words: Words) -> str:
    """The qualification and its level."""
    return f"{one.skill.name} ({words.text(LEVELS[one.grant.level])})"


def criteria(one: Attested, words: Words) -> str:
    """What the person did to have it, and what it allows."""
    lines = [words.text(LEVEL_HINTS[one.grant.level])]
    if one.grant.session_id is not None:
        duration = words.duration(one.skill.training_minutes * 60)
        lines.append(
            words.text(_("Formation de {duration} suivie sur place, avec une personne qui forme."), duration=duration)
        )
    else:
        lines.append(words.text(_("Pratique vérifiée par une personne qui forme.")))
    if one.skill.needs:
        names = ", ".join(need.name for need in one.skill.needs)
        lines.append(words.text(_("Habilitations demandées avant : {names}."), names=names))
    return " ".join(lines)


def claims(one: Attested, settings: Settings, words: Words) -> dict[str, Any]:
    """The credential as the claims of a token, with the registered ones beside."""
    found = credential(one, settings, words)
    registered = {"iss": found["issuer"]["id"], "jti": found["id"], "nbf": one.grant.granted_at}
    registered["sub"] = found["credentialSubject"]["id"]
    if one.ends_at is not None:
        registered["exp"] = one.ends_at
    return {**found, **registered}


def status(one: Attested, settings: Settings) -> dict[str, Any]:
    """The revocation list of one attestation: empty while nobody withdrew it."""
    address = address_of(settings)
    revoked = []
    if one.state in ("withdrawn", "replaced"):
        revoked.append({"id": f"{address}{verify_path(one.grant.id)}", "revoked": True, "revocationReason": one.state})
    return {
        "id": f"{address}{verify_path(one.grant.id)}/statut.json",
        "issuer": f"{address}{ISSUER_PATH}",
        "revokedCredential": revoked,
    }


def moment(instant: int) -> str:
    """An instant as credentials write it: UTC."""
    return datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")
