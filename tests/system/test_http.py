"""A real server on a real socket: what a test client inside the process cannot show."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.system.installation import Installation

PROBLEM = "application/problem+json"
LIMIT = 200_000


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("http") / "data", body_limit=LIMIT)
    made.start("all", "serve")
    made.ready()
    yield made
    made.close()


def raw(here: Installation, request: bytes, more: bytes = b"") -> bytes:
    """What the server answers to bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", here.port), timeout=20) as connection:
        connection.sendall(request)
        if more:
            with contextlib.suppress(OSError):  # it has answered and closed before it had read everything
                connection.sendall(more)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except OSError:
            pass
        return answer


def test_a_life_over_http(here: Installation) -> None:
    credentials = {"operator": here.token("app", "operator"), "water": here.token("water", "department", "water")}
    with httpx.Client(base_url=f"{here.url}/api/v1", headers=credentials["operator"], timeout=20) as client:
        made = client.post("/orders", json={"title": "事", "content": "嗯", "name": "欧阳无双", "phone": "13987650432"})
        assert made.status_code == 201
        number = made.json()["order_no"]
        moves: list[tuple[str, dict[str, Any]]] = [
            ("operator", {"move": "dispatch", "unit": "water"}), ("water", {"move": "sign"}),
            ("water", {"move": "reply", "reply_public": "已修"}), ("operator", {"move": "close"}),
        ]  # fmt: skip
        for who, do in moves:
            answer = client.post(f"/orders/{number}/commands", json={"do": do}, headers=credentials[who])
            assert answer.status_code == 200, answer.text
        order = client.get(made.headers["location"].removeprefix("/api/v1")).json()
        assert (order["state"], order["requester"]["name"]) == ("closed", "欧***")
    notices = [record for record in here.read("dept.water") if record["key"] == number]
    assert [notice["value"]["kind"] for notice in notices][:1] == ["dispatched"]
    assert not any(word in json.dumps(notices, ensure_ascii=False) for word in ("欧阳无双", "13987650432"))


def test_nobody_and_a_revoked_system_are_let_in_no_more(here: Installation) -> None:
    credentials, orders = here.token("gone", "operator"), f"{here.url}/api/v1/orders"
    assert httpx.get(orders, headers=credentials).status_code == 200
    [token_id] = [line.split("\t")[0] for line in here.run("accounts", "tokens").stdout.splitlines() if "gone" in line]
    here.run("accounts", "revoke", token_id)
    for headers in (credentials, {}):
        answer = httpx.get(orders, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert httpx.get(f"{here.url}/metrics", headers=headers).status_code == 401
    assert "13987650432" not in here.log.read_text()
    assert credentials["Authorization"].rpartition("_")[2] not in here.log.read_text()


@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/classify", "/api/v1/orders/GM0000000000000/commands"])
def test_too_large_by_its_own_word_is_answered_unread(here: Installation, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {LIMIT + 1}\r\n\r\n"
    answer = raw(here, head.encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert PROBLEM.encode() in answer


@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/classify", "/api/v1/orders/GM0000000000000/commands"])
def test_too_large_in_pieces(here: Installation, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = b"".join(b"8000\r\n" + b" " * 0x8000 + b"\r\n" for _ in range(7))
    answer = raw(here, head.encode(), pieces)
    assert answer.startswith(b"HTTP/1.1 413 "), answer[:200]


@pytest.mark.parametrize(
    "request_",
    [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET /healthz HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n",
     b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
     b"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n"],
    ids=["bytes", "short", "version", "long", "negative"],
)  # fmt: skip
def test_bytes_that_are_no_request_do_no_harm(here: Installation, request_: bytes) -> None:
    raw(here, request_)
    assert httpx.get(f"{here.url}/healthz").json() == {"status": "alive"}


def test_a_client_that_goes_away_does_no_harm(here: Installation) -> None:
    for _ in range(5):
        connection = socket.create_connection(("127.0.0.1", here.port))
        connection.sendall(b"POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
        connection.close()
    assert httpx.get(f"{here.url}/readyz").status_code == 200
    assert "Traceback" not in here.log.read_text()


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fsettings.py", "/static//etc/passwd"]
)
def test_assets_are_not_a_way_to_other_files(here: Installation, path: str) -> None:
    answer = raw(here, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1] in (b"404", b"400", b"405")
    assert b"import" not in answer
