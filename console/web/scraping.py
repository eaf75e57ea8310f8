"""`/metrics`: what Prometheus scrapes, for programs with a token of the scope `metrics:read`, people who may, and the
networks that the settings name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.desk.service import need
from console.identity.signed_in import user_of_request
from console.identity.users import Action
from console.web.api_body import source_of

#: The body and its media type, for what the scraper says it accepts.
Expose = Callable[[str], Awaitable[tuple[bytes, str]]]


def build_scraping(expose: Expose, sources: Sequence[IPv4Network | IPv6Network]) -> APIRouter:
    """The route. Whoever asks from one of the `sources` needs no token. The application must have `state.sign_in`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not is_within(source_of(request), sources):
            need(await user_of_request(request), Action.SEE_METRICS)
        body, media_type = await expose(request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": media_type})

    return router


def is_within(source: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether an address is in one of the networks; what is no address is in none."""
    try:
        address = ip_address(source.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in networks)
