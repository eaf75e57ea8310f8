"""Every strange datagram there is, for those who want to throw them all."""

from __future__ import annotations

from tests.sip.torture.beyond import BEYOND
from tests.sip.torture.rfc4475_invalid import INVALID
from tests.sip.torture.rfc4475_layers import LAYERS
from tests.sip.torture.rfc4475_valid import VALID
from tests.sip.torture.rfc5118 import IPV6, IPV6_OFFERS

CORPUS = (*VALID, *INVALID, *LAYERS, *IPV6, *IPV6_OFFERS, *BEYOND)
