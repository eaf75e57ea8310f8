"""What `hotline doctor` looks into about secrets: who may read their files, and the keys of what was said."""

from __future__ import annotations

from config.clock import SystemClock
from config.database import Database
from config.encryption import missing_keys
from config.events import EventBus
from config.settings import Settings, secret_files
from config.sql_keys import keys_needed


async def secrets(_settings: Settings) -> str:
    """Where secrets are. That others can read one of the files is told before there are any settings."""
    files = secret_files()
    return (
        ", ".join(f"{path} is its owner's alone" for path in files) or "no file has any: they come by the environment"
    )


async def encryption(settings: Settings) -> str:
    """Whether what was said is encrypted, with a key for all that is. Raises `EncryptionFault`, or `DatabaseFault`."""
    database = Database(settings.database_url.get_secret_value(), EventBus(), SystemClock())
    try:
        needed = await keys_needed(database)
    finally:
        await database.close()
    keyring = settings.keyring
    if missing := needed - keyring.ids:
        raise missing_keys(missing)
    if keyring.current is None:
        return "what is said is kept as it is; `hotline keys new` makes a key to encrypt it with (docs/security.md)"
    spare = keyring.ids - needed - {keyring.current.id.hex()}
    told = f"what is said is encrypted with the key {keyring.current.id.hex()}"
    return f"{told}; not needed here any more: {', '.join(sorted(spare))}" if spare else told
