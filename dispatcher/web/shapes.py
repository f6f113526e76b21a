"""The forms of what is answered about orders, for the API's description and for clients made from it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Union, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model

from models.commands import Actor
from models.facts import Fact, Received
from models.kinds import AlarmKind, RequesterKind
from models.lifecycle import Move
from models.order import Order


class Shape(BaseModel):
    """Base of an answer's form."""

    model_config = ConfigDict(extra="forbid")


class RequesterView(Shape):
    """Who asks: masked, ``***`` for what was given and is not shown."""

    kind: RequesterKind
    name: str | None
    phone: str | None
    id_number: str | None
    is_anonymous: bool
    is_confidential: bool
    reply_required: bool
    enterprise_name: str | None
    uscc: str | None
    liaison_unit: str | None


class DueView(Shape):
    """What is to come of an order: an alarm, or (None) that it may be archived."""

    at: datetime
    kind: AlarmKind | None


_ADDED: dict[str, Any] = {
    "requester": (RequesterView | None, Field(description="None for analysts.")),
    "is_demo": (bool, Field(description="演示数据: made up, nobody's order.")),
    "units": (list[str], Field(description="The units that may see it.")),
    "allowed": (list[Move], Field(description="The moves that it allows to who asks.")),
    "dues": (list[DueView], Field(description="The limits that are still to come, by time.")),
}
_SAME: dict[str, Any] = {name: (field.annotation, field) for name, field in Order.model_fields.items()}
# Made of the order's own fields: one that is added there is described here.
OrderView: Any = create_model(
    "OrderView", __base__=Shape, __doc__="An order as who asks may see it.", **(_SAME | _ADDED)
)
_SAID: dict[str, Any] = {
    name: (field.annotation, field) for name, field in Received.model_fields.items() if name != "requester"
}
ReceivedView: Any = create_model(
    "ReceivedView", __base__=Shape, __doc__="The order came in; of the requester nothing is answered here.", **_SAID
)
_FACTS = tuple(ReceivedView if kind is Received else kind for kind in get_args(get_args(Fact)[0]))
FactView: Any = Annotated[Union[_FACTS], Field(discriminator="type")]  # noqa: UP007 - of a tuple that is known here


class EventView(Shape):
    """A fact with its envelope: what happened, when, and who did it."""

    event_id: str
    order_no: str
    seq: int
    at: datetime
    recorded_at: datetime
    actor: Actor
    command_id: str
    fact: FactView


class Events(Shape):
    """An order's facts from the first on."""

    events: list[EventView]


class OrderPage(Shape):
    """Orders in the order asked for; ``cursor`` leads to the next page, None on the last."""

    orders: list[OrderView]
    cursor: str | None


class Count(Shape):
    """How many orders match."""

    count: int
