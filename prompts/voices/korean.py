"""Korean spelling to sound: the rules of standard pronunciation (표준 발음법), and the phonemes that a voice is given.

`pronounce` writes the sound in hangul ("없습니다" -> "업씀니다"), which is how the rules are published and tested;
`phonemes` turns that sound into IPA. Sounds change across a space, not across punctuation, where a speaker pauses.
What no rule on sounds can know (compounds, Sino-Korean words) is respelled first, by `RESPELLED`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from prompts.voices.korean_sounds import (
    ASPIRATED,
    CLUSTERS,
    CODA_IPA,
    CODAS,
    NEUTRAL,
    ONSET_IPA,
    ONSETS,
    TENSE,
    VOICED,
    VOWEL_IPA,
    VOWELS,
)

#: Words whose sound their spelling does not tell, as far as our texts use them.
RESPELLED = {
    "십육": "심뉵",
    "열여섯": "열려섯",
    "열여덟": "열려덜",
    "열 시": "열 씨",
    "결제": "결쩨",
    "발생": "발쌩",
    "할 수": "할 쑤",
    "드릴 수": "드릴 쑤",
    "들을 수": "들을 쑤",
    "릴게요": "릴께요",
    "할게요": "할께요",
    "확인": "화긴",
}

_FIRST, _LAST = "가", "힣"
_SIMPLE_TO_SONORANT = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_PALATAL = {"ㄷ": "ㅈ", "ㅌ": "ㅊ", "ㄾ": "ㅊ"}
_TENSING_CLUSTERS = frozenset("ㄵㄼㄽㄾ")


@dataclass(frozen=True, slots=True)
class Syllable:
    """One block of hangul: `coda` is empty when there is none; a silent onset is "ㅇ"."""

    onset: str
    vowel: str
    coda: str

    @classmethod
    def of(cls, block: str) -> Syllable:
        """Take a hangul block apart. Raises ValueError for any other character."""
        if not _FIRST <= block <= _LAST:
            raise ValueError(f"not a hangul syllable: {block!r}")
        code = ord(block) - ord(_FIRST)
        return cls(ONSETS[code // 588], VOWELS[code // 28 % 21], CODAS[code % 28])

    def __str__(self) -> str:
        code = ONSETS.index(self.onset) * 588 + VOWELS.index(self.vowel) * 28 + CODAS.index(self.coda)
        return chr(ord(_FIRST) + code)


def pronounce(text: str) -> str:
    """The sound of `text` in hangul, spaces and punctuation kept. Raises ValueError for latin letters or digits."""
    for spelling, sound in RESPELLED.items():
        text = text.replace(spelling, sound)
    return "".join(
        _pronounce_breath(part) if part[0] == " " or part[0] >= _FIRST else part
        for part in re.findall(r"[가-힣 ]+|[^가-힣 ]+", _only_hangul(text))
    )


def phonemes(text: str) -> str:
    """The sound of `text` in IPA, as the Kokoro voices read it."""
    spoken: list[str] = []
    before = ""  # the phone before: plain stops are voiced after a vowel or a nasal, also across a space
    for character in pronounce(text):
        if not _FIRST <= character <= _LAST:
            spoken.append(character)
            before = before if character == " " else ""
            continue
        phones = _phones(Syllable.of(character), before)
        spoken += phones
        before = phones[-1]
    return "".join(spoken)


def _only_hangul(text: str) -> str:
    foreign = re.search(r"[A-Za-z0-9]", text)
    if foreign:
        raise ValueError(f"write {foreign.group()!r} in hangul: {text!r}")
    return text


def _pronounce_breath(text: str) -> str:
    """Apply the rules from left to right over every pair of neighbours; spaces stay where they are."""
    blocks = [Syllable.of(character) for character in text if character != " "]
    ends_word = [
        following == " " for character, following in zip(text, text[1:] + " ", strict=True) if character != " "
    ]
    for index, block in enumerate(blocks):
        if index + 1 == len(blocks):
            blocks[index] = replace(block, coda=NEUTRAL[block.coda])
        elif block.coda:
            blocks[index], blocks[index + 1] = _meet(block, blocks[index + 1], apart=ends_word[index])
    sounds = iter(blocks)
    return "".join(character if character == " " else str(next(sounds)) for character in text)


def _meet(first: Syllable, second: Syllable, *, apart: bool) -> tuple[Syllable, Syllable]:
    """What a coda and the onset after it do to each other. `apart`: there is a space between them."""
    coda, onset = first.coda, second.onset
    if coda in ("ㅎ", "ㄶ", "ㅀ"):
        rest = {"ㅎ": "", "ㄶ": "ㄴ", "ㅀ": "ㄹ"}[coda]
        if onset in ASPIRATED:
            return replace(first, coda=rest), replace(second, onset=ASPIRATED[onset])
        if onset == "ㅅ":
            return replace(first, coda=rest), replace(second, onset="ㅆ")
        if onset == "ㅇ":
            return replace(first, coda=""), replace(second, onset=rest or "ㅇ")
        coda = rest or "ㄷ"
    if onset == "ㅇ" and coda != "ㅇ":
        return _link(replace(first, coda=coda), second, apart=apart)
    simple = NEUTRAL[coda]
    if onset == "ㅎ" and simple in ASPIRATED:
        palatal = not apart and (coda in ("ㅈ", "ㄵ") or (coda == "ㄷ" and second.vowel in "ㅣㅕ"))
        aspirated = "ㅊ" if palatal else ASPIRATED[simple]
        return replace(first, coda=""), replace(second, onset=aspirated)
    if onset in TENSE and (simple in _SIMPLE_TO_SONORANT or coda in _TENSING_CLUSTERS):
        onset = TENSE[onset]
    if simple in _SIMPLE_TO_SONORANT and onset in "ㄴㅁㄹ":
        simple = _SIMPLE_TO_SONORANT[simple]
        onset = "ㄴ" if onset == "ㄹ" else onset
    elif simple in ("ㅁ", "ㅇ") and onset == "ㄹ":
        onset = "ㄴ"
    elif {simple, onset} == {"ㄴ", "ㄹ"}:
        simple = onset = "ㄹ"
    return replace(first, coda=simple), replace(second, onset=onset)


def _link(first: Syllable, second: Syllable, *, apart: bool) -> tuple[Syllable, Syllable]:
    """Liaison: the coda becomes the onset of a syllable that begins with its vowel."""
    if apart:
        return replace(first, coda=""), replace(second, onset=NEUTRAL[first.coda])
    if second.vowel == "ㅣ" and first.coda in _PALATAL:
        stays = "ㄹ" if first.coda == "ㄾ" else ""
        return replace(first, coda=stays), replace(second, onset=_PALATAL[first.coda])
    if first.coda in CLUSTERS:
        stays, moves = CLUSTERS[first.coda]
        return replace(first, coda=stays), replace(second, onset="ㅆ" if moves == "ㅅ" else moves)
    return replace(first, coda=""), replace(second, onset=first.coda)


def _phones(block: Syllable, before: str) -> list[str]:
    phones: list[str] = []
    if block.onset != "ㅇ":
        onset = ONSET_IPA[block.onset]
        if onset in VOICED and before and before[-1] in "aɛʌeouɯinlmŋ":
            onset = VOICED[onset]
        elif onset == "s" and block.vowel in "ㅣㅑㅕㅛㅠㅟ":
            onset = "ɕ"
        elif onset == "ɾ" and before == "l":
            onset = "l"
        phones.append(onset)
    vowel = VOWEL_IPA[block.vowel]
    if block.vowel == "ㅢ" and (before or block.onset != "ㅇ"):
        vowel = "i"
    elif block.onset in "ㅈㅉㅊ":
        vowel = vowel.removeprefix("j")
    phones.append(vowel)
    if block.coda:
        phones.append(CODA_IPA[block.coda])
    return phones
