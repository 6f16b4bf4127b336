"""Attestations: files for the holder, and what everybody can verify."""

import asyncio
from typing import Any

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from tierslieu.basics.ids import read
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.wording import LEVELS
from tierslieu.http.words import Words
from tierslieu.people.qualifications import actions, attesting, keys
from tierslieu.people.qualifications.attesting import Attested
from tierslieu.people.qualifications.certificate import certificate
from tierslieu.people.qualifications.wording import STATES

LOOKS = {"valid": "done", "expired": "wait", "replaced": "wait", "withdrawn": "wait"}


class Verified(msgspec.Struct, frozen=True):
    """What everybody may know of an attestation; `name` is "" unless the holder gave the link with its key.

    `share` is that link, for the holder alone.
    """

    qualification: str
    level: str
    state: str
    state_text: str
    granted: str
    until: str
    name: str
    issuer: str
    share: str


class AttestationPages(Controller):
    """Files for the holder and for staff."""

    path = "/habilitations/attestations"
    include_in_schema = False

    @get("/{id:str}/attestation.pdf", opt=allow(actions.SEE))
    async def paper(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The attestation to print."""
        one, home = await _own(request, id), house(request)
        secret = keys.name_secret(home.secret, one.grant.id)
        assets = request.app.state.assets
        made = await asyncio.to_thread(certificate, one, home.settings, assets, words(request), secret)
        return _file(made, "application/pdf", "attestation.pdf")

    @get("/{id:str}/attestation.json", opt=allow(actions.SEE))
    async def badge(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The Open Badges 3.0 credential, to read; the signed one is beside it."""
        one = await _own(request, id)
        content = attesting.credential(one, house(request).settings, words(request))
        return _file(msgspec.json.encode(content), "application/ld+json", "attestation.json")

    @get("/{id:str}/attestation.jwt", opt=allow(actions.SEE))
    async def token(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The same, signed by the house: a wallet or another place can verify it."""
        one, home = await _own(request, id), house(request)
        key = await home.db.read(keys.key_of)
        content = attesting.claims(one, home.settings, words(request))
        address = f"{attesting.address_of(home.settings)}{attesting.KEY_PATH}"
        return _file(keys.signed(content, key, address).encode(), "application/vc+jwt", "attestation.jwt")


async def _own(request: AnyRequest, id: str) -> Attested:
    who = actor(request)
    return await house(request).db.read(attesting.of_person, read(id), who.person_id, is_staff=who.may(actions.SEE_ALL))


def _file(content: bytes, kind: str, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return Response(content, media_type=kind, headers=headers)


class VerifyPages(Controller):
    """What is public: the state of an attestation, who attests, the key that signs."""

    include_in_schema = False

    @get("/habilitations/verifier/{id:str}", opt=PUBLIC)
    async def verify(self, request: AnyRequest, id: FromPath[str], cle: FromQuery[str] = "") -> Response[bytes]:
        """Valid, expired or withdrawn; the name only with the key that the holder gave."""
        home, spoken = house(request), words(request)
        one = await home.db.read(attesting.attested, read(id))
        is_named = one.state != "withdrawn" and keys.is_name_secret(home.secret, one.grant.id, cle)
        is_own = actor(request).person_id == one.grant.person_id
        link = f"{attesting.address_of(home.settings)}{attesting.verify_path(one.grant.id)}"
        share = f"{link}?cle={keys.name_secret(home.secret, one.grant.id)}" if is_own else ""
        issuer = f"{home.settings.venue_name}, {home.settings.venue_town}"
        view = _verified(spoken, one, issuer, share, is_named=is_named)
        headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
        return page(request, "qualifications/verify.html", headers=headers, view=view, look=LOOKS[one.state])

    @get("/habilitations/verifier/{id:str}/statut.json", opt=PUBLIC)
    async def status(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The same for programs: the revocation list that the credential names."""
        home = house(request)
        one = await home.db.read(attesting.attested, read(id))
        return _open(attesting.status(one, home.settings), "application/json")

    @get(attesting.ISSUER_PATH, opt=PUBLIC)
    async def issuer(self, request: AnyRequest) -> Response[bytes]:
        """Who attests."""
        return _open(attesting.issuer(house(request).settings), "application/ld+json")

    @get(attesting.KEY_PATH, opt=PUBLIC)
    async def key(self, request: AnyRequest) -> Response[bytes]:
        """The public key, as a JSON Web Key."""
        home = house(request)
        found = await home.db.read(keys.key_of)
        address = f"{attesting.address_of(home.settings)}{attesting.KEY_PATH}"
        return _open(keys.public_key(found, address), "application/jwk+json")


def _open(content: dict[str, Any], kind: str) -> Response[bytes]:
    headers = {"access-control-allow-origin": "*"}
    return Response(msgspec.json.encode(content), media_type=kind, headers=headers)


def _verified(spoken: Words, one: Attested, issuer: str, share: str, *, is_named: bool) -> Verified:
    return Verified(
        one.skill.name,
        spoken.text(LEVELS[one.grant.level]),
        one.state,
        spoken.text(STATES[one.state]),
        spoken.day(one.grant.granted_at, "year"),
        spoken.day(one.ends_at - 1, "year") if one.ends_at is not None else "",
        one.name if is_named else "",
        issuer,
        share,
    )
