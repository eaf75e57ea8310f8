"""Where settings come from beside the environment: hotline.toml, and files that hold one secret each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings, InitSettingsSource

from config.secret_files import files_in_environment, files_in_table, read_secret, refuse_open_files

#: Secrets only where a password stands in them.
_ADDRESSES = frozenset({"database_url", "mqtt_url"})


def file_sources(
    settings: type[BaseSettings], prefix: str, toml: Path | None, environment: Mapping[str, str]
) -> tuple[InitSettingsSource, InitSettingsSource]:
    """The secrets of files that the environment names, and hotline.toml with those that it names.

    Raises `SettingsFault` where a secret is given twice or others can read it, before any is read.
    """
    refuse_open_files(files_with_secrets(settings, prefix, toml, environment), environment)
    table, named = _table(toml), files_in_environment(secret_names(settings), prefix, environment)
    given = {name: read_secret(path) for name, path in named.items()}
    return InitSettingsSource(settings, given), InitSettingsSource(settings, _with_secrets(settings, table))


def files_with_secrets(
    settings: type[BaseSettings], prefix: str, toml: Path | None, environment: Mapping[str, str]
) -> tuple[Path, ...]:
    """The files that are there and that the settings take secrets from. Raises `SettingsFault` where one is given
    twice."""
    table = _table(toml)
    own = [toml] if toml is not None and holds_secret(settings, table) else []
    named = files_in_environment(secret_names(settings), prefix, environment)
    paths = [*own, *named.values(), *_files(settings, table)]
    return tuple(path for path in dict.fromkeys(paths) if path.exists())


def _table(toml: Path | None) -> dict[str, Any]:
    return tomllib.loads(toml.read_text(encoding="utf-8")) if toml is not None and toml.is_file() else {}


def secret_names(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of the model that are secrets."""
    return tuple(name for name, field in model.model_fields.items() if SecretStr in _parts(field.annotation))


def holds_secret(model: type[BaseModel], table: Mapping[str, Any]) -> bool:
    """Whether a secret itself stands in the table, or in a table inside it."""
    own = any(_is_secret(name, str(table[name])) for name in secret_names(model) if table.get(name))
    return own or any(holds_secret(of, below) for of, below in _tables(model, table))


def _is_secret(name: str, value: str) -> bool:
    if name not in _ADDRESSES:
        return True
    try:
        address = urlsplit(value)
    except ValueError:
        return True  # whatever it is, it may be one
    return address.password is not None or "password" in parse_qs(address.query)


def _files(model: type[BaseModel], table: Mapping[str, Any]) -> Iterator[Path]:
    """The files that the table and the tables inside it name."""
    yield from (path for _, path in files_in_table(secret_names(model), table))
    for of, below in _tables(model, table):
        yield from _files(of, below)


def _with_secrets(model: type[BaseModel], table: Mapping[str, Any]) -> dict[str, Any]:
    """The table with the secrets in place of the names of their files."""
    files = dict(files_in_table(secret_names(model), table))
    found = {name: value for name, value in table.items() if name.removesuffix("_file") not in files}
    found |= {name: read_secret(path) for name, path in files.items()}
    for name, field in model.model_fields.items():
        of, value = _table_model(field.annotation), found.get(name)
        if of is not None and isinstance(value, list):
            found[name] = [_with_secrets(of, item) if isinstance(item, dict) else item for item in value]
    return found


def _tables(model: type[BaseModel], table: Mapping[str, Any]) -> Iterator[tuple[type[BaseModel], Mapping[str, Any]]]:
    """The tables inside the table, `[[trunks]]`, with their models."""
    for name, field in model.model_fields.items():
        of, value = _table_model(field.annotation), table.get(name)
        if of is not None and isinstance(value, list):
            yield from ((of, item) for item in value if isinstance(item, dict))


def _table_model(annotation: object) -> type[BaseModel] | None:
    """The model of the entries, where a field is a list of tables."""
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _parts(annotation: object) -> tuple[object, ...]:
    """The annotation and what stands in its brackets and unions."""
    return (annotation, *(part for inner in get_args(annotation) for part in _parts(inner)))
