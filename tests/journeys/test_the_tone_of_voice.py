"""A caller who grows upset: the desk and the record say so, and by what it was told; the queue does not move."""

from __future__ import annotations

from callbacks.calls.records import Speaker
from ivr.speech.mood import Prosody
from ivr.speech.scripted_ears import CALM_VOICE
from routing.work import Mood
from tests.journeys.stage import JourneyStage

SHOUTING = Prosody(CALM_VOICE.level + 9, CALM_VOICE.pitch * 1.35, CALM_VOICE.rate * 1.5)
EVIDENCE = "+9 dB, +5.2 st, ×1.5"


async def test_the_desk_and_the_record_say_what_an_upset_voice_was_told_by(stage: JourneyStage) -> None:
    await stage.on_shift("ana")
    mia = stage.caller("+821011110001")
    await mia.rings(at=0)
    await mia.says("i want a refund", at=4)
    await mia.says("yes exactly that", at=12, voice=SHOUTING)
    await stage.at(24)
    work = await stage.desk.current("ana")
    assert work is not None
    assert (work.mood, work.mood_told_by) == (Mood.UPSET, EVIDENCE)
    lines = [line for line in await stage.services.calls.lines(work.work) if line.speaker is Speaker.CALLER]
    assert [line.why.endswith(f"upset ({EVIDENCE})") for line in lines] == [False, True]


async def test_shouting_overtakes_nobody(stage: JourneyStage) -> None:
    (ana,) = await stage.on_shift("ana")
    first, calm, loud = (stage.caller(f"+82101111000{n}") for n in (1, 2, 3))
    await first.complains("i want a refund", at=0)
    for caller, at, voice in ((calm, 30, CALM_VOICE), (loud, 60, SHOUTING)):
        await caller.rings(at=at)
        await caller.says("i want a refund", at=at + 4)
        await caller.says("yes exactly that", at=at + 12, voice=voice)
    await first.hangs_up(at=90)
    await stage.at(240)
    assert calm.talks_with(ana)
    assert not loud.talks_with(ana)
