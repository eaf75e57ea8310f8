"""SIPp as the telephone that we call, from early media on: what is heard, held, pressed and ended once it rings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from hotline.demo.peer import SpeakingPhone, similarity
from ivr.media.codec import Codec
from ivr.messages import (
    Bridge,
    EarlyMedia,
    EndedBy,
    HangUp,
    LegAnswered,
    LegEnded,
    LegHeld,
    LegRinging,
    Play,
    SendDigits,
)
from tests.live.peers.application import Application
from tests.live.peers.audio import Audio
from tests.live.peers.scenario import (
    OFFER,
    Step,
    answer_invite,
    called,
    hang_up_back,
    holds,
    keep,
    pause,
    picks_up,
    receive,
    request_back,
    respond,
    says,
    scenario,
    send,
    session,
)
from tests.live.peers.sipp import SippBench
from tests.media.sounds import babble

pytestmark = pytest.mark.live


@pytest.fixture
async def customer() -> AsyncIterator[SpeakingPhone]:
    """Somebody who waits on another line."""
    phone = SpeakingPhone("customer", "127.0.0.1")
    await phone.start()
    yield phone
    await phone.stop()


async def test_a_network_announcement_is_heard_before_the_answer(
    application: Application, sipp: SippBench, audio: Audio, customer: SpeakingPhone
) -> None:
    """183 with a session description: whoever waits on the other leg is joined to it and hears it."""
    announcement = babble(1.0, 5)
    audio.begin(Codec.PCMU, 101)
    network = await sipp.is_called(
        scenario(
            "183 with audio",
            called(),
            answer_invite(183, body=OFFER),
            pause(2000),
            answer_invite(200, body=OFFER, retransmitted=True),
            receive("ACK"),
            pause(100),
            hang_up_back(),
        ),
        audio=audio.address,
    )
    await customer.call(f"sip:hotline@127.0.0.1:{application.address[1]}")
    waiting = await application.answered()
    leg = application.dial(network.uri)
    await application.until(EarlyMedia, leg)
    application.send(Bridge(leg, waiting))
    async with asyncio.timeout(3):
        await audio.is_reached.wait()
    await audio.say(announcement)
    await customer.silence(0.2)
    assert application.told(LegAnswered, leg) == []
    assert similarity(announcement, customer.heard_pcm()) > 0.6
    await application.until(LegAnswered, leg)
    await network.succeeds()


async def test_a_reliable_183_is_acknowledged_by_prack(application: Application, sipp: SippBench) -> None:
    phone = await sipp.is_called(
        scenario(
            "100rel",
            called(says("Supported", "100rel")),
            answer_invite(183, headers="Require: 100rel\nRSeq: 71", body=OFFER),
            receive("PRACK", says("RAck", "71 1 INVITE"), says("To", ";tag=.*callee")),
            respond(200),
            answer_invite(180, headers="Require: 100rel\nRSeq: 72"),
            receive("PRACK", says("RAck", "72 1 INVITE")),
            respond(200),
            answer_invite(200, retransmitted=True),
            receive("ACK"),
            hang_up_back(),
        )
    )
    leg = application.dial(phone.uri)
    await phone.succeeds()
    await application.until(EarlyMedia, leg)
    await application.until(LegRinging, leg)
    assert len(application.told(LegAnswered, leg)) == 1


async def test_the_called_side_holds_and_returns(application: Application, sipp: SippBench) -> None:
    def offers(cseq: int, direction: str, answered: str) -> tuple[Step, ...]:
        return (
            request_back("INVITE", cseq, body=session(direction, version=cseq + 1)),
            receive(100, optional=True),
            receive(200, holds(answered)),
            request_back("ACK", cseq),
        )

    phone = await sipp.is_called(
        scenario(
            "holds",
            called(),
            picks_up(),
            offers(1, "sendonly", "a=recvonly"),
            pause(100),
            offers(2, "sendrecv", "m=audio [1-9]"),
            hang_up_back(3),
        )
    )
    leg = application.dial(phone.uri)
    await phone.succeeds()
    assert [held.on for held in application.told(LegHeld, leg)] == [True, False]


async def test_keys_are_sent_as_telephone_events(application: Application, sipp: SippBench, audio: Audio) -> None:
    audio.begin(Codec.PCMU, 101)
    phone = await sipp.is_called(
        scenario("hears keys", called(), picks_up(), pause(1600), hang_up_back()), audio=audio.address
    )
    leg = application.dial(phone.uri)
    await application.until(LegAnswered, leg)
    application.send(Play(leg, 1, ("music/hold.opus",)))
    await asyncio.sleep(0.2)
    application.send(SendDigits(leg, "1*0"))
    await phone.succeeds()
    assert "".join(audio.keys) == "1*0"


async def test_both_sides_may_hang_up_at_once(application: Application, sipp: SippBench) -> None:
    phone = await sipp.is_called(
        scenario(
            "BYE crosses BYE",
            called(),
            picks_up(),
            receive("BYE", keep("bye_via", "Via"), keep("bye_cseq", "CSeq")),
            request_back("BYE", 1),
            receive(200),
            send(
                "SIP/2.0 200 OK\nVia:[$bye_via]\nFrom:[$from]\nTo:[$to];tag=[pid]callee[call_number]\n"
                "Call-ID: [call_id]\nCSeq:[$bye_cseq]\nContent-Length: 0\n\n"
            ),
        )
    )
    leg = application.dial(phone.uri)
    await application.until(LegAnswered, leg)
    application.send(HangUp(leg))
    await phone.succeeds()
    assert [ended.by for ended in application.told(LegEnded, leg)] == [EndedBy.US]
