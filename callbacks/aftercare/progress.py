"""No silence lasts too long (lesson 16): a report on progress falls due by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from callbacks.aftercare.silence import Silence, last_window, look_from, windows_before, windows_from
from callbacks.bookkeeping import Bookkeeping
from callbacks.commands import KeepByCall
from callbacks.contacts.zones import zones_of
from callbacks.letters.telling import address_of, break_silence
from callbacks.model import Contact, Promise, PromiseKind, PromiseState
from callbacks.ports import BookUnit
from prompts.letters import Template
from routing.hours import Spell
from routing.windows import Window
from routing.work import Needs

#: So many silences a tier are broken at a time; the next look finds the others.
_AT_ONCE = 100
_TWO_WEEKS = timedelta(days=14)


class Progress(Bookkeeping):
    """The part of the promise book that watches for silence."""

    async def break_silences(self, now: datetime) -> tuple[Promise, ...]:
        """Wherever a contact would soon have heard nothing about an open case for longer than their tier's
        `maximum_silence_hours`: promise a report, to be given before that, or write one where they like to be written
        to. Returns the promises made; costs one look into an index a tier when there is nothing to do.
        """
        rules, made = self.rules.aftercare, list[Promise]()
        for tier, maximum in rules.maximum_silence.items():
            until = look_from(now, maximum, rules.window)
            async with self.store.reading() as reader:
                found = await reader.silences(tier, until, _AT_ONCE)
            for silence in found:
                async with self.store.unit_of_work() as unit:
                    contact = await self.the_contact(unit, silence.contact, lock=True)
                    if await unit.silence(silence.case) != silence:
                        continue  # they were told meanwhile, or another process was first
                    promise = await self._report(unit, contact, silence, silence.since + maximum, now)
                if promise is not None:
                    made.append(promise)
        return tuple(made)

    async def told_about(self, case_id: str, call_id: str) -> None:
        """The contact has talked with an agent about the case: that ends its silence, and keeps the report on progress
        that was owed, unless they are being rung about it."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            await self.the_contact(unit, (await self.the_case(unit, case_id)).contact, lock=True)
            await break_silence(unit, case_id, now)
            for owed in await unit.promises(case=case_id, kind=PromiseKind.PROGRESS):
                promise = await self.the_promise(unit, owed.id, lock=True)
                if promise.state.is_open and promise.state is not PromiseState.DIALLING:
                    await self.carry_out(unit, promise, KeepByCall(call_id), now)

    async def _window(
        self, unit: BookUnit, contact: Contact, needs: Needs, deadline: datetime, now: datetime
    ) -> Spell | None:
        """The latest window before the deadline that breaks no other promise, else the first such one after it. Where
        there is neither the report comes in time all the same: whose promise it breaks, the floor's order decides."""
        rules, end = self.rules.aftercare, max(now, deadline) + _TWO_WEEKS
        spells = tuple(rules.spells(needs.queue, now, end, zones_of(contact.number)))
        if now < deadline:  # what opens later can matter only by way of others in between
            has_room = rules.capacity(await unit.promised_calls(deadline), needs, now, end)
            found = next(filter(has_room, windows_before(spells, deadline, rules.window, now)), None)
            if found is not None:
                return found
        has_room = rules.capacity(await unit.promised_calls(end), needs, now, end)
        late = next(filter(has_room, windows_from(spells, max(now, deadline - rules.window), rules.window)), None)
        return late or last_window(spells, deadline, rules.window, now)

    async def _report(
        self, unit: BookUnit, contact: Contact, silence: Silence, deadline: datetime, now: datetime
    ) -> Promise | None:
        """The promise of a report; None where it is written, or nobody can be told."""
        case = await self.the_case(unit, silence.case)
        if address_of(contact):
            # What is written later today is not said yet, but it is on its way, and must not be written twice.
            await unit.save_silence(replace(silence, since=now))
            await self.tell(unit, contact, Template.PROGRESS, {"reference": case.reference}, case=case.id)
            return None
        window = await self._window(unit, contact, self.needs_about(case, contact), deadline, now)
        if window is None or not contact.can_be_rung:
            await unit.save_silence(
                replace(silence, promised=True)
            )  # until they ring in: there is no way to reach them
            return None
        return await self.give_about(
            unit,
            now,
            case,
            contact,
            PromiseKind.PROGRESS,
            Window(window.start, window.end),
            owner=case.owner,
            note="nothing was said about the case for long",
        )
