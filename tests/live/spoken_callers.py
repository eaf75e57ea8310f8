"""Callers who listen to what the hotline says, as its transcript has it, and answer with recorded speech or keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from callbacks.calls.records import CallLine, CallRecord, CallRecords, Speaker
from callbacks.service import PromiseBook
from config.clock import SystemClock
from config.hotline_file import HotlineFile
from hotline.demo.house import ADDRESS
from hotline.demo.peer import SpeakingPhone
from hotline.demo.people import DIALLED
from prompts.template import Fragment, parse
from prompts.texts import read_texts
from tests.live.spoken import Samples, plain
from tests.live.watched_house import WatchedHouse
from tests.ports import free_port

_YES, _NO = "1", "2"
_QUIET = 1.5  # seconds: longer than the pause between two sentences of a prompt
_LOOK = 0.3
_SAID_BACK = ("confirm", "confirm-safety", "confirm-legal", "confirm-right")


class TalkativeHouse(WatchedHouse):
    """With both recognisers; its books stay open to look into."""

    def __init__(self, folder: Path, agents: dict[str, SpeakingPhone], trunk: SpeakingPhone) -> None:
        super().__init__(folder, SystemClock(), trunk.port, {name: phone.uri for name, phone in agents.items()})
        self.sip_port, self.console_port = free_port(ADDRESS), free_port(ADDRESS)

    async def open_books(self) -> None:
        """Once the house is furnished."""
        self._opened = self._books()
        self.book, self.calls = await self._opened.__aenter__()

    async def close_books(self) -> None:
        """At the end."""
        await self._opened.__aexit__(None, None, None)

    book: PromiseBook
    calls: CallRecords


class Caller:
    """Somebody who complains in `language`. What they want, by category, they do not give up: what is said back wrong
    they deny."""

    def __init__(self, number: str, language: str, house: TalkativeHouse) -> None:
        self.phone = SpeakingPhone(number, ADDRESS)
        self.heard: list[str] = []
        self._language = language
        self._house = house
        self._lines = 0

    async def ring(self) -> None:
        """Call the hotline."""
        await self.phone.start()
        await self.phone.call(self._house.number(DIALLED[self._language]))

    async def complain(self, speech: Samples, wants: str, correction: Samples | None = None) -> None:
        """Say it, and correct what was understood, until the hotline has written it down or gives up on speech, which
        keys then replace. `correction` is said where a key would do."""
        title, is_right = title_of(wants, self._language, self._house.file), False
        while True:
            prompt, text = await self.hears()
            is_right = is_said_back(title, text, prompt, self._language) if prompt in _SAID_BACK else is_right
            match prompt:
                case "ask-problem" | "ask-problem-again":
                    await self.say(speech)
                case _ if prompt in _SAID_BACK and is_right:
                    await self.say(plain(self._language, "yes"))
                case _ if prompt in _SAID_BACK and correction is not None:
                    await self.say(correction)
                case _ if prompt in _SAID_BACK or prompt == "confirm-again":
                    self.phone.press(_YES if is_right else _NO)
                case "keys-only" | "confirm-which" if key := key_of(title, text, self._language):
                    self.phone.press(key)
                case "confirm-which":
                    await self.say(speech)
                case "case-opened":
                    return
                case _:
                    said = [line.text for line in await self.lines()]
                    raise AssertionError(f"{self.phone.user} got to {prompt}: {said}")

    async def say(self, speech: Samples) -> None:
        """Once the hotline has finished. Who is asked something else before that has no answer to give any more: the
        hotline took their silence for the end of a sentence, and then heard the rest of it."""
        quiet = asyncio.create_task(self.phone.wait_until_quiet(_QUIET))
        try:
            while not quiet.done():
                if await self._is_told_more():
                    return
                await asyncio.wait({quiet}, timeout=_LOOK)
            quiet.result()
        finally:
            quiet.cancel()
        await self.phone.say(speech)

    async def hears(self) -> tuple[str, str]:
        """The next thing that the hotline asks or tells, by its most telling prompt, and the whole text."""
        while True:
            for text in await self._unheard():
                self._lines += 1
                prompt = next(told_by(text, self._language), None)
                if prompt is not None:
                    self.heard.append(prompt)
                    return prompt, text
            await asyncio.sleep(_LOOK)

    async def _is_told_more(self) -> bool:
        return any(next(told_by(text, self._language), None) for text in await self._unheard())

    async def _unheard(self) -> list[str]:
        said = [line.text for line in await self.lines() if line.speaker is Speaker.HOTLINE]
        return said[self._lines :]

    async def hears_of(self, *wanted: str) -> str:
        """Until one of these is said."""
        while (await self.hears())[0] not in wanted:
            pass
        return self.heard[-1]

    async def lines(self) -> list[CallLine]:
        """The transcript so far."""
        record = await self.record()
        return list(await self._house.calls.lines(record.id)) if record else []

    async def record(self) -> CallRecord | None:
        """The call's."""
        contact = await self._house.book.contact_by_number(self.phone.user, "standard")
        return next(iter(await self._house.calls.of_contact(contact.id)), None)


#: What callers answer to, or wait for. The later ones are parts of what the earlier ones are said with.
_TELLING = (
    "keys-only", "confirm-which", "confirm-again", "confirm-safety", "confirm-legal", "confirm", "confirm-right",
    "ask-problem-again", "ask-problem", "case-opened", "nobody-free", "choose-time", "callback-made", "wait-soon",
)  # fmt: skip


def told_by(text: str, language: str) -> Iterator[str]:
    """The prompts of which `text` is made, as far as callers heed them, in any mood."""
    texts = read_texts(language)
    assert texts is not None
    for prompt in _TELLING:
        for wording in texts.prompts[prompt].values():
            fragments = [part.text for part in parse(wording) if isinstance(part, Fragment)]
            if all(fragment.strip() in text for fragment in fragments):
                yield prompt
                break


def title_of(category: str, language: str, file: HotlineFile) -> str:
    """As the hotline says it."""
    return file.categories[category].titles[language]


def is_said_back(title: str, text: str, prompt: str, language: str) -> bool:
    """Whether `text` asks if the matter has this title; where it asks about the wish alone, whether that has."""
    texts = read_texts(language)
    assert texts is not None
    asked = [wording for wording in texts.prompts[prompt].values() if "{category}" in wording]
    return any(wording.replace("{category}", title) in text for wording in asked) if asked else title in text


def key_of(title: str, text: str, language: str) -> str | None:
    """The key that the menu `text` offers for this title, if it does."""
    texts = read_texts(language)
    assert texts is not None
    menu = texts.prompts["keys-menu-item"]["calm"].replace("{category}", title)
    return next((d for d in "123456789" if menu.replace("{digit}", d) in text), None)
