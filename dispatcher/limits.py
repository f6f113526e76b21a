"""Which rule of the catalogue sets an order's limit (办理时限)."""

from __future__ import annotations

from collections.abc import Sequence

from models.catalogue import LimitRule
from models.kinds import RequesterKind, Urgency


class LimitTable:
    """The rules with every answer that they have given, so that each combination is looked through once."""

    def __init__(self, rules: Sequence[LimitRule]) -> None:
        """``rules``: at least one of them without a condition."""
        self._rules = tuple(rules)
        self._types = {rule.request_type for rule in rules}
        self._items = {rule.item for rule in rules}
        self._found: dict[tuple[Urgency, RequesterKind, str | None, str | None], LimitRule] = {}

    def rule(
        self, urgency: Urgency, requester_kind: RequesterKind, request_type: str, item_code: str | None
    ) -> LimitRule:
        """The first rule whose every condition holds."""
        # What no rule names is all the same, which also bounds the memory.
        type_ = request_type if request_type in self._types else None
        item = item_code if item_code in self._items else None
        key = (urgency, requester_kind, type_, item)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = next(
                rule
                for rule in self._rules
                if rule.urgency in (None, urgency)
                and rule.requester_kind in (None, requester_kind)
                and rule.request_type in (None, type_)
                and rule.item in (None, item)
            )
        return found
