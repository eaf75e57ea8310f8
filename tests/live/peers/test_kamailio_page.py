"""What docs/connecting.md tells operators to write into Kamailio's files, word for word, in a real Kamailio."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from ivr.messages import Drain, HangUp, LegAnswered
from tests.live.peers.application import settings
from tests.live.peers.conftest import Start
from tests.live.peers.kamailio import HOST, modules, serving
from tests.live.peers.scenario import caller_by_proxy
from tests.live.peers.sipp import SippBench, program
from tests.ports import free_port

_PAGE = Path(__file__).parents[3] / "docs" / "connecting.md"
#: What the page says that a proxy has anyway, as far as a call between friends needs it; and who answered what.
_AROUND = """\
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
children=1  # so that no message overtakes the one before it
log_stderror=yes
dns=no
mpath="{modules}"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "xlog.so"

request_route {{
    if (has_totag()) {{
        if (loose_route()) t_relay();
        exit;
    }}
    route(HOTLINE);
}}
reply_route {{
    xlog("L_ERR", "REPLY $rs $rm\\n");
}}

{page}
"""


def _block(file: str) -> str:
    """What is to stand in a file, by the page."""
    found = re.search(rf"^`{re.escape(file)}`[^\n]*:\n```\n(.*?)^```$", _PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert found is not None, f"{_PAGE.name} does not say what stands in {file}"
    return found[1]


def _write(folder: Path, port: int, page: str) -> Path:
    folder.mkdir()
    file = folder / "kamailio.cfg"
    file.write_text(_AROUND.format(port=port, modules=modules(), page=page), encoding="utf-8")
    return file


def test_kamailio_finds_no_fault_with_what_the_page_says(tmp_path: Path) -> None:
    file = _write(tmp_path / "proxy", free_port(), _block("kamailio.cfg"))
    command = [program("kamailio", "kamailio"), "-c", "-f", str(file), "-Y", str(tmp_path)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert not re.search("ERROR|CRITICAL|WARNING", checked.stderr), checked.stderr


async def test_calls_go_to_the_hotline_that_takes_them_and_never_to_one_that_is_being_stopped(
    tmp_path: Path, start: Start, sipp: SippBench
) -> None:
    hotlines = {"192.0.2.20:5060": free_port(HOST), "192.0.2.21:5060": free_port(HOST)}
    serves, stops = [await start(settings(HOST, port)) for port in hotlines.values()]
    stops.send(Drain(True))
    port, listed, page = free_port(HOST), _block("dispatcher.list"), _block("kamailio.cfg")
    for theirs, ours in hotlines.items():
        assert theirs in listed
        listed = listed.replace(theirs, f"{HOST}:{ours}")
    folder = tmp_path / "proxy"
    # No ping in the meantime: it is a call that is to find out who is being stopped.
    differs = {"/etc/kamailio/": f"{folder}/", '"ds_ping_interval", 5': '"ds_ping_interval", 600'}
    for said, here in differs.items():
        assert said in page
        page = page.replace(said, here)
    _write(folder, port, page)
    (folder / "dispatcher.list").write_text(listed, encoding="utf-8")
    async with serving(folder, port) as proxy:
        for count in (1, 2):  # they are tried by turns
            caller = await sipp.calls(proxy.address, caller_by_proxy("1000"))
            answered = await serves.until(LegAnswered, count=count)
            serves.send(HangUp(answered.leg))
            await caller.succeeds()
        assert "REPLY 503 INVITE" in proxy.log
    assert not stops.events
