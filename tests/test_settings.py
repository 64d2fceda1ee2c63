from __future__ import annotations

from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.errors import ConfigurationError
from bot.settings import FIELDS, Settings

EXAMPLE_FILE = Path(__file__).parents[1] / ".env.example"


def load(**environ: str) -> Settings:
    return Settings.load(environ, None)


def problem(**environ: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load(**environ)
    return caught.value


def test_nothing_needs_to_be_set() -> None:
    settings = load()
    assert settings.discord_token is None
    assert settings.database_url == "sqlite:///data/oped.db"
    assert settings.discord_api_url is None
    assert settings.guilds == ()
    assert settings.backup_days == 30
    assert settings.purge_days == 30
    assert settings.log_format is None
    assert not settings.debug


def test_a_key_set_to_nothing_counts_as_not_set() -> None:
    assert Settings.load(dict.fromkeys(FIELDS, " "), None) == load()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OPED_LOG=json\nOPED_GUILDS=1\n")
    settings = Settings.load({"OPED_LOG": "console"}, file)
    assert settings.log_format == "console"
    assert settings.guilds == (1,)


def test_a_key_set_to_nothing_in_the_environment_hides_nothing(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OPED_LOG=json\n")
    assert Settings.load({"OPED_LOG": ""}, file).log_format == "json"


def test_a_dollar_in_the_file_stands_for_itself(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DISCORD_TOKEN=a${HOME}b\n")
    token = Settings.load({}, file).discord_token
    assert token is not None
    assert token.get_secret_value() == "a${HOME}b"


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"DISCORD_TOKEN=\xff\xfe\n")
    with pytest.raises(ConfigurationError) as caught:
        Settings.load({}, file)
    assert caught.value.place == str(file)


def test_a_misspelt_key_in_the_file_is_not_passed_over(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OPED_GUILD=1\nOPED_COLOUR_OF_THE_SKY=blue\nSOMEBODY_ELSES=1\n")
    with pytest.raises(ConfigurationError) as caught:
        Settings.load({}, file)
    assert "Did you mean OPED_GUILDS?" in caught.value.sentence()
    assert "OPED_COLOUR_OF_THE_SKY" in caught.value.sentence()
    assert "SOMEBODY_ELSES" not in caught.value.sentence()


@pytest.mark.parametrize("token", ["x", "Bot abc", "a.b.c", "mfa.é", "😀"])
def test_a_token_of_any_shape_is_taken_and_never_shown(token: str) -> None:
    settings = load(DISCORD_TOKEN=f" {token}\n", OPED_LOG="json")
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == token
    assert "SecretStr('**********')" in repr(settings)
    assert "discord_token=SecretStr('**********')" in str(settings)


def test_no_problem_shows_what_was_set() -> None:
    error = problem(
        DISCORD_TOKEN="s3cret",
        DATABASE_URL="postgresql://oped:s3cret@db/oped",
        DISCORD_API_URL="http://u:s3cret@example.org",
        OPED_LOG="s3cret",
    )
    cause = error.__cause__ or error.__context__
    assert "s3cret" not in f"{error.sentence()} {error.place} {cause!r}"


def test_all_problems_are_reported_together_each_with_an_example() -> None:
    error = problem(
        DATABASE_URL="mysql://x",
        DISCORD_API_URL="nonsense",
        OPED_GUILDS="home",
        OPED_LOG="xml",
        OPED_DEBUG="perhaps",
    )
    bad = {"DATABASE_URL", "DISCORD_API_URL", "OPED_GUILDS", "OPED_LOG", "OPED_DEBUG"}
    assert set((error.place or "").split(", ")) == bad
    for key in bad:
        assert f"{key} " in error.message
        assert f"{key}={(FIELDS[key].examples or [''])[0]}" in (error.remedy or "")


@pytest.mark.parametrize("key", sorted(FIELDS))
def test_every_example_is_itself_usable(key: str) -> None:
    for example in FIELDS[key].examples or []:
        assert load(**{key: example}) != load() or key == "DATABASE_URL"


@pytest.mark.parametrize(
    "url", ["sqlite:///data/oped.db", "sqlite:////var/lib/oped/oped.db", "sqlite:///a b.db"]
)
def test_a_database_is_a_sqlite_file(url: str) -> None:
    assert load(DATABASE_URL=url).database_url == url


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://db/oped", "oped.db"]
)
def test_any_other_database_is_refused(url: str) -> None:
    assert problem(DATABASE_URL=url).place == "DATABASE_URL"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://discord.example.org/api/v10/", "https://discord.example.org/api/v10"),
        ("http://127.0.0.1:8080/api/v10", "http://127.0.0.1:8080/api/v10"),
        ("http://localhost/api/v10", "http://localhost/api/v10"),
        ("http://[::1]:80/api/v10", "http://[::1]:80/api/v10"),
    ],
)
def test_another_discord_is_encrypted_or_on_this_machine(url: str, kept: str) -> None:
    assert load(DISCORD_API_URL=url).discord_api_url == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://discord.example.org/api/v10",
        "http://127.0.0.1.example.org/api/v10",
        "http://localhost@example.org/api/v10",
        "http://[::1/api",
        "http://127.0.0.1:eighty/api",
        "ftp://127.0.0.1/api",
        "https:///api",
        "https://example.org/api?v=10",
        "//127.0.0.1/api",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    assert problem(DISCORD_API_URL=url).place == "DISCORD_API_URL"


def test_guilds_are_a_list_with_commas() -> None:
    assert load(OPED_GUILDS=" 1, 22 ,333,").guilds == (1, 22, 333)


@pytest.mark.parametrize("guilds", ["0", "-1", "1;2", "1 2", "home", "1.5", "٣", "9" * 400])
def test_guilds_are_ids(guilds: str) -> None:
    assert problem(OPED_GUILDS=guilds).place == "OPED_GUILDS"


@pytest.mark.parametrize("key", ["OPED_BACKUP_DAYS", "OPED_PURGE_DAYS"])
@pytest.mark.parametrize("days", ["0", "-1", "1.5", "a week", "٣", "36501", "9" * 400])
def test_days_are_a_whole_number_of_them(key: str, days: str) -> None:
    assert problem(**{key: days}).place == key


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text()))
def test_whatever_is_set_gives_settings_or_one_explained_problem(environ: dict[str, str]) -> None:
    explained = None
    try:
        Settings.load(environ, None)
    except ConfigurationError as error:
        explained = error
    if explained is not None:
        assert explained.message
        assert explained.remedy
        assert set((explained.place or "").split(", ")) <= set(environ)


def test_settings_do_not_change() -> None:
    settings = load()
    with pytest.raises(ValidationError, match="frozen"):
        settings.debug = True


def test_the_example_file_names_every_setting_and_changes_none() -> None:
    assert set(dotenv_values(EXAMPLE_FILE)) == set(FIELDS)
    assert Settings.load({}, EXAMPLE_FILE) == load()
