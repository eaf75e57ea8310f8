"""README and handbook say the same in English and in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.translations import ROOT, SUMMARISED, Pair, differences, marked, orphans, pairs, shape

pytestmark = pytest.mark.long  # pages are alike on every Python

ENGLISH = """# Doors

A door has a [frame](frame.md#size) and `[no](link.md)`.

```sh
hotline check doors.yaml
```

```text
door 1: fine
```

```yaml
colour: red
```

| door | colour |
|---|---|
| 1 | red |

![A door](images/door-en.png)

## Keys
"""
CHINESE = """# 门

`[no](link.md)` 不是链接。门有[门框](frame.md)。

```sh
hotline check doors.yaml
```

```text
1 号门：没问题
```

```yaml
colour: red
```

| 门 | 颜色 |
|---|---|
| 1 | 红 |

![一扇门](../images/door-zh.png)

## 钥匙
"""


@pytest.fixture
def doors(tmp_path: Path) -> Pair:
    (tmp_path / "docs/zh").mkdir(parents=True)
    (tmp_path / "docs/images").mkdir()
    for name in ("docs/frame.md", "docs/zh/frame.md", "docs/images/door-zh.png"):
        (tmp_path / name).touch()
    (tmp_path / "docs/doors.md").write_text(ENGLISH, encoding="utf-8")
    pair = Pair("docs/doors.md", "docs/zh/doors.md", tmp_path)
    translate(pair, CHINESE)
    return pair


def translate(pair: Pair, text: str) -> None:
    path = pair.root / pair.chinese
    path.write_text(text, encoding="utf-8")
    path.write_text(marked(pair), encoding="utf-8")


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.english)
def test_a_page_says_the_same_in_chinese(pair: Pair) -> None:
    assert list(differences(pair)) == []


def test_every_chinese_page_has_an_english_one() -> None:
    assert orphans() == []


@pytest.mark.parametrize("name", sorted(SUMMARISED))
def test_what_is_only_summed_up_in_chinese_leads_to_the_whole(name: str) -> None:
    assert f"](../{name})" in (ROOT / "docs/zh" / name).read_text(encoding="utf-8")


def test_two_pages_of_one_shape_are_in_step(doors: Pair) -> None:
    assert list(differences(doors)) == []


def test_a_page_without_a_translation_is_named(doors: Pair) -> None:
    (doors.root / doors.chinese).unlink()
    (told,) = differences(doors)
    assert "docs/zh/doors.md is missing" in told
    assert "scripts/translated.py docs/doors.md" in told


def test_an_english_page_that_changed_since_is_found_though_its_shape_is_the_same(doors: Pair) -> None:
    (doors.root / doors.english).write_text(ENGLISH.replace("| red |", "| green |"), encoding="utf-8")
    (told,) = differences(doors)
    assert "docs/doors.md changed since docs/zh/doors.md was made from it" in told


def test_the_mark_of_another_page_does_not_count(doors: Pair) -> None:
    path = doors.root / doors.chinese
    path.write_text(path.read_text(encoding="utf-8").replace("docs/doors.md", "docs/gates.md"), encoding="utf-8")
    assert len(list(differences(doors))) == 1


@pytest.mark.parametrize(
    ("was", "becomes", "kind"),
    [
        ("## 钥匙", "### 钥匙", "headings"),
        ("hotline check doors.yaml", "hotline check 门.yaml", "blocks"),
        ("```text", "```ini", "blocks"),
        ("colour: red", "colour: 红", "blocks"),
        ("| 1 | 红 |\n", "", "tables"),
        ("| 门 | 颜色 |", "| 门 |", "tables"),
        ("images/door-zh.png", "images/window-zh.png", "pictures"),
        ("[门框](frame.md)", "门框", "links"),
        ("[门框](frame.md)", "[门框](../images/door-zh.png)", "links"),
    ],
)
def test_a_difference_is_told_with_both_files_and_its_kind(doors: Pair, was: str, becomes: str, kind: str) -> None:
    assert was in CHINESE
    translate(doors, CHINESE.replace(was, becomes))
    told = next(iter(differences(doors)))
    assert told.startswith(f"docs/doors.md and docs/zh/doors.md differ in their {kind}")


def test_two_headings_in_another_order_differ() -> None:
    assert shape("# A\n## B\n### C\n", "a.md") != shape("# A\n### C\n## B\n", "a.md")


def test_a_link_that_leads_nowhere_is_told(doors: Pair) -> None:
    (doors.root / "docs/zh/frame.md").unlink()
    assert list(differences(doors)) == ["docs/zh/doors.md points to frame.md, which is not there"]


def test_links_may_stand_in_another_order_and_pages_of_the_english_manual_are_linked_from_below() -> None:
    english = shape("See [calls](api.md), then [events](events.md).", "docs/index.md")
    assert english == shape("先看[事件](../events.md)，再看[接口](../api.md)。", "docs/zh/index.md")


def test_a_code_span_over_two_lines_hides_no_link() -> None:
    assert shape("Type `hotline cases\nreport` and [read](a.md) `b`.", "docs/x.md").links == ("docs/a.md",)


def test_a_chinese_page_whose_english_one_is_gone_is_found(doors: Pair) -> None:
    assert orphans(doors.root) == []
    (doors.root / doors.english).unlink()
    assert orphans(doors.root) == ["docs/zh/doors.md"]
