"""Settings from flags, environment and `.env`."""

from orbiter_api.config.fields import FIELDS, SettingsError
from orbiter_api.config.render import render_env_example, render_reference
from orbiter_api.config.secret_key import known_secret_key, with_secret_key
from orbiter_api.config.settings import Settings, is_loopback, load_settings

__all__ = [
    "FIELDS",
    "Settings",
    "SettingsError",
    "is_loopback",
    "known_secret_key",
    "load_settings",
    "render_env_example",
    "render_reference",
    "with_secret_key",
]
