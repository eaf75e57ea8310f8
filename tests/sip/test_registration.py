from __future__ import annotations

from ivr.sip.digest import Authenticator, Credentials
from ivr.sip.hop import Hop
from ivr.sip.message import Request
from ivr.sip.registration import Registration, RegistrationState
from ivr.sip.settings import Trunk
from tests.sip.bench import Bench

CHALLENGE = (("www-authenticate", 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'),)


class Registrar:
    """A registration beside a user agent, on its timers and its wire."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.states: list[RegistrationState] = []
        trunk = Trunk("192.0.2.200", 5060, "account", "secret", register=True)
        authenticator = Authenticator(Credentials(trunk.user, trunk.password))
        self.registration = Registration(
            trunk,
            Hop(trunk.host, trunk.port),
            (),
            self.bench.agent.client,
            self.bench.timers,
            authenticator,
            self.states.append,
        )

    def asked(self) -> Request:
        message = self.bench.wire.sent[-1][0]
        assert isinstance(message, Request)
        return message

    def registered(self, expires: str = "100") -> Request:
        self.registration.start()
        self.bench.reply(self.asked(), 401, extra=CHALLENGE)
        asked = self.asked()
        self.bench.reply(asked, 200, extra=(("expires", expires),))
        return asked


def test_a_challenged_registration_proves_itself() -> None:
    registrar = Registrar()
    asked = registrar.registered()
    assert asked.uri == "sip:192.0.2.200"
    assert asked.to.uri == "sip:account@192.0.2.200"
    assert asked.contact == "sip:account@192.0.2.1:5060"
    assert "algorithm=SHA-256" in (asked.header("authorization") or "")
    assert registrar.states == [RegistrationState.TRYING, RegistrationState.REGISTERED]


def test_it_is_renewed_before_it_expires() -> None:
    registrar = Registrar()
    first = registrar.registered(expires="100")
    assert registrar.bench.during(79) == []
    [again] = registrar.bench.during(1.1)
    assert again.call_id == first.call_id
    assert again.cseq > first.cseq


def test_the_time_granted_to_our_own_contact_counts() -> None:
    registrar = Registrar()
    registrar.registration.start()
    contacts = (("contact", "<sip:account@192.0.2.99>;expires=3000, <sip:account@192.0.2.1:5060>;expires=50"),)
    registrar.bench.reply(registrar.asked(), 200, extra=contacts)
    assert registrar.bench.during(39) == []
    assert len(registrar.bench.during(2)) >= 1


def test_wrong_credentials_are_tried_again_later_and_later() -> None:
    registrar = Registrar()
    registrar.registration.start()
    pauses = []
    for _ in range(8):
        registrar.bench.reply(registrar.asked(), 401, extra=CHALLENGE)
        registrar.bench.reply(registrar.asked(), 401, extra=CHALLENGE)
        assert registrar.registration.state is RegistrationState.FAILED
        began = registrar.bench.timers.now
        while not registrar.bench.during(1):
            pass
        pauses.append(registrar.bench.timers.now - began)
    assert 15 <= pauses[0] <= 31
    assert pauses[3] > pauses[0]
    assert all(pause <= 1801 for pause in pauses)
    assert pauses[-1] >= 900


def test_a_silent_registrar_is_a_failure_and_asked_again() -> None:
    registrar = Registrar()
    registrar.registration.start()
    registrar.bench.during(33)
    assert registrar.registration.state is RegistrationState.FAILED
    registrar.bench.during(31)
    registrar.bench.reply(registrar.asked(), 200)
    assert registrar.states[-1] is RegistrationState.REGISTERED


def test_too_brief_an_interval_is_corrected() -> None:
    registrar = Registrar()
    registrar.registration.start()
    registrar.bench.reply(registrar.asked(), 423, extra=(("min-expires", "900"),))
    assert registrar.asked().header("expires") == "900"


def test_at_the_end_it_is_given_back() -> None:
    registrar = Registrar()
    registrar.registered()
    registrar.registration.stop()
    assert registrar.asked().header("expires") == "0"
    assert registrar.states[-1] is RegistrationState.IDLE
    registrar.bench.reply(registrar.asked(), 200)
    registrar.bench.during(60)
    assert registrar.bench.timers.pending == 0


def test_an_answer_to_something_else_is_not_taken_for_its_own() -> None:
    registrar = Registrar()
    registrar.registration.start()
    options = registrar.asked()
    foreign = options.respond(200).serialise().replace(b"z9hG4bK", b"z9hG4bKx")
    registrar.bench.receive(foreign)
    assert registrar.registration.state is RegistrationState.TRYING
