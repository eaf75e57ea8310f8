"""What `hotline doctor` looks into of the telephones: ports, room for calls, trunks."""

from __future__ import annotations

import resource
import socket

from config.clock import SystemClock
from config.errors import AddressInUse, HotlineError, SettingsFault
from config.settings import Settings
from hotline.telephones import edge_settings
from ivr.sip.ping import ping
from ivr.sip.settings import EdgeSettings, Trunk

#: A bridged call has two legs, and each has a port for RTP and one for RTCP.
_PORTS_OF_A_CALL = 4
#: Files that the edge has open besides: logs, clips, recordings, SIP's own sockets.
_OTHER_FILES = 256
_ANSWER_SECONDS = 4.0


def bind(kind: socket.SocketKind, address: str, port: int, setting: str) -> None:
    """Raises `AddressInUse` unless somebody could listen there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as probe:
        try:
            if kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
        except OSError as fault:
            raise AddressInUse(
                f"cannot listen on {address}:{port}: {fault.strerror}",
                remedy=f"stop the program that listens there (a running hotline?), or set {setting}",
            ) from fault


async def telephones(settings: Settings) -> str:
    """Whether SIP can be taken where the settings say."""
    addresses = [settings.sip_address, *([str(settings.sip_address6)] if settings.sip_address6 else [])]
    for address in addresses:
        bind(socket.SOCK_DGRAM, address, settings.sip_port, "HOTLINE_SIP_PORT")
        bind(socket.SOCK_STREAM, address, settings.sip_port, "HOTLINE_SIP_PORT")
    return f"SIP can listen on {' and '.join(addresses)}, port {settings.sip_port}, over UDP and TCP"


async def room_for_calls(settings: Settings) -> str:
    """Whether there are ports and open files for as many calls as may come."""
    ports = settings.rtp_last - settings.rtp_first + 1
    needed = settings.maximum_calls * _PORTS_OF_A_CALL
    if ports < needed:
        raise SettingsFault(
            f"{settings.maximum_calls} bridged calls need {needed} media ports, and there are {ports}",
            remedy=f"set HOTLINE_RTP_LAST to {settings.rtp_first + needed}, or HOTLINE_MAXIMUM_CALLS to {ports // 4}",
        )
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files != resource.RLIM_INFINITY and files < needed + _OTHER_FILES:
        raise HotlineError(
            f"{settings.maximum_calls} bridged calls need {needed + _OTHER_FILES} open files, and {files} are allowed",
            remedy="raise the hard limit (LimitNOFILE of the service, ulimit -Hn), or lower HOTLINE_MAXIMUM_CALLS",
        )
    return f"ports and files for {settings.maximum_calls} bridged calls"


async def trunks(settings: Settings) -> str:
    """Whether every trunk answers OPTIONS, whatever it says."""
    edge = edge_settings(settings)
    if not edge.trunks:
        raise HotlineError("no trunk: callbacks reach only SIP addresses", remedy="set HOTLINE_TRUNK_HOST")
    answers = [await _answer_of(edge, trunk) for trunk in edge.trunks]
    return ", ".join(answers)


async def _answer_of(edge: EdgeSettings, trunk: Trunk) -> str:
    try:
        status = await ping(edge, trunk, SystemClock(), _ANSWER_SECONDS)
    except TimeoutError as fault:
        raise HotlineError(
            f"trunk {trunk.name} ({trunk.host}) does not answer",
            remedy="check its port and transport, the firewall, and whether it knows our address",
        ) from fault
    except OSError as fault:
        raise HotlineError(
            f"nothing can be sent to trunk {trunk.name} ({trunk.host})", remedy="check its host and the name service"
        ) from fault
    return f"{trunk.name} answers {status}"
