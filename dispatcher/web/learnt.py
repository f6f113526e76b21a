"""What comparing orders has learnt from the newest ones; learnt anew now and then."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from fastapi import Request

from dispatcher.web.access import services_of
from dispatcher.wiring import Services

if TYPE_CHECKING:
    from dispatcher.similar.matters import Matters

LESSONS = 20_000
AGES_AFTER = timedelta(hours=1)


class Learnt:
    """One for a process. While one request learns anew, the others go on with what there is."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = Lock()
        self._matters: Matters | None = None
        self._since = datetime.min

    def matters(self) -> Matters:
        """At most an hour old, or as old as the request that is learning makes it."""
        from dispatcher.similar.matters import learn

        now = self._services.clock.now().replace(tzinfo=None)
        known = self._matters
        if known is not None and (now < self._since + AGES_AFTER or not self._lock.acquire(blocking=False)):
            return known
        if known is None:
            self._lock.acquire()
        try:
            if self._matters is None or now >= self._since + AGES_AFTER:
                self._matters, self._since = learn(self._services.store.lessons(LESSONS)), now
            return self._matters
        finally:
            self._lock.release()


def learnt_of(request: Request) -> Learnt:
    """The application's."""
    state = request.app.state
    if not hasattr(state, "learnt"):
        state.learnt = Learnt(services_of(request))
    found: Learnt = state.learnt
    return found
