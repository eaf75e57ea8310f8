"""Yes or no, as people say it on the telephone and as recognisers write it down."""

from __future__ import annotations

import re

_YES = {
    "en": r"\b(yes|yeah|yep|yup|sure|correct|right|exactly|please do|of course|okay|ok|fine|agreed)\b",
    "zh": r"(是|对|對|好|可以|行|没错|沒錯|正确|正確|嗯|要)",
    "ko": r"(네|예|넵|맞|그래|그렇|좋|응|부탁)",
}
_NO = {
    "en": r"\b(no|nope|not|wrong|incorrect|never|don't|do not|isn't)\b",
    "zh": r"(不|没有|沒有|错|錯|别|否)",
    "ko": r"(아니|아뇨|아닙|아냐|안 |안돼|싫|틀|됐|괜찮)",
}
# "no problem" is a yes, and "没错" (not wrong) too, although each holds a word of refusal.
_NOT_A_NO = {"en": r"\bno problem\b", "zh": r"(没错|沒錯|不错)", "ko": r"(?!)"}


def affirms(text: str, language: str) -> bool | None:
    """True for yes, False for no, None where neither was said or the language is not known here.

    Refusal wins over assent ("yes, no, that is wrong"), for acting on a wrong yes is worse than asking again.
    """
    if language not in _YES:
        return None
    heard = text.lower().strip()
    without = re.sub(_NOT_A_NO[language], " ", heard)
    if re.search(_NO[language], without):
        return False
    if without != heard or re.search(_YES[language], heard):
        return True
    return None
