"""Counts what becomes of messages to people. Its metrics exist only where people are told directly."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from exporters.prometheus import doings


class NotificationCounters:
    """Counts into the registry of a monitor. Fulfils `exporters.notify.courier.Tally`."""

    def __init__(self, registry: CollectorRegistry, notifiers: tuple[str, ...]) -> None:
        self._waiting_by: dict[str, int] = {}
        told, waiting = doings.NOTIFICATIONS, doings.NOTIFICATIONS_WAITING
        self._notified = Counter(told.name, told.help, told.labels, registry=registry)
        self._waiting = Gauge(waiting.name, waiting.help, registry=registry)
        for notifier in notifiers:
            for outcome in ("sent", "failed"):
                self._notified.labels(notifier, outcome)

    def notified(self, notifier: str, *, sent: bool) -> None:
        """A message was handed over, or could not be."""
        self._notified.labels(notifier, "sent" if sent else "failed").inc()

    def waiting(self, mailbox: str, news: int) -> None:
        """So much is to be told to a mailbox and was not yet; what is held back is not among it."""
        self._waiting_by[mailbox] = news
        self._waiting.set(sum(self._waiting_by.values()))
