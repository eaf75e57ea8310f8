"""Telephones with a password, as the settings have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import SettingsFault
from config.settings import load_settings

_PHONE = '[[telephones]]\nuser = "desk7"\npassword = "correct horse"\n'


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    file = folder / "hotline.toml"
    file.write_text(text)
    file.chmod(0o600)
    monkeypatch.setenv("HOTLINE_CONFIG", str(file))


def test_telephones_are_tables_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, monkeypatch, _PHONE + 'number = "+82215880007"\n')
    [phone] = load_settings(data_folder=tmp_path).telephones
    assert (phone.user, phone.number) == ("desk7", "+82215880007")
    assert "correct horse" not in repr(phone)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (_PHONE + _PHONE, "two telephones have the user desk7"),
        ('challenged = "everyone"\n', "needs telephones"),
        (_PHONE.replace("correct horse", "short"), "at least 8"),
        (_PHONE.replace("desk7", 'a\\"b'), "TELEPHONES"),
    ],
)
def test_telephones_that_cannot_be_are_refused_without_showing_their_passwords(
    text: str, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, monkeypatch, text)
    with pytest.raises(SettingsFault, match=what) as fault:
        load_settings(data_folder=tmp_path)
    assert "correct horse" not in str(fault.value)
    assert "short" not in str(fault.value)
