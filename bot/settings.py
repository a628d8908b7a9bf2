"""The settings of the bot: the only place that reads the environment (with `ml.settings`, which it extends).

Every setting is explained in .env.example, which a test holds against this class.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, SecretStr, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from ml.settings import ModelSettings

MINUTE_S = 60.0
DAY_S = 24 * 60 * MINUTE_S


class SettingsError(Exception):
    """The settings cannot be used; the message is one sentence that names the setting."""


class Settings(ModelSettings):
    """Everything that can be set. Times are in seconds, and end in `_s`."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    telegram_bot_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    database_url: SecretStr = SecretStr("")

    owner_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    access: Literal["open", "invite", "owner"] = "open"
    user_photos_per_day: int = Field(default=500, ge=1)
    chat_photos_per_day: int = Field(default=2000, ge=1)
    disk_cap_mb: int = Field(default=5000, ge=10)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    rate_limit: bool = True

    album_quiet_s: float = Field(default=1.5, ge=0)
    album_cap_s: float = Field(default=10.0, ge=0)
    enrol_s: PositiveFloat = 30 * MINUTE_S
    pending_face_s: PositiveFloat = DAY_S
    undo_s: PositiveFloat = 10 * MINUTE_S
    stranger_s: PositiveFloat = 30 * DAY_S
    strangers_s: PositiveFloat = DAY_S
    purge_s: PositiveFloat = 7 * DAY_S
    invite_s: PositiveFloat = 7 * DAY_S
    inbox_keep_s: PositiveFloat = 7 * DAY_S

    poll_timeout_s: int = Field(default=30, ge=1)
    conflict_s: PositiveFloat = 10.0
    lease_s: PositiveFloat = 120.0
    retry_first_s: PositiveFloat = 1.0
    retry_max_s: PositiveFloat = 60.0
    send_give_up_s: PositiveFloat = 2 * DAY_S
    worker_timeout_s: PositiveFloat = 30.0
    worker_start_s: PositiveFloat = 300.0
    housekeeping_s: PositiveFloat = 60.0
    stop_s: PositiveFloat = 10.0

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return frozenset(int(part) for part in value.split(",") if part.strip())
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def database(self) -> str:
        """The database's address: DATABASE_URL, else a SQLite file in DATA_DIR."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir.absolute() / 'glance.db'}"

    @property
    def features_dir(self) -> Path:
        return self.data_dir / "features"

    @property
    def trainings_dir(self) -> Path:
        return self.data_dir / "trainings"

    @property
    def rooms(self) -> tuple[Path, ...]:
        """The folders in DATA_DIR that the bot makes, for itself alone, before anybody writes into them."""
        return self.spool_dir, self.models_dir, self.features_dir, self.trainings_dir

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never reach a log or a chat."""
        values = (self.telegram_bot_token.get_secret_value(), self.database_url.get_secret_value())
        return tuple(value for value in values if value)


def load(**overrides: object) -> Settings:
    """Read the settings. Raises SettingsError with one sentence for the first value that does not fit."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "a setting"
        raise SettingsError(f"The setting {name} does not fit: {first['msg']}.") from error
