"""The console over the sample floor, as a program: for the browser test and for pictures.

    python -m tests.console.fake_console [PORT]

Prints its address, then obeys lines on standard input (`offer`, `connect`, `news`, `stop`). Who may sign in is in
`tests.console.people`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.clock import SystemClock
from config.events import EventBus
from config.logging import configure_logging
from console.app import build_console
from console.book.room import build_book
from console.desk.room import desk_room
from console.identity.accounts import build_accounts
from console.ports import Site
from console.sample.memory_conversations import MemoryConversations
from console.sample.memory_desk import MemoryDesk
from console.sample.morning import sample_floor, sample_offer
from console.store.memory_users import MemoryUsers
from console.web.server import ConsoleServer
from console.workshop.file_room import file_room
from tests.console.sample_accounts import sample_accounts
from tests.console.sample_book import sample_book
from tests.console.sample_casedesk import sample_casedesk, with_case
from tests.console.sample_doors import sample_doors
from tests.console.sample_files import sample_files
from tests.console.sample_practice import practice_room
from tests.console.sample_prompts import sample_prompts
from tests.console.sample_supervision import sample_supervision
from tests.console.sample_try_it import try_it_room

TITLES = {
    "safety": {"en": "Product safety", "zh": "产品安全", "ko": "제품 안전"},
    "hardware": {"en": "Hardware", "zh": "硬件", "ko": "하드웨어"},
    "billing": {"en": "Billing", "zh": "账单", "ko": "청구"},
    "returns": {"en": "Returns", "zh": "退换货", "ko": "반품"},
}
TIERS = {"vip": 20, "standard": 60}
SITE = Site(
    "Hanbit Hotline",
    ZoneInfo("Asia/Seoul"),
    TITLES,
    TIERS,
    ("X1", "X2"),
    agents={"minji": "Kim Min-ji", "wei": "Wei Chen"},
    queues=("support", "billing"),
)


async def main(port: int) -> None:
    """Serve until told to stop."""
    configure_logging("human", "error")  # on standard output our address must come first
    clock, events, users = SystemClock(), EventBus(), MemoryUsers()
    accounts = await sample_accounts(users, clock, "only for tests")
    floor = sample_floor(clock.now())
    desk, conversations = MemoryDesk(clock, events, floor), MemoryConversations(floor)
    folder = tempfile.TemporaryDirectory()
    supervision = await sample_supervision(clock, events, Path(folder.name))
    _, file_service = await sample_files(events, clock)
    book = build_book(await sample_book(clock, events, Path(folder.name)))
    app = build_console(
        desk,
        conversations,
        users,
        events,
        clock,
        "only for tests",
        lambda: SITE,
        (
            desk_room(sample_casedesk(clock, events, floor)),
            supervision.room,
            book,
            build_accounts(accounts),
            file_room(file_service),
            practice_room(clock),
            await sample_prompts(clock, Path(folder.name) / "prompts", accounts.audit),
            try_it_room(clock),
            sample_doors(clock, events, lambda: SITE),
        ),
        audit=accounts.audit,
        tokens=accounts.tokens,
    )
    server = ConsoleServer(app, "127.0.0.1", port)
    await server.start()
    sys.stdout.write(server.address + "\n")
    sys.stdout.flush()
    while (line := await asyncio.to_thread(sys.stdin.readline)) and line != "stop\n":
        if line == "offer\n":
            await desk.offer("minji", with_case(floor, sample_offer(clock.now()), clock.now()))
        elif line == "connect\n":
            await desk.connect("minji")
        elif line == "news\n":
            later = clock.now() + timedelta(hours=2)
            await desk.renegotiate("seo", "pr-664902", later, later + timedelta(hours=1), "tonight")
    await server.stop()
    folder.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
