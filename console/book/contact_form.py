"""What a person enters about a contact, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from callbacks.contacts.contact_csv import is_mail
from callbacks.contacts.numbers import is_number, normal_number
from callbacks.model import Channel, Contact
from config.errors import Refused
from config.hotline_file import HotlineFile

_LONGEST_NAME, _LONGEST_NOTES = 200, 4000


@dataclass(frozen=True, slots=True)
class ContactForm:
    """The fields as they were typed; `numbers` are separated by commas, semicolons or lines."""

    numbers: str
    name: str = ""
    tier: str = ""
    language: str = ""
    channel: str = ""
    mail: str = ""
    notes: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> ContactForm:
        """From the values of a form; what is not there is empty."""
        return cls(*(form.get(name, "").strip() for name in cls.__slots__))

    def applied(self, contact: Contact, file: HotlineFile) -> Contact:
        """The contact as the form says. Raises `Refused` with what is wrong and how to mend it."""
        if len(self.name) > _LONGEST_NAME or len(self.notes) > _LONGEST_NOTES:
            raise Refused(
                "the name or the notes are too long", remedy=f"{_LONGEST_NAME} and {_LONGEST_NOTES} signs fit"
            )
        if self.tier not in file.tiers:
            raise Refused("this tier is not known", remedy=f"choose one of {', '.join(file.tiers)}")
        if self.language and self.language not in file.languages:
            raise Refused("this language is not spoken here", remedy=f"choose one of {', '.join(file.languages)}")
        if self.mail and not is_mail(self.mail):
            raise Refused("this is no mail address", remedy="write it as NAME@HOST")
        channel = Channel(self.channel) if self.channel in tuple(Channel) else contact.channel
        if channel is Channel.MAIL and not self.mail:
            raise Refused("there is no address to write to", remedy="enter one, or choose another way")
        first, *others = self._numbers(file.hotline.country) or ("",)
        return replace(
            contact,
            number=first,
            other_numbers=tuple(others),
            name=self.name,
            tier=self.tier,
            language=self.language or None,
            channel=channel,
            mail=self.mail,
            notes=self.notes,
        )

    def _numbers(self, country: str) -> list[str]:
        found = []
        for given in re.split(r"[;,\n]+", self.numbers):
            if not given.strip():
                continue
            number = normal_number(given, country)
            if not is_number(number):
                raise Refused(f"{given.strip()} is no telephone number", remedy="write it as +COUNTRY NUMBER")
            found.append(number)
        return found
