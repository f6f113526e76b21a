"""Where a run leaves traces: its files byte by byte, its databases' cells, its topics, what it prints and answers."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.system.day.people import Person
from tests.system.installation import Installation

Trace = tuple[str, bytes]
"""Where, and what lies there."""


def files(folder: Path) -> Iterator[Trace]:
    """Every file below ``folder``, write-ahead logs included."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def cells(folder: Path) -> Iterator[Trace]:
    """Every row of every table of every database: a long value may lie in pieces in the file.

    An index that keeps no text of its own cannot be read as a table; the tables that it is kept in can.
    """
    for path in sorted(folder.rglob("*.db")):
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            tables = [name for (name,) in connection.execute(_TABLES)]
            for table in tables:
                rows = connection.execute(f'SELECT * FROM "{table}"')
                yield f"{path.name}:{table}", b"\n".join(_bytes(cell) for row in rows for cell in row)
        finally:
            connection.close()


_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"


def _bytes(cell: Any) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode("utf-8", "surrogateescape")


def topics(here: Installation) -> Iterator[Trace]:
    """What ``minsheng read`` prints of each topic."""
    names = here.run("topics").stdout.split()
    # A topic whose line is not its own would be a fault of its own: one reading for all is enough here.
    yield "topics", here.run("read", *names).stdout.encode()


def answers(person: Person, numbers: list[str]) -> Iterator[Trace]:
    """The answer to each GET of the API, for every order where it is about one; workbooks are unpacked."""
    root = str(person.http.base_url.copy_with(path="/")).rstrip("/")
    described = httpx.get(f"{root}/api/openapi.json").json()
    for path in (path for path, operations in described["paths"].items() if "get" in operations):
        for number in numbers if "{order_no}" in path else numbers[:1]:
            filled = re.sub(r"\{\w+\}", number, path)
            for query in _QUERIES.get(path.rpartition("/")[2], ("",)):
                answer = person.http.get(f"{root}{filled}{query}")
                assert answer.status_code < 500, f"{person.name}: {filled}: {answer.text}"
                yield f"{person.name}: GET {filled}{query}", b"\n".join(_contents(answer))


def pages(person: Person, numbers: list[str]) -> Iterator[Trace]:
    """The pages of the console, from the first and those of the orders on, wherever links lead."""
    root = str(person.http.base_url.copy_with(path="/")).rstrip("/")
    ahead, seen = ["/", *(f"/orders/{number}" for number in numbers)], set[str]()
    while ahead and len(seen) < _MOST_PAGES:
        path = ahead.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answer = person.http.get(f"{root}{path}", follow_redirects=True, headers={"Accept": "text/html"})
        assert answer.status_code < 500, f"{person.name}: {path}: {answer.text}"
        yield f"{person.name}: page {path}", answer.content
        ahead += [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', answer.text)]


_MOST_PAGES = 40
_QUERIES = {"export": ("", "?format=csv"), "orders": ("?limit=500",)}


def _contents(answer: httpx.Response) -> Iterator[bytes]:
    yield str(dict(answer.headers)).encode()
    if "spreadsheetml" in answer.headers.get("content-type", ""):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            for name in book.namelist():
                yield book.read(name)
    else:
        yield answer.content
