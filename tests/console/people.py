"""Who signs in, in tests."""

from __future__ import annotations

from functools import cache

from console.identity.passwords import hash_password
from console.identity.users import Role, User

PASSWORD = "a good password"
PEOPLE = (
    User("minji", "Kim Min-ji", Role.AGENT, "minji"),
    User("sam", "Sam Reyes", Role.SUPERVISOR),
    User("root", "Ada", Role.ADMIN),
)


@cache
def kept_password() -> str:
    """The hash of `PASSWORD`; made once, for hashing takes long on purpose."""
    return hash_password(PASSWORD)
