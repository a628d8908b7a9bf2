"""The settings, and the file that explains them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, load
from tests.conftest import REPOSITORY

LINE = re.compile(r"^([A-Z_]+)=(.*)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's own: neither variables nor a .env file."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def explained() -> dict[str, str]:
    """What .env.example says: every setting with its value."""
    lines = LINE.findall((REPOSITORY / ".env.example").read_text())
    assert len(lines) == len(dict(lines))
    return dict(lines)


def test_every_setting_is_explained_and_nothing_else(explained: dict[str, str]) -> None:
    assert set(explained) == {name.upper() for name in Settings.model_fields}


def test_the_explained_values_are_the_defaults(
    explained: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = load()
    for name, value in explained.items():
        monkeypatch.setenv(name, value)
    assert load() == defaults


def test_every_setting_has_a_comment_above_it() -> None:
    lines = (REPOSITORY / ".env.example").read_text().splitlines()
    for before, line in pairwise(lines):
        if LINE.match(line):
            assert before.startswith("#") or LINE.match(before), line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("access", "all"),
        ("undo_s", 0),
        ("threads", -1),
        ("owner_ids", "ann"),
        ("max_pixels", 1),
        ("device", "tpu"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_the_settings_name(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=f"The setting {name.upper()} does not fit: .+"):
        load(**{name: value})


def test_a_refusal_does_not_show_the_value() -> None:
    with pytest.raises(SettingsError) as refusal:
        load(telegram_bot_token=["s3cret"])
    assert "s3cret" not in str(refusal.value)


def test_the_database_lies_in_the_data_folder_unless_it_is_named() -> None:
    assert load(data_dir="here").database == f"sqlite:///{Path('here').absolute() / 'glance.db'}"
    assert load(database_url="sqlite:////elsewhere.db").database == "sqlite:////elsewhere.db"


def test_owners_are_separated_by_commas() -> None:
    assert load(owner_ids="1, 22,,333 ").owner_ids == {1, 22, 333}


def test_secrets_are_known_and_never_shown() -> None:
    settings = load(telegram_bot_token=SecretStr("1:abc"), database_url="sqlite:////s.db")
    assert set(settings.secrets) == {"1:abc", "sqlite:////s.db"}
    assert "1:abc" not in repr(settings)
