"""Answers /sd/cameras: cameras as Prometheus discovers them (http_sd), to be checked one by one by /probe.

Each camera is a target group of its own: the monitor's own address, and labels that make a scrape of it the
check of that camera (the multi-target pattern). Series of single cameras exist only where somebody asks for
them, and only as many as can be checked. Absent on purpose: the gateways' own metrics, whose address no
register knows.

https://prometheus.io/docs/prometheus/latest/http_sd/
"""

import msgspec
from aiohttp import web

from exporters.http.listen import host_of
from monitor.model.estate import Camera, Estate
from monitor.run.board import Board

PARAMETERS = ("institution", "region")
MOST_CAMERAS = 100  # four checks of two seconds at once: with more, one in a hundred would find no place


class NotAnswered(Exception):
    """There is no list for what was asked; Prometheus keeps the one from before."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Discovery:
    """The handler of /sd."""

    def __init__(self, board: Board) -> None:
        self._board = board

    async def cameras(self, request: web.Request) -> web.Response:
        """List the cameras of an institution or of a region, or say in one plain line why not."""
        try:
            groups = self._groups(request)
        except NotAnswered as error:
            return web.Response(status=error.status, text=f"{error}\n")
        body = msgspec.json.encode(groups)
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    def _groups(self, request: web.Request) -> list[dict[str, object]]:
        if host_of(request.host) is None:
            raise NotAnswered(400, "the Host header names no host that can be scraped")
        if not self._board.revision:
            raise NotAnswered(503, "the register is not loaded; ask again")
        estate = self._board.index.estate
        chosen = self._chosen(*_asked(request))
        if len(chosen) > MOST_CAMERAS:
            raise NotAnswered(
                400, f"there are {len(chosen)} cameras, at most {MOST_CAMERAS} are listed; ask by institution"
            )
        return [_group(camera, estate, request.host) for camera in chosen]

    def _chosen(self, name: str, value: str) -> list[Camera]:
        estate, index = self._board.index.estate, self._board.index
        if value not in (estate.institutions if name == "institution" else estate.regions):
            raise NotAnswered(404, f"no such {name} in the register; `register show {name}s` lists them")
        return [
            estate.cameras[camera_id]
            for site in estate.sites.values()
            if value == (site.institution_id if name == "institution" else estate.region_of(site.site_id))
            for camera_id in index.cameras_of_site.get(site.site_id, ())
        ]


def _asked(request: web.Request) -> tuple[str, str]:
    """Read the one thing that may be asked for."""
    query = list(request.query.items())
    if len(query) != 1 or query[0][0] not in PARAMETERS or not query[0][1]:
        raise NotAnswered(400, "write either /sd/cameras?institution=ID or /sd/cameras?region=KATO_CODE")
    return query[0]


def _group(camera: Camera, estate: Estate, host: str) -> dict[str, object]:
    """Write one target group; `host` is how the asker reaches us."""
    site = estate.sites[camera.site_id]
    labels = {
        "__metrics_path__": "/probe",
        "__param_camera": camera.camera_id,
        "camera": camera.camera_id,
        "institution": site.institution_id,
        "site": camera.site_id,
        "region": estate.region_of(camera.site_id),
    }
    return {"targets": [host], "labels": labels}
