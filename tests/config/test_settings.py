"""Process settings: where they come from, and what is said when they are wrong."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from config.errors import NotWritable, SettingsFault
from config.settings import default_hotline_file, load_settings, prepare_folder


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder, a home of its own, and none of our variables."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable in ("XDG_DATA_HOME", "HOTLINE_CONFIG", "HOTLINE_SIP_PORT", "HOTLINE_DATA_FOLDER"):
        monkeypatch.delenv(variable, raising=False)


def test_without_any_setting_everything_lies_below_the_home_folder(tmp_path: Path) -> None:
    settings = load_settings()
    data = tmp_path / "home/.local/share/hotline"
    assert settings.data_folder == data
    assert settings.database_url.get_secret_value() == f"sqlite+aiosqlite:///{data}/hotline.db"
    assert settings.models_folder == data / "models"
    assert settings.recordings_folder == data / "recordings"
    assert settings.hotline_file == default_hotline_file()
    assert settings.sip_port == 5060
    assert settings.broker is None


def test_the_data_folder_follows_the_desktop_standard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert load_settings().data_folder == tmp_path / "data/hotline"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text('sip_port = 5070\nconsole_port = 8090\nallowed_sources = ["10.0.0.0/8"]\n')
    monkeypatch.setenv("HOTLINE_SIP_PORT", "5080")
    settings = load_settings()
    assert (settings.sip_port, settings.console_port) == (5080, 8090)
    assert settings.allowed_sources == (ip_network("10.0.0.0/8"),)


def test_another_file_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("sip_port = 5090\n")
    monkeypatch.setenv("HOTLINE_CONFIG", str(tmp_path / "other.toml"))
    assert load_settings().sip_port == 5090


def test_networks_are_separated_by_commas_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ALLOWED_SOURCES", "10.0.0.0/8, ::1/128")
    assert load_settings().allowed_sources == (ip_network("10.0.0.0/8"), ip_network("::1/128"))


def test_the_broker_is_read_from_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_MQTT_URL", "mqtts://ana:p%40ss@broker.example")
    broker = load_settings().broker
    assert broker is not None
    assert (broker.host, broker.port, broker.tls) == ("broker.example", 8883, True)
    assert (broker.user, broker.password) == ("ana", "p@ss")
    assert "p@ss" not in repr(broker)


def test_files_of_certificates_are_the_brokers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text(
        'mqtt_url = "mqtts://broker.example"\nmqtt_ca = "ca.pem"\nmqtt_certificate = "our.pem"\nmqtt_key = "our.key"\n'
    )
    broker = load_settings().broker
    assert broker is not None
    assert (broker.ca, broker.certificate, broker.key) == (Path("ca.pem"), Path("our.pem"), Path("our.key"))


def test_webhooks_are_tables_of_the_file_and_each_has_a_name_of_its_own(tmp_path: Path) -> None:
    table = '[[webhooks]]\nname = "crm"\nurl = "https://crm.example"\nevents = ["promise/*"]\nsecret = "whsec_{}"\n'
    secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    file = tmp_path / "hotline.toml"
    file.touch(0o600)
    file.write_text(table.format(secret))
    [webhook] = load_settings().webhooks
    assert (webhook.name, webhook.events) == ("crm", ("promise/*",))
    assert secret not in repr(load_settings())
    file.write_text(2 * table.format(secret))
    with pytest.raises(SettingsFault, match="two webhooks are named crm"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_TRUNK_PASSWORD", "opensesame")
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "postgresql+psycopg://u:opensesame@db/hotline")
    monkeypatch.setenv("HOTLINE_MQTT_URL", "mqtt://u:opensesame@broker")
    assert "opensesame" not in repr(load_settings())


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("HOTLINE_SIP_PORT", "sixty", "HOTLINE_SIP_PORT: should be a valid integer"),
        ("HOTLINE_SIP_PORT", "70000", "HOTLINE_SIP_PORT: should be less than or equal to 65535"),
        ("HOTLINE_ALLOWED_SOURCES", "10.0.0.1/8", "HOTLINE_ALLOWED_SOURCES: 10.0.0.1/8 has host bits set"),
        ("HOTLINE_MQTT_URL", "http://opensesame@broker", "HOTLINE_MQTT_URL: an MQTT address looks like"),
        ("HOTLINE_MQTT_CERTIFICATE", "ours.pem", "mqtt_certificate and mqtt_key belong together"),
        ("HOTLINE_MQTT_CA", "ca.pem", "need an mqtt_url that begins with mqtts://"),
        ("HOTLINE_EVENT_DAYS", "0", "HOTLINE_EVENT_DAYS: should be greater than or equal to 1"),
        ("HOTLINE_LOG_FORMAT", "xml", "HOTLINE_LOG_FORMAT: should be 'human' or 'json'"),
        ("HOTLINE_RTP_LAST", "20001", "rtp_last must be at least three above rtp_first"),
        ("HOTLINE_TRUNK_REGISTER", "true", "trunk_register needs trunk_host, trunk_user and trunk_password"),
    ],
)
def test_a_wrong_value_is_named_with_the_remedy_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    assert said in str(fault.value)
    assert "correct it in the environment or in hotline.toml" in str(fault.value)
    assert "opensesame" not in str(fault.value)
    assert fault.value.exit_code == 2


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_SIP_PORT", "sixty")
    (tmp_path / "hotline.toml").write_text("data_folder = 3\ncolour = 'red'\n")
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    for word in ("HOTLINE_SIP_PORT", "HOTLINE_DATA_FOLDER", "HOTLINE_COLOUR: no such setting"):
        assert word in str(fault.value)


def test_a_broken_file_is_one_clear_fault(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text("sip_port = \n")
    with pytest.raises(SettingsFault, match="cannot be read"):
        load_settings()


def test_a_named_file_that_is_absent_is_one_clear_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_CONFIG", "nowhere.toml")
    with pytest.raises(SettingsFault, match=r"HOTLINE_CONFIG: nowhere\.toml does not exist"):
        load_settings()


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    assert prepare_folder(tmp_path / "a/b").is_dir()
    assert prepare_folder(tmp_path / "a/b") == tmp_path / "a/b"
    assert [(tmp_path / made).stat().st_mode & 0o777 for made in ("a", "a/b")] == [0o700, 0o700]


def test_a_folder_that_cannot_be_written_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotWritable, match="set HOTLINE_DATA_FOLDER to another folder"):
        prepare_folder(tmp_path / "file/below")


def test_trunks_are_tables_beside_the_main_one(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text(
        'trunk_host = "sip.example.net"\ntrunk_failover = ["spare"]\n'
        '[[trunks]]\nname = "spare"\nhost = "198.51.100.7"\nport = 5070\ntransport = "tcp"\n'
        'user = "u"\npassword = "opensesame"\nregister = true\ncaller_identity = true\n'
    )
    (tmp_path / "hotline.toml").chmod(0o600)
    settings = load_settings()
    main, spare = settings.all_trunks
    assert (main.name, main.host, main.port, main.failover) == ("main", "sip.example.net", None, ("spare",))
    assert (spare.name, spare.port, spare.transport, spare.register_here) == ("spare", 5070, "tcp", True)
    assert "opensesame" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[trunks]]\nname = "a"\n', "HOTLINE_TRUNKS, entry 1, host: Field required"),
        ('[[trunks]]\nname = "a"\nhost = "h"\nport = 0\n', "HOTLINE_TRUNKS, entry 1, port"),
        ('[[trunks]]\nname = "a"\nhost = "h"\ncolour = 1\n', "HOTLINE_TRUNKS, entry 1, colour: no such setting"),
        ('[[trunks]]\nname = "a"\nhost = "h"\nregister = true\n', "register needs user and password"),
        ('trunk_host = "h"\n[[trunks]]\nname = "main"\nhost = "h"\n', "two trunks are named main"),
        ('trunk_host = "h"\ntrunk_failover = ["b"]\n', "trunk main fails over to b, which is none of: main"),
    ],
)
def test_a_trunk_that_cannot_be_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "hotline.toml").write_text(text)
    with pytest.raises(SettingsFault) as fault:
        load_settings()
    assert said in str(fault.value)
