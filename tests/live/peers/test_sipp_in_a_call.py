"""SIPp as a caller whose call is up: hold, new offers, keys, and requests that have no business there."""

from __future__ import annotations

import asyncio

import pytest

from ivr.media.codec import Codec
from ivr.messages import DigitPressed, EndedBy, LegAnswered, LegEnded, LegHeld
from tests.live.peers.application import Application
from tests.live.peers.audio import Audio
from tests.live.peers.scenario import (
    OFFER,
    Step,
    ack,
    answered,
    hang_up,
    holds,
    invite,
    keep,
    lacks,
    pause,
    receive,
    refused_ack,
    request,
    says,
    scenario,
    session,
)
from tests.live.peers.sipp import SippBench

pytestmark = pytest.mark.live

_INSIDE = "[next_url]"
_NOWHERE = "0.0.0.0"  # noqa: S104 - written into a session description, nothing is bound here


def _offers(cseq: int, body: str, *checks: str, method: str = "INVITE") -> tuple[Step, ...]:
    """A new offer in the dialog, its 200 and, for INVITE, the ACK."""
    asked = request(method, cseq, body=body, uri=_INSIDE)
    taken = receive(200, *(holds(check) for check in checks))
    return (asked, receive(100, optional=True), taken, ack(cseq)) if method == "INVITE" else (asked, taken)


def _hold(method: str, direction: str = "sendonly", host: str = "[audio_host]") -> tuple[Step, ...]:
    """Hold, and no longer."""
    heard = "a=recvonly" if direction == "sendonly" else "a=inactive"
    return (
        *_offers(2, session(direction, version=2, host=host), heard, method=method),
        pause(100),
        *_offers(3, session("sendrecv", version=3), "m=audio [1-9]", method=method),
        hang_up(4)[0],
        receive(200),
    )


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
async def test_a_caller_holds_and_returns_by(
    method: str, direction: str, application: Application, sipp: SippBench
) -> None:
    caller = await sipp.calls(
        application.address, scenario(f"hold by {method}", invite(), answered(), _hold(method, direction))
    )
    await caller.succeeds()
    assert (await application.ended()).by is EndedBy.THEM
    assert [held.on for held in application.told(LegHeld)] == [True, False]


async def test_the_old_way_of_holding_is_understood(application: Application, sipp: SippBench) -> None:
    """RFC 2543: a connection address of zeros. Nothing may be sent there; they may still send."""
    old = scenario(
        "hold by 0.0.0.0",
        invite(),
        answered(),
        _offers(2, session(version=2, host=_NOWHERE), "a=(recvonly|inactive)"),
        _offers(3, session(version=3), "m=audio [1-9]"),
        hang_up(4),
    )
    caller = await sipp.calls(application.address, old)
    await caller.succeeds()
    assert [held.on for held in application.told(LegHeld)] == [True, False]


async def test_a_new_invite_without_an_offer_gets_ours(application: Application, sipp: SippBench) -> None:
    renewed = scenario(
        "re-INVITE without an offer",
        invite(),
        answered(),
        request("INVITE", 2, uri=_INSIDE),
        receive(100, optional=True),
        receive(200, holds("m=audio [1-9]"), holds("telephone-event/8000")),
        ack(2, body=OFFER),
        hang_up(3),
    )
    caller = await sipp.calls(application.address, renewed)
    await caller.succeeds()
    assert len(application.told(LegAnswered)) == 1


async def test_an_offer_that_cannot_be_met_leaves_the_call_as_it_was(application: Application, sipp: SippBench) -> None:
    impossible = session(media="m=audio [audio_port] RTP/AVP 98\na=rtpmap:98 AMR/8000\n", version=2)
    refused = scenario(
        "488 to a re-INVITE",
        invite(),
        answered(),
        request("INVITE", 2, body=impossible, uri=_INSIDE),
        receive(100, optional=True),
        receive(488),
        refused_ack(2),
        _offers(3, session(version=2), "m=audio [1-9]"),
        hang_up(4),
    )
    caller = await sipp.calls(application.address, refused)
    await caller.succeeds()
    assert (await application.ended()).by is EndedBy.THEM


async def test_the_version_of_our_description_rises_with_a_change_and_only_then(
    application: Application, sipp: SippBench
) -> None:
    """RFC 3264, 5 and 8: the origin line is the same for a repeated offer."""
    repeated = scenario(
        "the same offer again",
        invite(),
        answered(holds("o=[^ ]+ [0-9]+ 0 IN IP4")),
        _offers(2, OFFER, "o=[^ ]+ [0-9]+ 0 IN IP4"),
        _offers(3, session("sendonly", version=2), "o=[^ ]+ [0-9]+ 1 IN IP4"),
        hang_up(4),
    )
    caller = await sipp.calls(application.address, repeated)
    await caller.succeeds()


async def test_the_callers_address_may_change(application: Application, sipp: SippBench, audio: Audio) -> None:
    """A re-INVITE sends the audio elsewhere; it is followed."""
    audio.begin(Codec.PCMU, 101)
    application.plays = ("music/hold.opus",)
    moved = session(media=f"m=audio {audio.port} RTP/AVP 0\n", version=2)
    caller = await sipp.calls(
        application.address,
        scenario("audio moves", invite(), answered(), pause(100), _offers(2, moved), pause(300), hang_up(3)),
    )
    await caller.succeeds()
    assert len(audio.heard) > 8


@pytest.mark.parametrize(
    ("content", "body"),
    [("application/dtmf-relay", "Signal={key}\nDuration=160\n"), ("application/dtmf", "{key}\n")],
)
async def test_keys_come_by_info(content: str, body: str, application: Application, sipp: SippBench) -> None:
    pressed: list[Step] = []
    for place, key in enumerate("1*#", 2):
        pressed += [
            request("INFO", place, body=body.format(key=key), content=content, uri=_INSIDE),
            receive(200, says("CSeq", f"{place} INFO")),
        ]
    caller = await sipp.calls(
        application.address, scenario("INFO keys", invite(), answered(), tuple(pressed), hang_up(9))
    )
    await caller.succeeds()
    await application.ended()
    assert [digit.digit for digit in application.told(DigitPressed)] == ["1", "*", "#"]


async def test_keys_come_as_telephone_events(application: Application, sipp: SippBench, audio: Audio) -> None:
    audio.begin(Codec.PCMU, 101)
    typing = scenario("RFC 4733", invite(), answered(), pause(1200), hang_up(2))
    caller = await sipp.calls(application.address, typing, audio=audio.address)
    await application.answered()
    await asyncio.sleep(0.2)
    for key in "0#55":
        audio.press(key)
    await caller.succeeds()
    await application.ended()
    assert "".join(digit.digit for digit in application.told(DigitPressed)) == "0#55"


#: Requests in the dialog that change nothing: the request and the answer that is due.
INSIDE = {
    "OPTIONS": (request("OPTIONS", 2, uri=_INSIDE), receive(200, says("Allow", "INVITE"))),
    "UPDATE without a body": (
        request("UPDATE", 2, uri=_INSIDE),
        receive(200, says("Contact", "sip:"), lacks("m=audio")),
    ),
    "an INFO package nobody knows": (
        request("INFO", 2, headers="Info-Package: weather", body="rain", content="text/plain", uri=_INSIDE),
        receive(469),
    ),
    "a NOTIFY nobody asked for": (
        request("NOTIFY", 2, headers="Event: refer\nSubscription-State: active", uri=_INSIDE),
        receive(481),
    ),
    "a NOTIFY of another package": (
        request("NOTIFY", 2, headers="Event: message-summary\nSubscription-State: active", uri=_INSIDE),
        receive(489, says("Allow-Events", "refer")),
    ),
    "a MESSAGE": (
        request("MESSAGE", 2, body="hello", content="text/plain", uri=_INSIDE),
        receive(405, says("Allow", "INVITE")),
    ),
    "a method nobody knows": (request("JUMP", 2, uri=_INSIDE), receive(501)),
    "a request out of order": (
        request("INFO", 7, uri=_INSIDE),
        receive(200),
        request("INFO", 3, uri=_INSIDE),
        receive(500),
        request("INFO", 8, uri=_INSIDE),
        receive(200),
    ),
    "an extension that we lack": (
        request("INFO", 2, headers="Require: teleport", uri=_INSIDE),
        receive(420, says("Unsupported", "teleport")),
    ),
}


@pytest.mark.parametrize("title", INSIDE)
async def test_the_call_outlives(title: str, application: Application, sipp: SippBench) -> None:
    caller = await sipp.calls(
        application.address, scenario(title, invite(), answered(), INSIDE[title], pause(50), hang_up(30))
    )
    await caller.succeeds()
    await application.ended()
    assert [ended.by for ended in application.told(LegEnded)] == [EndedBy.THEM]


async def test_a_bye_of_another_dialog_does_not_end_this_one(application: Application, sipp: SippBench) -> None:
    stranger = scenario(
        "BYE with a wrong tag",
        invite(),
        answered(keep("tag", "To", "tag=[^;]+")),
        request("BYE", 2, to=";tag=somebody-else", uri=_INSIDE),
        receive(481),
        pause(100),
        request("BYE", 3, to=";[$tag]", uri=_INSIDE),
        receive(200),
    )
    caller = await sipp.calls(application.address, stranger)
    await caller.succeeds()
    await application.ended()
    assert [ended.by for ended in application.told(LegEnded)] == [EndedBy.THEM]
