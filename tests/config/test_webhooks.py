"""Webhooks without the sending: who wants what, the signature, what answers mean, and how long to wait."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.outbox import OutboxEntry
from config.webhook_settings import WebhookSettings, key_of
from config.webhooks import Endpoint, Verdict, pause_after, signed_headers, verdict

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def entry(kind: str) -> OutboxEntry:
    noun, verb = kind.split("/")
    return OutboxEntry(1, "e1", noun, verb, "p1", datetime(2026, 3, 1, tzinfo=UTC), {})


def settings(**changed: object) -> WebhookSettings:
    given_ = {"name": "crm", "url": "https://crm.example/events", "secret": SECRET} | changed
    return WebhookSettings.model_validate(given_)


def test_the_signature_is_that_of_the_examples_of_standard_webhooks() -> None:
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    moment = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', moment)
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("patterns", "kind", "wanted"),
    [
        (["*"], "call/ended", True),
        (["promise/*"], "promise/kept", True),
        (["promise/*"], "call/ended", False),
        (["*/opened"], "case/opened", True),
        (["case/opened", "call/ended"], "call/ended", True),
        (["case/opened"], "case/reopened", False),
    ],
)
def test_an_endpoint_gets_the_kinds_it_asked_for(patterns: list[str], kind: str, wanted: bool) -> None:
    assert Endpoint.of(settings(events=patterns)).wants(entry(kind)) is wanted


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"url": "http://crm.example/events"}, "https is demanded"),
        ({"url": "ftp://crm.example/events"}, "an address looks like"),
        ({"url": "https:///events"}, "an address looks like"),
        ({"url": "https://crm.example:99999/"}, "[Pp]ort"),
        ({"secret": "hunter2"}, "written as whsec_ and base64"),
        ({"secret": "whsec_§§§"}, "whsec_ and base64|ASCII"),
        ({"secret": "whsec_c2hvcnQ="}, "24 to 64 bytes"),
        ({"events": ["promise"]}, "pattern"),
        ({"events": []}, "at least 1"),
        ({"name": "Our CRM"}, "pattern"),
    ],
)
def test_a_wrong_webhook_is_refused_and_its_secrets_are_not_repeated(changed: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said) as fault:
        settings(**changed)
    assert "hunter2" not in str(fault.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://[::1]/x", "http://localhost/x"])
def test_this_machine_may_be_reached_without_encryption(url: str) -> None:
    assert Endpoint.of(settings(url=url)).url == url


def test_neither_address_nor_secret_is_shown() -> None:
    one = settings(url="https://crm.example/token-1234")
    for shown in (repr(one), repr(Endpoint.of(one))):
        assert "1234" not in shown
        assert SECRET not in shown


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        (200, Verdict.TAKEN),
        (204, Verdict.TAKEN),
        (301, Verdict.LATER),
        (400, Verdict.REFUSED),
        (401, Verdict.LATER),
        (404, Verdict.LATER),
        (410, Verdict.GONE),
        (413, Verdict.REFUSED),
        (429, Verdict.LATER),
        (500, Verdict.LATER),
        (503, Verdict.LATER),
    ],
)
def test_each_answer_has_its_meaning(status: int, meant: Verdict) -> None:
    assert verdict(status) is meant


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_after(failures, 0.0) for failures in (1, 2, 3, 11, 12, 500)] == [2, 4, 8, 2048, 3600, 3600]


def test_a_receiver_may_ask_for_more_time_but_for_no_more_than_an_hour() -> None:
    assert pause_after(1, 0.0, asked=120) == 120
    assert pause_after(1, 0.0, asked=1e9) == 3600


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_chance_takes_up_to_a_half_of_a_pause(failures: int, chance: float) -> None:
    longest = pause_after(failures, 0.0)
    assert longest / 2 <= pause_after(failures, chance) <= longest
