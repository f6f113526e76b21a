"""The one list of metric names."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram


class Metrics:
    """Counters and timings of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.records = Counter(
            "minsheng_stage_records", "Records that a stage has handled.", ["stage"], registry=registry
        )
        self.batches = Histogram(
            "minsheng_stage_batch_seconds", "Time from poll to commit of a batch.", ["stage"], registry=registry
        )
        self.retries = Counter(
            "minsheng_stage_retries", "Batches given up because an engine did not answer.", ["stage"], registry=registry
        )
        self.deadletters = Counter(
            "minsheng_deadletters", "Records sent to the dead-letter topic.", ["stage"], registry=registry
        )
        self.routed = Counter(
            "minsheng_orders_routed", "Orders by what the router decided.", ["mode", "rule"], registry=registry
        )
        self.outcomes = Counter(
            "minsheng_command_outcomes", "Commands by move and result (done or refusal code).", ["move", "result"],
            registry=registry,
        )  # fmt: skip
        self.delivered = Counter(
            "minsheng_orders_delivered", "Notices sent to department topics.", ["unit"], registry=registry
        )
        self.followed = Counter(
            "minsheng_orders_followed", "Commands and parts of orders that follow from another order, by topic.",
            ["topic"], registry=registry,
        )  # fmt: skip
        self.told = Counter(
            "minsheng_clock_told", "Alarms and archivings that the clock asked the ledger for.", ["kind"],
            registry=registry,
        )  # fmt: skip
        self.clock = Histogram(
            "minsheng_clock_pass_seconds", "Time of one look of the clock at the orders that are due.",
            registry=registry,
        )  # fmt: skip
        self.requests = Histogram(
            "minsheng_http_seconds", "HTTP requests by route and status.", ["route", "method", "status"],
            registry=registry,
        )  # fmt: skip
