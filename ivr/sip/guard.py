"""Who may begin something with us, and who is believed about who calls: allow-list, trunks, telephones that prove
that they know a password."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from ivr.sip import identity
from ivr.sip.admission import Admission
from ivr.sip.challenge import Challenger, Verdict
from ivr.sip.hop import Hop
from ivr.sip.message import Header, Request
from ivr.sip.settings import EdgeSettings
from ivr.sip.sources import AllowedSources

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a number or a name, "" where it is withheld. `is_verified`: said by somebody who is to be believed."""

    number: str
    is_verified: bool


class Guard:
    """Raises `config.errors.SettingsFault` for sources that are no networks."""

    def __init__(self, settings: EdgeSettings, is_trunk: Callable[[str], bool], admission: Admission) -> None:
        self._sources = AllowedSources(settings.allowed_sources)
        self._has_list = bool(settings.allowed_sources)
        self._is_trunk = is_trunk
        self._admission = admission
        self._challenger = Challenger(settings.telephones) if settings.telephones else None
        self._asks_everyone = settings.challenged == "everyone"

    def is_known(self, host: str) -> bool:
        """Whether an address may begin something just because it is that address."""
        if host not in self._sources:
            return False
        if self._challenger is None or self._is_trunk(host):
            return True
        return self._has_list and not self._asks_everyone

    def challenge(self, request: Request, source: Hop, now: float) -> tuple[Header, ...] | None:
        """What to ask the sender of an INVITE from an address that is not known: the headers of a 401, nothing at all
        for one who is not to be answered, None for one who has proved to be a telephone of ours."""
        if self._challenger is None:
            return ()
        verdict = self._challenger.judge(request, source.host, now)
        if verdict is Verdict.PROVED:
            return None
        if verdict is Verdict.WRONG:
            log.warning("wrong_password", source=source.host)
            self._admission.guessed(source.host, now)
        if not self._admission.may_be_challenged(source.host, now):
            return ()
        return self._challenger.headers(source.host, now, is_stale=verdict is Verdict.STALE)

    def caller(self, invite: Request, source: Hop) -> Caller:
        """Who calls by an INVITE that was let in."""
        if not self.is_known(source.host) and self._challenger is not None:
            telephone = self._challenger.telephone_of(invite)
            if telephone is not None and telephone.number:
                return Caller(telephone.number, True)
            return Caller(identity.caller(invite, is_trusted=False), False)
        is_trusted = self._vouches(source.host)
        number = identity.caller(invite, is_trusted=is_trusted)
        return Caller(number, is_trusted and not identity.is_refuted(invite))

    def _vouches(self, host: str) -> bool:
        """Whether this address is to be believed who calls: a trunk, who is in the allow-list, or this very machine
        where there is none."""
        if self._is_trunk(host):
            return True
        return self._has_list or ipaddress.ip_address(host).is_loopback
