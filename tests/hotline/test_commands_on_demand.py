"""The command line begins at once: what a command needs is imported when it is given."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from hotline.cli import app
from hotline.commands_on_demand import LATER

#: Packages that take a tenth of a second or more, or tens of megabytes: none of them is for whoever watches processes.
_HEAVY = {"sqlalchemy", "numpy", "scipy", "sklearn", "fastapi", "nicegui", "alembic", "reportlab", "phonenumbers"}


def imported(*modules: str) -> set[str]:
    program = f"import sys, {', '.join(modules)}; print(*(name.split('.')[0] for name in sys.modules))"
    return set(
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    )


@pytest.mark.parametrize("modules", [("hotline.cli",), ("hotline.cli", "hotline.serve")])
def test_the_command_line_and_the_supervisor_need_nothing_heavy(modules: tuple[str, ...]) -> None:
    assert imported(*modules) & _HEAVY == set()


def test_the_help_names_every_command() -> None:
    told = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout
    assert [name for name in ("serve", "db", *LATER) if f" {name} " not in told] == []


@pytest.mark.parametrize("name", LATER)
def test_each_command_is_called_by_its_name(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"], prog_name="hotline")
    assert told.exit_code == 0
    assert f"hotline {name} " in told.stdout


def test_a_slip_of_the_fingers_is_understood() -> None:
    told = CliRunner().invoke(app, ["promise"])
    assert told.exit_code == 2
    assert "promises" in told.stderr
