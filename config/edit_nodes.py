"""A YAML text as a tree that knows where each part stands, for `config.edit_yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.source_map import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A key or item of the text. `slot` is where its value may begin: behind the colon or the dash; `flow` says whether
    it stands inside of brackets."""

    name: str | int
    node: Node
    begins: int
    slot: int
    flow: bool
    parent: Place | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written where the value would be."""
        return isinstance(self.node, ScalarNode) and bool(self.node.start_mark.index == self.node.end_mark.index)


class Tree:
    """The text and its places."""

    def __init__(self, text: str) -> None:
        self.text = text
        node = YAML(typ="rt").compose(text)
        self.root = Place("", node, 0, 0, False, None)

    def find(self, path: Path) -> tuple[Place, Path]:
        """The deepest place on the way, and what of the path is beyond it."""
        here = self.root
        for depth, part in enumerate(path):
            below = next((place for place in self.children(here) if _same(place.name, part)), None)
            if below is None:
                return here, path[depth:]
            here = below
        return here, ()

    def children(self, place: Place) -> list[Place]:
        """What is directly below."""
        return list(self._below(place))

    def begin(self, place: Place) -> int:
        """Where the value's text begins, not its anchor or tag's owner."""
        return int(place.node.start_mark.index)

    def end(self, place: Place) -> int:
        """Behind the last character of the value, comments and empty lines after it left out."""
        node = place.node
        if place.is_empty:
            return place.slot
        if is_block(node):
            return self.end(self.children(place)[-1])
        found: int = node.end_mark.index
        return len(self.text[:found].rstrip()) if getattr(node, "style", None) in ("|", ">") else found

    def line_start(self, index: int) -> int:
        """The first character of the line."""
        return self.text.rfind("\n", 0, index) + 1

    def line_end(self, index: int) -> int:
        """The line's end, before its line feed."""
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found

    def column(self, index: int) -> int:
        """Characters before it on its line."""
        return index - self.line_start(index)

    def begins_its_line(self, place: Place) -> bool:
        """Whether only spaces are before the key or the dash."""
        return not self.text[self.line_start(place.begins) : place.begins].strip()

    def _below(self, place: Place) -> Iterator[Place]:
        node = place.node
        flow = place.flow or bool(getattr(node, "flow_style", False))
        if isinstance(node, MappingNode):
            for key, value in node.value:
                slot = self.text.find(":", key.end_mark.index) + 1
                yield Place(str(key.value), value, key.start_mark.index, slot, flow, place)
        elif isinstance(node, SequenceNode):
            for index, value in enumerate(node.value):
                begins = value.start_mark.index
                if not flow:
                    begins = self.text.rfind("-", 0, begins)
                yield Place(index, value, begins, begins if flow else begins + 1, flow, place)


def is_block(node: Node) -> bool:
    """Whether the node is a mapping or list written in lines, without brackets."""
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style


def is_flow(node: Node) -> bool:
    """Whether the node is a mapping or list in brackets."""
    return isinstance(node, MappingNode | SequenceNode) and bool(node.flow_style)


def data_of(text: str) -> Any:
    """What the text says; `ruamel.yaml.error.YAMLError` where it is not YAML."""
    return YAML(typ="safe", pure=True).load(text)


def _same(name: str | int, part: str | int) -> bool:
    return name == part if isinstance(name, int) else name == str(part)
