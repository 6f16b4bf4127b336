"""The rules of webhooks: signatures others can check, addresses nobody inside is reached by, tries that end."""

import base64
import hashlib
import hmac
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.reservations.webhooks import rules
from tierslieu.reservations.webhooks.rules import Target, callable_address, may_call, read_target

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
INNER_V4 = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10")


def test_the_signature_of_the_standards_own_example() -> None:
    found = rules.signature([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=24, max_size=24), st.binary(min_size=24, max_size=24), st.binary(max_size=200))
def test_each_secret_signs_what_is_sent(one: bytes, other: bytes, body: bytes) -> None:
    signed = rules.signature([rules.new_secret(one), rules.new_secret(other)], "msg_1", 7, body)
    wanted = [base64.b64encode(hmac.digest(key, b"msg_1.7." + body, hashlib.sha256)).decode() for key in (one, other)]
    assert signed.split(" ") == [f"v1,{text}" for text in wanted]


def test_tries_end_between_one_and_two_days() -> None:
    now, tries = 0, 1
    while (then := rules.next_try(tries, now)) is not None:
        assert then > now
        now, tries = then, tries + 1
    assert 24 * 3600 <= now <= 48 * 3600
    assert rules.next_try(0, 5) is None


@given(st.ip_addresses())
def test_only_the_public_network_may_be_called(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if may_call(address, ()):
        assert address.is_global
        assert not address.is_loopback
        assert not address.is_link_local
        assert not address.is_multicast


@pytest.mark.parametrize("network", INNER_V4)
@given(st.data())
def test_inner_addresses_may_not_however_they_are_written(network: str, data: st.DataObject) -> None:
    inner = data.draw(st.ip_addresses(network=network))
    assert not may_call(inner, ())
    assert not may_call(ipaddress.ip_address(f"::ffff:{inner}"), ())
    assert not may_call(ipaddress.ip_address(f"64:ff9b::{inner}"), ())
    assert may_call(inner, rules.read_networks(network))
    assert may_call(ipaddress.ip_address(f"::ffff:{inner}"), rules.read_networks(network))


def test_a_name_is_all_good_or_not_called() -> None:
    assert callable_address(["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"], ()) == "93.184.215.14"
    assert callable_address(["93.184.215.14", "10.0.0.1"], ()) == ""
    assert callable_address(["not a number"], ()) == ""
    assert callable_address([], ()) == ""


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://example.org", Target(True, "example.org", 443, "/")),
        ("https://example.org:8443/a?b=c", Target(True, "example.org", 8443, "/a?b=c")),
        ("https://93.184.215.14/", Target(True, "93.184.215.14", 443, "/")),
        ("http://10.1.2.3:81/x", Target(False, "10.1.2.3", 81, "/x")),
        ("http://inner.example.org/", "webhook_needs_https"),
        ("http://93.184.215.14/", "webhook_needs_https"),
        ("https://192.168.1.1/", "webhook_inner_address"),
        ("https://example.org/\r\nhost: other", "bad_webhook_address"),
        ("https://example.org/é", "bad_webhook_address"),
        ("https://example.org/#part", "bad_webhook_address"),
        ("https://[::1", "bad_webhook_address"),
        ("https:///path", "bad_webhook_address"),
        ("https://example.org/" + "a" * 500, "bad_webhook_address"),
    ],
)
def test_addresses_are_read_or_refused(url: str, found: Target | str) -> None:
    assert read_target(url, rules.read_networks("10.0.0.0/8")) == found


@given(st.text(max_size=60) | st.from_regex(r"https?://[ -~]{0,40}", fullmatch=True))
def test_no_address_stumbles(url: str) -> None:
    found = read_target(url, ())
    assert isinstance(found, str) or (found.is_secure and found.host and " " not in found.path)
