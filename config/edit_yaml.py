"""Changing one value of a YAML text and nothing else: every other line stays as it is, to the byte.

A parser that writes its tree out again keeps comments but moves them, and breaks and quotes lines its own way. So the
tree serves only to find where a value stands; what is written is put there. After each change the text is read again:
it must say what it said before with the one value changed, else nothing is done and the change is `CannotEdit`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from config.edit_nodes import Place, Tree, data_of, is_block, is_flow
from config.edit_scalars import Value, inline
from config.errors import Refused
from config.source_map import Path

#: The longest line that is written for a mapping or list in brackets.
_WIDTH = 100
#: Texts of a list that are longer stand on lines of their own.
_SHORT = 24
_STEP = 2


class CannotEdit(Refused):
    """The text is written in a way (anchors, say) that cannot be changed piece by piece."""

    def __init__(self, path: Path) -> None:
        what = f"`{'.'.join(map(str, path))}` is written in a way that forms cannot change"
        super().__init__(what, remedy="change it in the text")


def edited(text: str, path: Path, value: Value) -> str:
    """The text with `value` at `path`; keys on the way that are not there are added. Quotes and brackets stay as they
    were used. A mapping or list is changed entry by entry, so comments between entries that stay are kept.

    Raises `CannotEdit` where that is impossible, and where the text is not YAML.
    """
    before = _data(text, path)
    if _is_there(before, path) and _same(_at(before, path), value):
        return text
    return _proven(_set(text, path, value, path), _with(before, path, value), path)


def removed(text: str, path: Path) -> str:
    """The text without the key or item at `path`; a mapping or list that becomes empty is `{}` or `[]`. Nothing happens
    where there is none. Raises `CannotEdit`."""
    before = _data(text, path)
    if not path or not _is_there(before, path):
        return text
    after = deepcopy(before)
    holder = _at(after, path[:-1])
    del holder[path[-1] if isinstance(holder, list) else _own_key(holder, path[-1])]
    return _proven(_taken_out(text, path), after, path)


def _set(text: str, path: Path, value: Value, whole: Path) -> str:
    tree = Tree(text)
    place, beyond = tree.find(path)
    if beyond:
        return _added(tree, place, beyond, value, whole)
    node = place.node
    old = _at(_data(text, whole), path)
    if isinstance(node, MappingNode) and isinstance(old, dict) and isinstance(value, Mapping) and value and old:
        for key in [key for key in old if str(key) not in value]:
            text = _taken_out(text, (*path, str(key)))
        for key, each in value.items():
            now = _at(_data(text, whole), path)
            if not _is_there(now, (key,)) or not _same(_at(now, (key,)), each):
                text = _set(text, (*path, key), each, whole)
        return text
    if isinstance(node, SequenceNode) and isinstance(old, list) and isinstance(value, list | tuple) and value and old:
        return _list_set(text, path, old, list(value), whole)
    return _replaced(tree, place, value)


def _list_set(text: str, path: Path, old: list[Any], new: list[Value], whole: Path) -> str:
    """Items that both lists begin or end with stay untouched."""
    first = 0
    while first < min(len(old), len(new)) and _same(old[first], new[first]):
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and _same(old[-1 - last], new[-1 - last]):
        last += 1
    middle, wanted = len(old) - first - last, new[first : len(new) - last]
    for offset in range(min(middle, len(wanted))):
        text = _set(text, (*path, first + offset), wanted[offset], whole)
    for _ in range(middle - len(wanted)):
        text = _taken_out(text, (*path, first + len(wanted)))
    for offset in range(middle, len(wanted)):
        text = _inserted(text, path, first + offset, wanted[offset])
    return text


def _added(tree: Tree, place: Place, beyond: Path, value: Value, whole: Path) -> str:
    """A key that is not there, below the deepest one that is."""
    for part in reversed(beyond[1:]):
        value = {str(part): value}
    key = str(beyond[0])
    if isinstance(place.node, SequenceNode):
        raise CannotEdit(whole)
    children = tree.children(place)
    if not children:
        return _replaced(tree, place, {key: value})
    end = tree.end(children[-1])
    if is_flow(place.node):
        return _spliced(tree, end, end, f", {inline(key)}: {inline(value)}")
    indent = tree.column(children[0].begins)
    beside = [child.node for child in children if isinstance(child.node, MappingNode)]
    lines = _entry(key, value, indent, in_lines=is_block(beside[-1]) if beside else None)
    return _below_line(tree, end, lines)


def _inserted(text: str, path: Path, index: int, value: Value) -> str:
    """One more item of a list that has some, before or behind others."""
    tree = Tree(text)
    place, _ = tree.find(path)
    children = tree.children(place)
    if is_flow(place.node):
        if index == 0:
            return _spliced(tree, children[0].begins, children[0].begins, f"{inline(value)}, ")
        end = tree.end(children[index - 1])
        return _spliced(tree, end, end, f", {inline(value)}")
    dash = " " * tree.column(children[0].begins) + "- "
    line = dash + inline(value, flow=not isinstance(value, str))
    if index == 0:
        begins = tree.line_start(children[0].begins)
        return _spliced(tree, begins, begins, line + "\n")
    return _below_line(tree, tree.end(children[index - 1]), [line])


def _replaced(tree: Tree, place: Place, value: Value) -> str:
    node = place.node
    begin, end = (place.slot, place.slot) if place.is_empty else (tree.begin(place), tree.end(place))
    in_line = place.flow or "\n" not in tree.text[place.slot : begin]
    if place.flow or not _wants_lines(value, tree.column(place.begins)):
        quotes = node.style if isinstance(node, ScalarNode) and node.style in ("'", '"') else None
        written = inline(value, flow=place.flow or not isinstance(value, str), quotes=quotes)
        if in_line:
            return _spliced(tree, begin, end, f" {written}" if place.is_empty else written)
        text = _without_lines(tree, begin, end)
        return text[: place.slot] + f" {written}" + text[place.slot :]
    indent = tree.column(place.begins) + _STEP if place.parent is not None and place.parent.parent is not place else 0
    lines = _lines(value, indent)
    if not in_line:
        return _spliced(tree, tree.line_start(begin), tree.line_end(end), "\n".join(lines))
    before = len(tree.text[:begin].rstrip(" ")) if not place.is_empty else begin
    line_end = tree.line_end(end)
    after = tree.text[end:line_end].rstrip()
    return _spliced(tree, before, line_end, "\n".join([after, *lines]))


def _taken_out(text: str, path: Path) -> str:
    tree = Tree(text)
    place, beyond = tree.find(path)
    parent = place.parent
    if beyond or parent is None:
        raise CannotEdit(path)
    children = tree.children(parent)
    if len(children) == 1:
        empty: Value = {} if isinstance(parent.node, MappingNode) else []
        return _replaced(tree, parent, empty)
    index = next(number for number, child in enumerate(children) if child.name == place.name)
    end = tree.end(place)
    if place.flow:
        if index + 1 < len(children):
            return _spliced(tree, place.begins, children[index + 1].begins, "")
        before = tree.end(children[index - 1])
        begin = place.begins if "#" in tree.text[before : place.begins] else before
        return _spliced(tree, begin, end, "")
    if not tree.begins_its_line(place):  # the first key of an item: what follows moves up behind the dash
        return _spliced(tree, place.begins, children[index + 1].begins, "")
    return _without_lines(tree, place.begins, end)


def _without_lines(tree: Tree, begin: int, end: int) -> str:
    return tree.text[: tree.line_start(begin)] + tree.text[tree.line_end(end) + 1 :]


def _below_line(tree: Tree, index: int, lines: Sequence[str]) -> str:
    """The lines behind the line of `index`."""
    at = tree.line_end(index)
    return _spliced(tree, at, at, "\n" + "\n".join(lines))


def _spliced(tree: Tree, begin: int, end: int, written: str) -> str:
    return tree.text[:begin] + written + tree.text[end:]


def _entry(key: str, value: Value, indent: int, *, in_lines: bool | None = None) -> list[str]:
    """`key: value`; `in_lines` says how a mapping is to be written, as those beside it are."""
    start = " " * indent + inline(key) + ":"
    wanted = in_lines if in_lines is not None and isinstance(value, Mapping) and value else None
    if wanted if wanted is not None else _wants_lines(value, indent):
        return [start, *_lines(value, indent + _STEP)]
    return [f"{start} {inline(value, flow=not isinstance(value, str))}"]


def _lines(value: Value, indent: int) -> list[str]:
    """A mapping or list without brackets."""
    if isinstance(value, Mapping):
        return [line for key, each in value.items() for line in _entry(key, each, indent)]
    items = value if isinstance(value, list | tuple) else ()
    return [" " * indent + "- " + inline(item, flow=not isinstance(item, str)) for item in items]


def _wants_lines(value: Value, indent: int) -> bool:
    """Whether the value is too much for brackets."""
    if isinstance(value, Mapping):
        nested = any(isinstance(each, Mapping) for each in value.values())
        return bool(value) and (nested or len(inline(value)) + indent > _WIDTH)
    if not isinstance(value, list | tuple) or not value:
        return False
    long = any(isinstance(item, str) and len(item) > _SHORT for item in value)
    return long or len(inline(value)) + indent > _WIDTH


def _data(text: str, path: Path) -> Any:
    try:
        return data_of(text)
    except (YAMLError, ValueError, RecursionError) as fault:
        raise CannotEdit(path) from fault


def _proven(text: str, expected: object, path: Path) -> str:
    if not _same(_data(text, path), expected):
        raise CannotEdit(path)
    return text


def _same(one: object, other: object) -> bool:
    """Equal, and of one kind: true is not 1; a tuple is as good as a list."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        mine, theirs = {str(key): each for key, each in one.items()}, {str(key): each for key, each in other.items()}
        return mine.keys() == theirs.keys() and all(_same(mine[key], theirs[key]) for key in mine)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _own_key(holder: Mapping[Any, Any], part: str | int) -> Any:
    """The mapping's own key for a part of a path: keys may be numbers in the text."""
    return next((key for key in holder if str(key) == str(part)), str(part))


def _is_there(data: Any, path: Path) -> bool:
    for part in path:
        if isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        elif isinstance(data, dict) and _own_key(data, part) in data:
            data = data[_own_key(data, part)]
        else:
            return False
    return True


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part if isinstance(data, list) else _own_key(data, part)]
    return data


def _with(data: Any, path: Path, value: Value) -> Any:
    if not path:
        return value
    if isinstance(data, list) and isinstance(path[0], int):
        return [_with(each, path[1:], value) if index == path[0] else each for index, each in enumerate(data)]
    holder = dict(data) if isinstance(data, dict) else {}
    key = _own_key(holder, path[0])
    holder[key] = _with(holder.get(key), path[1:], value)
    return holder
