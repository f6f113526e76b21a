"""The store again, from the log alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from consumers.projection import catch_up
from dispatcher.logs import logger
from dispatcher.wiring import Services
from models.errors import ConfigureFirst
from models.order import Order
from models.ports import EventLog, OrderReader, OrderStore
from models.records import TopicPartition
from models.topics import EVENTS, REFUSALS


def rebuild(log: EventLog, store: OrderStore, progress: Callable[[int], None] = lambda _: None) -> int:
    """Project every fact into ``store``; how many records that were."""
    total = 0
    for topic in (EVENTS, REFUSALS):
        for number in range(log.topics()[topic]):
            total += catch_up(log, store, TopicPartition(topic, number))
            progress(total)
    return total


def renew(services: Services) -> None:
    """Where an earlier version wrote the store, make it anew from the log before anything is written; nothing else may
    be at work on it, or ``ConfigureFirst`` is raised."""
    if not services.store_outdated:
        return
    if services.log.members("ledger"):
        raise ConfigureFirst("the store is of an earlier version, and another ledger is at work: stop it first")
    log = logger(part="rebuild")
    log.warning("the store is of an earlier version: it is made anew from the log, which takes a while")
    with services.fresh_store() as fresh:
        records = rebuild(services.log, fresh.store)
        fresh.take_over()
    log.info("the store is made anew", facts=records)


def differences(one: OrderReader, other: OrderReader) -> Iterator[tuple[Order | None, Order | None]]:
    """Pairs of documents that are not equal; None where one side has no such order."""
    mine, theirs = one.orders(), other.orders()
    left, right = next(mine, None), next(theirs, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.order_no < right.order_no):
            yield left, None
            left = next(mine, None)
        elif left is None or right.order_no < left.order_no:
            yield None, right
            right = next(theirs, None)
        else:
            if left != right:
                yield left, right
            left, right = next(mine, None), next(theirs, None)
