"""SRV records (RFC 2782), by dnspython."""

from __future__ import annotations

import dns.asyncresolver
import dns.exception
import dns.resolver
from dns.rdtypes.IN.SRV import SRV

from ivr.sip.resolve import Service

#: Seconds that one question may take.
_PATIENCE = 3.0


async def services(name: str, resolver: dns.asyncresolver.Resolver | None = None) -> list[Service]:
    """The records of a name; empty where there are none. Raises OSError where the name service does not answer.

    `resolver` is made anew from /etc/resolv.conf where none is given: the file may have changed.
    """
    try:
        asked = resolver or dns.asyncresolver.Resolver()
        answer = await asked.resolve(name, "SRV", lifetime=_PATIENCE, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoResolverConfiguration):
        return []
    except dns.exception.DNSException as fault:
        raise OSError(str(fault)) from fault
    records = [record for record in answer if isinstance(record, SRV)]
    return [Service(r.priority, r.weight, r.port, str(r.target).rstrip(".")) for r in records]
