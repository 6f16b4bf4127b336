"""Attestations: the signed badge verified by others' means, the paper, the public page, its secret part."""

import io
import re
import warnings
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from joserfc import jwt
from joserfc.errors import BadSignatureError, SecurityWarning
from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field

from tests.people.qualifications.workshop import give, newcomer, person, skill, token
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, HouseUnderTest, at
from tests.support.inside import read, write
from tierslieu.people.qualifications import actions, queries
from tierslieu.people.qualifications.schemas import Wish

ADDRESS = "http://127.0.0.1:8080"


class Profile(BaseModel):
    """What Open Badges 3.0 asks of an issuer."""

    id: str = Field(pattern=r"^https?://")
    type: list[str] = Field(min_length=1)


class Criteria(BaseModel):
    narrative: str = Field(min_length=1)


class Achievement(BaseModel):
    id: str = Field(pattern=r"^https?://")
    type: list[str]
    name: str
    description: str
    criteria: Criteria


class Identity(BaseModel):
    type: str = Field(pattern="^IdentityObject$")
    hashed: bool
    identityHash: str
    identityType: str


class Subject(BaseModel):
    id: str = Field(pattern=r"^https?://")
    type: list[str]
    identifier: list[Identity] = Field(min_length=1)
    achievement: Achievement


class Status(BaseModel):
    id: str = Field(pattern=r"^https?://")
    type: str = Field(pattern="^1EdTechRevocationList$")


class Credential(BaseModel):
    """The required properties of an AchievementCredential, and those that we add."""

    model_config = ConfigDict(populate_by_name=True)

    context: list[str] = Field(alias="@context", min_length=2)
    id: str = Field(pattern=r"^https?://")
    type: list[str]
    name: str
    issuer: Profile
    validFrom: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    validUntil: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
    credentialSubject: Subject
    credentialStatus: Status


def own_grant(house: HouseUnderTest) -> queries.GrantLine:
    found = read(house, queries.grants_of, person(house, "u05"))
    return next(one for one in found if one.qualification_id == skill(house, "decoupe-laser").id)


def files_of(house: HouseUnderTest, kind: str, email: str = MEMBER) -> Any:
    browser = Browser(house)
    browser.sign_in(email)
    return browser.get(f"/habilitations/attestations/{token(own_grant(house).id)}/attestation.{kind}")


def verified(text: str, key: dict[str, Any]) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.decode(text, OKPKey.import_key(key), algorithms=["EdDSA"]).claims


def test_the_badge_is_verified_with_the_published_key(nugue: HouseUnderTest) -> None:
    answer = files_of(nugue, "jwt")
    assert answer.headers["content-type"] == "application/vc+jwt"
    key = nugue.client.get("/.well-known/attestations/key.json").json()
    assert "d" not in key, "the private part stays here"
    claims = verified(answer.text, key)
    credential = Credential.model_validate(claims)
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(credential.type)
    assert credential.context[0] == "https://www.w3.org/ns/credentials/v2"
    assert claims["iss"] == credential.issuer.id == f"{ADDRESS}/.well-known/attestations/issuer.json"
    assert (claims["jti"], claims["sub"]) == (credential.id, credential.credentialSubject.id)
    assert claims["exp"] == _end_of(nugue)
    assert "Autonome" in credential.name
    assert credential.credentialSubject.identifier[0].identityHash == "Sofia Moreau"
    assert nugue.client.get("/.well-known/attestations/issuer.json").json()["id"] == credential.issuer.id
    head, body, signature = answer.text.split(".")
    with pytest.raises(BadSignatureError):
        verified(f"{head}.{body[:-4]}AAAA.{signature}", key)
    plain = files_of(nugue, "json").json()
    assert Credential.model_validate(plain) == credential


def _end_of(house: HouseUnderTest) -> int:
    from tierslieu.people.qualifications.attesting import attested

    found = read(house, attested, own_grant(house).id).ends_at
    assert found is not None
    return found


def test_only_the_holder_and_staff_have_the_files(quick_nugue: HouseUnderTest) -> None:
    assert files_of(quick_nugue, "json", OTHER_MEMBER).status_code == 404
    assert files_of(quick_nugue, "pdf", FAB_MANAGER).status_code == 200
    path = f"/habilitations/attestations/{token(own_grant(quick_nugue).id)}/attestation.jwt"
    assert Browser(quick_nugue).get(path).status_code in (303, 401)


def test_the_public_page_names_nobody_without_the_secret_part(nugue: HouseUnderTest) -> None:
    one = own_grant(nugue)
    path = f"/habilitations/verifier/{token(one.id)}"
    stranger = Browser(nugue)
    shown = stranger.get(path)
    assert shown.status_code == 200
    assert "Découpe laser" in shown.text
    assert "En cours de validité" in shown.text
    for wrong in ("", "?cle=0", "?cle=%C3%A9"):
        assert "Moreau" not in stranger.get(path + wrong).text
    holder = Browser(nugue)
    holder.sign_in(MEMBER)
    link = link_on_paper(files_of(nugue, "pdf").content)
    assert link in holder.get(path).text, "the holder finds the link to give"
    assert "?cle=" not in shown.text
    assert link.startswith(f"{ADDRESS}{path}?cle=")
    assert "Sofia Moreau" in stranger.get(link.removeprefix(ADDRESS)).text


def link_on_paper(pdf: bytes) -> str:
    """What a phone reads from the printed code."""
    page = pypdfium2.PdfDocument(pdf)[0]
    found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert len(found) == 1
    return str(found[0].text)


def test_the_paper_has_real_text_a_title_and_a_language(quick_nugue: HouseUnderTest) -> None:
    pdf = files_of(quick_nugue, "pdf").content
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    for wanted in ("Sofia Moreau", "Découpe laser (Autonome)", "Valable jusqu’au", "Le Nugue, Trilport"):
        assert wanted in text
    assert document.get_metadata_dict()["Title"] == "Attestation d’habilitation"
    assert re.search(rb"/Lang\s*\(fr", pdf)
    assert len(document) == 1


@pytest.mark.parametrize("name", ["Олександра", "Ελένη", "Đặng", "Ողջույն", "Łukasz", "李娜", "김민"])
def test_names_of_many_alphabets_are_drawn(quick_nugue: HouseUnderTest, name: str) -> None:
    who = newcomer(quick_nugue, name)
    grant = give(quick_nugue, who, "decoupe-vinyle")
    lucie = Browser(quick_nugue)
    lucie.sign_in(FAB_MANAGER)
    pdf = lucie.get(f"/habilitations/attestations/{token(grant)}/attestation.pdf").content
    assert name in pypdfium2.PdfDocument(io.BytesIO(pdf))[0].get_textpage().get_text_range()


def test_states_of_a_public_link(nugue: HouseUnderTest) -> None:
    who = newcomer(nugue)
    first = give(nugue, who, "decoupe-vinyle", "accompanied")
    stranger = Browser(nugue)

    def state(grant: int) -> tuple[str, list[dict[str, Any]]]:
        text = stranger.get(f"/habilitations/verifier/{token(grant)}").text
        listed = stranger.get(f"/habilitations/verifier/{token(grant)}/statut.json").json()["revokedCredential"]
        shown = [word for word in ("En cours de validité", "Remplacée", "Retirée", "Expirée") if word in text]
        return shown[0], listed

    assert state(first) == ("En cours de validité", [])
    second = give(nugue, who, "decoupe-vinyle", "autonomous")
    assert state(first)[0] == "Remplacée"
    assert state(first)[1][0]["id"].endswith(token(first))
    nugue.is_at("2028-11-25T00:00")
    assert state(second) == ("Expirée", [])
    nugue.is_at("2028-11-24T23:59")
    assert state(second) == ("En cours de validité", [])
    write(nugue, actions.withdraw, second, "rules")
    assert state(second)[0] == "Retirée"
    third = write(nugue, actions.grant, Wish(who, skill(nugue, "decoupe-vinyle").id, "autonomous"))
    write(nugue, _close, who)
    assert state(third)[0] == "Retirée", "a closed file attests nothing any more"
    assert "Nour" not in stranger.get(f"/habilitations/verifier/{token(third)}").text
    assert at("2028-11-24T23:59") == nugue.clock.instant


def _close(tx: Any, who: int) -> None:
    from sqlalchemy import text

    from tierslieu.infra.statements import Query

    tx.run(Query(text(f"UPDATE person SET is_active = 0 WHERE id = {who}")))


def test_the_key_is_made_once(nugue: HouseUnderTest) -> None:
    from tierslieu.people.qualifications import keys

    before = read(nugue, keys.key_of).as_dict()
    write(nugue, keys.put_key)
    assert read(nugue, keys.key_of).as_dict() == before
