"""At which phone an agent sits in this shift, where it is not the one that the hotline file names."""

from __future__ import annotations

from config.errors import Refused
from config.hotline_file import Agent
from ivr.dial_plan import DialPlan, can_be_called
from ivr.sip.fault import SipFault
from ivr.sip.uri import parse_uri
from routing.live_floor import LiveFloor

_LONGEST = 200


def checked_station(station: str, plan: DialPlan) -> str:
    """The address as it may be rung: a SIP address with a name before the @, or a number; either must be
    allowed by the dial plan. Raises `Refused`."""
    if ":" not in station:
        if station.isascii() and can_be_called(station, plan.dialling):
            return station
        raise Refused("this is no number that may be dialled", remedy="give a SIP address, like sip:ana@192.0.2.7")
    try:
        uri = parse_uri(station) if len(station) <= _LONGEST else None
    except SipFault:
        uri = None
    if uri is None or not uri.user or uri.headers:
        raise Refused("this is no SIP address", remedy="write it like sip:ana@192.0.2.7:5060")
    plan.route(str(uri), "")
    return str(uri)


def station_of(floor: LiveFloor, agent: str, declared: Agent) -> str:
    """The phone to ring first."""
    seated = next((one.station for one in floor.agents() if one.id == agent), "")
    return seated or declared.station


def phones_of(floor: LiveFloor, agent: str, declared: Agent) -> tuple[str, ...]:
    """Every phone to ring. Who sits elsewhere is not rung at the phone they left."""
    return (station_of(floor, agent, declared), *declared.devices)
