from __future__ import annotations

import pytest

from ivr.sip.digest import Authenticator, Challenge, Credentials, authorise, parse_challenge, strongest
from ivr.sip.fault import SipFault

#: The examples of RFC 7616, 3.9.1, and of RFC 2617, 3.5 (the same method and URI).
_7616 = {
    "MD5": "8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_the_example_of_the_standard_comes_out(algorithm: str) -> None:
    challenge = parse_challenge(
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    value = authorise(
        challenge,
        Credentials("Mufasa", "Circle of Life"),
        "GET",
        "/dir/index.html",
        count=1,
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert f'response="{_7616[algorithm]}"' in value
    assert "nc=00000001" in value
    assert "qop=auth," in value
    assert 'opaque="FQhe' in value


def test_without_qop_the_old_form_is_used() -> None:
    value = authorise(Challenge("r", "n"), Credentials("u", "p"), "REGISTER", "sip:h", count=1, cnonce="c")
    assert "cnonce" not in value
    assert "nc=" not in value


def test_the_strongest_challenge_that_we_know_is_answered() -> None:
    values = [
        'Digest realm="r", nonce="1"',
        'Digest realm="r", nonce="2", algorithm=SHA-256, qop="auth"',
        'Digest realm="r", nonce="3", algorithm=SHA-512-256',
        'Basic realm="r"',
    ]
    found = strongest(values)
    assert found is not None
    assert found.nonce == "2"
    assert strongest(values[2:]) is None
    with pytest.raises(SipFault):
        parse_challenge('Digest realm="r", nonce="1", qop="auth-int"')


def test_each_use_of_a_nonce_is_counted() -> None:
    authenticator = Authenticator(Credentials("u", "p"))
    challenge = Challenge("r", "n", qop="auth")
    assert "nc=00000001" in authenticator.answer(challenge, "INVITE", "sip:a@h")
    assert "nc=00000002" in authenticator.answer(challenge, "BYE", "sip:a@h")
    assert "nc=00000001" in authenticator.answer(Challenge("r", "m", qop="auth"), "BYE", "sip:a@h")


def test_a_password_shows_in_no_repr() -> None:
    assert "secret" not in repr(Credentials("u", "secret"))
