"""The last look at every camera at its school, and what it says of a camera's neighbours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.judge.evidence import SiteLook
from monitor.judge.neighbours import SiteView


@dataclass(slots=True)
class Looks:
    """Site-side looks by camera. A look counts only when it is newer than the loss it shall explain."""

    by_camera: dict[str, SiteLook] = field(default_factory=dict)

    def put(self, camera_id: str, look: SiteLook) -> None:
        """Remember the newest look that tells anything of the camera."""
        if look.tells:
            self.by_camera[camera_id] = look

    def since(self, camera_id: str, moment: datetime) -> SiteLook | None:
        """Return the camera's last look if it was made at `moment` or later."""
        look = self.by_camera.get(camera_id)
        return look if look is not None and look.at >= moment else None

    def around(
        self, camera_id: str, cameras: list[str], moment: datetime, flows: Callable[[str], bool]
    ) -> SiteView:
        """Count the site's other cameras: flowing at the centre, else by what they said since `moment`."""
        receiving = answered = vanished = refused = 0
        for other in cameras:
            if other == camera_id:
                continue
            if flows(other):
                receiving += 1
                continue
            look = self.since(other, moment)
            if look is None:
                continue
            answered += look.answered
            vanished += look.vanished
            refused += look.refused
        return SiteView(
            others=len(cameras) - 1,
            receiving=receiving,
            answered=answered,
            vanished=vanished,
            refused=refused,
        )
