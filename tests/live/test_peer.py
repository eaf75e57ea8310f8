"""The speaking telephone against another of its kind: what it says of a call must be true before it may judge ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest

from hotline.demo import peer_sip
from hotline.demo.peer import CallFailed, SpeakingPhone, similarity
from ivr.media.codec import Codec
from tests.media.sounds import babble

HOST = "127.0.0.1"
pytestmark = pytest.mark.live


@pytest.fixture
async def phones() -> AsyncIterator[tuple[SpeakingPhone, SpeakingPhone]]:
    ann, bob = SpeakingPhone("ann", HOST), SpeakingPhone("bob", HOST)
    await ann.start()
    await bob.start()
    yield ann, bob
    await ann.stop()
    await bob.stop()


Phones = tuple[SpeakingPhone, SpeakingPhone]


@pytest.mark.parametrize("codec", Codec)
async def test_what_one_says_the_other_hears(phones: Phones, codec: Codec) -> None:
    _, bob = phones
    lines: list[str] = []
    ann = SpeakingPhone("carol", HOST, codec=codec, on_line=lines.append)
    await ann.start()
    bob.auto_answer_after = 0.05
    await ann.call(bob.uri)
    await bob.wait_for_answer()
    await asyncio.gather(ann.say(babble(0.8, 1)), bob.say(babble(0.8, 2)))
    await ann.silence(0.1)
    assert similarity(babble(0.8, 1), bob.heard_pcm()) > 0.8
    assert similarity(babble(0.8, 2), ann.heard_pcm()) > 0.8
    assert similarity(babble(0.8, 1), ann.heard_pcm()) < 0.4
    arrivals = np.diff([frame.at for frame in bob.heard])
    assert 0.018 < float(np.mean(arrivals)) < 0.022
    await ann.hang_up()
    await bob.wait_for_end(2)
    assert lines == [
        f"carol calls {bob.uri}",
        f"carol is connected ({codec.encoding_name})",
        "carol speaks",
        "carol hangs up",
    ]
    await ann.stop()


async def test_keys_are_heard(phones: Phones) -> None:
    ann, bob = phones
    bob.auto_answer_after = 0.0
    await ann.call(bob.uri)
    for key in "11#":
        ann.press(key)
    await ann.silence(0.8)
    assert bob.keys_heard == ["1", "1", "#"]


async def test_a_caller_waits_until_the_other_has_finished_speaking(phones: Phones) -> None:
    ann, bob = phones
    bob.auto_answer_after = 0.0
    await ann.call(bob.uri)
    loop = asyncio.get_running_loop()
    began = loop.time()
    speech = asyncio.create_task(bob.say(babble(1.0, 1)))
    await ann.wait_until_quiet(0.5, 5)
    assert 1.3 < loop.time() - began < 2.2
    await speech
    with pytest.raises(TimeoutError):
        await ann.wait_until_quiet(0.2, 0.5)


@pytest.mark.parametrize("status", [486, 603])
async def test_a_phone_that_refuses_is_told_as_such(phones: Phones, status: int) -> None:
    ann, bob = phones
    bob.refuse_with = status
    with pytest.raises(CallFailed) as failure:
        await ann.call(bob.uri)
    assert failure.value.status == status


async def test_a_phone_in_a_call_is_busy(phones: Phones) -> None:
    ann, bob = phones
    bob.auto_answer_after = 0.0
    await ann.call(bob.uri)
    carol = SpeakingPhone("carol", HOST)
    await carol.start()
    with pytest.raises(CallFailed, match="486"):
        await carol.call(bob.uri)
    assert ann.in_call
    await carol.stop()


async def test_a_call_nobody_answers_can_be_given_up(phones: Phones) -> None:
    ann, bob = phones
    call = asyncio.create_task(ann.call(bob.uri))
    await bob.wait_for_ring(2)
    call.cancel()
    await bob.wait_for_end(2)
    assert not bob.in_call
    bob.auto_answer_after = 0.0
    await ann.call(bob.uri)
    assert ann.in_call


async def test_a_ringing_phone_is_answered_by_hand(phones: Phones) -> None:
    ann, bob = phones
    call = asyncio.create_task(ann.call(bob.uri))
    await bob.answer_next(2)
    await call
    assert ann.in_call
    await bob.hang_up()
    await ann.wait_for_end(2)


async def test_two_calls_one_after_the_other(phones: Phones) -> None:
    ann, bob = phones
    bob.auto_answer_after = 0.0
    for seed in (1, 2):
        await ann.call(bob.uri)
        await ann.say(babble(0.4, seed))
        await ann.silence(0.1)
        await ann.hang_up()
        await bob.wait_for_end(2)
        assert similarity(babble(0.4, seed), bob.heard_pcm()) > 0.8


async def test_a_retransmitted_request_gets_the_same_answer_again(phones: Phones) -> None:
    _, bob = phones
    dialog = peer_sip.Dialog("an-id", "<sip:x@127.0.0.1>;tag=1", f"<{bob.uri}>", bob.uri)
    answers: asyncio.Queue[bytes] = asyncio.Queue()

    class Wire(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            answers.put_nowait(data)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Wire, local_addr=(HOST, 0))
    port = transport.get_extra_info("sockname")[1]
    request = dialog.request("OPTIONS", f"SIP/2.0/UDP {HOST}:{port}", f"<sip:x@{HOST}:{port}>")
    transport.sendto(request, (HOST, bob.port))
    transport.sendto(request, (HOST, bob.port))
    async with asyncio.timeout(2):
        first, second = await answers.get(), await answers.get()
    assert first == second
    assert first.startswith(b"SIP/2.0 200 OK")
    transport.close()


async def test_a_phone_that_is_not_there_fails_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.demo.peer._T1", 0.01)
    ann = SpeakingPhone("ann", HOST)
    await ann.start()
    with pytest.raises(CallFailed, match="408"):
        await ann.call("sip:nobody@127.0.0.1:9")
    await ann.stop()


def test_similarity_knows_a_copy_from_other_speech() -> None:
    one, other = babble(1.0, 1), babble(1.0, 2)
    padded = np.concatenate((np.zeros(5000, dtype=np.int16), one // 3, np.zeros(9000, dtype=np.int16)))
    assert similarity(one, padded) > 0.99
    assert similarity(one, other) < 0.4
    assert similarity(one, np.zeros(16000, dtype=np.int16)) == 0
