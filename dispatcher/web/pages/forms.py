"""Forms as browsers send them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import Request
from starlette.datastructures import FormData


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """The form that was sent, its files closed afterwards; a broken one is answered 400 by the framework."""
    async with request.form() as form:
        yield form


def said_of(form: FormData) -> dict[str, str]:
    """The texts of the form; files are not ours. Line ends are those of the rest of the program, not the browser's."""
    return {name: value.replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}
