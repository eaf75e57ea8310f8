"""A small hotline file for tests, and ways to spoil it."""

from __future__ import annotations

from config.faults import Fault
from config.hotline_yaml import examine

KINDS = frozenset({"greet", "ask", "queue", "goodbye"})

GOOD = """\
hotline: {name: Test, zone: Asia/Seoul, country: KR}
languages: [en, ko]
numbers:
  "1001": {language: en, queue: general}
tiers:
  vip: {callback_deadline_hours: 8}
  standard: {}
default_tier: standard
skills: [refund, safety]
hours:
  office:
    weekly:
      - {days: [mon, tue], opens: "09:00", closes: "12:00"}
      - {days: [mon, tue], opens: "13:00", closes: "18:00"}
queues:
  general: {hours: office}
agents:
  ana:
    name: Ana
    station: sip:ana@127.0.0.1:5071
    languages: [en, ko]
    skills: {refund: 3, safety: 5}
categories:
  refund:
    queue: general
    skills: {refund: 2}
    titles: {en: a refund, ko: 환불}
callbacks:
  window: 7200
flow:
  start: greet
  steps:
    greet: {kind: greet, next: ask}
    ask: {kind: ask, next: queue, otherwise: queue}
    queue: {kind: queue, next: bye, otherwise: ask}
    bye: {kind: goodbye}
"""


def spoiled(*changes: tuple[str, str]) -> str:
    """The good text with each first part replaced by the second; the first must be there."""
    text = GOOD
    for old, new in changes:
        assert old in text, f"{old!r} is not in the good file"
        text = text.replace(old, new, 1)
    return text


def faults_of(text: str) -> list[Fault]:
    return list(examine(text, KINDS).faults)


def said(text: str) -> list[str]:
    """The faults as printed, without the file's name."""
    return [str(fault).removeprefix("hotline.yaml:") for fault in faults_of(text)]
