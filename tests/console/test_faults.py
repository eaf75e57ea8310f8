"""Whoever reads a page in Chinese or Korean reads there, too, what is refused and what to do about it."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from callbacks.contacts.contact_csv import read_contacts_csv
from callbacks.ledger import LedgerRefusal
from callbacks.model import CaseStatus, ProblemState, PromiseState
from callbacks.window_check import WhyNot
from config.errors import HotlineError, NotFound, Refused
from config.urgency import Urgency
from config.versions import VersionConflict
from console.desk.wrap_up import Incomplete, Missing
from console.errors import Forbidden, TooManyFailures, WindowRefused
from console.faults import FOLDER, in_words, sentence, translated, translations
from console.identity.cookies import COOKIE
from console.identity.users import Action, Role
from console.pages.desk_view import Showing
from console.pages.file_view import conflict
from console.pages.import_view import fault_list
from console.ports import Site
from console.words import LANGUAGES, words
from ivr.live_casedesk import _WHY
from tests.console.fault_sources import ERRORS, ROOT, told, whys
from tests.console.people import PEOPLE
from tests.console.roles.house import role_house
from tests.console.sample_book import sample_file
from tests.console.versions import version

pytestmark = pytest.mark.long

#: Where pages meet errors. The API says everything in English.
SOURCES = (
    *("console/**/*.py", "ivr/**/*.py", "callbacks/**/*.py", "routing/floor.py"),
    *("prompts/takes.py", "prompts/voices/pydub_level.py"),
    *("config/versions.py", "config/edit_*.py", "config/form_*.py"),
    *("hotline/rehearsal/file_rehearsal.py", "hotline/practice/*.py", "hotline/published_files.py"),
    *("hotline/recording_*.py", "hotline/sessions.py", "hotline/walk/trial.py", "hotline/walk/trying*.py"),
)
#: Folders and files whose errors no page shows, and why.
NOT_ON_PAGES = {
    "console/api/": "the API says everything in English",
    "ivr/media/": "a call without a port is refused to the caller, by its SIP status",
    "ivr/speech/": "models are looked for when the program starts, and fetched from the command line",
}
#: Arguments that are not read off where they stand, and why that is no gap.
ELSEWHERE = {
    ("callbacks/contacts/contact_csv.py", "wrong.what"): "each `_WrongCell` is read where it is raised",
    ("callbacks/contacts/contact_csv.py", "wrong.remedy"): "each `_WrongCell` is read where it is raised",
    ("callbacks/contacts/contact_csv.py", "what"): "each `_WrongCell` is read where it is raised",
    ("console/errors.py", "what"): "each `NotUnderstood` and `PasswordRefused` is read where it is raised",
    ("console/errors.py", "remedy"): "each `NotUnderstood` and `PasswordRefused` is read where it is raised",
    ("hotline/walk/trying.py", "found[0].remedy"): "the checks of the hotline file speak English",
}
FOREIGN = [language for language in LANGUAGES if language != "en"]
PLACE = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", FOREIGN)
def test_every_fault_that_a_page_can_show_is_translated(language: str) -> None:
    texts, _ = told(SOURCES, NOT_ON_PAGES)
    there = translations(language).texts
    assert [f"{one.path}:{one.line}: {one.text}" for one in texts if one.text not in there] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_no_translation_outlives_its_fault(language: str) -> None:
    texts, _ = told(SOURCES, NOT_ON_PAGES)
    assert sorted(set(translations(language).texts) - {one.text for one in texts}) == []


def test_what_cannot_be_read_off_the_source_is_known() -> None:
    _, unread = told(SOURCES, NOT_ON_PAGES)
    assert {(one.path, one.source) for one in unread} == set(ELSEWHERE)


def test_every_error_of_the_rooms_is_looked_for() -> None:
    """A new kind of error is either read, or shown to nobody who reads a page."""
    unseen = {
        # Of settings, files, the database and speech: met when the program starts, or by callers' lines.
        *("AddressInUse", "DatabaseFault", "DatabaseTooNew", "HotlineFileFault", "HotlineFileFaults", "ModelMissing"),
        *("EncryptionFault", "FetchFailed", "PortsExhausted", "RecogniserFailed", "SettingsFault"),
    }
    known = {"HotlineError"} | set(ERRORS) | unseen
    classes = [
        node
        for room in ("config", "callbacks", "ivr", "console")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert sorted({one.name for one in classes if {ast.unparse(base) for base in one.bases} & known} - known) == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_says_every_value_of_its_fault(language: str) -> None:
    table = translations(language)
    wrong = [text for text, said in table.texts.items() if sorted(PLACE.findall(text)) != sorted(PLACE.findall(said))]
    assert wrong == []
    assert [text for text, said in table.texts.items() if not said.strip() or said.strip()[-1] in ".。"] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_values_that_are_words_of_the_program_are_translated(language: str) -> None:
    commands = ast.parse((ROOT / "callbacks/commands.py").read_text("utf-8")).body
    expected = {
        "action": {action.value for action in Action},
        "command": {node.name for node in commands if isinstance(node, ast.ClassDef)},
        "missing": {lack.value for lack in Missing},
        "role": {role.value for role in Role},
        "state": {"not made", "solved already", "not confirmed yet", *PromiseState, *ProblemState},
        "status": {status.value for status in CaseStatus},
        "urgency": {urgency.value for urgency in Urgency},
        "why": {why.value for why in WhyNot} | whys("callbacks/ledger.py"),
        "why_not": set(_WHY.values()),
    }
    assert {place: set(said) for place, said in translations(language).values.items()} == expected


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_tables_are_whole(path: Path) -> None:
    assert YAML(typ="safe").load(path)


def test_a_fault_is_said_in_the_readers_language() -> None:
    nobody = NotFound("there is no such contact")
    assert in_words(nobody, "zh") == ("没有这个联系人", "")
    assert in_words(nobody, "ko") == ("그런 연락처가 없습니다", "")
    assert in_words(nobody, "en") == ("there is no such contact", "")


def test_values_stand_where_the_language_wants_them() -> None:
    assert in_words(TooManyFailures(42), "zh") == ("登录失败次数过多", "请在 42 秒后再试")
    assert in_words(TooManyFailures(42), "ko") == ("로그인에 너무 여러 번 실패했습니다", "42초 뒤에 다시 해 보세요")
    assert translated("the column `say {x}` is there twice", "zh") == "列 `say {x}` 出现了两次"


def test_words_of_the_program_are_translated_within_a_fault() -> None:
    forbidden = Forbidden("as agent you may not see promises for bo")
    assert in_words(forbidden, "zh")[0] == "您的角色（坐席）无权为 bo 执行：查看承诺"
    assert translated("money is not less urgent than service", "ko") == "‘금전’은(는) ‘서비스’보다 덜 긴급하지 않습니다"
    assert in_words(WindowRefused("night", ()), "zh")[0] == "不能承诺这个时间段：这个时间不便打扰对方"
    lacking = Incomplete((Missing.OUTCOME, Missing.SOLVED))
    assert in_words(lacking, "ko")[0] == "마무리에 빠진 것이 있습니다: 통화 결과, 해결 여부"
    assert in_words(lacking, "zh")[0] == "整理还缺少：通话结果、是否已解决"
    refused = LedgerRefusal("Make", None, "its window must end after it opens, and not be over")
    assert in_words(refused, "zh")[0] == "作出承诺被拒绝：承诺的状态是“尚未作出”，时间段的结束要晚于开始，且尚未过去"


def test_what_has_no_translation_stays_english() -> None:
    odd = Refused("the moon is full", remedy="wait a week")
    assert in_words(odd, "zh") == in_words(odd, "ko") == ("the moon is full", "wait a week")


def test_a_fault_and_its_remedy_become_one_line_in_the_languages_own_stops() -> None:
    pause = Refused("a pause needs a reason", remedy="say why, for example: break")
    assert sentence(pause, "en") == "a pause needs a reason. say why, for example: break"
    assert sentence(pause, "zh") == "暂停需要原因。请说明原因，例如：休息。"
    assert sentence(pause, "ko") == "멈추려면 까닭이 필요합니다. 까닭을 적으세요. 예: 휴식."
    assert sentence(HotlineError("a reason is needed"), "ko") == "사유가 필요합니다"


@pytest.mark.parametrize(("language", "said"), [("zh", "您的角色（坐席）无权"), ("ko", "상담원 역할로는")])
async def test_a_page_says_in_the_readers_language_why_it_is_closed(tmp_path: Path, language: str, said: str) -> None:
    async with role_house(tmp_path) as house, house.served() as browser:
        headers = {"Cookie": f"{COOKIE}={await house.session_of(PEOPLE[0])}", "Accept-Language": language}
        page = (await browser.get("/audit", headers=headers)).text
    assert said in page
    assert "you may not" not in page


def test_what_is_wrong_with_a_line_is_said_in_the_readers_language() -> None:
    showing = Showing(words("ko"), Site.of(sample_file()), datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    _, faults = read_contacts_csv("number\nabc\n", sample_file())
    shown = fault_list(showing, faults)
    assert "전화번호가 아닙니다" in shown
    assert "+국가번호 번호" in shown


def test_who_was_overtaken_reads_it_in_their_language() -> None:
    theirs = version(2, "b")
    shown = conflict(words("zh"), VersionConflict(version(1, "a"), theirs, "c"), 2)
    assert f"{theirs.author} 在此期间发布了版本 2（{theirs.reason}）" in shown
