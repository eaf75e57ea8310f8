"""`Ears` in this process: worker threads hear the legs, one more takes the second hearings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from ivr.messages import (
    Alternative,
    AudioChunk,
    EarsCommand,
    EarsEvent,
    EarsStrained,
    EarsUnavailable,
    Heard,
    Listen,
    NothingHeard,
    SpeechStarted,
    StopListening,
    Utterance,
)
from ivr.speech.doubt import VOSK, WHISPER, Why, needs_second, which_stands, why_again
from ivr.speech.finished import Finished
from ivr.speech.hearing import Hearing, SecondHearing
from ivr.speech.listener import GoesOn, Told
from ivr.speech.models import ModelStore
from ivr.speech.recognisers import HeardNow, Recognisers, load_recognisers
from ivr.speech.worker import MOST_WAITING, STRAINED_AT, EarsWorker

log = structlog.get_logger(__name__)

#: Seconds a caller may be kept waiting for a better text than the one we have, and for the only one.
SECOND_DEADLINE = 3.0
ONLY_DEADLINE = 10.0

Load = Callable[[ModelStore, bool], Recognisers]


class LocalEars:
    """Implements `Ears`. All but `hear` are called in the event loop."""

    def __init__(
        self,
        models: ModelStore,
        workers: int = 1,
        second_hearing: bool = True,
        *,
        load: Load = load_recognisers,
        second_deadline: float = SECOND_DEADLINE,
        most_waiting: float = MOST_WAITING,
        strained_at: float = STRAINED_AT,
    ) -> None:
        """`workers` threads hear; each keeps about 8 speaking callers in real time on a core of its own."""
        self._models = models
        self._worker_count = workers
        self._second_hearing = second_hearing
        self._load = load
        self._second_deadline = second_deadline
        self._most_waiting = most_waiting
        self._strained_at = strained_at
        self._is_strained = False
        self._workers: tuple[EarsWorker, ...] = ()
        self._recognisers: Recognisers | None = None
        self._second_thread: ThreadPoolExecutor | None = None
        self._on_event: Callable[[EarsEvent], None] | None = None
        self._refused: dict[str, int] = {}  # leg -> turn that came at a time of strain
        self._wanted: dict[str, int] = {}  # leg -> turn whose answer is wanted
        self._answered: dict[str, int] = {}  # leg -> turn whose answer was told
        self._deciding: dict[str, asyncio.Task[None]] = {}  # leg -> second hearing under way

    async def start(self, on_event: Callable[[EarsEvent], None]) -> None:
        """Load and warm the models: some seconds, on another thread."""
        loop = asyncio.get_running_loop()
        recognisers = await asyncio.to_thread(self._load, self._models, self._second_hearing)
        self._recognisers = recognisers
        self._on_event = on_event
        # One thread: Whisper on all cores would starve the voice activity detection of every leg.
        self._second_thread = ThreadPoolExecutor(1, thread_name_prefix="second-hearing")

        def tell(told: Told | EarsStrained) -> None:
            loop.call_soon_threadsafe(self._take, told)

        languages = HeardNow(recognisers)
        self._workers = tuple(
            EarsWorker(recognisers.first, languages, tell, self._most_waiting, self._strained_at)
            for _ in range(self._worker_count)
        )
        for worker in self._workers:
            worker.start()
        log.info(
            "ears_ready",
            streaming=sorted(recognisers.first.languages()),
            second_hearing=recognisers.second is not None,
            workers=len(self._workers),
        )

    def send(self, command: EarsCommand) -> None:
        """Carry out a command; never blocks. Before `start` and after `stop` it does nothing."""
        if not self._workers:
            return
        leg = command.leg
        worker = self._worker_of(leg)
        if isinstance(command, Listen):
            if self._refused.get(leg) == command.turn:
                return
            is_new = self._wanted.get(leg) != command.turn
            self._wanted[leg] = command.turn
            if is_new:
                self._drop_decision(leg)
                if worker.is_strained:
                    self._refused[leg] = command.turn
                    worker.send(StopListening(leg))
                    asyncio.get_running_loop().call_soon(self._refuse, command)
                    return
        else:
            self._wanted.pop(leg, None)
            self._refused.pop(leg, None)
            self._answered.pop(leg, None)
            self._drop_decision(leg)
        worker.send(command)

    def hear(self, chunk: AudioChunk) -> None:
        """Take audio, from any thread."""
        if self._workers:
            self._worker_of(chunk.leg).hear(chunk)

    def languages(self) -> frozenset[str]:
        """The languages that can be heard now: none before `start`."""
        return self._recognisers.languages() if self._recognisers else frozenset()

    async def stop(self) -> None:
        """End all listens and threads; no event comes after this."""
        workers, self._workers = self._workers, ()
        self._on_event = None
        self._wanted.clear()
        self._answered.clear()
        for leg in list(self._deciding):
            self._drop_decision(leg)
        for worker in workers:
            await asyncio.to_thread(worker.stop)
        if self._second_thread is not None:
            await asyncio.to_thread(self._second_thread.shutdown, wait=True, cancel_futures=True)
        if self._recognisers is not None:
            await asyncio.to_thread(self._recognisers.close)
            self._recognisers = None

    def _worker_of(self, leg: str) -> EarsWorker:
        # Always the same worker for a leg: its audio stays in order and its recogniser in one thread.
        return self._workers[hash(leg) % len(self._workers)]

    # --- what the workers tell, in the event loop ---------------------------------------------------------------------

    def _refuse(self, listen: Listen) -> None:
        self._emit(EarsUnavailable(listen.leg, listen.turn, "the ears cannot keep up"))

    def _take(self, told: Told | EarsStrained) -> None:
        if isinstance(told, EarsStrained):
            self._strained(told)
            return
        if not isinstance(told, Finished | GoesOn):
            self._emit(told)
            return
        listen = told.listen
        if self._wanted.get(listen.leg) != listen.turn or self._answered.get(listen.leg) == listen.turn:
            return
        if isinstance(told, GoesOn):
            self._drop_decision(listen.leg)
            return
        second = self._recognisers.second if self._recognisers else None
        why = why_again(told.first, told.wide_band)
        if second is None or listen.language not in second.languages() or not needs_second(why):
            self._conclude(told, told.first, VOSK, why)
            return
        task = asyncio.get_running_loop().create_task(self._hear_again(second, told, why))
        self._deciding[listen.leg] = task
        task.add_done_callback(lambda done: self._decided(listen.leg, done))

    def _strained(self, told: EarsStrained) -> None:
        """The first worker that falls behind, and the last one that has caught up, are news."""
        is_strained = told.is_strained or any(worker.is_strained for worker in self._workers)
        if self._on_event is not None and is_strained != self._is_strained:
            self._is_strained = is_strained
            log.warning("ears_strained" if is_strained else "ears_relieved", behind=round(told.behind, 1))
            self._on_event(EarsStrained(is_strained, told.behind))

    async def _hear_again(self, recogniser: SecondHearing, finished: Finished, why: Why) -> None:
        listen = finished.listen
        hearing = asyncio.get_running_loop().run_in_executor(
            self._second_thread, recogniser.transcribe, finished.samples, listen.language, listen.expecting
        )
        deadline = max(ONLY_DEADLINE, self._second_deadline) if finished.first is None else self._second_deadline
        try:
            async with asyncio.timeout(deadline):
                second = await hearing
        except TimeoutError:
            log.warning("second_hearing_late", leg=listen.leg, deadline=deadline)
            self._conclude(finished, finished.first, VOSK, f"{why}; second hearing took too long")
        except Exception:  # whatever befell it, the caller waits for an answer
            log.exception("second_hearing_failed", leg=listen.leg)
            self._conclude(finished, finished.first, VOSK, f"{why}; second hearing failed")
        else:
            stands, heard_by = which_stands(finished.first, second)
            self._conclude(finished, stands, heard_by, why, second)

    def _conclude(
        self, finished: Finished, stands: Hearing | None, heard_by: str, reason: str, second: Hearing | None = None
    ) -> None:
        """Tell what stands. None: nobody could hear it."""
        listen = finished.listen
        if stands is None:
            self._emit(EarsUnavailable(listen.leg, listen.turn, reason))
        elif not stands.text:
            self._emit(NothingHeard(listen.leg, listen.turn))
        else:
            utterance = utterance_of(finished, stands, heard_by, reason, second)
            self._emit(Heard(listen.leg, listen.turn, utterance))

    def _emit(self, event: SpeechStarted | Heard | NothingHeard | EarsUnavailable) -> None:
        """Tell it, unless the answer is no longer wanted."""
        if self._on_event is not None and self._wanted.get(event.leg) == event.turn:
            if not isinstance(event, SpeechStarted):
                self._answered[event.leg] = event.turn
            self._on_event(event)

    def _drop_decision(self, leg: str) -> None:
        task = self._deciding.pop(leg, None)
        if task is not None:
            task.cancel()

    def _decided(self, leg: str, task: asyncio.Task[None]) -> None:
        if self._deciding.get(leg) is task:
            del self._deciding[leg]


def utterance_of(
    finished: Finished, stands: Hearing, heard_by: str, reason: str, second: Hearing | None = None
) -> Utterance:
    """The message for a finished utterance; `second` is the second hearing, whether it stands or not."""
    return Utterance(
        text=stands.text,
        language=finished.listen.language,
        words=stands.words,
        confidence=stands.confidence,
        duration=finished.duration,
        speech=finished.speech,
        level=finished.voice.level,
        pitch=finished.voice.pitch,
        rate=finished.voice.rate,
        heard_by=heard_by,
        reason=reason,
        alternatives=_alternatives(finished.first, second, stands),
    )


def _alternatives(first: Hearing | None, second: Hearing | None, stands: Hearing) -> tuple[Alternative, ...]:
    """What was heard besides, best first, no text twice."""
    others: dict[str, Alternative] = {}
    for hearing, heard_by in ((first, VOSK), (second, WHISPER)):
        if hearing is None:
            continue
        for text in (hearing.text, hearing.freely):
            if text and text != stands.text:
                others.setdefault(text, Alternative(text, hearing.confidence, heard_by))
    return tuple(sorted(others.values(), key=lambda other: -other.confidence))
