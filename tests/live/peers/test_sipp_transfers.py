"""Transfers with SIPp on every side: they ask us (REFER, blind and attended), and we ask them."""

from __future__ import annotations

import pytest

from ivr.messages import (
    Bridge,
    EndedBy,
    HangUp,
    LegAnswered,
    LegFailed,
    Refer,
    ReferEnded,
    ReportTransfer,
    TransferAsked,
)
from ivr.sip.pyvoip_phone import EdgePhone
from tests.live.peers.application import Application
from tests.live.peers.scenario import (
    Step,
    answered,
    called,
    hang_up,
    hang_up_back,
    holds,
    hung_up_on,
    invite,
    pause,
    picks_up,
    receive,
    request,
    request_back,
    respond,
    says,
    scenario,
)
from tests.live.peers.sipp import SippBench

pytestmark = pytest.mark.live

_FRAGMENT = "message/sipfrag;version=2.0"


def _told(status: int, state: str) -> tuple[Step, ...]:
    """A NOTIFY of how our transfer of them goes."""
    notify = receive(
        "NOTIFY",
        says("Event", "refer"),
        says("Subscription-State", state),
        says("Content-Type", "message/sipfrag"),
        holds(f"SIP/2.0 {status}"),
    )
    return notify, respond(200)


def _asks(target: str) -> tuple[Step, ...]:
    """The caller wants to be connected to somebody else."""
    return (
        request("REFER", 2, headers=f"Refer-To: {target}", uri="[next_url]"),
        receive(202, says("Contact", "sip:")),
    )


def _tells(cseq: int, status: int, state: str) -> tuple[Step, ...]:
    """The called telephone reports on the transfer that we asked for."""
    headers = f"Event: refer\nSubscription-State: {state}"
    return request_back("NOTIFY", cseq, headers=headers, body=f"SIP/2.0 {status} X\n", content=_FRAGMENT), receive(200)


async def test_a_caller_transfers_itself_to_another_telephone(application: Application, sipp: SippBench) -> None:
    target = await sipp.is_called(scenario("is transferred to", called(), picks_up(), hung_up_on()))
    agent = await sipp.calls(
        application.address,
        scenario(
            "blind transfer",
            invite(),
            answered(),
            _asks("<[target]>"),
            _told(100, "active"),
            _told(200, "terminated"),
            hang_up(3),
        ),
        keys={"target": target.uri},
    )
    asked = await application.until(TransferAsked)
    assert (asked.target, asked.replaces) == (target.uri, "")
    leg = application.dial(asked.target)
    await application.until(LegAnswered, leg)
    application.send(ReportTransfer(asked.leg, 200))
    await agent.succeeds()
    assert (await application.ended(asked.leg)).by is EndedBy.THEM
    application.send(HangUp(leg))
    await target.succeeds()


async def test_a_transfer_to_somebody_busy_is_reported_and_the_call_goes_on(
    application: Application, sipp: SippBench
) -> None:
    agent = await sipp.calls(
        application.address,
        scenario(
            "blind transfer that fails",
            invite(),
            answered(),
            _asks("<sip:busy@127.0.0.1:9>"),
            _told(100, "active"),
            _told(486, "terminated"),
            pause(100),
            hang_up(3),
        ),
    )
    asked = await application.until(TransferAsked)
    application.send(ReportTransfer(asked.leg, 486))
    await agent.succeeds()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Subject: no target at all", 400),
        ("Refer-To: <mailto:somebody@example.com>", 416),
        ("Refer-To: <sip:a@127.0.0.1>\nRefer-To: <sip:b@127.0.0.1>", 400),
        ("Refer-To: <sip:a@127.0.0.1;method=BYE>", 603),
    ],
)
async def test_a_transfer_that_makes_no_sense_is_refused(
    headers: str, status: int, application: Application, sipp: SippBench
) -> None:
    agent = await sipp.calls(
        application.address,
        scenario(
            f"REFER refused with {status}",
            invite(),
            answered(),
            request("REFER", 2, headers=headers, uri="[next_url]"),
            receive(status),
            hang_up(3),
        ),
    )
    await agent.succeeds()
    assert application.told(TransferAsked) == []


async def test_an_attended_transfer_names_the_call_to_be_taken_over(application: Application, sipp: SippBench) -> None:
    """An agent has two calls with us and joins them: REFER in the one, Replaces of the other."""
    first = await sipp.calls(application.address, scenario("the customer's", invite(), answered(), hung_up_on()))
    consulted = await application.until(LegAnswered)
    phone = application.edge.phone
    assert isinstance(phone, EdgePhone)
    dialog = phone.sip.agent.legs[consulted.leg].dialog
    assert dialog is not None
    agent = await sipp.calls(
        application.address,
        scenario(
            "attended transfer",
            invite(),
            answered(),
            _asks(
                "<sip:hotline@[remote_ip]:[remote_port]?Replaces=[other_call]%3B"
                "to-tag%3D[other_to]%3Bfrom-tag%3D[other_from]>"
            ),
            _told(100, "active"),
            _told(200, "terminated"),
            hang_up(3),
        ),
        keys={"other_call": dialog.call_id, "other_to": dialog.local.tag, "other_from": dialog.remote.tag},
    )
    asked = await application.until(TransferAsked)
    assert asked.replaces == f"{dialog.call_id};to-tag={dialog.local.tag};from-tag={dialog.remote.tag}"
    application.send(Bridge(asked.leg, consulted.leg))
    application.send(ReportTransfer(asked.leg, 200))
    await agent.succeeds()
    application.send(HangUp(consulted.leg))
    await first.succeeds()


@pytest.mark.parametrize(("reported", "ended"), [(200, 200), (486, 486), (603, 603)])
async def test_we_transfer_a_telephone_and_hear_how_it_went(
    reported: int, ended: int, application: Application, sipp: SippBench
) -> None:
    phone = await sipp.is_called(
        scenario(
            "is asked to call somebody else",
            called(),
            picks_up(),
            receive("REFER", says("Refer-To", "<sip:elsewhere@127.0.0.1:9>"), says("Contact", "sip:")),
            respond(202),
            _tells(1, 100, "active;expires=60"),
            _tells(2, reported, "terminated;reason=noresource"),
            hang_up_back(3),
        )
    )
    leg = application.dial(phone.uri)
    await application.until(LegAnswered, leg)
    application.send(Refer(leg, "sip:elsewhere@127.0.0.1:9"))
    assert (await application.until(ReferEnded, leg)).status == ended
    await phone.succeeds()


async def test_a_telephone_that_cannot_be_transferred_says_so(application: Application, sipp: SippBench) -> None:
    phone = await sipp.is_called(
        scenario("refuses REFER", called(), picks_up(), receive("REFER"), respond(405), hang_up_back())
    )
    leg = application.dial(phone.uri)
    await application.until(LegAnswered, leg)
    application.send(Refer(leg, "sip:elsewhere@127.0.0.1:9"))
    assert (await application.until(ReferEnded, leg)).status == 405
    await phone.succeeds()


async def test_our_attended_transfer_names_the_other_sides_dialog(application: Application, sipp: SippBench) -> None:
    """`Replaces` is written as its receiver knows that dialog: the to-tag is the receiver's own (RFC 3891, 3)."""
    target = await sipp.is_called(scenario("is consulted", called(), picks_up(), hung_up_on()))
    consulted = application.dial(target.uri)
    await application.until(LegAnswered, consulted)
    agent = application.edge.phone
    assert agent is not None
    dialog = agent.sip.agent.legs[consulted].dialog
    assert dialog is not None
    expected = f"Replaces={dialog.call_id}%3B.*to-tag%3D{dialog.remote.tag}.*from-tag%3D{dialog.local.tag}"
    phone = await sipp.is_called(
        scenario(
            "is asked to take the consultation over",
            called(),
            picks_up(),
            receive("REFER", says("Refer-To", expected)),
            respond(202),
            _tells(1, 200, "terminated;reason=noresource"),
            hang_up_back(2),
        )
    )
    leg = application.dial(phone.uri)
    await application.until(LegAnswered, leg)
    application.send(Refer(leg, target.uri, replaces=consulted))
    assert (await application.until(ReferEnded, leg)).status == 200
    await phone.succeeds()
    application.send(HangUp(consulted))
    await target.succeeds()
    assert application.told(LegFailed) == []


async def test_a_new_call_takes_the_place_of_one_that_is_up(application: Application, sipp: SippBench) -> None:
    """INVITE with Replaces: the old leg gets a BYE, and the application hears of one call only (RFC 3891, 3)."""
    old = await sipp.calls(application.address, scenario("is replaced", invite(), answered(), hung_up_on()))
    up = await application.until(LegAnswered)
    assert application.edge.phone is not None
    dialog = application.edge.phone.sip.agent.legs[up.leg].dialog
    assert dialog is not None
    new = await sipp.calls(
        application.address,
        scenario(
            "replaces",
            invite(headers="Require: replaces\nReplaces: [other_call];to-tag=[other_to];from-tag=[other_from]"),
            receive(100, optional=True),
            receive(180, optional=True),
            receive(200, routes=True),
            request("ACK", 1, uri="[next_url]"),
            pause(200),
            hang_up(2),
        ),
        keys={"other_call": dialog.call_id, "other_to": dialog.local.tag, "other_from": dialog.remote.tag},
    )
    await old.succeeds()
    await new.succeeds()
