"""Which adapter serves which port: the only file that names concrete ones."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from dispatcher.accounts.accounts import Accounts, policy_of
from dispatcher.calendar import WorkCalendar
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.clock import SystemClock
from dispatcher.codes import Codes
from dispatcher.health import Health
from dispatcher.metrics import Metrics
from dispatcher.settings import Settings
from dispatcher.vault.vault import Vault, open_vault
from models.catalogue import Catalogue
from models.ports import Classifier, Clock, EventLog, OrderStore
from models.terms import Terms
from models.topics import topic_specs


class FreshStore(Protocol):
    """A store that is being filled beside the one at hand."""

    @property
    def store(self) -> OrderStore: ...

    def take_over(self) -> None:
        """Put it in place of the one at hand, which must be closed and written by nobody."""
        ...


@dataclass
class Services:
    """What the stages, the API and the commands work with; each part is opened when it is first needed."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    health: Health = field(default_factory=Health)
    metrics: Metrics = field(default_factory=Metrics)

    @cached_property
    def catalogue(self) -> Catalogue:
        return load_catalogue(self.settings.catalogue or default_catalogue_path())

    @cached_property
    def codes(self) -> Codes:
        return Codes(self.catalogue)

    @cached_property
    def calendar(self) -> WorkCalendar:
        return WorkCalendar(self.catalogue.days, self.catalogue.timezone, self.catalogue.office_hours)

    @cached_property
    def terms(self) -> Terms:
        return Terms(self.catalogue, self.calendar)

    @cached_property
    def vault(self) -> Vault:
        return open_vault(self.settings.key_path, self.settings.data)

    @cached_property
    def log(self) -> EventLog:
        from dispatcher.adapters.sqlite.log import SqliteEventLog

        # First: a catalogue that cannot be used must not leave an open log behind.
        specs = topic_specs(self.settings.partitions, (unit.code for unit in self.catalogue.units))
        log = SqliteEventLog(self.settings.log_path, clock=self.clock, session_timeout=self.settings.session_timeout)
        log.create_topics(specs)
        return log

    @cached_property
    def store(self) -> OrderStore:
        from dispatcher.adapters.sqlite.store import SqliteOrderStore

        return SqliteOrderStore(self.settings.store_path)

    @cached_property
    def accounts(self) -> Accounts:
        from dispatcher.adapters.sqlite.accounts import SqliteAccountStore

        catalogue, settings = self.catalogue, self.settings
        return Accounts(SqliteAccountStore(settings.accounts_path), catalogue, self.clock, policy_of(settings))

    @cached_property
    def classifier(self) -> Classifier:
        from classifier.linear import default_folder, load_folder

        return load_folder(self.settings.model or default_folder())

    def threshold(self) -> float | None:
        """From which probability on an order goes by itself, for the precision that the catalogue promises."""
        return self.classifier.threshold(self.catalogue.auto_dispatch.precision)

    @property
    def store_outdated(self) -> bool:
        """The store at hand was written by an earlier version: it is to be made anew from the log."""
        from dispatcher.adapters.sqlite.store import schema_of
        from dispatcher.adapters.sqlite.store_schema import SCHEMA_VERSION

        found = schema_of(self.settings.store_path)
        return found is not None and found < SCHEMA_VERSION

    def fresh_store(self) -> AbstractContextManager[FreshStore]:
        """An empty store that can take the place of the one at hand."""
        from dispatcher.adapters.sqlite.swap import fresh_store

        return fresh_store(self.settings.store_path)

    def close(self) -> None:
        """Close what was opened. Idempotent."""
        for name in ("log", "store", "accounts"):
            part = self.__dict__.pop(name, None)
            if part is not None:
                part.close()
