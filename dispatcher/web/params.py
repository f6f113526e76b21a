"""A query in the address of a request, beside what the route itself asks for."""

from __future__ import annotations

from models.query import OrderQuery


class QueryParams(OrderQuery):
    """Base of a route's parameters: the fields of ``OrderQuery``, then the route's own."""

    def query(self) -> OrderQuery:
        """The query alone."""
        return OrderQuery.model_construct(**{name: getattr(self, name) for name in OrderQuery.model_fields})
