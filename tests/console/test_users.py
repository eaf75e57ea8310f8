"""The table of rights."""

from __future__ import annotations

import pytest

from console.identity.users import RIGHTS, Action, Role, User, may

AGENT = User("minji", "Kim Min-ji", Role.AGENT, "minji")
SUPERVISOR = User("sam", "Sam", Role.SUPERVISOR, "sam")
ADMIN = User("root", "Ada", Role.ADMIN)


def test_every_action_says_something_about_every_role() -> None:
    assert set(RIGHTS) == set(Action)
    assert all(set(row) == set(Role) for row in RIGHTS.values())


@pytest.mark.parametrize("action", [Action.SEE_WORK, Action.SET_STATE, Action.SERVE, Action.SEE_PROMISES])
def test_an_agent_acts_for_nobody_else(action: Action) -> None:
    assert may(AGENT, action, "minji")
    assert not may(AGENT, action, "wei")
    assert not may(AGENT, action)


def test_a_supervisor_moves_agents_but_does_not_talk_for_them() -> None:
    assert may(SUPERVISOR, Action.SET_STATE, "minji")
    assert not may(SUPERVISOR, Action.SERVE, "minji")
    assert may(SUPERVISOR, Action.SERVE, "sam")


def test_a_person_who_is_no_agent_serves_nobody() -> None:
    assert not may(User("sam", "Sam", Role.SUPERVISOR), Action.SERVE, "minji")


def test_an_admin_may_do_everything() -> None:
    assert all(may(ADMIN, action, "minji") for action in Action)


def test_problems_and_the_hotline_file_are_not_for_agents() -> None:
    kept = (Action.OPEN_PROBLEM, Action.SOLVE_PROBLEM, Action.SEE_FILE, Action.CHECK_FILE)
    assert not any(may(AGENT, action) for action in kept)
