"""References and rules across the hotline file."""

from __future__ import annotations

import pytest

from config.faults import Severity
from config.hotline_yaml import examine
from config.settings import default_hotline_file
from tests.config.texts import GOOD, KINDS, faults_of, said, spoiled


def test_a_good_file_has_no_faults() -> None:
    assert said(GOOD) == []


def test_the_file_that_comes_with_the_program_has_no_faults() -> None:
    reading = examine(default_hotline_file().read_text(encoding="utf-8"))
    assert reading.faults == ()
    assert reading.file is not None
    assert set(reading.file.numbers) == {"1000", "1001", "1002", "1003"}
    assert reading.file.numbers["1000"].language is None
    for category in reading.file.categories.values():
        assert [len(category.examples[language]) for language in reading.file.languages] == [6, 6, 6]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("zone: Asia/Seoul", "zone: Mars", "1: no time zone is called `Mars`"),
        ("zone: Asia/Seoul", "zone: Asia", "1: no time zone is called `Asia`"),
        ("country: KR", "country: XX", "1: no country has the code `XX`"),
        ("language: en, queue", "language: fr, queue", "4: no language is called `fr`"),
        ("queue: general}", "queue: genral}", "4: no queue is called `genral`; did you mean `general`?"),
        ("default_tier: standard", "default_tier: gold", "8: no tier is called `gold`"),
        ("hours: office", "hours: offices", "16: no opening hours is called `offices`; did you mean `office`?"),
        ("refund: 3, safety", "refnud: 3, safety", "22: no skill is called `refnud`; did you mean `refund`?"),
        ("skills: {refund: 2}", "skills: {driving: 2}", "26: no skill is called `driving`"),
        ("refund: 3, safety", "safety", "26: no agent has the skill `refund`, which `refund` needs"),
        (
            "skills: {refund: 2}",
            "preferred_skills: {refnud: 1}",
            "26: no skill is called `refnud`; did you mean `refund`?",
        ),
        ("    skills: {refund: 3", "    groups: [day]\n    skills: {refund: 3", "22: no group is called `day`"),
        ("agents:\n", "groups:\n  day: {skills: {refnud: 1}}\nagents:\n", "18: no skill is called `refnud`"),
        ("agents:\n", "groups:\n  day: {queues: [genral]}\nagents:\n", "18: no queue is called `genral`"),
        ("agents:\n", "manager_line: {queue: genral}\nagents:\n", "17: no queue is called `genral`"),
        ("agents:\n", "manager_line: {queue: general, agent: nobody}\nagents:\n", "17: no agent is called `nobody`"),
        (
            "agents:\n",
            "callbacks: {renegotiate_before: 7200}\nagents:\n",
            "17: a promise would be renegotiated before its window has begun",
        ),
        ("agents:\n", "groups:\n  day: {shift: ofice}\nagents:\n", "18: no opening hours is called `ofice`"),
        (
            "    languages: [en, ko]",
            "    shift: ofice\n    languages: [en, ko]",
            "21: no opening hours is called `ofice`",
        ),
        ("    weekly:", "    zone: Mars\n    weekly:", "12: no time zone is called `Mars`"),
        ("    weekly:", "    country: XX\n    weekly:", "12: no country has the code `XX`"),
        (
            "    weekly:",
            '    closed: [2026-12-24]\n    open: [{day: 2026-12-24, opens: "09:00", closes: "12:00"}]\n    weekly:',
            "13: 2026-12-24 is also closed",
        ),
        (
            "    weekly:",
            (
                "    open:\n"
                '      - {day: 2026-12-24, opens: "09:00", closes: "12:00"}\n'
                '      - {day: 2026-12-24, opens: "11:00", closes: "15:00"}\n'
                "    weekly:"
            ),
            "14: 2026-12-24 is also opened on line 13",
        ),
        (
            "{callback_deadline_hours: 8}\n  standard: {}",
            "{share_of_calls: 0.5}\n  standard: {share_of_calls: 0.4}",
            "7: the tiers have only 90% of all calls together",
        ),
        (
            "{callback_deadline_hours: 8}\n  standard: {}",
            "{share_of_calls: 0.5}\n  standard: {share_of_calls: 0.6}",
            "7: the tiers have 110% of all calls together",
        ),
        (
            "  standard: {}",
            "  standard: {target_wait: 0}\nscoring: {rates: solve}",
            "7: `rates: solve` cannot make `standard` wait 0 seconds",
        ),
        ("flow:", "scoring: {rates: solve}\nflow:", "30: `rates: solve` has no load to solve for"),
        ("window: 7200", "window: 300", "29: at `capacity_share: 0.5` a call takes 0.133 h, more than a window"),
        ("    titles: {en: a refund, ko: 환불}", "    titles: {en: a refund}", "27: `refund` has no title in ko"),
        ("sip:ana@127.0.0.1:5071", "extension 12", "20: `extension 12` is not a SIP address"),
        ("start: greet", "start: greeet", "31: the flow starts with `greeet`, which is no step; did you mean `greet`?"),
        ("kind: queue,", "kind: queeu,", "35: no kind of step is called `queeu`; did you mean `queue`?"),
        ("otherwise: ask}", "otherwise: aks}", "35: no step is called `aks`; did you mean `ask`?"),
        (
            "bye: {kind: goodbye}",
            "bye: {kind: goodbye}\n    lost: {kind: ask, next: bye}",
            "37: no call ever comes to `lost`",
        ),
        ("next: bye, otherwise: ask", "next: ask, otherwise: bye", "34: a call never leaves ask → queue → ask"),
        ("bye: {kind: goodbye}", "bye: {kind: goodbye, next: bye}", "36: a call never leaves bye → bye"),
        (
            'opens: "13:00"',
            'opens: "11:00"',
            "14: `office` is open twice on mon, tue from 11:00; join it with the entry on line 13",
        ),
        ("window: 7200", "window: 50000", "29: a window of 13.9 h does not fit between the quiet hours, 13 h apart"),
        ("window: 7200", "window: 28000", "6: the first window ends after 8.28 h, past this tier's deadline"),
        (
            "window: 7200",
            "window: 900\n  service_seconds: 60\n  start_increment: 1800",
            "31: a window is shorter than the time from one beginning of windows to the next",
        ),
        ("window: 7200", 'quiet_from: "08:00"\n  quiet_until: "07:30"', "29: less than one hour a day is left"),
        ("window: 7200", "retry_after: {busy: 60}", "29: no retry rule for no-answer, rejected, voicemail, failed"),
        (
            "flow:",
            'dialling: {rules: [{prefix: "+82"}, {prefix: "+82", strip: 3}]}\nflow:',
            "30: two rules for numbers that begin with `+82`",
        ),
        ("flow:", 'dialling: {rules: [{prefix: "+82", strip: 4}]}\nflow:', "30: `strip: 4` takes off more than"),
        ("flow:", 'dialling: {rules: [{prefix: "+", allow: false}]}\nflow:', "30: warning: no rule allows any number"),
        (
            "station: sip:ana@127.0.0.1:5071",
            "station: sip:ana@127.0.0.1:5071\n    devices: [mobile]",
            "21: `mobile` is neither a SIP address nor a number",
        ),
        ("flow:", "scoring: {urgency: {safety: 9}}\nflow:", "30: no weight for legal, money, service, info"),
        (
            "flow:",
            "scoring: {urgency: {safety: 1, legal: 2, money: 0, service: 0, info: 0}}\nflow:",
            "30: `safety` weighs less than `legal`",
        ),
        ("flow:", "scoring: {relax_after: [60, 30]}\nflow:", "30: `relax_after` does not rise"),
        ("flow:", "listening: {no_input: 40}\nflow:", "30: `maximum` is not longer than `no_input`"),
    ],
)
def test_each_rule_finds_its_fault_on_its_line(old: str, new: str, expected: str) -> None:
    found = said(spoiled((old, new)))
    assert any(line.startswith(expected) for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    languages: [en, ko]", "    languages: [en]", "24: nobody of `general` speaks ko and has refund"),
        ("window: 7200", "window: 7000", "28: after `rejected` the next try comes later than a whole window"),
        (
            "categories:",
            "  bo: {name: Bo, station: 'sip:ana@127.0.0.1:5071', languages: [en], skills: {}}\ncategories:",
            "23: `bo` has the same station as `ana`",
        ),
        ("skills: [refund, safety]", "skills: [refund, safety, flying]", "9: no agent has the skill `flying`"),
    ],
)
def test_what_callers_would_suffer_from_is_a_warning_and_no_error(old: str, new: str, expected: str) -> None:
    text = spoiled((old, new))
    assert all(fault.severity is Severity.WARNING for fault in faults_of(text))
    assert examine(text, KINDS).file is not None
    line, _, words = expected.partition(": ")
    assert any(found.startswith(f"{line}: warning: {words}") for found in said(text)), said(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('opens: "13:00", closes: "18:00"', 'opens: "22:00", closes: "06:00"'),  # over night
        ('opens: "13:00", closes: "18:00"', 'opens: "12:00", closes: "00:00"'),  # to midnight
        ("next: bye, otherwise: ask", "otherwise: ask, next: bye"),  # back by `otherwise` is bounded by attempts
        ("language: en, queue", "queue"),  # the caller is asked
        ("window: 7200", 'quiet_from: "00:00"\n  quiet_until: "00:00"'),  # no quiet hours
        ("sip:ana@127.0.0.1:5071", "sips:ana@[::1]:5071;transport=tls"),
    ],
)
def test_what_is_unusual_but_right_is_no_fault(old: str, new: str) -> None:
    assert [line for line in said(spoiled((old, new))) if "lost" not in line and "no call ever" not in line] == []


def test_members_have_what_their_groups_give() -> None:
    text = spoiled(
        (
            "agents:\n",
            (
                "groups:\n  day: {skills: {refund: 5, safety: 2}, queues: [general], shift: office}\n"
                "  night: {skills: {safety: 4}, shift: office}\nagents:\n"
            ),
        ),
        ("    skills: {refund: 3, safety: 5}", "    groups: [day, night]\n    skills: {refund: 3}"),
    )
    assert said(text) == []
    file = examine(text, KINDS).file
    assert file is not None
    ana = file.agents["ana"]
    assert (ana.skills, ana.queues, ana.shift) == ({"refund": 3, "safety": 4}, ("general",), "office")
    assert type(file).model_validate(file.model_dump()) == file


def test_hours_that_run_over_night_meet_the_next_morning() -> None:
    text = spoiled(
        ('- {days: [mon, tue], opens: "09:00", closes: "12:00"}', '- {days: [sun], opens: "22:00", closes: "10:00"}'),
        ('- {days: [mon, tue], opens: "13:00", closes: "18:00"}', '- {days: [mon], opens: "09:00", closes: "18:00"}'),
    )
    assert said(text) == ["14: `office` is open twice on mon from 09:00; join it with the entry on line 13"]


def test_step_kinds_are_not_checked_where_they_are_not_known() -> None:
    assert examine(spoiled(("kind: queue,", "kind: queeu,"))).faults == ()


def test_a_wrong_step_name_is_said_once_and_not_at_each_step_behind_it() -> None:
    assert len(said(spoiled(("next: ask}", "next: aks}")))) == 1
