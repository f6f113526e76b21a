"""What the service's figures are counted from: a narrow table beside ``orders``, and the sums over it."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from dispatcher.adapters.sqlite.store_query import Part
from dispatcher.adapters.sqlite.store_schema import Cell, micros
from models.figures import STAGES, Counts, Misroute
from models.kinds import PLEASED, DecisionMode, State
from models.order import Order

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS figures (
  id INTEGER PRIMARY KEY, excluded INTEGER NOT NULL, first_due_at INTEGER, contact_due_at INTEGER,
  first_contact_at INTEGER, solved INTEGER, satisfied INTEGER, dispatches INTEGER NOT NULL, returns INTEGER NOT NULL,
  first_unit TEXT, closing_unit TEXT, first_mode TEXT, {", ".join(f"{stage} INTEGER NOT NULL" for stage in STAGES)}
)
"""
COLUMNS = (
    "excluded", "first_due_at", "contact_due_at", "first_contact_at", "solved", "satisfied", "dispatches", "returns",
    "first_unit", "closing_unit", "first_mode", *STAGES,
)  # fmt: skip

_MODES = {mode: f"sum(kept AND dispatches > 0 AND first_mode = '{mode.value}')" for mode in DecisionMode}
_CLOSED = "first_closed_at <= :seen"
# Each count of ``Counts`` as SQL over a hit and its row of figures; ``kept``: not excluded.
_SUMS = {
    "orders": "count(*)",
    "excluded": "sum(NOT kept)",
    "closed": f"sum(kept AND {_CLOSED})",
    "due": f"sum(kept AND ({_CLOSED} OR due_at <= :seen))",
    "on_time": f"sum(kept AND {_CLOSED} AND first_closed_at <= due_at)",
    "strictly_due": f"sum(kept AND ({_CLOSED} OR first_due_at <= :seen))",
    "strictly_on_time": f"sum(kept AND {_CLOSED} AND first_closed_at <= first_due_at)",
    "must_contact": "sum(kept AND contact_due_at IS NOT NULL"
    " AND (first_contact_at <= :seen OR contact_due_at <= :seen))",
    "contacted_in_time": "sum(kept AND first_contact_at <= :seen AND first_contact_at <= contact_due_at)",
    "visited": "sum(kept AND solved IS NOT NULL)",
    "solved": "sum(kept AND solved)",
    "rated": "sum(kept AND satisfied IS NOT NULL)",
    "satisfied": "sum(kept AND satisfied)",
    "dispatched": "sum(kept AND dispatches > 0)",
    "dispatched_and_closed": f"sum(kept AND dispatches > 0 AND {_CLOSED})",
    "first_right": f"sum(kept AND dispatches > 0 AND returns = 0 AND {_CLOSED} AND first_unit = closing_unit)",
    "never_returned": "sum(kept AND dispatches > 0 AND returns = 0)",
    "hops": "sum(iif(kept, dispatches, 0))",
    **{mode.value: sql for mode, sql in _MODES.items()},
    "ended": "sum(kept AND closed_at <= :seen)",
    **{stage: f"sum(iif(kept AND closed_at <= :seen, {stage}, 0))" for stage in STAGES},
}


def row_of(order: Order) -> tuple[Cell, ...]:
    """The cells of ``COLUMNS``."""
    visit, spent = order.visit, order.spent
    reached = visit is not None and visit.contacted
    satisfied = visit.satisfaction in PLEASED if visit is not None and reached and visit.satisfaction else None
    linked = order.merged_into is not None or bool(order.children) or order.state is State.REJECTED
    return (
        linked or order.is_direct_answer,
        *map(_micros, (order.first_due_at, order.contact_due_at, order.first_contact_at)),
        visit.solved if visit is not None and reached else None,
        satisfied,
        order.dispatch_count,
        order.return_count,
        order.first_department,
        order.closing_department,
        order.first_decision_mode,
        *(round(getattr(spent, stage)) for stage in STAGES),
    )


def counts(connection: sqlite3.Connection, part: Part, observed_at: datetime, group: str) -> dict[str, Counts]:
    """The counts of the orders of ``part`` (``FROM … WHERE …``) by ``group``, an SQL expression over ``orders``."""
    names = list(_SUMS)
    inner = f"SELECT orders.id, due_at, first_closed_at, closed_at, coalesce({group}, '') AS grp {part.sql}"
    sums = ", ".join(f"coalesce({sql.replace(':seen', str(micros(observed_at)))}, 0)" for sql in _SUMS.values())
    rows = connection.execute(
        f"WITH hit AS ({inner}) SELECT grp, {sums}"
        " FROM (SELECT *, NOT excluded AS kept FROM hit JOIN figures USING (id)) GROUP BY grp",
        part.parameters,
    )
    return {grp: _counts(dict(zip(names, values, strict=True))) for grp, *values in rows}


def misroutes(connection: sqlite3.Connection, part: Part, observed_at: datetime) -> list[Misroute]:
    """Closed orders that had been returned, by first and closing unit, the dearest pair first."""
    seen = micros(observed_at)
    rows = connection.execute(
        f"WITH hit AS (SELECT orders.id, first_closed_at {part.sql})"
        " SELECT first_unit, closing_unit, count(*), sum(return_loop) FROM hit JOIN figures USING (id)"
        f" WHERE returns > 0 AND NOT excluded AND first_closed_at <= {seen} AND first_unit IS NOT NULL"
        " AND closing_unit IS NOT NULL GROUP BY first_unit, closing_unit ORDER BY 4 DESC, 1, 2",
        part.parameters,
    )
    return [Misroute(*row) for row in rows]


def _counts(values: dict[str, int]) -> Counts:
    stages = {stage: values.pop(stage) for stage in STAGES}
    return Counts(**values, stage_seconds=stages)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)
