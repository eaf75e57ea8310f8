"""How many texts a core understands in a second: what the default hotline file gives as examples, in each language."""

from __future__ import annotations

import time
from collections.abc import Iterator

from config.clock import SystemClock
from config.hotline_yaml import read_hotline_file
from config.settings import default_hotline_file
from hotline.bench.row import Row
from ivr.understanding.understander import Understander

_SECONDS = 3.0
_TARGET_RATE = 2_000.0


def rows() -> Iterator[Row]:
    """Processor time, so that neighbours do not count."""
    file, _ = read_hotline_file(default_hotline_file())
    now = SystemClock().now()
    understander = Understander(file)
    texts = [
        (text, language)
        for category in file.categories.values()
        for language, examples in category.examples.items()
        for text in examples
    ]
    understood, began = 0, time.process_time()
    while (used := time.process_time() - began) < _SECONDS:
        for text, language in texts:
            understander.understand(text, language, now)
        understood += len(texts)
    rate = understood / used
    label = f"texts understood a core, {len(texts)} texts in {len(file.languages)} languages"
    yield Row("speech", label, rate, "1/s", _TARGET_RATE, rate >= _TARGET_RATE)
