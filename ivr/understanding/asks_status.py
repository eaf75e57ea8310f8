"""Whether a caller asks where something stands, rather than telling what happened (lesson 24)."""

from __future__ import annotations

import re

_ASKS = {
    "en": (
        r"\bwhere (do|does) (it|this|that|things|my case|my complaint) stand",
        r"\bstatus of my\b",
        r"\bwhat is the status\b",
        r"\bcheck (on )?my (case|complaint|reference)\b",
        r"\bi have a (case |my )?reference\b",
        r"\bnews (on|about|of) my (case|complaint)\b",
        r"\bhow far (is my|are you with my)\b",
    ),
    "zh": (
        r"查(一下|询)?(我的)?(进度|进展|编号|投诉)",
        r"(处理|投诉)(的)?(进度|进展|情况)",
        r"处理到哪",
        r"我有(一个)?编号",
    ),
    "ko": (
        r"(처리|진행)\s?(상황|상태|현황)",
        r"어디까지\s?(처리|진행|됐|되었)",
        r"접수\s?번호(가|를)?\s?(있|확인|조회)",
    ),
}


def asks_status(text: str, language: str) -> bool:
    """Only phrases that can hardly mean a complaint of its own count: who is misheard here is asked for a reference."""
    return any(re.search(pattern, text.lower()) for pattern in _ASKS.get(language, ()))
