"""Where we may call, by which trunk, as whom: the admin's `dialling:` applied to one target. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from config.errors import Refused
from config.hotline_file import Dialling, DialRule
from config.masking import mask_number


@dataclass(frozen=True, slots=True)
class Route:
    """How to dial: `target` as the trunk wants it, the trunk's name (empty: the first), the number we show."""

    target: str
    trunk: str
    caller: str


def route(target: str, caller: str, dialling: Dialling) -> Route:
    """The way to a number by the rule with the longest matching prefix; a SIP URI is called as it is.

    Raises `Refused` for a number that no rule allows.
    """
    if ":" in target:
        return Route(target, "", caller)
    rule = _rule(target, dialling) if target else None
    if rule is None or not rule.allow:
        raise Refused(
            "the dial plan does not allow this number",
            where=f"number {mask_number(target)}",
            remedy="allow its prefix under `dialling` in the hotline file",
        )
    return Route(rule.prepend + target[rule.strip :], rule.trunk or "", rule.caller or caller)


def can_be_called(target: str, dialling: Dialling) -> bool:
    """Whether there is a number at all, and a rule that allows it."""
    if not target or ":" in target:
        return bool(target)
    rule = _rule(target, dialling)
    return rule is not None and rule.allow


def _rule(number: str, dialling: Dialling) -> DialRule | None:
    matching = [rule for rule in dialling.rules if number.startswith(rule.prefix)]
    return max(matching, key=lambda rule: len(rule.prefix), default=None)
