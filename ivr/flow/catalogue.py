"""Every kind of step a hotline file may name. A new kind: one module in `steps`, one line here, one test."""

from __future__ import annotations

from collections.abc import Callable

from config.hotline_file import Step
from ivr.flow.conversation import Conversation, Script
from ivr.flow.steps import (
    ask_problem,
    choose_language,
    confirm,
    goodbye,
    greet,
    known_problem,
    meet,
    open_case,
    promise_callback,
    queue,
    survey,
)

STEPS: dict[str, Callable[[Conversation, Step], Script]] = {
    "greet": greet.script,
    "choose-language": choose_language.script,
    "meet": meet.script,
    "ask-problem": ask_problem.script,
    "confirm": confirm.script,
    "open-case": open_case.script,
    "known-problem": known_problem.script,
    "queue": queue.script,
    "promise-callback": promise_callback.script,
    "survey": survey.script,
    "goodbye": goodbye.script,
}
