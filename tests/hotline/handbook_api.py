"""The handbook's page about the API, as it has to be: `python -m tests.hotline.handbook_api` writes it."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hotline.handbook.api_docs import api_page
from tests.console.roles.house import role_house

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


async def made() -> str:
    """The page of the console with all its rooms."""
    with tempfile.TemporaryDirectory() as folder:
        async with role_house(Path(folder)) as house:
            return api_page(house.app.openapi())


if __name__ == "__main__":
    PAGE.write_text(asyncio.run(made()), encoding="utf-8")
