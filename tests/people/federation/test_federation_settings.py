"""Settings of providers: none by default, addresses that are safe, secrets that stay unsaid; rules of what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.infra.oidc_settings import OidcProvider, ProConnectSettings
from tierslieu.infra.settings import BadSettings, load
from tierslieu.people.federation import rules

OWN = "TIERSLIEU_OIDC__PROCONNECT__"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_nothing_is_offered_without_settings() -> None:
    assert load({}).oidc.offered == {}
    half = load({f"{OWN}ISSUER": "https://provider.example/api/v2"})
    assert half.oidc.offered == {}


def test_secrets_are_not_shown() -> None:
    chosen = load(
        {f"{OWN}ISSUER": "https://provider.example", f"{OWN}CLIENT_ID": "us", f"{OWN}CLIENT_SECRET": "very-secret"}
    )
    assert list(chosen.oidc.offered) == ["proconnect"]
    assert "very-secret" not in repr(chosen)


@pytest.mark.parametrize(
    "address", ["http://provider.example", "ftp://provider.example", "https://", "//provider.example", "javascript:x"]
)
@pytest.mark.parametrize("key", ["ISSUER", "TOKEN_URL", "AUTHORIZE_URL", "LOGOUT_URL"])
def test_addresses_are_safe_or_refused_at_the_start(address: str, key: str) -> None:
    with pytest.raises(BadSettings):
        load({f"{OWN}{key}": address})
    assert load({f"{OWN}{key}": "http://127.0.0.1:8000/api"})


def test_proconnect_gets_no_parameter_that_it_does_not_know() -> None:
    asked = rules.authorize_parameters(ProConnectSettings(client_id="us"), "https://us.example/back", "s", "n")
    assert set(asked) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims"}


@given(st.dictionaries(st.sampled_from(["given_name", "usual_name", "email", "siret", "email_verified"]), ANYTHING))
def test_any_facts_are_read_without_a_fault(info: dict[str, object]) -> None:
    token = {"sub": "x", "acr": info.get("email"), "amr": info.get("siret")}
    found = rules.facts("proconnect", OidcProvider(issuer="https://provider.example"), token, info)
    assert found.is_staff_allowed is False
    assert found.first_name.isprintable()
    assert found.email == "" or "@" in found.email


@given(st.text())
def test_error_codes_are_plain(code: str) -> None:
    found = rules.error_code(code)
    assert found in ("", code)
    assert found.replace("_", "a").isalnum() or found == ""
