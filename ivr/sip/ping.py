"""Asking a trunk whether it is there (OPTIONS, RFC 3261, 11), without a telephone around it."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace

from config.clock import Clock
from ivr.sip.address import NameAddress
from ivr.sip.client import Client
from ivr.sip.dialog import new_tag
from ivr.sip.fault import SipFault
from ivr.sip.hop import Hop
from ivr.sip.message import Header, Request, Response
from ivr.sip.name_service import NameService
from ivr.sip.parser import parse
from ivr.sip.resolve import NameResolver
from ivr.sip.settings import EdgeSettings, Trunk
from ivr.sip.sockets import Sockets
from ivr.sip.timers import LoopTimers
from ivr.sip.transaction import Transactions
from ivr.sip.trunks import Trunks


async def ping(settings: EdgeSettings, trunk: Trunk, clock: Clock, within: float) -> int:
    """The SIP status with which the trunk answers; any at all says that it is there. Raises TimeoutError after `within`
    seconds of silence, OSError where its name is not found or nothing could be sent."""
    loop = asyncio.get_running_loop()
    timers = LoopTimers(loop, clock)
    sockets = Sockets(replace(settings, port=0), timers)
    resolver = NameResolver(NameService(sockets.families), timers)
    transactions = Transactions(sockets, timers, lambda server: None)
    client = Client(sockets, timers, transactions, resolver)
    trunks = Trunks((trunk,))
    hop = trunks.hop(trunk)
    answered: asyncio.Future[int] = loop.create_future()

    def receive(data: bytes, source: Hop) -> None:
        try:
            message = parse(data)
        except SipFault:
            return
        if isinstance(message, Response):
            transactions.receive_response(message)

    def tell(response: Response) -> None:
        if not answered.done():
            answered.set_result(response.status)

    def fail(status: int) -> None:
        if not answered.done():
            answered.set_exception(TimeoutError() if status == 408 else OSError("nothing could be sent"))

    def compose(_: tuple[Header, ...]) -> Request:
        host, _port = client.local(hop)
        return Request(
            method="OPTIONS",
            uri=f"sip:{hop.host}",
            vias=(),
            from_=NameAddress(f"sip:doctor@{host}").with_tag(new_tag()),
            to=NameAddress(f"sip:{hop.host}"),
            call_id=uuid.uuid4().hex,
            cseq=1,
            headers=(*trunks.route(trunk), ("max-forwards", "70"), client.contact(hop), ("accept", "application/sdp")),
        )

    await sockets.open(loop, receive)
    try:
        client.ask(compose, hop, tell, fail, patience=within)
        return await answered
    finally:
        resolver.close()
        sockets.close()
