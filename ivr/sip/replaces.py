"""The Replaces header (RFC 3891): a new call that takes the place of one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from ivr.sip.dialog import DialogKey
from ivr.sip.fault import SipFault
from ivr.sip.text import parameter, parse_parameters


@dataclass(frozen=True, slots=True)
class Replaces:
    """The dialog to be replaced, as its owner knows it: `to_tag` is the tag of whoever gets the request with this
    header. `early_only`: only if it is not answered yet."""

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False

    def __str__(self) -> str:
        early = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{early}"

    @property
    def key(self) -> DialogKey:
        """The dialog, if it is one of ours."""
        return self.call_id, self.to_tag, self.from_tag

    @property
    def escaped(self) -> str:
        """As it stands in the headers of a URI (RFC 3261, 19.1.1)."""
        return quote(str(self), safe="")


def parse_replaces(text: str) -> Replaces:
    """Read the header. Raises SipFault(400)."""
    call_id, _, rest = text.strip().partition(";")
    parameters = parse_parameters(rest)
    to_tag, from_tag = parameter(parameters, "to-tag"), parameter(parameters, "from-tag")
    if not call_id.strip() or " " in call_id.strip() or not to_tag or from_tag is None:
        raise SipFault(400, "Replaces")
    # RFC 3891, 3: the tag "0" stands for elements older than RFC 3261, which have none.
    early_only = parameter(parameters, "early-only") is not None
    return Replaces(call_id.strip(), to_tag, "" if from_tag == "0" else from_tag, early_only)
