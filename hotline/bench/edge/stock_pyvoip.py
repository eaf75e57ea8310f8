"""An application of stock pyVoIP as its documentation shows it, to be measured beside ours: `answer` is called in a
thread of each call, answers, and writes audio for as long as the call lasts.

It is the second place that imports pyVoIP: what we are compared with has to be the real one, with nothing of ours.
"""

from __future__ import annotations

import os
import tempfile
import time
import warnings
import wave
from multiprocessing.connection import Connection
from pathlib import Path

from pyVoIP.VoIP import CallState, InvalidStateError, VoIPCall, VoIPPhone

from hotline.bench.edge.peer import HOST
from hotline.bench.edge.prompt import write_prompt
from hotline.bench.edge.wording import Address

#: To find a port pyVoIP walks through all of them for each that is in use: with its default of 10,000 ports a call
#: more costs a twentieth of a second when 300 are up, which is not what is measured here.
_PORTS = (20000, 21999)
_FRAMES_A_SECOND = 8000
#: Between two looks at the call, as in pyVoIP's examples.
_LOOK = 0.1


def run(asker: Connection, core: int, callers: Address, port: int) -> None:
    """Take calls from `callers`, with whom it also registers, until told to stop. Sends the SIP address first."""
    os.sched_setaffinity(0, {core})
    warnings.simplefilter("ignore")  # it warns of every packet that finds its socket closed
    with tempfile.TemporaryDirectory() as folder:
        prompt = Path(folder) / "prompt.wav"
        write_prompt(prompt, "PCM_U8")
        phone = VoIPPhone(
            *callers,
            "bench",
            "bench",
            callCallback=lambda call: answer(call, prompt),
            myIP=HOST,
            sipPort=port,
            rtpPortLow=_PORTS[0],
            rtpPortHigh=_PORTS[1],
        )
        phone.start()
        asker.send((HOST, port))
        asker.recv()
    os._exit(0)  # its threads would go on


def answer(call: VoIPCall, prompt: Path) -> None:
    """Play the prompt again and again until the caller hangs up."""
    with wave.open(str(prompt), "rb") as file:
        frames = file.getnframes()
        audio = file.readframes(frames)
    try:
        call.answer()
        while call.state == CallState.ANSWERED:
            call.write_audio(audio)
            until = time.monotonic() + frames / _FRAMES_A_SECOND
            while time.monotonic() < until and call.state == CallState.ANSWERED:
                time.sleep(_LOOK)
    except InvalidStateError:
        call.hangup()
