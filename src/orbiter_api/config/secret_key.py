"""Where the secret key comes from. There is no default: a default key is a published key."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path

import msgspec

from orbiter_api.config.fields import SettingsError
from orbiter_api.config.settings import Settings

log = logging.getLogger("orbiter.config")
MIN_LENGTH = 32
_KNOWN = ("change-me", "changeme", "secret", "password", "orbiter", "default", "example", "development", "insecure")
_HOW = "Make one with `openssl rand -hex 32` and set it as ORBITER_SECRET_KEY."


def with_secret_key(settings: Settings) -> Settings:
    """`settings` with a usable key: the one that was set; else, on a loopback address, the one kept beside the
    database, made at the first start. Raises SettingsError with a sentence that says how to make one."""
    if settings.secret_key:
        return msgspec.structs.replace(settings, secret_key=_checked(settings.secret_key, "ORBITER_SECRET_KEY"))
    if not settings.loopback:
        raise SettingsError(f"ORBITER_SECRET_KEY is not set, and {settings.host} can be reached by others. {_HOW}")
    if settings.database_file is None:
        return msgspec.structs.replace(settings, secret_key=secrets.token_hex(32))
    return msgspec.structs.replace(settings, secret_key=_kept(key_file(settings.database_file)))


def known_secret_key(settings: Settings) -> str | None:
    """The key that was set or is kept, if there is one; none is made. Raises SettingsError for one that is no good."""
    if settings.secret_key:
        return _checked(settings.secret_key, "ORBITER_SECRET_KEY")
    kept = key_file(settings.database_file) if settings.database_file else None
    return _kept(kept) if kept is not None and kept.exists() else None


def key_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.key")


def _checked(key: str, source: str) -> str:
    plain = key.strip().lower()
    if len(plain) < MIN_LENGTH or len(set(plain)) < 8:
        raise SettingsError(f"{source} is too short or too simple to be a secret. {_HOW}")
    if any(plain.startswith(known) for known in _KNOWN):
        raise SettingsError(f"{source} is a well-known value and no secret. {_HOW}")
    return key.strip()


def _kept(path: Path) -> str:
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            log.warning("%s can be read by other accounts of this machine. Run: chmod 600 %s", path, path)
        return _checked(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The secret key in {path} cannot be used: {type(error).__name__}. Make the folder writable, or: {_HOW}"
        ) from None


def _make(path: Path) -> None:
    """Write whole, then link into place: of two processes that start at once one wins, and the other reads its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
