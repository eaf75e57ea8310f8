"""Secrets in files: taken from where they are said to be, refused where others can read them, never repeated."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.encryption import new_key
from config.errors import SettingsFault
from config.secret_files import is_too_open, refuse_open_files
from config.settings import Settings, load_settings
from config.settings_sources import secret_names
from config.trunk_settings import TrunkSettings

SECRET = "opensesame"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in [name for name in os.environ if name.startswith("HOTLINE_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("HOTLINE_DATA_FOLDER", str(tmp_path / "data"))


def secret_file(folder: Path, mode: int = 0o600, text: str = SECRET + "\n") -> Path:
    path = folder / "secret"
    path.write_text(text)
    path.chmod(mode)
    return path


def settings_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "hotline.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_every_secret_setting_can_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = dict.fromkeys(secret_names(Settings), SECRET)
    given |= {
        "database_url": f"postgresql+psycopg://u:{SECRET}@db/hotline",
        "mqtt_url": f"mqtt://u:{SECRET}@broker",
        "encryption_key": new_key(),
    }
    for name, value in given.items():
        path = tmp_path / name
        path.write_text(value + "\n")
        path.chmod(0o600)
        monkeypatch.setenv(f"HOTLINE_{name.upper()}_FILE", str(path))
    settings = load_settings()
    assert {name: getattr(settings, name).get_secret_value() for name in given} == given
    assert {"trunk_password", "smtp_password", "text_gateway_token", "encryption_key"} <= given.keys()


def test_hotline_toml_can_name_files_too(tmp_path: Path) -> None:
    secret = secret_file(tmp_path)
    settings_file(
        tmp_path,
        f'smtp_password_file = "{secret}"\n[[trunks]]\nname = "spare"\nhost = "h"\npassword_file = "{secret}"\n',
        mode=0o644,  # no secret stands in it
    )
    settings = load_settings()
    (trunk,) = settings.all_trunks
    assert settings.smtp_password is not None
    assert trunk.password is not None
    assert settings.smtp_password.get_secret_value() == trunk.password.get_secret_value() == SECRET


@pytest.mark.parametrize(
    "table",
    [
        '[[telephones]]\nuser = "phone-1"\npassword{} = "{}"',
        '[[webhooks]]\nname = "crm"\nurl{} = "{}"\nsecret = "whsec_' + "A" * 32 + '"',
    ],
)
def test_secrets_of_every_table_are_treated_alike(tmp_path: Path, table: str) -> None:
    secret = secret_file(tmp_path, text=f"https://127.0.0.1/{SECRET}\n")
    settings_file(tmp_path, table.format("_file", secret))
    assert SECRET not in repr(load_settings())
    settings_file(tmp_path, table.format("", f"https://127.0.0.1/{SECRET}"), mode=0o644)
    with pytest.raises(SettingsFault, match="others can read it"):
        load_settings()
    secret.chmod(0o644)
    settings_file(tmp_path, table.format("_file", secret))
    with pytest.raises(SettingsFault, match="others can read it"):
        load_settings()


def test_systemd_hands_credentials_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "credentials").mkdir()
    path = tmp_path / "credentials" / "trunk_password"
    path.write_text(SECRET)
    path.chmod(0o400)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    password = load_settings().trunk_password
    assert password is not None
    assert password.get_secret_value() == SECRET
    monkeypatch.setenv("HOTLINE_TRUNK_PASSWORD", "said here")
    password = load_settings().trunk_password
    assert password is not None
    assert password.get_secret_value() == "said here"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_TRUNK_PASSWORD_FILE", str(secret_file(tmp_path)))
    monkeypatch.setenv("HOTLINE_TRUNK_PASSWORD", SECRET)
    with pytest.raises(SettingsFault, match="HOTLINE_TRUNK_PASSWORD_FILE both give") as fault:
        load_settings()
    assert SECRET not in str(fault.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_secret_file_that_others_can_read_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int
) -> None:
    path = secret_file(tmp_path, mode)
    monkeypatch.setenv("HOTLINE_TRUNK_PASSWORD_FILE", str(path))
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    assert fault.value.where == str(path)
    assert fault.value.remedy == f"chmod 600 {path}"
    path.chmod(0o600)
    assert load_settings().trunk_password is not None


@pytest.mark.parametrize(
    "line",
    [
        f'trunk_password = "{SECRET}"',
        f'database_url = "postgresql+psycopg://u:{SECRET}@db/hotline"',
        f'database_url = "postgresql+psycopg:///hotline?host=db&password={SECRET}"',
        f'mqtt_url = "mqtts://u:{SECRET}@broker"',
        f'text_gateway_url = "https://gateway.example/{SECRET}"',
        f'[[trunks]]\nname = "spare"\nhost = "h"\npassword = "{SECRET}"',
    ],
)
def test_hotline_toml_with_a_secret_in_it_must_be_its_owners_alone(tmp_path: Path, line: str) -> None:
    path = settings_file(tmp_path, line + "\n", mode=0o644)
    with pytest.raises(SettingsFault, match="others can read it") as fault:
        load_settings()
    assert fault.value.remedy == "chmod 600 hotline.toml"
    assert SECRET not in str(fault.value)
    path.chmod(0o600)
    load_settings()


@pytest.mark.parametrize("line", ["sip_port = 5070", 'database_url = "postgresql+psycopg://u@db/hotline"', ""])
def test_hotline_toml_without_a_secret_may_be_read_by_all(tmp_path: Path, line: str) -> None:
    settings_file(tmp_path, line + "\n", mode=0o644)
    load_settings()


def test_every_open_file_is_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings_file(tmp_path, f'smtp_password = "{SECRET}"\n', mode=0o644)
    path = secret_file(tmp_path, 0o644)
    monkeypatch.setenv("HOTLINE_TRUNK_PASSWORD_FILE", str(path))
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    assert set(fault.value.remedy.split()) == {"chmod", "600", str(path), "hotline.toml"}


@pytest.mark.parametrize(
    ("mode", "owner", "mounted", "open_"),
    [
        (0o600, 1000, False, False),
        (0o400, 0, False, False),
        (0o440, 0, False, True),
        (0o444, 0, True, False),  # as Docker mounts a secret
        (0o440, 0, True, False),  # as systemd does, with an access control list for the unit's user
        (0o464, 0, True, True),
        (0o444, 1000, True, True),  # a file of the host's that was mounted as it was
        (0o400, 1000, True, False),
    ],
)
def test_only_what_is_mounted_as_roots_is_exempt(mode: int, owner: int, mounted: bool, open_: bool) -> None:
    assert is_too_open(mode, owner, mounted=mounted) is open_


def test_the_folder_of_credentials_counts_as_mounted(tmp_path: Path) -> None:
    path = secret_file(tmp_path, 0o440)
    os.chown(path, os.getuid(), os.getgid())
    mounted = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    refused = os.getuid() != 0  # the exemption is for what root has put there
    for environment, expected in (({}, True), (mounted, refused)):
        try:
            refuse_open_files([path], environment)
        except SettingsFault:
            assert expected
        else:
            assert not expected


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_secret_file_that_cannot_be_read_is_one_clear_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
        path.chmod(0o600)
    monkeypatch.setenv("HOTLINE_TRUNK_PASSWORD_FILE", str(path))
    with pytest.raises(SettingsFault, match="the secret cannot be read") as fault:
        load_settings()
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__


def test_a_key_that_is_none_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEY", f"{new_key()},{SECRET}")
    with pytest.raises(SettingsFault, match="HOTLINE_ENCRYPTION_KEY: key 2 is not one") as fault:
        load_settings()
    assert SECRET not in str(fault.value)


def test_no_secret_is_in_what_settings_show(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    monkeypatch.setenv("HOTLINE_ENCRYPTION_KEY", key)
    monkeypatch.setenv("HOTLINE_SMTP_PASSWORD", SECRET)
    settings = load_settings()
    shown = f"{settings!r} {settings} {settings.model_dump_json()} {settings.keyring!r} {settings.keyring.current!r}"
    assert SECRET not in shown
    assert key not in shown


def test_a_trunk_does_not_show_its_password() -> None:
    trunk = TrunkSettings(name="spare", host="h", password=SecretStr(SECRET))
    assert SECRET not in f"{trunk!r}{trunk}"
