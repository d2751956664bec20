"""Tell people of incidents directly, where there is no Alertmanager."""

from collections.abc import Callable

from exporters.notify.base import AddressOf, Notifier
from exporters.notify.by_apprise import AppriseNotifier

NOTIFIERS: dict[str, Callable[[AddressOf], Notifier]] = {
    "apprise": AppriseNotifier,
}
