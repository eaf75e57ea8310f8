"""SIPp as our provider: it takes the registration, and wants to know who we are."""

from __future__ import annotations

import asyncio
import hashlib
import re

import pytest

from ivr.messages import HangUp, LegAnswered, LegFailed
from ivr.sip.settings import Trunk
from tests.live.peers.application import Application, settings
from tests.live.peers.conftest import Start
from tests.live.peers.scenario import (
    Step,
    answer_invite,
    called,
    lacks,
    pause,
    picks_up,
    receive,
    respond,
    says,
    scenario,
)
from tests.live.peers.sipp import Sipp, SippBench

pytestmark = pytest.mark.live

USER, PASSWORD = "hotline", "a\\b secret"
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def _provider(registrar: Sipp, *, register: bool) -> Trunk:
    return Trunk(registrar.address[0], registrar.address[1], USER, PASSWORD, register=register)


def _challenge(nonce: str, algorithm: str = "MD5", *, qop: str = ', qop="auth"', more: str = "") -> str:
    return f'Digest realm="provider.example.com", nonce="{nonce}", algorithm={algorithm}, opaque="x{nonce}"{qop}{more}'


def _registers(nonce: str = "", *, seconds: str = "[0-9]+", count: int = 1) -> Step:
    """A REGISTER that proves itself with this nonce, or has not been asked to."""
    proof = says("Authorization", f'nonce="{nonce}".*nc={count:08x}') if nonce else lacks("Authorization: ")
    return receive("REGISTER", proof, says("Expires", f"^ *{seconds}$"))


def _granted(seconds: int) -> Step:
    return respond(200, headers=f"Expires: {seconds}")


def _asked(nonce: str, algorithm: str = "MD5", *, qop: str = ', qop="auth"', more: str = "") -> Step:
    return respond(401, headers=f"WWW-Authenticate: {_challenge(nonce, algorithm, qop=qop, more=more)}")


def proofs(messages: str) -> list[bool]:
    """For each proof in SIPp's log whether it shows that we know the password (RFC 7616, 3.4.1)."""
    received = r"received .*\n\n([A-Z]+) sip:(?:.+\n)*?(?:Proxy-)?Authorization: Digest (.+)"
    return [_is_proof(method, header) for method, header in re.findall(received, messages)]


def _is_proof(method: str, header: str) -> bool:
    fields = re.findall(r'(\w+)=(?:"((?:\\.|[^"])*)"|([^,\s]+))', header)
    said = {name: quoted or plain for name, quoted, plain in fields}

    def hashed(text: str) -> str:
        return _HASHES[said["algorithm"]](text.encode()).hexdigest()

    secret = hashed(f"{USER}:provider.example.com:{PASSWORD}")
    use = f":{said['nc']}:{said['cnonce']}:{said['qop']}" if "qop" in said else ""
    expected = hashed(f"{secret}:{said['nonce']}{use}:{hashed(method + ':' + said['uri'])}")
    return (said["response"], said["opaque"], said["username"]) == (expected, f"x{said['nonce']}", USER)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize("qop", ["", ', qop="auth"', ', qop="auth-int,auth"'])
async def test_we_register_prove_ourselves_and_give_it_back(
    algorithm: str, qop: str, start: Start, sipp: SippBench
) -> None:
    count = says("Authorization", "nc=00000001") if qop else lacks("nc=")
    registrar = await sipp.is_called(
        scenario(
            "registrar",
            _registers(),
            _asked("one", algorithm, qop=qop),
            receive("REGISTER", says("CSeq", "2 REGISTER"), says("Contact", f"<sip:{USER}@"), count),
            _granted(60),
            receive("REGISTER", says("Expires", "^ *0$")),
            _asked("two", algorithm, qop=qop),
            receive("REGISTER", says("Expires", "^ *0$")),
            _granted(0),
        )
    )
    application = await start(settings(trunks=(_provider(registrar, register=True),)))
    await _registered(application)
    await application.stop()
    assert proofs(await registrar.succeeds()) in ([True, True], [True, True, True])


async def test_of_two_challenges_the_stronger_is_met(start: Start, sipp: SippBench) -> None:
    both = f"WWW-Authenticate: {_challenge('weak')}\nWWW-Authenticate: {_challenge('strong', 'SHA-256')}"
    registrar = await sipp.is_called(
        scenario(
            "two challenges",
            _registers(),
            respond(401, headers=both),
            receive("REGISTER", says("Authorization", 'nonce="strong".*algorithm=SHA-256')),
            _granted(60),
        )
    )
    await start(settings(trunks=(_provider(registrar, register=True),)))
    assert proofs(await registrar.succeeds()) == [True]


async def test_the_registration_is_refreshed_in_time_and_survives_a_stale_nonce(start: Start, sipp: SippBench) -> None:
    stale = ", stale=true"
    registrar = await sipp.is_called(
        scenario(
            "refresh",
            _registers(),
            _asked("one"),
            _registers("one"),
            _granted(1),
            receive("REGISTER", says("CSeq", "3 REGISTER")),
            _asked("two", more=stale),
            _registers("two"),
            _granted(60),
        )
    )
    await start(settings(trunks=(_provider(registrar, register=True),)))
    assert all(proofs(await registrar.succeeds()))


async def test_a_nonce_that_is_stale_at_once_is_replaced(start: Start, sipp: SippBench) -> None:
    registrar = await sipp.is_called(
        scenario(
            "stale",
            _registers(),
            _asked("one"),
            _registers("one"),
            _asked("two", more=", stale=true"),
            _registers("two"),
            _granted(60),
        )
    )
    await start(settings(trunks=(_provider(registrar, register=True),)))
    assert proofs(await registrar.succeeds()) == [True, True]


async def test_a_wrong_password_is_not_tried_again_and_again(start: Start, sipp: SippBench) -> None:
    registrar = await sipp.is_called(
        scenario("refused", _registers(), _asked("one"), _registers("one"), _asked("two"), pause(1500))
    )
    await start(settings(trunks=(_provider(registrar, register=True),)))
    await registrar.succeeds()


async def test_too_brief_a_registration_is_asked_for_anew(start: Start, sipp: SippBench) -> None:
    registrar = await sipp.is_called(
        scenario(
            "423", _registers(), respond(423, headers="Min-Expires: 7200"), _registers(seconds="7200"), _granted(7200)
        )
    )
    await start(settings(trunks=(_provider(registrar, register=True),)))
    await registrar.succeeds()


@pytest.mark.parametrize(
    ("status", "asked", "proof"),
    [
        (401, "WWW-Authenticate", "Authorization"),
        (407, "Proxy-Authenticate", "Proxy-Authorization"),
    ],
)
async def test_our_invite_proves_itself(status: int, asked: str, proof: str, start: Start, sipp: SippBench) -> None:
    provider = await sipp.is_called(
        scenario(
            f"{status} to INVITE",
            called(lacks("Authorization: ")),
            answer_invite(status, headers=f"{asked}: {_challenge('one')}", retransmitted=True),
            receive("ACK"),
            called(says(proof, 'nonce="one"'), says("CSeq", "2 INVITE")),
            answer_invite(status, headers=f"{asked}: {_challenge('two', more=', stale=true')}", retransmitted=True),
            receive("ACK"),
            called(says(proof, 'nonce="two"'), says("CSeq", "3 INVITE")),
            picks_up(),
            receive("BYE"),
            respond(200),
        )
    )
    application = await start(settings(trunks=(_provider(provider, register=False),)))
    leg = application.dial("+82215881234")
    await application.until(LegAnswered, leg)
    application.send(HangUp(leg))
    assert all(proofs(await provider.succeeds()))


async def test_a_call_whose_proof_is_refused_fails(start: Start, sipp: SippBench) -> None:
    provider = await sipp.is_called(
        scenario(
            "407 again",
            called(),
            answer_invite(407, headers=f"Proxy-Authenticate: {_challenge('one')}", retransmitted=True),
            receive("ACK"),
            called(),
            answer_invite(407, headers=f"Proxy-Authenticate: {_challenge('two')}", retransmitted=True),
            receive("ACK"),
        )
    )
    application = await start(settings(trunks=(_provider(provider, register=False),)))
    leg = application.dial("+82215881234")
    assert (await application.until(LegFailed, leg)).status == 407
    await provider.succeeds()


async def _registered(application: Application) -> None:
    """Until pyVoIP's phone says so."""
    for _ in range(100):
        if application.edge.phone is not None and application.edge.phone.get_status().name == "REGISTERED":
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("not registered")
