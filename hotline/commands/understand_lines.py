"""`hotline understand`: the understanding on lines of text."""

from __future__ import annotations

import json
from typing import TextIO

from config.clock import SystemClock
from config.errors import HotlineError
from config.hotline_yaml import read_hotline_file
from config.settings import Settings
from ivr.understanding.understander import Understander
from ivr.understanding.understanding import Understanding


def understand(settings: Settings, lines: TextIO, out: TextIO) -> int:
    """One JSON line out for each line in, in order, as they come. Raises `HotlineError` for a line that is none."""
    file, _ = read_hotline_file(settings.hotline_file)
    understander, clock = Understander(file), SystemClock()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        text, language = _parse(line, number)
        reading = understander.understand(text, language, clock.now())
        out.write(json.dumps(as_json(reading), ensure_ascii=False) + "\n")
        out.flush()
    return 0


def as_json(reading: Understanding) -> dict[str, object]:
    """The reading in the form that `hotline understand` writes."""
    return {
        "category": reading.category,
        "urgency": reading.urgency.value,
        "wish": reading.wish.value,
        "confidence": round(reading.confidence, 3),
        "abusive": reading.abusive,
        "callback_at": reading.callback_at.isoformat() if reading.callback_at else None,
        "evidence": [{"field": e.field, "value": e.value, "start": e.start, "end": e.end} for e in reading.evidence],
    }


def _parse(line: str, number: int) -> tuple[str, str]:
    try:
        data = json.loads(line)
        return str(data["text"]), str(data["lang"])
    except (ValueError, KeyError, TypeError) as fault:
        raise HotlineError(
            "not a JSON object with text and lang",
            where=f"standard input, line {number}",
            remedy='write lines such as {"text": "my parcel is late", "lang": "en"}',
        ) from fault
