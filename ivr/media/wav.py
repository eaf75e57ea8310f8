"""The head of a recording's WAV file: two channels of 16-bit samples."""

from __future__ import annotations

import struct

#: Samples a second in the file, whatever the codec of the call.
RATE = 16000
#: Bytes of the head.
WAV_HEADER = 44


def wav_header(length: int) -> bytes:
    """What stands before `length` bytes of our samples in a WAV file; a length that does not fit, after 18 hours, is
    the highest there is. (IBM and Microsoft: Multimedia Programming Interface and Data Specifications 1.0, 1991)"""
    frame = 2 * 2
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, RATE, RATE * frame, frame, 16)
    longest = 0xFFFFFFFF
    whole, samples = min(WAV_HEADER - 8 + length, longest), min(length, longest)
    return struct.pack("<4sI4s", b"RIFF", whole, b"WAVE") + form + struct.pack("<4sI", b"data", samples)
