"""SIPp as the telephone that we call: answers of every kind, and what it does once it is up."""

from __future__ import annotations

import asyncio

import pytest

from ivr.messages import (
    EndedBy,
    HangUp,
    LegAnswered,
    LegFailed,
    LegRinging,
)
from tests.live.peers.application import Application, settings
from tests.live.peers.conftest import Start
from tests.live.peers.scenario import (
    OFFER,
    Check,
    answer_invite,
    called,
    hang_up_back,
    holds,
    hung_up_on,
    lacks,
    pause,
    picks_up,
    receive,
    respond,
    says,
    scenario,
    session,
)
from tests.live.peers.sipp import SippBench

pytestmark = pytest.mark.live

PICKS_UP = scenario(
    "picks up and hangs up",
    called(
        says("Contact", "<sip:"),
        says("Max-Forwards", "70"),
        says("Allow", "UPDATE"),
        holds("m=audio [0-9]+ RTP/AVP 9 "),
        says("From", "<sip:[+]82215880000@"),
    ),
    picks_up(holds("^ACK sip:sipp@"), lacks("m=audio")),
    pause(100),
    hang_up_back(),
)


@pytest.mark.parametrize(
    ("host", "transport"), [("127.0.0.1", "u1"), ("127.0.0.1", "t1"), ("::1", "u1"), ("::1", "t1")]
)
async def test_a_telephone_picks_up_by(host: str, transport: str, start: Start, sipp: SippBench) -> None:
    application = await start(settings(host))
    phone = await sipp.is_called(PICKS_UP, at=host, transport=transport)
    leg = application.dial(phone.uri)
    await phone.succeeds()
    await application.until(LegRinging, leg)
    assert await application.until(LegAnswered, leg) == LegAnswered(leg, "PCMU", False)
    assert (await application.ended(leg)).by is EndedBy.THEM


@pytest.mark.parametrize("status", [400, 404, 408, 410, 480, 484, 486, 488, 500, 503, 504, 600, 603])
async def test_refusals_are_told_apart(status: int, application: Application, sipp: SippBench) -> None:
    phone = await sipp.is_called(
        scenario(
            f"refuses with {status}",
            called(),
            answer_invite(180),
            answer_invite(status, retransmitted=True),
            receive("ACK"),
        )
    )
    leg = application.dial(phone.uri)
    await phone.succeeds()
    assert (await application.until(LegFailed, leg)).status == status


async def test_a_telephone_that_moved_is_followed(application: Application, sipp: SippBench) -> None:
    there = await sipp.is_called(PICKS_UP)
    moved = await sipp.is_called(
        scenario(
            "302",
            called(),
            answer_invite(302, headers=f"Contact: <{there.uri}>", retransmitted=True),
            receive("ACK"),
        )
    )
    leg = application.dial(moved.uri)
    await moved.succeeds()
    await there.succeeds()
    await application.until(LegAnswered, leg)


async def test_a_telephone_that_sends_us_in_circles_is_given_up(application: Application, sipp: SippBench) -> None:
    """It sends us to itself; a second INVITE must not come, since that target was tried."""
    phone = await sipp.is_called(
        scenario(
            "302 to itself",
            called(),
            answer_invite(302, headers="Contact: <sip:sipp@[local_ip]:[local_port]>", retransmitted=True),
            receive("ACK"),
            pause(300),
        )
    )
    leg = application.dial(phone.uri)
    assert 300 <= (await application.until(LegFailed, leg)).status < 500
    await phone.succeeds()


async def test_nobody_picks_up(application: Application, sipp: SippBench) -> None:
    phone = await sipp.is_called(
        scenario(
            "rings until it is cancelled",
            called(),
            answer_invite(180),
            receive("CANCEL", says("CSeq", "1 CANCEL"), lacks("m=audio")),
            respond(200),
            answer_invite(487, retransmitted=True),
            receive("ACK"),
        )
    )
    leg = application.dial(phone.uri, ring_seconds=0.5)
    assert (await application.until(LegFailed, leg)).status == 408
    await phone.succeeds()


async def test_a_cancel_waits_until_something_was_heard(application: Application, sipp: SippBench) -> None:
    """RFC 3261, 9.1: before a provisional answer it could overtake its INVITE."""
    phone = await sipp.is_called(
        scenario(
            "silent at first",
            called(),
            pause(450),
            answer_invite(100),
            receive("CANCEL"),
            respond(200),
            answer_invite(487, retransmitted=True),
            receive("ACK"),
        )
    )
    leg = application.dial(phone.uri)
    await asyncio.sleep(0.2)
    application.send(HangUp(leg))
    assert (await application.until(LegFailed, leg)).status == 487
    await phone.succeeds()


async def test_who_picks_up_in_spite_of_the_cancel_is_hung_up_on(application: Application, sipp: SippBench) -> None:
    phone = await sipp.is_called(
        scenario(
            "200 crosses CANCEL",
            called(),
            answer_invite(180),
            receive("CANCEL"),
            respond(200),
            answer_invite(200, body=OFFER, retransmitted=True),
            receive("ACK"),
            hung_up_on(),
        )
    )
    leg = application.dial(phone.uri, ring_seconds=0.3)
    await phone.succeeds()
    assert [failed.status for failed in application.told(LegFailed, leg)] == [408]
    assert application.told(LegAnswered) == []


async def test_each_repeated_200_gets_its_ack(application: Application, sipp: SippBench) -> None:
    phone = await sipp.is_called(
        scenario(
            "the first ACK is lost on the way",
            called(),
            answer_invite(180),
            answer_invite(200, body=OFFER),
            receive("ACK"),
            answer_invite(200, body=OFFER),
            receive("ACK"),
            hang_up_back(),
        ),
        options=("-nr",),
    )
    leg = application.dial(phone.uri)
    await phone.succeeds()
    assert len(application.told(LegAnswered, leg)) == 1


async def test_of_two_that_pick_up_the_second_is_hung_up_on(application: Application, sipp: SippBench) -> None:
    """A proxy has forked our call."""
    phone = await sipp.is_called(
        scenario(
            "forked",
            called(),
            answer_invite(180, tag="one"),
            answer_invite(200, body=OFFER, tag="one"),
            receive("ACK", says("To", "one")),
            answer_invite(200, body=OFFER, tag="two"),
            receive("ACK", says("To", "two")),
            receive("BYE", says("To", "two")),
            respond(200),
            pause(100),
            receive("BYE", says("To", "one")),
            respond(200),
        ),
        options=("-nr",),
    )
    leg = application.dial(phone.uri)
    await application.until(LegAnswered, leg)
    await asyncio.sleep(0.4)
    application.send(HangUp(leg))
    await phone.succeeds()


async def test_an_answer_without_audio_is_acknowledged_and_ended(application: Application, sipp: SippBench) -> None:
    phone = await sipp.is_called(
        scenario(
            "a useless answer",
            called(),
            answer_invite(200, body=session(media="m=audio 0 RTP/AVP 0\n"), retransmitted=True),
            receive("ACK"),
            hung_up_on(),
        )
    )
    leg = application.dial(phone.uri)
    assert (await application.until(LegFailed, leg)).status == 488
    await phone.succeeds()


async def test_we_hang_up_by_the_route_that_proxies_recorded(application: Application, sipp: SippBench) -> None:
    """Two proxies, of which SIPp is the nearer; the phone's own Contact is elsewhere. RFC 3261, 12.1.2: reversed."""
    routes = "Record-Route: <sip:far.example.com;lr>\nRecord-Route: <sip:[local_ip]:[local_port];lr>"
    way = Check("Route: *<sip:127.0.0.1:[0-9]+;lr>(, *|.*Route: *)<sip:far[.]example[.]com;lr>")
    phone = await sipp.is_called(
        scenario(
            "recorded routes",
            called(),
            answer_invite(180, headers=routes),
            answer_invite(200, headers=routes, body=OFFER, retransmitted=True),
            receive("ACK", holds("^ACK sip:sipp@127"), way),
            receive("BYE", holds("^BYE sip:sipp@127"), way),
            respond(200),
        )
    )
    leg = application.dial(phone.uri)
    await application.until(LegAnswered, leg)
    application.send(HangUp(leg))
    await phone.succeeds()
