"""Everything that is spoken in a language, as it is recorded."""

from __future__ import annotations

import pytest

from config.hotline_file import HotlineFile
from prompts.prompt_library import PromptLibrary
from prompts.repertoire import Family, repertoire
from prompts.texts import read_texts


@pytest.mark.parametrize("language", ["en", "zh", "ko"])
def test_every_clip_of_a_language_is_in_it_once(hotline_file: HotlineFile, language: str) -> None:
    pieces = repertoire(hotline_file, language)
    texts = read_texts(language)
    assert texts is not None
    names = [clip.name for piece in pieces for clip in piece.clips]
    assert len(names) == len(set(names))
    wanted = {f"{language}/{line.clip}.opus" for line in texts.lines() if "/" not in line.clip}
    assert wanted <= set(names)
    assert len({piece.key for piece in pieces}) == len(pieces)


def test_only_products_have_no_voice_of_the_house(hotline_file: HotlineFile) -> None:
    library = PromptLibrary(hotline_file)
    silent = {
        piece.family
        for piece in repertoire(hotline_file, "en")
        for clip in piece.clips
        if library.path(clip.name) is None
    }
    assert silent == {Family.PRODUCT}


def test_moods_are_pieces_of_their_own_and_slots_stay_in_the_text(hotline_file: HotlineFile) -> None:
    pieces = {piece.key: piece for piece in repertoire(hotline_file, "en")}
    assert [clip.name for clip in pieces["ask-problem upset"].clips] == ["en/ask-problem-upset.1.opus"]
    assert pieces["greeting"].mood == ""
    assert "{reference}" in pieces["case-opened"].text
    assert pieces["greeting"].heard_when == "the call begins"
    assert pieces["category.refund"].heard_when == ""


def test_what_callers_can_do_about_a_known_problem_can_be_recorded(hotline_file: HotlineFile) -> None:
    problem = "1f0c9a3e5d7b4c2a9e8f7d6c5b4a3f2e"
    pieces = repertoire(hotline_file, "en", [(problem, "Restart it."), ("other", "")])
    told = [piece for piece in pieces if piece.family is Family.WORKAROUND]
    assert [clip.name for piece in told for clip in piece.clips] == ["en/workaround.1f0c9a3e.opus"]


def test_a_language_without_texts_has_nothing_to_record(hotline_file: HotlineFile) -> None:
    assert repertoire(hotline_file, "fr") == ()
