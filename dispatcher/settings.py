"""Every setting: one ``MINSHENG_…`` variable with a default and one documented line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.codec import problems_of
from models.errors import ConfigureFirst

PREFIX = "MINSHENG_"


class Settings(BaseSettings):
    """What can be set; ``minsheng settings`` prints this as a table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    data: Path = Field(Path("data"), description="Data directory: log, store, models of one installation.")
    key: Path | None = Field(
        None, description="Key file of personal data, outside the data; empty: NAME.key beside the data directory NAME."
    )
    catalogue: Path | None = Field(None, description="Catalogue YAML of the city; empty: the built-in 光明区.")
    model: Path | None = Field(None, description="Folder of classifier weights; empty: the built-in ones.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8345, ge=0, le=65535, description="Port of the web server; 0 picks a free one.")
    partitions: int = Field(4, ge=1, le=1024, description="Partitions of new topics: the most ledgers at work at once.")
    batch: int = Field(500, ge=1, le=10_000, description="Most records that a stage takes in one transaction.")
    session_timeout: float = Field(
        10.0, gt=0, description="Seconds without a poll after which a stage is taken for dead."
    )
    deadletter_budget: int = Field(
        500, ge=1, description="Unreadable records in a row after which a stage stops instead of going on."
    )
    answer_timeout: float = Field(
        5.0, gt=0, le=60, description="Seconds the API waits for a decision before it answers 202."
    )
    clock_interval: float = Field(
        5.0, gt=0, description="Seconds between two looks of the clock at the orders whose limits come near."
    )
    outcome_days: int = Field(7, ge=1, description="Days that the outcome of a command can be asked for.")
    body_limit: int = Field(
        20_000_000, ge=1000, description="Largest HTTP body in bytes; a larger one is answered 413."
    )
    top_k: int = Field(5, ge=1, le=30, description="Suggestions kept with each order.")
    metrics_port: int = Field(0, ge=0, le=65535, description="Port for /metrics of a single stage's process; 0: none.")
    session_hours: float = Field(12.0, gt=0, le=24 * 30, description="Hours after which a browser signs in again.")
    session_idle_minutes: float = Field(
        60.0, gt=0, description="Minutes without a request after which a browser signs in again."
    )
    login_attempts: int = Field(5, ge=1, description="Failed logins of one name in the window after which it waits.")
    login_address_attempts: int = Field(
        20, ge=1, description="Failed logins from one client address in the window after which it waits."
    )
    login_window_s: int = Field(900, ge=1, description="Seconds that a failed login counts.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["console", "json"] = Field("console", description="Form of the log on standard error.")
    demo_orders: int = Field(21_600, ge=0, description="Orders in the demonstration city's history.")
    demo_days: int = Field(180, ge=1, description="Days of the demonstration city's history.")
    demo_rate: float = Field(20.0, ge=0, description="Live orders per minute of the demonstration city.")
    demo_seed: int = Field(12345, description="Seed of the demonstration city.")

    @property
    def key_path(self) -> Path:
        data = self.data.absolute()
        return self.key or data.with_name(f"{data.name}.key")

    @property
    def log_path(self) -> Path:
        return self.data / "log.db"

    @property
    def accounts_path(self) -> Path:
        return self.data / "accounts.db"

    @property
    def store_path(self) -> Path:
        return self.data / "store.db"


def load_settings(**overrides: object) -> Settings:
    """The settings from the environment. Raises ``ConfigureFirst`` naming the variable and the reason."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # validated by pydantic
    except ValidationError as error:
        first = problems_of(error)[0]
        raise ConfigureFirst(f"{PREFIX}{first.field.upper()}: {first.reason}") from error
