"""Documents are written without what is at its default: whatever an order is, it comes back as it was."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatcher.adapters.sqlite.store_documents import Written
from models.kinds import AlarmKind, Card, LimitUnit, RequesterKind, Satisfaction, State, Urgency
from models.order import Order
from models.parts import CoReply, Limit, Request, Requester, Spent, Visit

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
MOMENTS = st.datetimes(
    datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Asia/Shanghai")])
)
COUNTS = st.integers(0, 3)
FEW = st.lists(TEXTS, max_size=2).map(tuple)
REQUESTERS = st.builds(
    Requester, kind=st.sampled_from(RequesterKind), name=st.none() | TEXTS, is_anonymous=st.booleans(),
    reply_required=st.booleans(), phone_hashes=FEW, sealed=st.none() | TEXTS,
)  # fmt: skip
ORDERS = st.builds(
    Order,
    source_system=TEXTS, external_id=TEXTS, channel=TEXTS, request_type=TEXTS, urgency=st.sampled_from(Urgency),
    title=TEXTS, content=TEXTS, occurred_at=st.none() | MOMENTS, requester=REQUESTERS, street=st.none() | TEXTS,
    address_text=st.none() | TEXTS, latitude=st.none() | st.floats(-90, 90), order_no=TEXTS, version=COUNTS,
    revision=COUNTS, state=st.sampled_from(State), updated_at=MOMENTS, entered_at=MOMENTS, received_at=MOMENTS,
    spent=st.builds(Spent, handling=st.floats(0, 1e9), review=st.just(0.0)),
    lead_department=st.none() | TEXTS, co_departments=FEW,
    co_replies=st.lists(st.builds(CoReply, unit=TEXTS, reply=TEXTS, at=MOMENTS), max_size=2).map(tuple),
    dispatch_count=COUNTS, is_final=st.booleans(), first_closed_at=st.none() | MOMENTS, closed_at=st.none() | MOMENTS,
    limit=st.none() | st.builds(Limit, value=COUNTS, unit=st.sampled_from(LimitUnit), due_at=MOMENTS),
    due_at=st.none() | MOMENTS,
    request=st.none() | st.builds(Request, kind=st.just("extension"), reason=TEXTS, asked_at=MOMENTS),
    alarms=st.lists(st.sampled_from(AlarmKind), max_size=2).map(tuple), supervise_level=COUNTS,
    card=st.none() | st.sampled_from(Card), is_true=st.none() | st.booleans(), is_solved=st.none() | st.booleans(),
    visit=st.none() | st.builds(Visit, contacted=st.booleans(), satisfaction=st.none() | st.sampled_from(Satisfaction)),
    merged_into=st.none() | TEXTS, children=FEW,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(ORDERS)
def test_a_document_reads_back_as_the_order_it_was(order: Order) -> None:
    assert Order.model_validate_json(Written.of(order).doc) == order
