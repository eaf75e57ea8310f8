"""What the pages of practice, prompts and trials fetch and send, beside the API."""

from __future__ import annotations

from console.identity.users import Action
from tests.console.roles.row import ADMIN, EVERYONE, LEADERS, Row

_CLIP = {"language": "en", "name": "greeting.opus"}

WORKSHOP = (
    Row("GET", "/sounds/callers/{language}/{name}", EVERYONE, Action.MANAGE_SELF, _CLIP, beside=True),
    Row("GET", "/sounds/prompts/{language}/{name}", LEADERS, Action.SEE_FILE, _CLIP, beside=True),
    Row("GET", "/sounds/drafts/{language}/{name}", ADMIN, Action.MANAGE_PROMPTS, _CLIP, beside=True),
    Row("POST", "/prompts/recordings/{language}/{name}", ADMIN, Action.MANAGE_PROMPTS, _CLIP, query="?file=a.wav",
        beside=True),
    Row("POST", "/try-it/text", LEADERS, Action.SEE_FILE, body={"text": "hotline:"}, beside=True),
)  # fmt: skip
