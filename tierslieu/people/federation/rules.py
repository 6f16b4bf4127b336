"""Rules of federation: what is asked of a provider, and what its answer is worth. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from tierslieu.infra.oidc_settings import OidcProvider
from tierslieu.people.federation.schemas import Facts
from tierslieu.people.persons.schemas import email_kept, name_kept
from tierslieu.people.signin.rules import ONE_FACTOR, TWO_FACTORS

MINUTE: Final = 60
ATTEMPT_LIFE: Final = 10 * MINUTE
VISITOR_LIFE: Final = 30 * MINUTE
DEPARTURE_LIFE: Final = 12 * 60 * MINUTE
"""The longest session of a provider: ProConnect's twelve hours."""
STARTS: Final = 60
"""Journeys that one origin may begin in a quarter of an hour."""
LONGEST: Final = 300
"""Longest issuer, subject or code that is believed."""
PROCONNECT: Final = "proconnect"


def authorize_parameters(provider: OidcProvider, redirect_uri: str, state: str, nonce: str) -> dict[str, str]:
    """What goes to the provider, and nothing else: an unknown parameter is an error there."""
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scopes,
        "state": state,
        "nonce": nonce,
        "acr_values": provider.acr_values,
        "claims": provider.claims,
    }
    return {name: value for name, value in asked.items() if value}


def accepted_levels(provider: OidcProvider) -> frozenset[str]:
    """The values of acr that an answer may have; empty: any, for nothing was asked."""
    asked = frozenset(provider.acr_values.split())
    return asked | frozenset(provider.two_factors.split()) if asked else asked


def strength(provider: OidcProvider, token: Mapping[str, Any]) -> int:
    """2 when the provider says that it saw two factors."""
    methods = token.get("amr")
    said = [token.get("acr"), *(methods if isinstance(methods, list) else ())]
    return TWO_FACTORS if any(one in said for one in provider.two_factors.split()) else ONE_FACTOR


def facts(key: str, provider: OidcProvider, token: Mapping[str, Any], info: Mapping[str, Any]) -> Facts:
    """What is kept of an answer: names, address, how sure the provider is."""
    is_checked = info.get("email_verified", provider.trusts_email)
    return Facts(
        issuer=provider.issuer,
        subject=str(token["sub"]),
        first_name=name(info.get("given_name")),
        last_name=name(info.get("usual_name") or info.get("preferred_username") or info.get("family_name")),
        email=email(info.get("email")),
        is_email_verified=is_checked is True,
        strength=strength(provider, token),
        is_staff_allowed=key != PROCONNECT or is_own_staff(provider.sirets.split(), info.get("siret")),
    )


def is_own_staff(allowed: Iterable[str], siret: object) -> bool:
    """True when the employer is one of ours; without a list nobody's is."""
    return isinstance(siret, str) and siret.replace(" ", "") in set(allowed)


def counted_strength(strength: int, *, is_staff_allowed: bool) -> int:
    """How strong the session is: an employer that is not ours proves a person, not a colleague."""
    return strength if is_staff_allowed else ONE_FACTOR


def name(given: object) -> str:
    """A name as it may be shown in a form, to be corrected there; "" when it cannot be used."""
    return _kept(name_kept, given)


def email(given: object) -> str:
    """An address, "" when it cannot be one."""
    return _kept(email_kept, given)


def error_code(given: str) -> str:
    """A provider's error code as it may be shown: nothing but what such codes hold."""
    return given if given.isascii() and given.replace("_", "").isalnum() and len(given) <= 40 else ""


def _kept(keep: Callable[[str], str], given: object) -> str:
    try:
        return keep(given) if isinstance(given, str) and len(given) <= 1000 else ""
    except ValueError:
        return ""
