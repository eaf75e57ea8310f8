"""What `hotline evaluate speech MANIFEST.csv` does: hear files of known words, and show how well."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from config.errors import NotWritable
from hotline.evaluation.error_rate_picture import error_rate_picture
from hotline.evaluation.reliability_picture import reliability_picture
from hotline.evaluation.speech_manifest import read_manifest
from hotline.evaluation.speech_score import Evaluation, SpeechScore, Which, scores_of
from ivr.speech.models import ModelStore
from ivr.speech.recognisers import load_recognisers


@dataclass(frozen=True, slots=True)
class Shown:
    """How the scores are shown: tables or JSON, and the pictures that are drawn."""

    as_json: bool = False
    picture: Path | None = None
    calibration: Path | None = None


def evaluate_speech(
    manifest: Path, models: ModelStore, out: Console, screen: Console, shown: Shown
) -> tuple[SpeechScore, ...]:
    """Print tables, or JSON, on `out`, the progress on `screen`, and draw. Raises `UnreadableManifest`, `NotWritable`
    and `RecogniserFailed`."""
    files = read_manifest(manifest, models.languages())
    recognisers = load_recognisers(models, second_hearing=True)
    try:
        evaluation = Evaluation(recognisers, _spent)
        watched = track(files, "hearing", console=screen, transient=True, disable=not screen.is_terminal)
        scores = scores_of([taken for spoken in watched for taken in evaluation.hear(spoken)])
    finally:
        recognisers.close()
    if shown.picture is not None:
        _write(shown.picture, error_rate_picture(scores))
    if shown.calibration is not None:
        _write(shown.calibration, reliability_picture(scores))
    if shown.as_json:
        out.print(json.dumps([_values(s) for s in scores], ensure_ascii=False, indent=1), markup=False, soft_wrap=True)
    else:
        for table in (_rates(scores), _gains(scores), _reliability(scores)):
            out.print(table)
    return scores


def _spent() -> float:
    """The processor's seconds in this process: other work on the machine does not count."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _rates(scores: Sequence[SpeechScore]) -> Table:
    table = Table("language", "band", "hearing", "files", "CER %", "WER %", "calibration error", "real-time factor")
    for s in scores:
        rates = (f"{100 * s.errors.cer:.1f}", f"{100 * s.errors.wer:.1f}")
        trust = (f"{s.calibration.error:.2f}", f"{s.real_time_factor:.2f}")
        table.add_row(s.language, s.band, s.which, str(s.files), *rates, *trust)
    return table


def gains(scores: Sequence[SpeechScore]) -> Iterator[tuple[SpeechScore, SpeechScore]]:
    """The first hearing, and what stood, of each language and band that has both."""
    stood = {(s.language, s.band): s for s in scores if s.which is Which.STOOD}
    for first in scores:
        if first.which is Which.FIRST:
            yield first, stood[first.language, first.band]


def _gains(scores: Sequence[SpeechScore]) -> Table:
    table = Table("language", "band", "CER first %", "CER stood %", "gain of the second hearing", box=None)
    for first, stood in gains(scores):
        rates = (100 * first.errors.cer, 100 * stood.errors.cer)
        table.add_row(first.language, first.band, *(f"{rate:.1f}" for rate in rates), f"{rates[0] - rates[1]:+.1f}")
    return table


def _reliability(scores: Sequence[SpeechScore]) -> Table:
    table = Table("language", "band", "hearing", "confidence", "files", "mean confidence", "1 - CER", box=None)
    for s in scores:
        for one in s.calibration.bins:
            span = f"{one.low:.1f} to {one.high:.1f}"
            means = (f"{one.confidence:.2f}", f"{one.accuracy:.2f}")
            table.add_row(s.language, s.band, s.which, span, str(one.utterances), *means)
    return table


def _values(scored: SpeechScore) -> dict[str, object]:
    return {
        "language": scored.language,
        "band": scored.band.value,
        "hearing": scored.which.value,
        "files": scored.files,
        "cer": scored.errors.cer,
        "wer": scored.errors.wer,
        "real_time_factor": scored.real_time_factor,
        "calibration_error": scored.calibration.error,
        "reliability": [
            {
                "low": one.low,
                "high": one.high,
                "files": one.utterances,
                "confidence": one.confidence,
                "accuracy": one.accuracy,
            }
            for one in scored.calibration.bins
        ],
    }


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        what = f"cannot be written: {fault.strerror or fault}"
        raise NotWritable(what, where=str(path), remedy="choose a folder of yours") from fault
