"""How large a request's body may be, whether it says so or not."""

from __future__ import annotations

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatcher.web.problems import problem


class TooLarge(Exception):
    """The body has grown beyond the limit."""


class BodyLimit:
    """Answers 413 for a larger body, without reading the rest of it."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = problem(413, f"the body is larger than {self._limit} bytes", {"Connection": "close"})
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said) > self._limit:
            await answer(scope, receive, send)
            return
        seen, started, exceeded, gone = 0, False, False, False

        async def counted() -> Message:
            nonlocal seen, exceeded, gone
            message = await receive()
            gone = gone or message["type"] == "http.disconnect"
            seen += len(message.get("body", b""))
            if seen > self._limit:
                exceeded = True
                raise TooLarge
            return message

        async def tracked(message: Message) -> None:
            nonlocal started
            # Who reads the body may take the exception for a broken one and answer that: ours is the true answer.
            if not exceeded or started:
                started = True
                await send(message)

        try:
            await self._app(scope, counted, tracked)
        except (TooLarge, ClientDisconnect, ExceptionGroup):  # a middleware's task group may have wrapped it
            if not exceeded and not gone:  # who went away in the middle of a body gets no answer
                raise
        if exceeded and not started:
            await answer(scope, receive, send)
