"""The routes about calls: their records, and what was said in them, of which every look is written down."""

from __future__ import annotations

import csv
import io

from callbacks.calls import cdr
from console.identity.users import Action
from tests.console.sample_api import VIP, SampleApi


async def test_call_records_have_asterisks_fields_and_ours(api: SampleApi) -> None:
    assert (await api.ask("minji", "GET", "/calls")).status_code == 403
    first, second = (await api.ask("sam", "GET", "/calls")).json()["items"]
    assert (first["src"], first["dst"], first["disposition"]) == (VIP, "1000", "ANSWERED")
    assert (first["clid"], first["dstchannel"]) == (f'"Lee Ji-won" <{VIP}>', "SIP/minji")
    assert (first["codec"], first["jitter"], first["recorded"]) == ("PCMA", 3.5, True)
    assert (second["end"], second["duration"]) == (None, None)
    assert (await api.ask("sam", "GET", "/calls/call-1")).json() == first
    assert (await api.ask("sam", "GET", "/calls/none")).status_code == 404


async def test_calls_are_found_by_time_agent_and_contact(api: SampleApi) -> None:
    async def found(query: str) -> list[str]:
        return [call["uniqueid"] for call in (await api.ask("sam", "GET", f"/calls?{query}")).json()["items"]]

    assert await found("agent=minji") == ["call-1"]
    assert await found(f"contact={api.smoke.contact}&queue=urgent") == ["call-1"]
    assert await found("since=2026-03-10T04:00:00Z") == ["call-1", "call-2"]
    assert await found("until=2026-03-10T04:00:00Z") == []
    assert (await api.ask("sam", "GET", "/calls?since=yesterday")).status_code == 422
    assert (await api.ask("sam", "GET", "/calls?sicne=2026-03-10T04:00:00Z")).status_code == 422


async def test_all_calls_come_as_a_table_when_it_is_asked_for(api: SampleApi) -> None:
    asked = await api.ask("sam", "GET", "/calls?format=csv")
    accepted = await api.ask("sam", "GET", "/calls", headers={"Accept": "text/csv"})
    assert asked.text == accepted.text
    assert asked.headers["content-type"] == "text/csv; charset=utf-8"
    assert asked.headers["content-disposition"] == 'attachment; filename="calls.csv"'
    rows = list(csv.DictReader(io.StringIO(asked.text)))
    assert tuple(rows[0]) == cdr.COLUMNS
    assert [row["uniqueid"] for row in rows] == ["call-1", "call-2"]
    assert rows[0]["src"] == VIP


async def test_numbers_are_masked_for_who_may_not_see_contacts(api: SampleApi) -> None:
    sign_in = api.app.state.sign_in
    person = await sign_in.user_of(await api.token("sam"))

    async def program(_token: str) -> object:
        return type(person)(person.id, person.name, person.role, scopes=frozenset({Action.SEE_CDRS}))

    sign_in.user_of = program
    (first, _) = (await api.ask("sam", "GET", "/calls")).json()["items"]
    assert (first["src"], first["clid"]) == ("+82********78", "+82********78")
    assert VIP not in (await api.ask("sam", "GET", "/queue-events?format=csv")).text


async def test_what_was_said_is_shown_to_leaders_and_each_look_is_kept(api: SampleApi) -> None:
    assert (await api.ask("minji", "GET", "/calls/call-1/transcript")).status_code == 403
    lines = (await api.ask("sam", "GET", "/calls/call-1/transcript")).json()
    assert [line["text"] for line in lines] == ["it smells of smoke"]
    assert (await api.ask("sam", "GET", "/calls/call-1/recording")).content == b"RIFF"
    assert (await api.ask("sam", "GET", "/calls/none/transcript")).status_code == 404
    assert (await api.ask("sam", "GET", "/looks")).status_code == 403
    looks = (await api.ask("root", "GET", "/looks?of=call-1")).json()
    assert [(look["what"], look["by"]) for look in looks] == [("recording", "user:sam"), ("transcript", "user:sam")]


async def test_no_file_outside_the_folder_of_recordings_is_given_out(api: SampleApi) -> None:
    (api.house.records.folder.parent / "call-2.wav").write_bytes(b"not ours")
    assert (await api.ask("sam", "GET", "/calls/call-2/recording")).status_code == 404
    assert await api.book.looks() == ()


async def test_queue_events_tell_the_call_as_asterisk_would(api: SampleApi) -> None:
    assert (await api.ask("minji", "GET", "/queue-events")).status_code == 403
    events = (await api.ask("sam", "GET", "/queue-events?queue=urgent")).json()["items"]
    assert [(one["event"], one["agent"], one["data1"], one["data2"]) for one in events] == [
        ("ENTERQUEUE", "NONE", "", VIP),
        ("CONNECT", "minji", "60", "SIP/minji"),
        ("COMPLETECALLER", "minji", "60", "300"),
    ]
    paused = (await api.ask("sam", "GET", "/queue-events?agent=minji&event=ADDMEMBER")).json()["items"]
    assert [one["data1"] for one in paused] == ["PAUSED"]


async def test_a_page_of_queue_events_that_begins_in_the_middle_of_a_call_knows_its_beginning(api: SampleApi) -> None:
    events, cursor = [], ""
    while True:
        page = (await api.ask("sam", "GET", f"/queue-events?queue=urgent&limit=1{cursor}")).json()
        events += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert events == (await api.ask("sam", "GET", "/queue-events?queue=urgent")).json()["items"]
    assert len(events) == 3
