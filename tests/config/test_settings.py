"""Settings: which source wins, what is refused and in which words."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from orbiter_api.config import FIELDS, Settings, SettingsError, load_settings
from orbiter_api.config.__main__ import TARGETS

ROOT = Path(__file__).resolve().parents[2]


def load(tmp_path: Path, environ: dict[str, str] | None = None, **flags: object) -> Settings:
    return load_settings(flags, environ=environ or {}, directory=tmp_path)


def test_flag_wins_over_environment_over_file_over_default(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ORBITER_PORT=7001\nORBITER_SESSION_EXPIRY_HOURS=5\nORBITER_DEBUG=yes\n")
    settings = load(tmp_path, {"ORBITER_PORT": "7002", "ORBITER_SESSION_EXPIRY_HOURS": "6"}, port=7003)
    assert (settings.port, settings.session_expiry_hours, settings.debug) == (7003, 6, True)
    assert settings.rate_limit_auth == 5


def test_host_and_port_are_read_without_prefix_but_the_prefix_wins(tmp_path: Path) -> None:
    assert load(tmp_path, {"HOST": "::1", "PORT": "9001"}).port == 9001
    assert load(tmp_path, {"HOST": "::1", "ORBITER_HOST": "127.0.0.2"}).host == "127.0.0.2"


def test_the_structs_defaults_are_those_of_the_table() -> None:
    assert {field.name: field.default for field in FIELDS} == {
        name: getattr(Settings(), name) for name in Settings.__struct_fields__
    }


def test_a_relative_database_starts_at_the_folder_of_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ORBITER_DATABASE_URL=sqlite:///data/my.db\n")
    settings = load(tmp_path)
    assert settings.database_file == tmp_path / "data" / "my.db"
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/data/my.db"


def test_an_absolute_database_stays(tmp_path: Path) -> None:
    assert load(tmp_path, database_url="sqlite:////srv/o.db").database_file == Path("/srv/o.db")


def test_env_file_understands_comments_quotes_and_export(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# no\n\nexport ORBITER_PORT='81' \nORBITER_HOST=127.0.0.3 # loopback\n")
    settings = load(tmp_path)
    assert (settings.port, settings.host) == (81, "127.0.0.3")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ORBITER_PORT", "many"),
        ("ORBITER_PORT", "65536"),
        ("ORBITER_PORT", "9" * 5000),
        ("ORBITER_DEBUG", "perhaps"),
        ("ORBITER_RATE_LIMIT_AUTH", "-1"),
        ("ORBITER_SESSION_EXPIRY_HOURS", "0"),
        ("ORBITER_CORS_ORIGINS", "*"),
        ("ORBITER_CORS_ORIGINS", "https://a.example/path"),
    ],
)
def test_a_bad_value_is_a_sentence_with_variable_value_and_what_is_allowed(
    tmp_path: Path, variable: str, value: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, {variable: value})
    sentence = str(refused.value)
    assert sentence.startswith(f"{variable} is {value!r}. It must be ")


def test_a_bad_secret_value_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, {"ORBITER_DATABASE_URL": "postgres://me:hunter2@db/x"})
    assert "ORBITER_DATABASE_URL" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_settings_do_not_show_secrets(tmp_path: Path) -> None:
    settings = load(tmp_path, {"ORBITER_SECRET_KEY": "s3cret" * 8})
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in f"{settings}"


def test_an_unknown_variable_is_named_with_the_nearest_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        load(tmp_path, {"ORBITER_RATE_LIMIT_AUHT": "3", "ORBITER_PORT": "1"})
    assert [record.getMessage() for record in caplog.records] == [
        "ORBITER_RATE_LIMIT_AUHT is not a setting and is ignored. Did you mean ORBITER_RATE_LIMIT_AUTH?"
    ]


def test_a_line_that_is_no_setting_is_refused_by_number(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ORBITER_PORT=1\nwhatever\n")
    with pytest.raises(SettingsError, match="Line 2"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback(tmp_path: Path, host: str, loopback: bool) -> None:
    assert load(tmp_path, host=host).loopback is loopback


@pytest.mark.parametrize("path", list(TARGETS))
def test_generated_files_are_fresh(path: Path) -> None:
    assert (ROOT / path).read_text() == TARGETS[path](), "run: python -m orbiter_api.config"
