"""What the sources say when they raise a `HotlineError`: the texts of `what` and `remedy`, from the syntax trees."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Raise site -> the places of its arguments that are texts; `remedy` is one by its name.
ERRORS = {
    **dict.fromkeys(("Forbidden", "HotlineError", "NotFound", "NotSignedIn", "NotWritable", "Refused"), (0,)),
    **dict.fromkeys(("CannotEdit", "LastAdmin", "PasswordToBeChanged", "TooManyFailures"), ()),
    "NotUnderstood": (1,),
    "_WrongCell": (0, 1),
    "PasswordRefused": (1, 2),
    "RowFault": (1, 2),
    **dict.fromkeys(("Incomplete", "LedgerRefusal", "StaleVersion", "VersionConflict", "WindowRefused"), ()),
}


@dataclass(frozen=True, order=True)
class Told:
    """One text, with a `{name}` for each value in it, and where it stands."""

    text: str
    path: str
    line: int


@dataclass(frozen=True)
class Unread:
    """An argument that is not a text which can be read off the source, such as a variable passed in."""

    source: str
    path: str
    line: int


@cache
def _read(path: Path) -> tuple[Told | Unread, ...]:
    tree = ast.parse(path.read_text("utf-8"))
    return tuple(_in_scope(tree, path.relative_to(ROOT).as_posix(), _assigned(tree), ""))


def told(patterns: Iterable[str], without: Iterable[str]) -> tuple[tuple[Told, ...], tuple[Unread, ...]]:
    """Every text of the raise sites in the files but those `without`, and the arguments that could not be read."""
    found: list[Told] = []
    unread: list[Unread] = []
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        if path.relative_to(ROOT).as_posix().startswith(tuple(without)):
            continue
        for one in _read(path):
            if isinstance(one, Told):
                found.append(one)
            else:
                unread.append(one)
    return tuple(found), tuple(unread)


def whys(path: str) -> set[str]:
    """What `LedgerRefusal`s of a file say after the state of the promise."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = {"LedgerRefusal": 2, "_insist": 3}.get(node.func.id)
            if place is not None and len(node.args) > place:
                found |= set(_texts(node.args[place], {}))
        elif isinstance(node, ast.FunctionDef) and node.name == "_insist":
            found |= {text for default in node.args.defaults for text in _texts(default, {})}
    return found - {""}


def _in_scope(node: ast.AST, name: str, known: dict[str, list[ast.expr]], class_: str) -> Iterator[Told | Unread]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _in_scope(child, name, known | _assigned(child), class_)
            continue
        inner = child.name if isinstance(child, ast.ClassDef) else class_
        if isinstance(child, ast.Call):
            for argument in _texts_of(child, class_):
                texts = list(_texts(argument, known))
                if not texts:
                    yield Unread(ast.unparse(argument), name, child.lineno)
                for text in texts:
                    if text:
                        yield Told(text, name, child.lineno)
        yield from _in_scope(child, name, known, inner)


def _texts_of(call: ast.Call, class_: str) -> Iterator[ast.expr]:
    """What the call says, if it makes one of the errors or is the `__init__` of one."""
    if ast.unparse(call.func) == "super().__init__" and class_ in ERRORS:
        places: tuple[int, ...] = (0,)
    elif isinstance(call.func, ast.Name) and call.func.id in ERRORS:
        places = ERRORS[call.func.id]
    else:
        return
    yield from (value for place, value in enumerate(call.args) if place in places)
    yield from (keyword.value for keyword in call.keywords if keyword.arg in ("what", "remedy"))


def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope) if not isinstance(scope, ast.Module) else scope.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found.setdefault(node.target.id, []).append(node.value)
    return found


def _texts(value: ast.expr, known: dict[str, list[ast.expr]]) -> Iterator[str]:
    match value:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr():
            yield _with_places(value)
        case ast.IfExp():
            yield from _texts(value.body, known)
            yield from _texts(value.orelse, known)
        case ast.BinOp(op=ast.Add()):
            for left, right in product(list(_texts(value.left, known)), list(_texts(value.right, known))):
                yield left + right
        case ast.Name(id=name) if name in known:
            for one in known[name]:
                yield from _texts(one, {})
        case ast.Call(func=ast.Attribute(attr="words")):
            yield ""  # in the reader's language already


def _with_places(value: ast.JoinedStr) -> str:
    text, seen = "", Counter[str]()
    for part in value.values:
        if isinstance(part, ast.FormattedValue):
            name = _name(part.value)
            seen[name] += 1
            text += "{" + name + (f"_{seen[name]}" if seen[name] > 1 else "") + "}"
        elif isinstance(part, ast.Constant):
            text += str(part.value)
    return text


def _name(value: ast.expr) -> str:
    """What a value is called: `state` for `promise.state.value`, `path` for `".".join(map(str, path))`."""
    match value:
        case ast.Name(id=name):
            return name.strip("_").lower()
        case ast.Attribute(value=inner, attr="value"):
            return _name(inner)
        case ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Call(args=[*_, last]):
            return _name(last)
        case ast.Call(func=ast.Attribute(value=inner)) | ast.BinOp(left=inner) | ast.Subscript(slice=inner):
            return _name(inner)
        case _:
            raise ValueError(f"give this a name of its own, so that it can be translated: {ast.unparse(value)}")
