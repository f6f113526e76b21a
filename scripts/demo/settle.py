"""The life of orders after the roll-out: what the real classifier and router say of them decides how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from dispatcher.routing import routes
from dispatcher.wiring import Services
from models.classification import OrderText
from models.parts import Routing
from scripts.demo.city import City
from scripts.demo.plan import PlannedOrder
from scripts.demo.steps import plan_steps


def settle_all(services: Services, city: City, planned: Sequence[PlannedOrder]) -> list[PlannedOrder]:
    """The same orders, those after the roll-out settled; classified in one batch."""
    waiting = [order for order in planned if order.mode is None]
    texts = [OrderText(order.intake.title, order.intake.content) for order in waiting]
    # Without the item, which only the plan knows: the receipt to come must be the one that is looked at here.
    places = [(order.intake.street, None) for order in waiting]
    answers = services.classifier.classify(texts, services.settings.top_k, reasons=False)
    routed = iter(routes(answers, services.catalogue, places, services.threshold()))
    return [settle(city, order, next(routed)) if order.mode is None else order for order in planned]


def settle(city: City, order: PlannedOrder, routing: Routing) -> PlannedOrder:
    """The order with the mode and the steps that follow from its receipt; the same arguments give the same."""
    intake = order.intake
    rng = Random(f"settle/{intake.external_id}")
    slots = order.slots.drawing_on(rng)
    mode, steps = plan_steps(rng, city, order.origin, intake, slots, routing)
    return replace(order, mode=mode, steps=steps)
