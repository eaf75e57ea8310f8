"""What is set up to send messages, by the settings."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from callbacks.model import Channel
from config.clock import VirtualClock
from config.errors import SettingsFault
from config.hotline_yaml import read_hotline_file
from config.settings import Settings, default_hotline_file, load_settings
from hotline.couriers import LetterRules, couriers
from ivr.flow.catalogue import STEPS
from tests.callbacks.samples import NOON


@pytest.fixture(autouse=True)
def _an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOTLINE_CONFIG", raising=False)


async def channels(settings: Settings) -> set[Channel]:
    async with AsyncExitStack() as closing:
        return set(couriers(settings, "Hanbit", VirtualClock(NOON), closing))


async def test_without_settings_nothing_is_sent() -> None:
    assert await channels(load_settings()) == set()


async def test_each_channel_is_set_up_by_itself() -> None:
    mail = load_settings(smtp_host="mail.example", smtp_sender="care@hotline.example")
    assert await channels(mail) == {Channel.MAIL}
    texts = load_settings(text_gateway_url="https://texts.example/send", text_gateway_token="secret")
    assert await channels(texts) == {Channel.TEXT}


def test_mail_is_from_somebody() -> None:
    with pytest.raises(SettingsFault, match="smtp_host needs smtp_sender"):
        load_settings(smtp_host="mail.example")


def test_secrets_are_not_shown() -> None:
    settings = load_settings(
        smtp_host="mail.example",
        smtp_sender="care@hotline.example",
        smtp_password="hidden-one",
        text_gateway_url="https://user:hidden-two@texts.example/send",
        text_gateway_token="hidden-three",
    )
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("public_url", "page"),
    [(None, ""), ("https://care.example", "https://care.example/status"), ("https://x/y/", "https://x/y/status")],
)
def test_letters_name_the_status_page_where_it_can_be_reached(public_url: str | None, page: str) -> None:
    file = read_hotline_file(default_hotline_file(), STEPS)[0]
    rules = LetterRules.of(file, public_url)
    assert rules.sender.status_page == page
    assert rules.sender.name == file.hotline.name
    assert rules.maximum_tries == file.messages.maximum_tries
