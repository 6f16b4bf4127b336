"""Settings of those who know people elsewhere (OpenID Connect): FranceConnect, ProConnect."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Part(BaseModel):
    """A group of settings. Unknown keys are an error, values do not change after start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OidcProvider(Part):
    """A provider of identities (OpenID Connect). Without `issuer` and `client_id` it is not offered.

    Lists are texts with spaces between. Addresses that are left empty are discovered at the issuer.
    """

    issuer: str = Field(default="", description="the provider's own address, exactly as in its tokens")
    client_id: str = Field(default="", description="what the provider calls this installation")
    client_secret: str = Field(default="", repr=False, description="sent in the body of the token call only")
    label: str = Field(default="", description="name on the button")
    about_url: str = Field(default="", description="where « Qu’est-ce que … ? » leads")
    authorize_url: str = ""
    token_url: str = ""
    userinfo_url: str = ""
    jwks_url: str = ""
    logout_url: str = ""
    scopes: str = "openid"
    acr_values: str = Field(default="", description="levels asked for; an answer with another level is refused")
    two_factors: str = Field(default="", description="values of acr or amr that count as two factors")
    claims: str = Field(default="", description="JSON of the claims parameter; empty: not sent")
    pkce: bool = Field(default=True, description="needs a provider that takes its parameters")
    algorithm: Literal["RS256", "ES256", "HS256"] = Field(default="RS256", description="signs id_token and userinfo")
    trusts_email: bool = Field(default=False, description="its addresses are checked even when it does not say so")
    sirets: str = Field(default="", description="employers whose staff keep their role by this provider alone")

    @field_validator("issuer", "authorize_url", "token_url", "userinfo_url", "jwks_url", "logout_url", "about_url")
    @classmethod
    def is_safe_address(cls, value: str) -> str:
        """Secrets and identities travel through HTTPS only, but on the loopback."""
        if value and not is_safe(value):
            raise ValueError("must start with https://")
        return value

    @property
    def is_offered(self) -> bool:
        """True when an installation configured it."""
        return bool(self.issuer and self.client_id)


class FranceConnectSettings(OidcProvider):
    """FranceConnect, for residents. The e-mail address it gives is what the person wrote there, unchecked."""

    label: str = "FranceConnect"
    about_url: str = "https://franceconnect.gouv.fr/"
    scopes: str = "openid given_name email"
    acr_values: str = "eidas1"
    two_factors: str = "eidas2 eidas3"
    pkce: bool = False


class ProConnectSettings(OidcProvider):
    """ProConnect, for agents of administrations. It refuses parameters that it does not know, PKCE among them."""

    label: str = "ProConnect"
    about_url: str = "https://www.proconnect.gouv.fr/"
    scopes: str = "openid given_name usual_name email siret"
    two_factors: str = "mfa eidas2 eidas3"
    claims: str = '{"id_token":{"amr":{"essential":true}}}'
    pkce: bool = False
    trusts_email: bool = True


class OidcSettings(Part):
    """Other houses' identities. None configured: no button at all."""

    franceconnect: FranceConnectSettings = FranceConnectSettings()
    proconnect: ProConnectSettings = ProConnectSettings()

    @property
    def offered(self) -> dict[str, OidcProvider]:
        """The configured providers by their keys."""
        both: dict[str, OidcProvider] = {"franceconnect": self.franceconnect, "proconnect": self.proconnect}
        return {key: one for key, one in both.items() if one.is_offered}


def is_safe(url: str) -> bool:
    """True for https, and for plain http on this very machine."""
    parts = urlsplit(url)
    is_local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_local))
