"""Counts what becomes of messages to people. Its metrics exist only where people are told directly."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class NotificationCounters:
    """Counts into the registry of a monitor. Fulfils `exporters.notify.courier.Tally`."""

    def __init__(self, registry: CollectorRegistry, notifiers: tuple[str, ...]) -> None:
        self._waiting_by: dict[str, int] = {}
        self._notified = Counter(
            "cctv_notifications",
            "Messages to one address that were handed over, or could not be.",
            ("notifier", "outcome"),
            registry=registry,
        )
        self._waiting = Gauge(
            "cctv_notifications_waiting",
            "News of incidents that are to be told and were not yet, over all addresses.",
            registry=registry,
        )
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
