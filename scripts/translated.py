#!/usr/bin/env python3
"""Says of an English page that its Chinese one is up to date: writes the mark by which a later change is found.

    python scripts/translated.py docs/connecting.md README.md

Do it after the Chinese page says what the English one says; `tests/hotline/test_translations.py` compares them.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.translations import differences, marked, pairs


def main(names: list[str]) -> int:
    """Renews the marks; 1 if a page is not known, not translated, or differs in more than the mark."""
    known = {pair.english: pair for pair in pairs()}
    faults: list[str] = []
    for name in names:
        pair = known.get(name)
        if pair is None:
            faults.append(f"{name} is no page with a translation; such are {', '.join(known)}")
            continue
        if pair.chinese_text:
            (pair.root / pair.chinese).write_text(marked(pair), encoding="utf-8")
        faults += differences(pair)
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
