"""``minsheng read``: the records of topics, as JSON lines."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from consumers.summary import every_record
from models.errors import CorrectInput
from models.records import StoredRecord
from scripts.common import services
from scripts.verbs.json_line import json_line


def read(
    topics: Annotated[list[str], typer.Argument(help="For example orders.events or dept.water.")],
    group: Annotated[
        str | None, typer.Option(help="Read on as a member of this consumer group, and commit what was printed.")
    ] = None,
) -> None:
    """Print what topics hold; with --group only what that group has not read yet, each record once."""
    with services(existing=True) as found:
        known = found.log.topics()
        for topic in topics:
            if topic not in known:
                raise CorrectInput.one("TOPICS", f"there is no topic {topic}")
        if group is None:
            for topic in topics:
                for record in every_record(found.log, topic):
                    _print(record)
            return
        consumer = found.log.subscribe(group, topics)
        try:
            while True:
                batch = consumer.poll(500, 0.5)
                for record in batch.records:
                    _print(record)
                if batch.records:
                    consumer.commit([])
                elif not batch.assigned and not batch.revoked:
                    return
        finally:
            consumer.close()


def _print(record: StoredRecord) -> None:
    try:
        value = json.loads(record.value)
    except ValueError:
        value = record.value.decode("utf-8", "backslashreplace")
    line = {
        "topic": record.position.topic,
        "partition": record.position.partition,
        "offset": record.position.offset,
        "key": record.key,
        "timestamp": record.timestamp.isoformat(),
        "value": value,
    }
    print(json_line(line))
