"""Reading the hotline file: YAML with line numbers, then the schema, then the references, every fault at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config import source_map
from config.faults import Fault, HotlineFileFaults, errors, in_order
from config.hotline_check import check
from config.hotline_file import HotlineFile
from config.salvage import validate
from config.schema_faults import schema_fault
from config.source_map import SourceMap


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a text: the file unless it has errors, and every fault by line.

    `sound` is the file as far as it is sound, None when nothing can be read; `broken` names the top-level parts in
    which the schema refused something.
    """

    file: HotlineFile | None
    sources: SourceMap
    faults: tuple[Fault, ...]
    sound: HotlineFile | None = None
    broken: frozenset[str] = frozenset()


def read_hotline_file(source: Path | str, step_kinds: Collection[str] | None = None) -> tuple[HotlineFile, SourceMap]:
    """The hotline file at a path, or in a text. `step_kinds` are the kinds of step that exist; None: not checked.

    Raises `HotlineFileFaults` with every fault, warnings included, if one of them is an error.
    """
    reading = examine_file(source, step_kinds) if isinstance(source, Path) else examine(source, step_kinds)
    if reading.file is None:
        raise HotlineFileFaults(reading.faults)
    return reading.file, reading.sources


def examine_file(path: Path, step_kinds: Collection[str] | None = None) -> Reading:
    """Read and check the file at a path; one that cannot be read is a fault, too."""
    text = read_text(path)
    if isinstance(text, Fault):
        return Reading(None, SourceMap(text.file, {}), (text,))
    return examine(text, step_kinds, name=str(path))


def read_text(path: Path) -> str | Fault:
    """The text at a path, or why there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        what = f"the file cannot be read: {fault.strerror}"
        return Fault(str(path), 1, what, "check the path and its permissions")
    except UnicodeDecodeError:
        return Fault(str(path), 1, "the file is not UTF-8", "save it as UTF-8")


def examine(text: str, step_kinds: Collection[str] | None = None, *, name: str = "hotline.yaml") -> Reading:
    """Check a text; faults name it `name`."""
    data, sources, faults = parse(text, name)
    if data is None:
        return Reading(None, sources, faults)
    file, broken, refused = validate(data)
    found = [*faults, *(schema_fault(error, sources) for error in refused)]
    found += check(file, sources, step_kinds, broken)
    return Reading(None if errors(found) else file, sources, in_order(found), file, broken)


def parse(
    text: str, name: str, kind: str = "hotline file", example: str = "config/default_hotline.yaml"
) -> tuple[dict[str, Any] | None, SourceMap, tuple[Fault, ...]]:
    """What a YAML text says, its lines, and its faults as YAML; no data where it is no mapping at all. Faults call it a
    `kind` and name an `example` of one."""
    try:
        root = YAML(typ="rt").compose(text)
        data = _loader().load(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        begun = f" from line {fault.context_mark.line + 1} on" if fault.context and fault.context_mark else ""
        what = f"{fault.context}{begun}, {fault.problem}" if fault.context else str(fault.problem)
        return _unreadable(name, f"not valid YAML: {what}", "check the indentation, colons and quotes here", mark)
    except RecursionError:
        return _unreadable(name, "this is nested too deeply", f"start from {example}")
    except (YAMLError, ValueError) as fault:
        return _unreadable(name, f"not valid YAML: {fault}", "remove what cannot be read")
    lines = dict(_walk(root, ())) if root is not None else {}
    sources = SourceMap(name, lines)
    if not isinstance(data, dict):
        return _unreadable(name, f"this is not a {kind}", f"start from {example}")
    return data, sources, tuple(_duplicates(root, name))


def _loader() -> YAML:
    loader = YAML(typ="safe", pure=True)
    loader.allow_duplicate_keys = True  # all of them are reported, not only the first
    return loader


def _unreadable(name: str, what: str, remedy: str, mark: Any = None) -> tuple[None, SourceMap, tuple[Fault, ...]]:
    line = mark.line + 1 if mark is not None else 1
    return None, SourceMap(name, {}), (Fault(name, line, what, remedy),)


def _walk(
    node: Node, path: source_map.Path, seen: frozenset[int] = frozenset()
) -> Iterator[tuple[source_map.Path, int]]:
    """Every path below the node with its line; of a duplicate key the first stands. An alias of itself ends there."""
    if id(node) in seen:
        return
    seen |= {id(node)}
    if isinstance(node, MappingNode):
        for key, value in reversed(node.value):
            if isinstance(key, ScalarNode):
                below = (*path, key.value)
                yield from _walk(value, below, seen)
                yield below, key.start_mark.line + 1
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            yield (*path, index), item.start_mark.line + 1
            yield from _walk(item, (*path, index), seen)


def _duplicates(node: Node, name: str, seen: frozenset[int] = frozenset()) -> Iterator[Fault]:
    if id(node) in seen:
        return
    seen |= {id(node)}
    if isinstance(node, MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if isinstance(key, ScalarNode) and key.value in first:
                what = f"`{key.value}` is given twice, first on line {first[key.value]}"
                yield Fault(name, line, what, "keep one of them")
            elif isinstance(key, ScalarNode):
                first[key.value] = line
            yield from _duplicates(value, name, seen)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _duplicates(item, name, seen)
