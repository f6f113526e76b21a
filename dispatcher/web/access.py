"""How a request reaches the services of the process."""

from __future__ import annotations

from fastapi import Request

from dispatcher.wiring import Services


def services_of(request: Request) -> Services:
    """The services that the application was made with."""
    found: Services = request.app.state.services
    return found
