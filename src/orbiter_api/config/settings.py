"""Settings: flag over environment over `.env` in the working directory over default."""

from __future__ import annotations

import difflib
import ipaddress
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from orbiter_api.config.fields import FIELDS, Field, SettingsError

log = logging.getLogger("orbiter.config")
_PREFIX = "ORBITER_"
_EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound
_LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings, checked. See `config.fields` for what each one means; times and sizes carry their unit."""

    database_url: str = "sqlite+aiosqlite:///orbiter.db"
    secret_key: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    debug: bool = False
    session_expiry_hours: int = 72
    session_idle_hours: int = 0
    rate_limit_auth: int = 5
    rate_limit_general: int = 60
    rate_limit_agent: int = 10
    cors_origins: tuple[str, ...] = ()
    public_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    max_concurrent_runs: int = 200
    ballast_mb: int = 32
    min_free_mb: int = 64
    cleanup_interval_hours: int = 6

    def __repr__(self) -> str:
        shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in FIELDS if not f.secret)
        return f"Settings({shown})"

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None for a database in memory."""
        path = self.database_url.partition("://")[2].removeprefix("/").partition("?")[0]
        return Path(path) if path and path != ":memory:" else None

    @property
    def link_base(self) -> str:
        """What a link in a mail begins with. A request's Host header has no say in it: whoever asks for another
        person's link could send it anywhere."""
        host = "localhost" if self.host.strip("[]") in _EVERY_ADDRESS else self.host
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether the server listens to this machine alone."""
        return is_loopback(self.host)

    @property
    def reachable(self) -> bool:
        """Whether others may reach the server: by its address, or through a proxy on this machine."""
        names = (host.partition(":")[0] for host in self.allowed_hosts)
        return not self.loopback or bool(self.trusted_proxies) or not all(is_loopback(name) for name in names)


def is_loopback(host: str) -> bool:
    if host.lower() in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def load_settings(
    flags: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Settings:
    """Read and check. `flags` are by field name, None meaning not given. Raises SettingsError with a sentence."""
    environ = os.environ if environ is None else environ
    directory = directory or Path.cwd()
    written = read_env_file(directory / ".env")
    _warn_of_unknown(environ, written)
    values = {field.name: _value(field, flags or {}, environ, written) for field in FIELDS}
    values["database_url"] = _absolute(values["database_url"], directory)
    return Settings(**values)


def read_env_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines; blank lines, `#` comments, `export ` and quotes as in a shell's file, nothing is expanded."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {type(error).__name__}. Make it a readable UTF-8 file.") from None
    return dict(_line(line, path, number) for number, line in enumerate(text.splitlines(), 1) if _is_setting(line))


def _is_setting(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _line(line: str, path: Path, number: int) -> tuple[str, str]:
    name, separator, value = line.strip().removeprefix("export ").partition("=")
    if not separator:
        raise SettingsError(f"Line {number} of {path} is not NAME=value. Correct or remove it.")
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return name.strip(), value[1:-1]
    return name.strip(), value.partition(" #")[0].rstrip()


def _value(field: Field, flags: Mapping[str, Any], environ: Mapping[str, str], written: Mapping[str, str]) -> Any:
    flag = flags.get(field.name)
    if flag is not None:
        return field.read(str(flag), f"--{field.name.replace('_', '-')}")
    for source in (environ, written):
        for variable in (field.variable, field.also):
            if variable and source.get(variable, "").strip():
                return field.read(source[variable], variable)
    return field.default


def _absolute(url: str, directory: Path) -> str:
    scheme, _, rest = url.partition("://")
    path = rest.removeprefix("/")
    if path.startswith(("/", ":memory:")):
        return url
    return f"{scheme}:///{(directory / path).resolve()}"


def _warn_of_unknown(*sources: Mapping[str, str]) -> None:
    known = [field.variable for field in FIELDS]
    for name in sorted({name for source in sources for name in source if name.startswith(_PREFIX)} - set(known)):
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        log.warning("%s is not a setting and is ignored.%s", name, hint)
