"""Which planned work covers a stream at a moment. What is lost outside its window is not planned."""

from collections.abc import Iterable
from datetime import datetime

from monitor.model.allowances import Maintenance, Subject
from monitor.model.estate import Stream


class Windows:
    """Maintenance windows by what they are of."""

    def __init__(self, windows: Iterable[Maintenance] = ()) -> None:
        self._by_subject: dict[tuple[Subject, str], list[Maintenance]] = {}
        for window in windows:
            self._by_subject.setdefault((window.subject, window.subject_id), []).append(window)

    def covering(self, stream: Stream, lost_at: datetime, now: datetime) -> Maintenance | None:
        """Return the window in which a stream was lost and that still lasts; the one that ends last."""
        if not self._by_subject:
            return None
        return self._latest(_subjects(stream), lost_at, now)

    def of_gateway(self, gateway_id: str, lost_at: datetime, now: datetime) -> Maintenance | None:
        """Return the window of a gateway itself in which it stopped answering and that still lasts."""
        return self._latest([(Subject.GATEWAY, gateway_id)], lost_at, now)

    def _latest(
        self, subjects: Iterable[tuple[Subject, str]], lost_at: datetime, now: datetime
    ) -> Maintenance | None:
        held = [
            window
            for subject in subjects
            for window in self._by_subject.get(subject, ())
            if window.starts_at <= lost_at < window.ends_at and now < window.ends_at
        ]
        return max(held, key=lambda window: (window.ends_at, window.maintenance_id), default=None)


def _subjects(stream: Stream) -> Iterable[tuple[Subject, str]]:
    yield Subject.CAMERA, stream.camera_id
    yield Subject.SITE, stream.site_id
    yield Subject.INSTITUTION, stream.institution_id
    if stream.gateway_id is not None:
        yield Subject.GATEWAY, stream.gateway_id
