"""Every kind of step a hotline file may name. A new kind: one module in `steps`, one line here, one test."""

from __future__ import annotations

from collections.abc import Callable

from config.hotline_file import Step
from ivr.flow.conversation import Conversation, Script
from ivr.flow.steps import (
    ask_problem,
    choose_language,
    confirm,
    follow_up,
    goodbye,
    greet,
    known_problem,
    meet,
    open_case,
    promise_callback,
    queue,
    renegotiate,
    same_matter,
    status,
    survey,
)

STEPS: dict[str, Callable[[Conversation, Step], Script]] = {
    "greet": greet.script,
    "choose-language": choose_language.script,
    "meet": meet.script,
    "same-matter": same_matter.script,
    "ask-problem": ask_problem.script,
    "confirm": confirm.script,
    "open-case": open_case.script,
    "known-problem": known_problem.script,
    "queue": queue.script,
    "promise-callback": promise_callback.script,
    "renegotiate": renegotiate.script,
    "survey": survey.script,
    "status": status.script,
    "follow-up": follow_up.script,
    "goodbye": goodbye.script,
}
