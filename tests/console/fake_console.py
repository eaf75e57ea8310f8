"""The console over the sample floor, as a program: for the browser test and for pictures.

    python -m tests.console.fake_console [PORT]

Prints its address, then obeys lines on standard input (`offer`, `connect`, `news`, `stop`). Who may sign in is in
`tests.console.people`.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from config.clock import SystemClock
from config.events import EventBus
from console.app import build_console
from console.memory_conversations import MemoryConversations
from console.memory_desk import MemoryDesk
from console.memory_users import MemoryUsers
from console.ports import FileFault, Site
from console.sample_floor import sample_floor, sample_offer
from console.server import ConsoleServer
from console.sign_in import add_user
from tests.console.people import PASSWORD, PEOPLE

TITLES = {
    "safety": {"en": "Product safety", "zh": "产品安全", "ko": "제품 안전"},
    "hardware": {"en": "Hardware", "zh": "硬件", "ko": "하드웨어"},
    "billing": {"en": "Billing", "zh": "账单", "ko": "청구"},
    "returns": {"en": "Returns", "zh": "退换货", "ko": "반품"},
}
SITE = Site("Hanbit Hotline", ZoneInfo("Asia/Seoul"), TITLES, {"vip": 20, "standard": 60}, ("X1", "X2"))
FILE = """\
# The hotline of Hanbit. Durations are seconds.
hotline:
  name: Hanbit Hotline
  zone: Asia/Seoul
  country: KR

languages: [en, zh, ko]

numbers:
  "1588": {language: ko}
  "1589": {language: zh}
  "1590": {language: en, queue: support}

default_tier: standard
tiers:
  standard: {target_wait: 60, priority_rate: 1}
  vip:      {target_wait: 20, priority_rate: 4, callback_deadline_hours: 4}

skills: [hardware, billing, returns]

queues:
  support: {service_seconds: 240}
  billing: {service_seconds: 180}

agents:
  minji:
    name: Kim Min-ji
    station: sip:minji@127.0.0.1:5070
    skills: {hardware: 4, billing: 3}
    languages: [en, ko, zh]
    calm: true
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault."""

    line: int
    what: str
    remedy: str


class Files:
    """A file whose only rule is that a station is a SIP URI."""

    async def current(self) -> tuple[str, str]:
        return "12", FILE

    async def check(self, text: str) -> tuple[FileFault, ...]:
        return tuple(
            Fault(number, "the station of minji is not a SIP URI", "write it like sip:minji@192.0.2.7:5060")
            for number, line in enumerate(text.splitlines(), 1)
            if "station:" in line and "sip:" not in line
        )


async def main(port: int) -> None:
    """Serve until told to stop."""
    clock, events, users = SystemClock(), EventBus(), MemoryUsers()
    for person in PEOPLE:
        await add_user(users, person, PASSWORD)
    floor = sample_floor(clock.now())
    desk, conversations = MemoryDesk(clock, events, floor), MemoryConversations(floor)
    app = build_console(desk, conversations, users, Files(), events, clock, "only for tests", lambda: SITE)
    server = ConsoleServer(app, "127.0.0.1", port)
    await server.start()
    sys.stdout.write(server.address + "\n")
    sys.stdout.flush()
    while (line := await asyncio.to_thread(sys.stdin.readline)) and line != "stop\n":
        if line == "offer\n":
            await desk.offer("minji", sample_offer(clock.now()))
        elif line == "connect\n":
            await desk.connect("minji")
        elif line == "news\n":
            later = clock.now() + timedelta(hours=2)
            await desk.renegotiate("seo", "pr-664902", later, later + timedelta(hours=1), "tonight")
    await server.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
