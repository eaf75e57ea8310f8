"""Where we may call, by which trunk, as whom: the admin's `dialling:` applied to one target. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

import phonenumbers

from callbacks.contacts.numbers import normal_number
from config.errors import Refused
from config.hotline_file import Dialling, DialRule, HotlineFile
from config.masking import mask_number
from ivr.sip.uri import user_part

#: Shorter numbers are extensions: they cost nothing, and are for the PBX to know.
_LONGEST_EXTENSION = 6
_NONE_OF_OURS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """How to dial: `target` as the trunk wants it, the trunk's name (empty: the first), the number we show. `is_paid`:
    it counts for the ceiling of the day, each minute begun with `price`."""

    target: str
    trunk: str
    caller: str
    is_paid: bool = False
    price: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DialPlan:
    """What the hotline file says of dialling. `own`: the SIP addresses of our agents' phones, which are
    always called, and free."""

    dialling: Dialling
    country: str = ""
    own: Set[str] = _NONE_OF_OURS

    @classmethod
    def of(cls, file: HotlineFile) -> DialPlan:
        """The plan of a hotline file."""
        phones = (phone for agent in file.agents.values() for phone in (agent.station, *agent.devices))
        own = frozenset(phone for phone in phones if ":" in phone)
        return cls(file.dialling, file.hotline.country, own)

    def route(self, target: str, caller: str) -> Route:
        """The way to a number by the rule with the longest matching prefix. A SIP address is called as it is, but one
        whose name is a telephone number must be allowed like that number: a PBX behind it would dial it for us.

        Raises `Refused` for what the plan does not allow, and says why.
        """
        if ":" in target and target in self.own:
            return Route(target, "", caller)
        number = _number_in(target, self.country) if ":" in target else target
        if not number and target:
            return Route(target, "", caller)
        rule = _allowing(number, self.dialling)
        if ":" in target:
            return Route(target, "", caller, is_paid=True, price=rule.price)
        as_dialled = rule.prepend + number[rule.strip :]
        return Route(as_dialled, rule.trunk or "", rule.caller or caller, is_paid=True, price=rule.price)


def can_be_called(target: str, dialling: Dialling) -> bool:
    """Whether there is a number at all, and a rule that allows it."""
    if not target or ":" in target:
        return bool(target)
    try:
        _allowing(target, dialling)
    except Refused:
        return False
    return True


def _allowing(number: str, dialling: Dialling) -> DialRule:
    """The rule that allows the number. Raises `Refused`."""
    matching = [rule for rule in dialling.rules if number.startswith(rule.prefix)] if number else []
    rule = max(matching, key=lambda rule: len(rule.prefix), default=None)
    where = f"number {mask_number(number)}"
    if rule is None:
        remedy = "allow its prefix under `dialling` in the hotline file"
        raise Refused("the dial plan does not allow this number", where=where, remedy=remedy)
    if not rule.allow:
        remedy = "allow this prefix under `dialling` in the hotline file"
        raise Refused(f"the dial plan forbids numbers that begin with {rule.prefix}", where=where, remedy=remedy)
    if not rule.premium and _is_premium(number):
        remedy = "write `premium: true` at a rule with its prefix under `dialling` in the hotline file"
        raise Refused("the dial plan does not allow premium-rate numbers", where=where, remedy=remedy)
    return rule


def _number_in(address: str, country: str) -> str:
    """The telephone number that a SIP address names, in its normal form; empty where it names a person or an extension.
    What has the length of a number and is none stays as it is, for no rule to allow."""
    user = user_part(address)
    digits = user.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return ""
    if not user.startswith("+") and len(digits) <= _LONGEST_EXTENSION:
        return ""
    return normal_number(user, country)


def _is_premium(number: str) -> bool:
    """By the metadata of `phonenumbers`, from Google's libphonenumber."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.PREMIUM_RATE
