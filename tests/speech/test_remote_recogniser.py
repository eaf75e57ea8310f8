"""The recogniser elsewhere, against a server that speaks the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from config.clock import SystemClock
from ivr.messages import Expecting
from ivr.speech import remote_recogniser
from ivr.speech.hearing import NOTHING, Hearing, RecogniserFailed
from ivr.speech.recognisers import FirstOf
from ivr.speech.remote_recogniser import RemoteRecogniser
from tests.speech.fake_recognisers import FakeFirst
from tests.speech.vosk_server import VoskServer

SECOND = bytes(32_000)


@pytest.fixture
async def server() -> AsyncIterator[VoskServer]:
    async with VoskServer() as server:
        yield server


@pytest.fixture
async def remote(server: VoskServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RemoteRecogniser]:
    monkeypatch.setattr(remote_recogniser, "RETRY_SECONDS", 0.05)
    recogniser = await asyncio.to_thread(RemoteRecogniser, {"ko": server.url}, SystemClock(), 1.0)
    yield recogniser
    await asyncio.to_thread(recogniser.close)


async def hear(remote: RemoteRecogniser, seconds: int = 2, language: str = "ko") -> Hearing:
    def utterance() -> Hearing:
        session = remote.open(language, Expecting.SPEECH)
        for _ in range(seconds):
            session.accept(SECOND)
        return session.finish(float(seconds))

    return await asyncio.to_thread(utterance)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - what is awaited changes in another thread
            await asyncio.sleep(0.01)


async def test_an_utterance_is_sent_whole_and_comes_back_with_places_and_confidence(
    remote: RemoteRecogniser, server: VoskServer
) -> None:
    heard = await hear(remote)
    assert heard.text == "환불해 주세요 빨리"
    assert [(word.word, word.start, word.end) for word in heard.words][-1] == ("빨리", 1.0, 1.5)
    assert heard.confidence == pytest.approx(0.9)
    assert len(server.audio) == 2 * len(SECOND)
    assert server.configs == [{"sample_rate": 16_000, "words": True, "max_alternatives": 0}]


async def test_results_that_the_server_ended_by_itself_are_put_together(
    remote: RemoteRecogniser, server: VoskServer
) -> None:
    server.ends_after = 1
    assert (await hear(remote)).text == "환불해 주세요 빨리"


async def test_nothing_understood_is_nothing(remote: RemoteRecogniser, server: VoskServer) -> None:
    server.said = ""
    assert await hear(remote) == NOTHING


async def test_the_words_so_far_are_known_while_the_caller_speaks(remote: RemoteRecogniser, server: VoskServer) -> None:
    session = remote.open("ko", Expecting.SPEECH)
    session.accept(SECOND)
    await until(lambda: session.partial() == "환불해 주세요")
    server.ends_after = 1
    session.abandon()


@pytest.mark.parametrize(("how", "reason"), [("closes", "failed"), ("babbles", "failed"), ("sleeps", "in time")])
async def test_a_server_that_fails_is_a_fault_and_heard_again_when_it_answers(
    remote: RemoteRecogniser, server: VoskServer, how: str, reason: str
) -> None:
    server.misbehaves = how
    with pytest.raises(RecogniserFailed, match=reason):
        await hear(remote)
    server.misbehaves = ""
    await until(lambda: "ko" in remote.languages())
    assert (await hear(remote)).text


async def test_a_server_that_is_away_at_the_start_is_heard_when_it_comes(
    server: VoskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_recogniser, "RETRY_SECONDS", 0.05)
    port = server.port
    await server.stop()
    recogniser = await asyncio.to_thread(RemoteRecogniser, {"ko": f"ws://127.0.0.1:{port}"}, SystemClock(), 1.0)
    assert recogniser.languages() == frozenset()
    await server.start(port)
    await until(lambda: recogniser.languages() == {"ko"})
    await asyncio.to_thread(recogniser.close)


async def test_a_server_is_preferred_to_a_model_here_and_the_model_taken_when_the_server_is_lost(
    remote: RemoteRecogniser, server: VoskServer
) -> None:
    here = FakeFirst(known=frozenset({"ko", "en"}))
    both = FirstOf(remote, here)
    assert both.languages() == {"ko", "en"}
    both.open("ko", Expecting.SPEECH).abandon()
    assert not here.sessions
    await server.stop()
    with pytest.raises(RecogniserFailed):
        await hear(remote)
    await until(lambda: not remote.languages())
    both.open("ko", Expecting.SPEECH)
    assert len(here.sessions) == 1
    await server.start()
