"""Who signs in, in tests."""

from __future__ import annotations

from console.users import Role, User

PASSWORD = "a good password"
PEOPLE = (
    User("minji", "Kim Min-ji", Role.AGENT, "minji"),
    User("sam", "Sam Reyes", Role.SUPERVISOR),
    User("root", "Ada", Role.ADMIN),
)
